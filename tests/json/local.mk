# SPDX-License-Identifier: LGPL-2.1-or-later

check_PROGRAMS += tests/json/test-json-scan
tests_json_test_json_scan_SOURCES = %D%/test-json-scan.c
tests_json_test_json_scan_CPPFLAGS = $(TEST_CPPFLAGS)
tests_json_test_json_scan_LDADD = $(TEST_LIBS)
