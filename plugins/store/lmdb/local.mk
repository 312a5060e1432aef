# SPDX-License-Identifier: LGPL-2.1-or-later

pluginlib_LTLIBRARIES += plugins/store-lmdb.la
plugins_store_lmdb_la_SOURCES = \
	%D%/batch.c \
	%D%/batch.h \
	%D%/commit.c \
	%D%/environment.c \
	%D%/error.c \
	%D%/folder.c \
	%D%/lmdb-private.h \
	%D%/lmdb.c \
	%D%/read.c \
	%D%/scan.c \
	%D%/scan.h \
	%D%/side.c \
	%D%/size.c \
	%D%/transaction.c
plugins_store_lmdb_la_CFLAGS = $(AM_CFLAGS) $(LMDB_CFLAGS)
plugins_store_lmdb_la_LDFLAGS = $(PLUGIN_LDFLAGS)
plugins_store_lmdb_la_LIBADD = $(GLIB_LIBS) $(LMDB_LIBS)
