# SPDX-License-Identifier: LGPL-2.1-or-later

check_PROGRAMS += \
	tests/mapper/test-envelope \
	tests/mapper/test-id \
	tests/mapper/test-key \
	tests/mapper/test-key-file \
	tests/mapper/test-mapper-interface \
	tests/mapper/test-nonce-pool \
	tests/mapper/test-wrapper

# A mapper of the configured plugins, for the tests below.
check_LTLIBRARIES += tests/mapper/libfixture.la
tests_mapper_libfixture_la_SOURCES = \
	%D%/fixture.c \
	%D%/fixture.h
tests_mapper_libfixture_la_CPPFLAGS = $(TEST_CPPFLAGS)

MAPPER_LIBS = tests/mapper/libfixture.la $(TEST_LIBS)

tests_mapper_test_envelope_SOURCES = %D%/test-envelope.c
tests_mapper_test_envelope_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_envelope_LDADD = $(TEST_LIBS)

tests_mapper_test_id_SOURCES = %D%/test-id.c
tests_mapper_test_id_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_id_LDADD = $(TEST_LIBS)

tests_mapper_test_key_SOURCES = %D%/test-key.c
tests_mapper_test_key_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_key_LDADD = $(TEST_LIBS)

tests_mapper_test_key_file_SOURCES = %D%/test-key-file.c
tests_mapper_test_key_file_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_key_file_LDADD = $(TEST_LIBS)

tests_mapper_test_mapper_interface_SOURCES = %D%/test-mapper-interface.c
tests_mapper_test_mapper_interface_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_mapper_interface_LDADD = $(MAPPER_LIBS)

tests_mapper_test_nonce_pool_SOURCES = %D%/test-nonce-pool.c
tests_mapper_test_nonce_pool_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_nonce_pool_LDADD = $(TEST_LIBS)

tests_mapper_test_wrapper_SOURCES = %D%/test-wrapper.c
tests_mapper_test_wrapper_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_wrapper_LDADD = $(TEST_LIBS)

# What follows needs a cipher and a compressor.
if ENABLE_AES_CBC
if ENABLE_LZ4

check_LTLIBRARIES += tests/mapper/cipher-test-sign.la
tests_mapper_cipher_test_sign_la_SOURCES = %D%/cipher-test-sign.c
tests_mapper_cipher_test_sign_la_LDFLAGS = \
	-module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)
tests_mapper_cipher_test_sign_la_LIBADD = $(GLIB_LIBS)

check_LTLIBRARIES += tests/mapper/compressor-test-copy.la
tests_mapper_compressor_test_copy_la_SOURCES = %D%/compressor-test-copy.c
tests_mapper_compressor_test_copy_la_LDFLAGS = \
	-module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)
tests_mapper_compressor_test_copy_la_LIBADD = $(GLIB_LIBS)

check_PROGRAMS += \
	tests/mapper/test-golden \
	tests/mapper/test-hot-path \
	tests/mapper/test-key-traces \
	tests/mapper/test-mapper \
	tests/mapper/test-policy \
	tests/mapper/test-tamper

tests_mapper_test_golden_SOURCES = %D%/test-golden.c
tests_mapper_test_golden_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_golden_LDADD = $(MAPPER_LIBS)

tests_mapper_test_hot_path_SOURCES = %D%/test-hot-path.c
tests_mapper_test_hot_path_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_hot_path_LDADD = $(MAPPER_LIBS)

tests_mapper_test_key_traces_SOURCES = %D%/test-key-traces.c
tests_mapper_test_key_traces_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_key_traces_LDADD = $(MAPPER_LIBS)

tests_mapper_test_mapper_SOURCES = %D%/test-mapper.c
tests_mapper_test_mapper_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_mapper_LDADD = $(MAPPER_LIBS)

tests_mapper_test_policy_SOURCES = %D%/test-policy.c
tests_mapper_test_policy_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_policy_LDADD = $(MAPPER_LIBS)

tests_mapper_test_tamper_SOURCES = %D%/test-tamper.c
tests_mapper_test_tamper_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mapper_test_tamper_LDADD = $(MAPPER_LIBS)

endif
endif

EXTRA_DIST += \
	%D%/golden/plain-lz4.hex \
	%D%/golden/plain-metadata.hex \
	%D%/golden/plain-tombstone.hex \
	%D%/golden/plain.hex \
	%D%/golden/sealed-lz4.hex \
	%D%/golden/sealed-metadata.hex \
	%D%/golden/sealed-tombstone.hex \
	%D%/golden/sealed.hex
