# SPDX-License-Identifier: LGPL-2.1-or-later

# The contract suites as a program, which stands beside the command. It has
# the core in itself, with what only the tests of the core may use.
bin_PROGRAMS += eventseal-certify
eventseal_certify_SOURCES = \
	%D%/find.c \
	%D%/find.h \
	%D%/main.c \
	%D%/settings.c \
	%D%/settings.h
eventseal_certify_CPPFLAGS = $(TEST_CPPFLAGS) -I$(srcdir)/tests/contract
eventseal_certify_LDADD = tests/contract/libcontract.la $(TEST_LIBS)
