# SPDX-License-Identifier: LGPL-2.1-or-later

# "make bench": stacks beside a bare Berkeley DB loop. Built on demand.
#   make bench [BENCH_EVENTS=N] [INPUT=FILE]
if ENABLE_BDB
EXTRA_PROGRAMS += tests/bench/bench
CLEANFILES += tests/bench/bench$(EXEEXT)
tests_bench_bench_SOURCES = \
	%D%/bare.c \
	%D%/bare.h \
	%D%/bench.c \
	%D%/table.c \
	%D%/table.h \
	tools/eventseal/dataset.c \
	tools/eventseal/dataset.h \
	tools/eventseal/event-line.c \
	tools/eventseal/event-line.h \
	tools/eventseal/folder.c \
	tools/eventseal/folder.h \
	tools/eventseal/generator.c \
	tools/eventseal/generator.h \
	tools/eventseal/lines.c \
	tools/eventseal/lines.h \
	tools/eventseal/measure.c \
	tools/eventseal/measure.h \
	tools/eventseal/pace.c \
	tools/eventseal/pace.h \
	tools/eventseal/progress.c \
	tools/eventseal/progress.h \
	tools/eventseal/rfc3339.c \
	tools/eventseal/rfc3339.h \
	tools/eventseal/text.c \
	tools/eventseal/text.h
tests_bench_bench_CPPFLAGS = \
	-I$(top_srcdir)/include \
	-I$(top_srcdir)/tools/eventseal \
	$(GLIB_CFLAGS)
tests_bench_bench_LDADD = core/libeventseal.la $(GLIB_LIBS) $(BDB_LIBS)

bench: all tests/bench/bench$(EXEEXT)
	EVENTSEAL_PLUGIN_PATH='$(abs_top_builddir)/plugins/.libs' \
	  tests/bench/bench$(EXEEXT) '$(BENCH_EVENTS)' '$(INPUT)'
else
bench:
	@echo 'make bench: needs the plugin bdb, which is not built' >&2; exit 1
endif
.PHONY: bench
