# SPDX-License-Identifier: LGPL-2.1-or-later

# The example host uses what an installed host would: the shared library and
# the public headers. The scenario test links its application too.
noinst_PROGRAMS += tools/example/example
tools_example_example_SOURCES = \
	%D%/example.c \
	%D%/example.h \
	%D%/main.c
tools_example_example_CPPFLAGS = \
	-I$(top_srcdir)/include $(GLIB_CFLAGS) $(JANSSON_CFLAGS)
tools_example_example_LDADD = \
	core/libeventseal.la $(GLIB_LIBS) $(JANSSON_LIBS)
