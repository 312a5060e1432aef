# SPDX-License-Identifier: LGPL-2.1-or-later

# The library from other languages.
if INTROSPECTION
if ENABLE_BDB
if ENABLE_AES_CBC
if ENABLE_LZ4

AM_TESTS_ENVIRONMENT += \
	EVS_TEST_PYTHON='$(PYTHON_GI)'; \
	export EVS_TEST_PYTHON; \
	EVS_TEST_GJS='$(GJS)'; \
	export EVS_TEST_GJS;

TESTS += %D%/test-introspection.sh

endif
endif
endif
endif

EXTRA_DIST += \
	%D%/scenario.js \
	%D%/scenario.py \
	%D%/test-introspection.sh
