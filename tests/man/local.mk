# SPDX-License-Identifier: LGPL-2.1-or-later

AM_TESTS_ENVIRONMENT += \
	EVS_TEST_MANDOC='$(MANDOC)'; \
	export EVS_TEST_MANDOC; \
	EVS_TEST_PLUGINS='$(pluginlib_LTLIBRARIES)'; \
	export EVS_TEST_PLUGINS;

TESTS += %D%/test-man.sh
EXTRA_DIST += %D%/test-man.sh

check_PROGRAMS += tests/man/test-config-page
tests_man_test_config_page_SOURCES = %D%/test-config-page.c
tests_man_test_config_page_CPPFLAGS = \
	$(TEST_CPPFLAGS) \
	-DPLUGINS='"$(pluginlib_LTLIBRARIES)"'
tests_man_test_config_page_LDADD = $(TEST_LIBS)
