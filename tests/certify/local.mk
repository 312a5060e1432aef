# SPDX-License-Identifier: LGPL-2.1-or-later

# The fakes of the contract suites, each as a module that nobody installs.
CERTIFY_LDFLAGS = \
	-rpath /nowhere -module -avoid-version -shared \
	-export-symbols-regex '^evs_plugin_[a-z0-9_]*_describe$$' \
	-Wl,-z,nodelete \
	$(AM_LDFLAGS)

check_LTLIBRARIES += \
	tests/certify/cipher-fake-cipher.la \
	tests/certify/compressor-fake-compressor.la \
	tests/certify/store-fake-serial-store.la \
	tests/certify/store-fake-store.la

tests_certify_cipher_fake_cipher_la_SOURCES = tests/contract/fake-cipher.c
tests_certify_cipher_fake_cipher_la_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_certify_cipher_fake_cipher_la_LDFLAGS = $(CERTIFY_LDFLAGS)
tests_certify_cipher_fake_cipher_la_LIBADD = $(GLIB_LIBS)

tests_certify_compressor_fake_compressor_la_SOURCES = \
	tests/contract/fake-compressor.c
tests_certify_compressor_fake_compressor_la_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_certify_compressor_fake_compressor_la_LDFLAGS = $(CERTIFY_LDFLAGS)
tests_certify_compressor_fake_compressor_la_LIBADD = $(GLIB_LIBS)

# These wrap the plugin memory, which they find as a test does.
tests_certify_store_fake_serial_store_la_SOURCES = tests/contract/fake-store.c
tests_certify_store_fake_serial_store_la_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_certify_store_fake_serial_store_la_LDFLAGS = $(CERTIFY_LDFLAGS)
tests_certify_store_fake_serial_store_la_LIBADD = $(CONTRACT_LIBS)

tests_certify_store_fake_store_la_SOURCES = tests/contract/fake-store.c
tests_certify_store_fake_store_la_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_certify_store_fake_store_la_LDFLAGS = $(CERTIFY_LDFLAGS)
tests_certify_store_fake_store_la_LIBADD = $(CONTRACT_LIBS)

TESTS += %D%/test-certify.sh
EXTRA_DIST += %D%/test-certify.sh
