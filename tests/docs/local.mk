# SPDX-License-Identifier: LGPL-2.1-or-later

AM_TESTS_ENVIRONMENT += \
	EVS_TEST_AWK='$(AWK)'; \
	export EVS_TEST_AWK;

TESTS += %D%/test-docs.sh
EXTRA_DIST += \
	%D%/bad.h \
	%D%/bad.map \
	%D%/bad.txt \
	%D%/headers.awk \
	%D%/test-docs.sh
