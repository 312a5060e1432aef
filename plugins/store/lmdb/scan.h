/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "lmdb-private.h"

G_BEGIN_DECLS

/*
 * A reading call. A chunk is copied in one short transaction and then shown
 * under none, again and again: a reader that stayed in its transaction would
 * keep every page from being used again, and the file would grow.
 */
typedef struct _EvsLmdbScan EvsLmdbScan;
struct _EvsLmdbScan
{
  EvsLmdb *self;
  guint64 left; /* how many may still be shown; given as the limit */

  /* Copies what comes next with _evs_lmdb_scan_keep (), which says when to
   * stop, and sets `ended` if that was all. Returns 0 or an error of LMDB. */
  int (*copy) (EvsLmdbScan *scan);

  /* Shows an item. Returns %FALSE with @error. */
  gboolean (*show) (EvsLmdbScan *scan, const EvsLmdbItem *item, GError **error);

  EvsLmdbReader *reader;
  gsize room;        /* for the chunk */
  gboolean is_begun; /* this is not the first chunk */
  gboolean ended;    /* there is no more to copy */
  gboolean stopped;  /* there is no more to show */
};

gboolean _evs_lmdb_scan_run (EvsLmdbScan *scan, GError **error);

/* Copies a pair; *@full says that no more is wanted in this chunk. */
int _evs_lmdb_scan_keep (EvsLmdbScan *scan, guint64 tag, const MDB_val *key,
                         const MDB_val *value, gboolean *full);

/* To be called after each visit with what the visitor returned. */
void _evs_lmdb_scan_count (EvsLmdbScan *scan, gboolean go_on);

/* A cursor of the chunk's transaction. */
int _evs_lmdb_scan_cursor (EvsLmdbScan *scan, EvsLmdbTree tree,
                           MDB_cursor **cursor);

G_END_DECLS
