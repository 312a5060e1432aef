# SPDX-License-Identifier: LGPL-2.1-or-later

if ENABLE_LMDB

check_LTLIBRARIES += tests/lmdb/libfixture.la
tests_lmdb_libfixture_la_SOURCES = \
	tests/store-fixture.c \
	tests/store-fixture.h
tests_lmdb_libfixture_la_CPPFLAGS = $(LMDB_TEST_CPPFLAGS)

LMDB_TEST_CPPFLAGS = \
	$(TEST_CPPFLAGS) -I$(srcdir)/%D% -DFIXTURE_STORE='"lmdb"'
LMDB_TEST_LIBS = tests/lmdb/libfixture.la $(TEST_LIBS)

check_PROGRAMS += \
	tests/lmdb/test-lmdb-faults \
	tests/lmdb/test-lmdb-grow \
	tests/lmdb/test-lmdb-heap \
	tests/lmdb/test-lmdb-kill \
	tests/lmdb/test-lmdb-open \
	tests/lmdb/test-lmdb-read \
	tests/lmdb/test-lmdb-share

# This one stands before libc, also for the libraries that it loads.
tests_lmdb_test_lmdb_faults_SOURCES = %D%/test-lmdb-faults.c
tests_lmdb_test_lmdb_faults_CPPFLAGS = $(LMDB_TEST_CPPFLAGS)
tests_lmdb_test_lmdb_faults_LDFLAGS = -export-dynamic $(AM_LDFLAGS)
tests_lmdb_test_lmdb_faults_LDADD = $(LMDB_TEST_LIBS)

# These two are clients of LMDB beside the plugin.
tests_lmdb_test_lmdb_grow_SOURCES = %D%/test-lmdb-grow.c
tests_lmdb_test_lmdb_grow_CPPFLAGS = $(LMDB_TEST_CPPFLAGS) $(LMDB_CFLAGS)
tests_lmdb_test_lmdb_grow_LDADD = $(LMDB_TEST_LIBS) $(LMDB_LIBS)

tests_lmdb_test_lmdb_open_SOURCES = %D%/test-lmdb-open.c
tests_lmdb_test_lmdb_open_CPPFLAGS = $(LMDB_TEST_CPPFLAGS) $(LMDB_CFLAGS)
tests_lmdb_test_lmdb_open_LDADD = $(LMDB_TEST_LIBS) $(LMDB_LIBS)

tests_lmdb_test_lmdb_heap_SOURCES = tests/store-heap.c
tests_lmdb_test_lmdb_heap_CPPFLAGS = $(LMDB_TEST_CPPFLAGS)
tests_lmdb_test_lmdb_heap_LDADD = $(LMDB_TEST_LIBS)

tests_lmdb_test_lmdb_kill_SOURCES = %D%/test-lmdb-kill.c
tests_lmdb_test_lmdb_kill_CPPFLAGS = $(LMDB_TEST_CPPFLAGS)
tests_lmdb_test_lmdb_kill_LDADD = $(LMDB_TEST_LIBS)

tests_lmdb_test_lmdb_read_SOURCES = %D%/test-lmdb-read.c
tests_lmdb_test_lmdb_read_CPPFLAGS = $(LMDB_TEST_CPPFLAGS)
tests_lmdb_test_lmdb_read_LDADD = $(LMDB_TEST_LIBS)

tests_lmdb_test_lmdb_share_SOURCES = %D%/test-lmdb-share.c
tests_lmdb_test_lmdb_share_CPPFLAGS = $(LMDB_TEST_CPPFLAGS)
tests_lmdb_test_lmdb_share_LDADD = $(LMDB_TEST_LIBS)

endif
