# SPDX-License-Identifier: LGPL-2.1-or-later

check_PROGRAMS += \
	tests/config/test-config \
	tests/config/test-config-rules \
	tests/config/test-config-setting \
	tests/config/test-leak-search \
	tests/config/test-nearest-name \
	tests/config/test-secret \
	tests/config/test-settings

tests_config_test_config_SOURCES = %D%/test-config.c
tests_config_test_config_CPPFLAGS = $(TEST_CPPFLAGS)
tests_config_test_config_LDADD = $(TEST_LIBS)

tests_config_test_config_rules_SOURCES = %D%/test-config-rules.c
tests_config_test_config_rules_CPPFLAGS = $(TEST_CPPFLAGS)
tests_config_test_config_rules_LDADD = $(TEST_LIBS)

tests_config_test_config_setting_SOURCES = %D%/test-config-setting.c
tests_config_test_config_setting_CPPFLAGS = $(TEST_CPPFLAGS)
tests_config_test_config_setting_LDADD = $(TEST_LIBS)

tests_config_test_leak_search_SOURCES = %D%/test-leak-search.c
tests_config_test_leak_search_CPPFLAGS = $(TEST_CPPFLAGS)
tests_config_test_leak_search_LDADD = $(TEST_LIBS)

tests_config_test_nearest_name_SOURCES = %D%/test-nearest-name.c
tests_config_test_nearest_name_CPPFLAGS = $(TEST_CPPFLAGS)
tests_config_test_nearest_name_LDADD = $(TEST_LIBS)

tests_config_test_secret_SOURCES = %D%/test-secret.c
tests_config_test_secret_CPPFLAGS = $(TEST_CPPFLAGS)
tests_config_test_secret_LDADD = $(TEST_LIBS)
tests_config_test_secret_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=munmap

tests_config_test_settings_SOURCES = %D%/test-settings.c
tests_config_test_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_config_test_settings_LDADD = $(TEST_LIBS)
