# SPDX-License-Identifier: LGPL-2.1-or-later

AM_TESTS_ENVIRONMENT += \
	EVS_TEST_BASH='$(BASH_SHELL)'; \
	export EVS_TEST_BASH;

TESTS += %D%/test-completion.sh
EXTRA_DIST += \
	%D%/complete.bash \
	%D%/program \
	%D%/test-completion.sh
