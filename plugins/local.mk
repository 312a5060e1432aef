# SPDX-License-Identifier: LGPL-2.1-or-later

# A plugin's linker flags. -z nodelete: a module is never unloaded. Everything
# but the entry point stays hidden.
PLUGIN_LDFLAGS = \
	-module -avoid-version -shared \
	-export-symbols-regex '^evs_plugin_[a-z0-9_]*_describe$$' \
	-Wl,-z,nodelete \
	$(AM_LDFLAGS)
if !SANITIZERS
PLUGIN_LDFLAGS += -Wl,-z,defs
endif

pluginlibdir = $(libdir)/eventseal
pluginlib_LTLIBRARIES = plugins/store-memory.la

plugins_store_memory_la_SOURCES = %D%/store/memory.c
plugins_store_memory_la_LDFLAGS = $(PLUGIN_LDFLAGS)
plugins_store_memory_la_LIBADD = $(GLIB_LIBS)

if ENABLE_AES_CBC
pluginlib_LTLIBRARIES += plugins/cipher-aes-cbc.la
plugins_cipher_aes_cbc_la_SOURCES = %D%/cipher/aes-cbc.c
plugins_cipher_aes_cbc_la_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
plugins_cipher_aes_cbc_la_LDFLAGS = $(PLUGIN_LDFLAGS)
plugins_cipher_aes_cbc_la_LIBADD = $(GLIB_LIBS) $(GCRYPT_LIBS)
endif

if ENABLE_LZ4
pluginlib_LTLIBRARIES += plugins/compressor-lz4.la
plugins_compressor_lz4_la_SOURCES = %D%/compressor/lz4.c
plugins_compressor_lz4_la_CFLAGS = $(AM_CFLAGS) $(LZ4_CFLAGS)
plugins_compressor_lz4_la_LDFLAGS = $(PLUGIN_LDFLAGS)
plugins_compressor_lz4_la_LIBADD = $(GLIB_LIBS) $(LZ4_LIBS)
endif

if ENABLE_BDB
include %D%/store/bdb/local.mk
endif

if ENABLE_LMDB
include %D%/store/lmdb/local.mk
endif
