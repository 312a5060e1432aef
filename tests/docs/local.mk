# SPDX-License-Identifier: LGPL-2.1-or-later

if REFERENCE
EVS_TEST_REFERENCE = yes
else
EVS_TEST_REFERENCE = no
endif

AM_TESTS_ENVIRONMENT += \
	EVS_TEST_AWK='$(AWK)'; \
	export EVS_TEST_AWK; \
	EVS_TEST_REFERENCE='$(EVS_TEST_REFERENCE)'; \
	export EVS_TEST_REFERENCE;

TESTS += %D%/test-docs.sh
EXTRA_DIST += \
	%D%/bad.h \
	%D%/bad.map \
	%D%/bad.txt \
	%D%/headers.awk \
	%D%/test-docs.sh
