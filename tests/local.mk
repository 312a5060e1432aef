# SPDX-License-Identifier: LGPL-2.1-or-later

TEST_EXTENSIONS = .sh .test
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)

# Tests never see an installed plugin or a user's configuration. GLib's slices
# would hide leaks.
AM_TESTS_ENVIRONMENT = \
	EVENTSEAL_PLUGIN_PATH='$(abs_top_builddir)/plugins/.libs'; \
	export EVENTSEAL_PLUGIN_PATH; \
	EVS_TEST_BUILDDIR='$(abs_top_builddir)'; \
	export EVS_TEST_BUILDDIR; \
	EVS_TEST_SRCDIR='$(abs_top_srcdir)'; \
	export EVS_TEST_SRCDIR; \
	G_SLICE=always-malloc; \
	export G_SLICE; \
	unset EVENTSEAL_CONFIG;

# What every test program links, and eventseal-certify too: the core with its
# private symbols, and the fixture.
noinst_LTLIBRARIES += tests/libtest.la
tests_libtest_la_SOURCES = \
	%D%/evs-test.c \
	%D%/evs-test.h
tests_libtest_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D%

TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D% $(JANSSON_CFLAGS)
TEST_LIBS = tests/libtest.la core/libeventseal-internal.la $(GLIB_LIBS)

include %D%/config/local.mk
include %D%/broken/local.mk
include %D%/contract/local.mk
include %D%/certify/local.mk
include %D%/bdb/local.mk
include %D%/lmdb/local.mk
include %D%/mapper/local.mk
include %D%/json/local.mk
include %D%/scenario/local.mk
include %D%/command/local.mk
include %D%/build/local.mk
include %D%/docs/local.mk
include %D%/introspection/local.mk
include %D%/man/local.mk
include %D%/completion/local.mk
include %D%/samples/local.mk
include %D%/new-plugin/local.mk
include %D%/bench/local.mk

TESTS += $(check_PROGRAMS)

# The test programs again, under valgrind. A leak or a bad access fails the
# test.
VALGRIND_COMMAND = \
	$(LIBTOOL) --mode=execute \
	env G_SLICE=always-malloc G_DEBUG=gc-friendly \
	EVS_TEST_SLOW_MACHINE=yes \
	valgrind --quiet --fair-sched=try --error-exitcode=9 --leak-check=full \
	--show-leak-kinds=definite --errors-for-leak-kinds=definite \
	--suppressions=$(abs_top_srcdir)/%D%/valgrind.supp

check-valgrind:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(check_PROGRAMS)' \
	  LOG_COMPILER='$(VALGRIND_COMMAND)'

EXTRA_DIST += %D%/tap.sh %D%/valgrind.supp
.PHONY: check-valgrind
