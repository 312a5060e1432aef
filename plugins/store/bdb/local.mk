# SPDX-License-Identifier: LGPL-2.1-or-later

pluginlib_LTLIBRARIES += plugins/store-bdb.la
plugins_store_bdb_la_SOURCES = \
	%D%/batch.c \
	%D%/bdb-private.h \
	%D%/bdb.c \
	%D%/buffer.c \
	%D%/buffer.h \
	%D%/check.c \
	%D%/checkpoint.c \
	%D%/commit.c \
	%D%/disk.c \
	%D%/environment.c \
	%D%/error.c \
	%D%/folder.c \
	%D%/heads.c \
	%D%/heads.h \
	%D%/ids.c \
	%D%/lock.c \
	%D%/log.c \
	%D%/marker.c \
	%D%/put.c \
	%D%/record.c \
	%D%/sequence.c \
	%D%/side.c \
	%D%/store.c \
	%D%/tree.c
plugins_store_bdb_la_LDFLAGS = $(PLUGIN_LDFLAGS)
plugins_store_bdb_la_LIBADD = $(GLIB_LIBS) $(BDB_LIBS)
