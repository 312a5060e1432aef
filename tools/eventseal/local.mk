# SPDX-License-Identifier: LGPL-2.1-or-later

# The command: built at the top, so that it can be run as ./eventseal. It uses
# what any host program can use, and beside it the search for the nearest name.
bin_PROGRAMS += eventseal
eventseal_SOURCES = \
	%D%/certify.c \
	%D%/bench-print.c \
	%D%/bench.c \
	%D%/bench.h \
	%D%/causes.c \
	%D%/causes.h \
	%D%/check.c \
	%D%/child.c \
	%D%/child.h \
	%D%/command.h \
	%D%/dataset.c \
	%D%/dataset.h \
	%D%/demo.c \
	%D%/erase.c \
	%D%/event-line.c \
	%D%/event-line.h \
	%D%/export.c \
	%D%/folder.c \
	%D%/folder.h \
	%D%/generator.c \
	%D%/generator.h \
	%D%/hexdump.c \
	%D%/hexdump.h \
	%D%/import.c \
	%D%/init.c \
	%D%/lines.c \
	%D%/lines.h \
	%D%/log.c \
	%D%/main.c \
	%D%/measure.c \
	%D%/measure.h \
	%D%/names.c \
	%D%/names.h \
	%D%/open.c \
	%D%/open.h \
	%D%/options.c \
	%D%/options.h \
	%D%/output.c \
	%D%/output.h \
	%D%/pace.c \
	%D%/pace.h \
	%D%/plugin-text.c \
	%D%/plugin-text.h \
	%D%/plugins.c \
	%D%/progress.c \
	%D%/progress.h \
	%D%/raw.c \
	%D%/rfc3339.c \
	%D%/rfc3339.h \
	%D%/search.c \
	%D%/search.h \
	%D%/sequences.c \
	%D%/sequences.h \
	%D%/show.c \
	%D%/stage.c \
	%D%/stage.h \
	%D%/stats.c \
	%D%/text.c \
	%D%/text.h \
	%D%/throwaway.c \
	%D%/throwaway.h \
	%D%/verify.c \
	core/evs-nearest-name.c \
	core/evs-nearest-name.h
eventseal_CPPFLAGS = \
	-I$(top_srcdir)/include \
	-I$(top_srcdir)/core \
	$(GLIB_CFLAGS)
eventseal_LDADD = core/libeventseal.la $(GLIB_LIBS)
