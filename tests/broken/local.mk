# SPDX-License-Identifier: LGPL-2.1-or-later

# One compressor, broken in one way each. -rpath makes libtool build a module
# that nobody installs.
BROKEN_LDFLAGS = \
	-rpath /nowhere -module -avoid-version -shared \
	-Wl,-z,nodelete \
	$(AM_LDFLAGS)

check_LTLIBRARIES += \
	tests/broken/compressor-good.la \
	tests/broken/compressor-deletable.la \
	tests/broken/compressor-magic.la \
	tests/broken/compressor-major.la \
	tests/broken/compressor-minor.la \
	tests/broken/compressor-size.la \
	tests/broken/compressor-kind.la \
	tests/broken/compressor-name.la \
	tests/broken/compressor-slot.la \
	tests/broken/compressor-absent.la \
	tests/broken/compressor-null.la \
	tests/broken/compressor-nothing.la \
	tests/broken/compressor-unresolved.la

tests_broken_compressor_good_la_SOURCES = %D%/broken.c
tests_broken_compressor_good_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN=good
tests_broken_compressor_good_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_good_la_LIBADD = $(GLIB_LIBS)

# Linked without -z nodelete, but with another of such flags.
tests_broken_compressor_deletable_la_SOURCES = %D%/broken.c
tests_broken_compressor_deletable_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=deletable
tests_broken_compressor_deletable_la_LDFLAGS = \
	-rpath /nowhere -module -avoid-version -shared \
	-Wl,-z,now \
	$(AM_LDFLAGS)
tests_broken_compressor_deletable_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_magic_la_SOURCES = %D%/broken.c
tests_broken_compressor_magic_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=magic -DBREAK=.magic=0x21212121
tests_broken_compressor_magic_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_magic_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_major_la_SOURCES = %D%/broken.c
tests_broken_compressor_major_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=major -DBREAK=.abi_major=9
tests_broken_compressor_major_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_major_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_minor_la_SOURCES = %D%/broken.c
tests_broken_compressor_minor_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=minor -DBREAK=.abi_minor=7
tests_broken_compressor_minor_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_minor_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_size_la_SOURCES = %D%/broken.c
tests_broken_compressor_size_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=size -DBREAK=.struct_size=16
tests_broken_compressor_size_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_size_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_kind_la_SOURCES = %D%/broken.c
tests_broken_compressor_kind_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=kind -DBREAK=.kind=EVS_PLUGIN_STORE
tests_broken_compressor_kind_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_kind_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_name_la_SOURCES = %D%/broken.c
tests_broken_compressor_name_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=name -DBREAK='.name="other"'
tests_broken_compressor_name_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_name_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_slot_la_SOURCES = %D%/broken.c
tests_broken_compressor_slot_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=slot -DDECOMPRESS=NULL
tests_broken_compressor_slot_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_slot_la_LIBADD = $(GLIB_LIBS)

# The symbol is that of another name.
tests_broken_compressor_absent_la_SOURCES = %D%/broken.c
tests_broken_compressor_absent_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN=present
tests_broken_compressor_absent_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_absent_la_LIBADD = $(GLIB_LIBS)

# The symbol is there, and is NULL.
tests_broken_compressor_null_la_SOURCES = %D%/broken.c
tests_broken_compressor_null_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN=present
tests_broken_compressor_null_la_LDFLAGS = $(BROKEN_LDFLAGS) \
	-Wl,--defsym=evs_plugin_null_describe=0
tests_broken_compressor_null_la_LIBADD = $(GLIB_LIBS)

tests_broken_compressor_nothing_la_SOURCES = %D%/nothing.c
tests_broken_compressor_nothing_la_LDFLAGS = $(BROKEN_LDFLAGS)
tests_broken_compressor_nothing_la_LIBADD = $(GLIB_LIBS)

# Of a function that is called: it is the loader's choice when to look for it.
tests_broken_compressor_unresolved_la_SOURCES = %D%/broken.c
tests_broken_compressor_unresolved_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBROKEN=unresolved -DCOPY=evs_broken_nowhere
tests_broken_compressor_unresolved_la_LDFLAGS = $(BROKEN_LDFLAGS) -Wl,-z,lazy
tests_broken_compressor_unresolved_la_LIBADD = $(GLIB_LIBS)

check_PROGRAMS += \
	tests/broken/test-elf \
	tests/broken/test-module \
	tests/broken/test-module-check \
	tests/broken/test-registry

tests_broken_test_elf_SOURCES = %D%/test-elf.c
tests_broken_test_elf_CPPFLAGS = $(TEST_CPPFLAGS)
tests_broken_test_elf_LDADD = $(TEST_LIBS)

tests_broken_test_module_SOURCES = %D%/test-module.c
tests_broken_test_module_CPPFLAGS = $(TEST_CPPFLAGS)
tests_broken_test_module_LDADD = $(TEST_LIBS)

tests_broken_test_module_check_SOURCES = %D%/test-module-check.c
tests_broken_test_module_check_CPPFLAGS = $(TEST_CPPFLAGS)
tests_broken_test_module_check_LDADD = $(TEST_LIBS)

tests_broken_test_registry_SOURCES = %D%/test-registry.c
tests_broken_test_registry_CPPFLAGS = $(TEST_CPPFLAGS)
tests_broken_test_registry_LDADD = $(TEST_LIBS)
tests_broken_test_registry_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=getauxval
