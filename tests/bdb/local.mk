# SPDX-License-Identifier: LGPL-2.1-or-later

if ENABLE_BDB

check_LTLIBRARIES += tests/bdb/libfixture.la
tests_bdb_libfixture_la_SOURCES = \
	%D%/bdb-logs.c \
	%D%/bdb-logs.h \
	tests/store-fixture.c \
	tests/store-fixture.h
tests_bdb_libfixture_la_CPPFLAGS = $(BDB_TEST_CPPFLAGS)

BDB_TEST_CPPFLAGS = \
	$(TEST_CPPFLAGS) -I$(srcdir)/%D% -DFIXTURE_STORE='"bdb"'
BDB_TEST_LIBS = tests/bdb/libfixture.la $(TEST_LIBS)

check_PROGRAMS += \
	tests/bdb/test-bdb-damage \
	tests/bdb/test-bdb-deadlock \
	tests/bdb/test-bdb-death \
	tests/bdb/test-bdb-faults \
	tests/bdb/test-bdb-folder \
	tests/bdb/test-bdb-heap \
	tests/bdb/test-bdb-kill \
	tests/bdb/test-bdb-large \
	tests/bdb/test-bdb-log \
	tests/bdb/test-bdb-open \
	tests/bdb/test-bdb-read

tests_bdb_test_bdb_damage_SOURCES = %D%/test-bdb-damage.c
tests_bdb_test_bdb_damage_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_damage_LDADD = $(BDB_TEST_LIBS)

# Stands before Berkeley DB.
tests_bdb_test_bdb_deadlock_SOURCES = %D%/test-bdb-deadlock.c
tests_bdb_test_bdb_deadlock_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_deadlock_LDFLAGS = -export-dynamic $(AM_LDFLAGS)
tests_bdb_test_bdb_deadlock_LDADD = $(BDB_TEST_LIBS) $(BDB_LIBS)

# These two stand before libc, also for the libraries that they load.
tests_bdb_test_bdb_death_SOURCES = \
	%D%/bdb-faults.c \
	%D%/bdb-faults.h \
	%D%/test-bdb-death.c
tests_bdb_test_bdb_death_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_death_LDFLAGS = -export-dynamic $(AM_LDFLAGS)
tests_bdb_test_bdb_death_LDADD = $(BDB_TEST_LIBS)

tests_bdb_test_bdb_faults_SOURCES = \
	%D%/bdb-faults.c \
	%D%/bdb-faults.h \
	%D%/test-bdb-faults.c
tests_bdb_test_bdb_faults_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_faults_LDFLAGS = -export-dynamic $(AM_LDFLAGS)
tests_bdb_test_bdb_faults_LDADD = $(BDB_TEST_LIBS)

tests_bdb_test_bdb_folder_SOURCES = %D%/test-bdb-folder.c
tests_bdb_test_bdb_folder_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_folder_LDADD = $(BDB_TEST_LIBS)

tests_bdb_test_bdb_heap_SOURCES = tests/store-heap.c
tests_bdb_test_bdb_heap_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_heap_LDADD = $(BDB_TEST_LIBS)

tests_bdb_test_bdb_kill_SOURCES = %D%/test-bdb-kill.c
tests_bdb_test_bdb_kill_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_kill_LDADD = $(BDB_TEST_LIBS)

tests_bdb_test_bdb_large_SOURCES = %D%/test-bdb-large.c
tests_bdb_test_bdb_large_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_large_LDADD = $(BDB_TEST_LIBS)

tests_bdb_test_bdb_log_SOURCES = %D%/test-bdb-log.c
tests_bdb_test_bdb_log_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_log_LDADD = $(BDB_TEST_LIBS) $(BDB_LIBS)

tests_bdb_test_bdb_open_SOURCES = %D%/test-bdb-open.c
tests_bdb_test_bdb_open_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_open_LDADD = $(BDB_TEST_LIBS)

tests_bdb_test_bdb_read_SOURCES = %D%/test-bdb-read.c
tests_bdb_test_bdb_read_CPPFLAGS = $(BDB_TEST_CPPFLAGS)
tests_bdb_test_bdb_read_LDADD = $(BDB_TEST_LIBS)

endif
