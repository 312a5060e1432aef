# SPDX-License-Identifier: LGPL-2.1-or-later

# The command, as a user runs it, with the stack that init configures.
if ENABLE_BDB
if ENABLE_AES_CBC
if ENABLE_LZ4

check_LTLIBRARIES += \
	tests/command/libcommand.la \
	tests/command/cipher-aes-cbc.la \
	tests/command/store-odd.la
tests_command_libcommand_la_SOURCES = \
	%D%/command.c \
	%D%/command.h
tests_command_libcommand_la_CPPFLAGS = $(TEST_CPPFLAGS)

# -rpath makes libtool build a module that nobody installs.
COMMAND_PLUGIN_LDFLAGS = \
	-module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)

tests_command_cipher_aes_cbc_la_SOURCES = %D%/cipher-aes-cbc.c
tests_command_cipher_aes_cbc_la_LDFLAGS = $(COMMAND_PLUGIN_LDFLAGS)
tests_command_cipher_aes_cbc_la_LIBADD = $(GLIB_LIBS)

tests_command_store_odd_la_SOURCES = %D%/store-odd.c
tests_command_store_odd_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_command_store_odd_la_LDFLAGS = $(COMMAND_PLUGIN_LDFLAGS)
tests_command_store_odd_la_LIBADD = $(GLIB_LIBS)

COMMAND_CPPFLAGS = \
	$(TEST_CPPFLAGS) \
	-I$(srcdir)/%D% \
	-DHEXDUMP='"$(HEXDUMP)"'
COMMAND_LIBS = tests/command/libcommand.la $(TEST_LIBS)

check_PROGRAMS += \
	tests/command/test-bench \
	tests/command/test-export \
	tests/command/test-import \
	tests/command/test-init \
	tests/command/test-operator \
	tests/command/test-plugins \
	tests/command/test-read \
	tests/command/test-terminal \
	tests/command/test-verify

tests_command_test_bench_SOURCES = %D%/test-bench.c
tests_command_test_bench_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_bench_LDADD = $(COMMAND_LIBS)

tests_command_test_export_SOURCES = %D%/test-export.c
tests_command_test_export_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_export_LDADD = $(COMMAND_LIBS)

tests_command_test_import_SOURCES = %D%/test-import.c
tests_command_test_import_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_import_LDADD = $(COMMAND_LIBS)

tests_command_test_init_SOURCES = %D%/test-init.c
tests_command_test_init_CPPFLAGS = $(COMMAND_CPPFLAGS)
if ENABLE_LMDB
tests_command_test_init_CPPFLAGS += -DENABLE_LMDB
endif
tests_command_test_init_LDADD = $(COMMAND_LIBS)

tests_command_test_operator_SOURCES = %D%/test-operator.c
tests_command_test_operator_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_operator_LDADD = $(COMMAND_LIBS)

tests_command_test_read_SOURCES = %D%/test-read.c
tests_command_test_read_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_read_LDADD = $(COMMAND_LIBS)

tests_command_test_terminal_SOURCES = %D%/test-terminal.c
tests_command_test_terminal_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_terminal_LDADD = $(COMMAND_LIBS)

tests_command_test_verify_SOURCES = %D%/test-verify.c
tests_command_test_verify_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_verify_LDADD = $(COMMAND_LIBS)

tests_command_test_plugins_SOURCES = %D%/test-plugins.c
tests_command_test_plugins_CPPFLAGS = $(COMMAND_CPPFLAGS)
tests_command_test_plugins_LDADD = $(COMMAND_LIBS)

endif
endif
endif
