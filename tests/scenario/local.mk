# SPDX-License-Identifier: LGPL-2.1-or-later

check_PROGRAMS += tests/scenario/test-commit-queue
tests_scenario_test_commit_queue_SOURCES = %D%/test-commit-queue.c
tests_scenario_test_commit_queue_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_commit_queue_LDADD = $(TEST_LIBS)

# What follows needs a cipher and a compressor.
if ENABLE_AES_CBC
if ENABLE_LZ4

check_LTLIBRARIES += tests/scenario/libstack.la tests/scenario/store-flaky.la
tests_scenario_libstack_la_SOURCES = \
	%D%/stack.c \
	%D%/stack.h \
	tools/example/example.c \
	tools/example/example.h
tests_scenario_libstack_la_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_libstack_la_LIBADD = $(JANSSON_LIBS)

tests_scenario_store_flaky_la_SOURCES = %D%/flaky.h %D%/store-flaky.c
tests_scenario_store_flaky_la_CPPFLAGS = \
	$(AM_CPPFLAGS) -I$(srcdir)/%D% -I$(top_srcdir)
tests_scenario_store_flaky_la_LDFLAGS = \
	-module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)
tests_scenario_store_flaky_la_LIBADD = $(GLIB_LIBS)

SCENARIO_CPPFLAGS = $(TEST_CPPFLAGS) -I$(srcdir)/%D% -I$(top_srcdir)
SCENARIO_LIBS = tests/scenario/libstack.la $(TEST_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += \
	tests/scenario/test-appender \
	tests/scenario/test-event-store \
	tests/scenario/test-save \
	tests/scenario/test-scenario

tests_scenario_test_appender_SOURCES = \
	%D%/flaky.c \
	%D%/flaky.h \
	%D%/test-appender.c
tests_scenario_test_appender_CPPFLAGS = $(SCENARIO_CPPFLAGS) $(GMODULE_CFLAGS)
tests_scenario_test_appender_LDADD = $(SCENARIO_LIBS) $(GMODULE_LIBS)

tests_scenario_test_event_store_SOURCES = %D%/test-event-store.c
tests_scenario_test_event_store_CPPFLAGS = $(SCENARIO_CPPFLAGS)
tests_scenario_test_event_store_LDADD = $(SCENARIO_LIBS)

tests_scenario_test_save_SOURCES = \
	%D%/flaky.c \
	%D%/flaky.h \
	%D%/test-save.c
tests_scenario_test_save_CPPFLAGS = $(SCENARIO_CPPFLAGS) $(GMODULE_CFLAGS)
tests_scenario_test_save_LDADD = $(SCENARIO_LIBS) $(GMODULE_LIBS)

tests_scenario_test_scenario_SOURCES = %D%/test-scenario.c
tests_scenario_test_scenario_CPPFLAGS = $(SCENARIO_CPPFLAGS)
tests_scenario_test_scenario_LDADD = $(SCENARIO_LIBS)
if ENABLE_BDB
tests_scenario_test_scenario_CPPFLAGS += -DENABLE_BDB
endif
if ENABLE_LMDB
tests_scenario_test_scenario_CPPFLAGS += -DENABLE_LMDB
endif

endif
endif
