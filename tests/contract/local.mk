# SPDX-License-Identifier: LGPL-2.1-or-later

# The contract suites, one a plugin kind. They know no plugin. eventseal-certify
# is built of them.
noinst_LTLIBRARIES += tests/contract/libcontract.la
tests_contract_libcontract_la_SOURCES = \
	%D%/contract-target.c \
	%D%/contract-target.h \
	%D%/contract-memory.c \
	%D%/contract-memory.h \
	\
	%D%/contract-cipher.c \
	%D%/contract-cipher.h \
	%D%/contract-cipher-forgery.c \
	%D%/contract-cipher-private.h \
	\
	%D%/contract-compressor.c \
	%D%/contract-compressor.h \
	\
	%D%/contract-store.c \
	%D%/contract-store.h \
	%D%/contract-store-private.h \
	%D%/contract-store-script.c \
	%D%/contract-store-commit.c \
	%D%/contract-store-side.c \
	%D%/contract-store-read.c \
	%D%/contract-store-threads.c \
	%D%/contract-store-visitors.c \
	%D%/contract-store-lasting.c
tests_contract_libcontract_la_CPPFLAGS = $(TEST_CPPFLAGS)

# Which plugins were built is configure's word, not what lies in a folder.
CONTRACT_CPPFLAGS = $(TEST_CPPFLAGS)
if ENABLE_AES_CBC
CONTRACT_CPPFLAGS += -DENABLE_AES_CBC
endif
if ENABLE_LZ4
CONTRACT_CPPFLAGS += -DENABLE_LZ4
endif
if ENABLE_BDB
CONTRACT_CPPFLAGS += -DENABLE_BDB
endif
if ENABLE_LMDB
CONTRACT_CPPFLAGS += -DENABLE_LMDB
endif
CONTRACT_LIBS = tests/contract/libcontract.la $(TEST_LIBS)

check_PROGRAMS += \
	tests/contract/test-cipher-contract \
	tests/contract/test-compressor-contract \
	tests/contract/test-store-contract \
	tests/contract/test-contract-fakes \
	tests/contract/test-memory

tests_contract_test_cipher_contract_SOURCES = %D%/test-cipher-contract.c
tests_contract_test_cipher_contract_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_contract_test_cipher_contract_LDADD = $(CONTRACT_LIBS)

tests_contract_test_compressor_contract_SOURCES = %D%/test-compressor-contract.c
tests_contract_test_compressor_contract_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_contract_test_compressor_contract_LDADD = $(CONTRACT_LIBS)

tests_contract_test_store_contract_SOURCES = %D%/test-store-contract.c
tests_contract_test_store_contract_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_contract_test_store_contract_LDADD = $(CONTRACT_LIBS)

tests_contract_test_contract_fakes_SOURCES = \
	%D%/test-contract-fakes.c \
	%D%/contract-fakes.h \
	%D%/fake-cipher.c \
	%D%/fake-compressor.c \
	%D%/fake-store.c
tests_contract_test_contract_fakes_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_contract_test_contract_fakes_LDADD = $(CONTRACT_LIBS)

tests_contract_test_memory_SOURCES = %D%/test-memory.c
tests_contract_test_memory_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_contract_test_memory_LDADD = $(CONTRACT_LIBS)

# What one plugin has beside its contract.
if ENABLE_AES_CBC
check_PROGRAMS += tests/contract/test-aes-cbc
tests_contract_test_aes_cbc_SOURCES = %D%/test-aes-cbc.c
tests_contract_test_aes_cbc_CPPFLAGS = $(CONTRACT_CPPFLAGS) $(GCRYPT_CFLAGS)
tests_contract_test_aes_cbc_LDADD = $(CONTRACT_LIBS) $(GCRYPT_LIBS)
endif
if ENABLE_LZ4
check_PROGRAMS += tests/contract/test-lz4
tests_contract_test_lz4_SOURCES = %D%/test-lz4.c
tests_contract_test_lz4_CPPFLAGS = $(CONTRACT_CPPFLAGS)
tests_contract_test_lz4_LDADD = $(CONTRACT_LIBS)
endif
