# SPDX-License-Identifier: LGPL-2.1-or-later

# "make bench": see bench.sh. Built on demand; "make check" tries it in small.
#   make bench [BENCH_EVENTS=N] [BENCH_SIZE=N] [BENCH_ROUNDS=N]
#              [BENCH_ONLY=SECTION,...] [BENCH_CONTENDERS=NAME,...]
#              [INPUT=FILE]
if ENABLE_BDB
BENCH_BINARIES = \
	tests/bench/aggregates \
	tests/bench/make-events \
	tests/bench/mapper \
	tests/bench/peer-bdb \
	tests/bench/peer-eventseal \
	tests/bench/peer-file \
	tests/bench/run
if ENABLE_LMDB
BENCH_BINARIES += tests/bench/peer-lmdb
endif
if BENCH_SQLCIPHER
BENCH_BINARIES += tests/bench/peer-sqlcipher
endif
if BENCH_SQLITE
BENCH_BINARIES += tests/bench/peer-sqlite
endif
EXTRA_PROGRAMS += $(BENCH_BINARIES)
EXTRA_LTLIBRARIES += tests/bench/slow-flush.la
CLEANFILES += $(BENCH_BINARIES) tests/bench/slow-flush.la

BENCH_CPPFLAGS = -I$(top_srcdir)/include $(GLIB_CFLAGS)
# Not by way of libtool's script, which would be measured too.
BENCH_LINK = -no-install $(AM_LDFLAGS)
BENCH_RUNNER = \
	%D%/event-file.c \
	%D%/event-file.h \
	%D%/fail.c \
	%D%/peer.h \
	%D%/runner.c \
	%D%/share.c \
	%D%/share.h

tests_bench_peer_bdb_SOURCES = $(BENCH_RUNNER) %D%/bytes.h %D%/peer-bdb.c
tests_bench_peer_bdb_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_peer_bdb_LDADD = $(GLIB_LIBS) $(BDB_LIBS)

tests_bench_peer_eventseal_SOURCES = \
	$(BENCH_RUNNER) %D%/peer-eventseal.c %D%/stack.c %D%/stack.h
tests_bench_peer_eventseal_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_peer_eventseal_LDFLAGS = $(BENCH_LINK)
tests_bench_peer_eventseal_LDADD = core/libeventseal.la $(GLIB_LIBS)

tests_bench_peer_file_SOURCES = $(BENCH_RUNNER) %D%/bytes.h %D%/peer-file.c
tests_bench_peer_file_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_peer_file_LDADD = $(GLIB_LIBS)

tests_bench_peer_lmdb_SOURCES = $(BENCH_RUNNER) %D%/bytes.h %D%/peer-lmdb.c
tests_bench_peer_lmdb_CPPFLAGS = $(BENCH_CPPFLAGS) $(LMDB_CFLAGS)
tests_bench_peer_lmdb_LDADD = $(GLIB_LIBS) $(LMDB_LIBS)

tests_bench_peer_sqlite_SOURCES = $(BENCH_RUNNER) %D%/peer-sqlite.c
tests_bench_peer_sqlite_CPPFLAGS = $(BENCH_CPPFLAGS) $(SQLITE_CFLAGS)
tests_bench_peer_sqlite_LDADD = $(GLIB_LIBS) $(SQLITE_LIBS)

tests_bench_peer_sqlcipher_SOURCES = $(BENCH_RUNNER) %D%/peer-sqlite.c
tests_bench_peer_sqlcipher_CPPFLAGS = \
	$(BENCH_CPPFLAGS) -DPEER_SQLCIPHER $(SQLCIPHER_CFLAGS)
tests_bench_peer_sqlcipher_LDADD = $(GLIB_LIBS) $(SQLCIPHER_LIBS)

BENCH_COMMON = \
	%D%/event-file.c \
	%D%/event-file.h \
	%D%/fail.c \
	%D%/peer.h \
	%D%/stack.c \
	%D%/stack.h

tests_bench_aggregates_SOURCES = $(BENCH_COMMON) %D%/aggregates.c
tests_bench_aggregates_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_aggregates_LDFLAGS = $(BENCH_LINK)
tests_bench_aggregates_LDADD = core/libeventseal.la $(GLIB_LIBS)

tests_bench_mapper_SOURCES = $(BENCH_COMMON) %D%/mapper.c
tests_bench_mapper_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_mapper_LDFLAGS = $(BENCH_LINK)
tests_bench_mapper_LDADD = core/libeventseal.la $(GLIB_LIBS)

tests_bench_make_events_SOURCES = \
	$(BENCH_COMMON) \
	%D%/make-events.c \
	tools/eventseal/dataset.c \
	tools/eventseal/dataset.h \
	tools/eventseal/event-line.c \
	tools/eventseal/event-line.h \
	tools/eventseal/generator.c \
	tools/eventseal/generator.h \
	tools/eventseal/lines.c \
	tools/eventseal/lines.h \
	tools/eventseal/rfc3339.c \
	tools/eventseal/rfc3339.h \
	tools/eventseal/text.c \
	tools/eventseal/text.h
tests_bench_make_events_CPPFLAGS = \
	$(BENCH_CPPFLAGS) -I$(top_srcdir)/tools/eventseal
tests_bench_make_events_LDFLAGS = $(BENCH_LINK)
tests_bench_make_events_LDADD = core/libeventseal.la $(GLIB_LIBS)

tests_bench_run_SOURCES = %D%/run.c

tests_bench_slow_flush_la_SOURCES = %D%/slow-flush.c
# Loaded into programs that have no sanitizer too.
tests_bench_slow_flush_la_CFLAGS = $(EVS_CFLAGS)
tests_bench_slow_flush_la_LDFLAGS = \
	-rpath /nowhere -module -avoid-version -shared

bench: all $(BENCH_BINARIES) tests/bench/slow-flush.la
	EVENTSEAL_PLUGIN_PATH='$(abs_top_builddir)/plugins/.libs' \
	BENCH_EVENTS='$(BENCH_EVENTS)' BENCH_SIZE='$(BENCH_SIZE)' \
	BENCH_ROUNDS='$(BENCH_ROUNDS)' BENCH_ONLY='$(BENCH_ONLY)' \
	BENCH_CONTENDERS='$(BENCH_CONTENDERS)' INPUT='$(INPUT)' AWK='$(AWK)' \
	  $(SHELL) $(srcdir)/%D%/bench.sh

# Charts of what the last "make bench" measured, into the source tree.
bench-charts:
	AWK='$(AWK)' $(SHELL) $(srcdir)/%D%/charts.sh bench.jsonl $(srcdir)/doc/charts

TESTS += %D%/test-bench.sh
%D%/test-bench.log: $(BENCH_BINARIES) tests/bench/slow-flush.la
else
bench:
	@echo 'make bench: needs the plugin bdb, which is not built' >&2; exit 1
endif
CLEANFILES += bench.jsonl bench.txt
EXTRA_DIST += \
	%D%/bars.gp \
	%D%/bench.sh \
	%D%/charts.awk \
	%D%/charts.gp \
	%D%/charts.sh \
	%D%/cost.gp \
	%D%/growth.gp \
	%D%/lines.awk \
	%D%/peers.gp \
	%D%/replay.gp \
	%D%/report.awk \
	%D%/targets \
	%D%/test-bench.sh
.PHONY: bench bench-charts
