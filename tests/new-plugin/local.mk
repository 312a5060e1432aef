# SPDX-License-Identifier: LGPL-2.1-or-later

AM_TESTS_ENVIRONMENT += \
	EVS_TEST_CFLAGS='$(EVS_CFLAGS)'; \
	export EVS_TEST_CFLAGS;

TESTS += %D%/test-new-plugin.sh
EXTRA_DIST += %D%/test-new-plugin.sh
