/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store plugin bdb through its own functions, with no host between.
 */

#pragma once

#include "evs-test.h"

#include <eventseal/evs-plugin.h>
#include <string.h>

G_BEGIN_DECLS

const EvsStoreVTable *bdb (void);

/* @settings: (nullable): "key=value", NULL-terminated; the rest are the
 * plugin's defaults, but nobody is waited for. */
gpointer bdb_open (const char *directory, const char *const *settings,
                   GError **error);

/* The same, and it must work; with settings as further arguments. */
#define bdb_must_open(directory, ...)                                          \
  bdb_must_open_with (                                                         \
      G_STRLOC, directory,                                                     \
      (const char *const[]){ __VA_ARGS__ __VA_OPT__ (, ) NULL })

gpointer bdb_must_open_with (const char *where, const char *directory,
                             const char *const *settings);
void bdb_close (gpointer store);

/* The id of the sequence that a test calls @n. */
EvsId bdb_id (guint64 n);

EvsSpan bdb_text (const char *text);

/* Commits one batch. */
gboolean bdb_commit (gpointer store, const EvsBatch *batch, guint64 *position,
                     GError **error);

/* Appends one record, durably, or @n records with versions from @version on
 * and data of @size bytes that depend on id and version. */
gboolean bdb_append (gpointer store, guint64 id, guint64 version,
                     const char *data, GError **error);
gboolean bdb_append_many (gpointer store, guint64 id, guint64 version, gsize n,
                          gsize size, EvsDurability durability, GError **error);

/* Reads all there is and asserts that it fits together: positions dense,
 * versions dense, the data what bdb_append_many () makes where it made it.
 * Returns the last position. */
guint64 bdb_check_all (gpointer store);

guint64 bdb_last_position (gpointer store);
gint64 bdb_last_version (gpointer store, guint64 id);

/* (transfer full) (nullable): the data of one record. */
char *bdb_get (gpointer store, guint64 id, guint64 version, GError **error);

/* Runs this test program again, as @role with @argument; the role's function
 * is called instead of the tests. */
typedef int (*BdbRole) (const char *argument);

/* What main () of the test calls first. Does not return in a helper. */
void bdb_test_init (int *argc, char ***argv, const char *role, BdbRole run);

/* @output: (out) (optional): its standard output, to be closed. */
GPid bdb_spawn (const char *argument, int *output);

/* Waits for the helper and returns its status as waitpid () gives it. */
int bdb_wait (GPid pid);

/* Waits for a line of the helper's. (transfer full) (nullable) */
char *bdb_read_line (int output);

/* Names, sizes and contents of a folder's files, to compare. */
char *bdb_fingerprint (const char *directory);

/* How many files of Berkeley DB's log there are. */
gsize bdb_count_logs (const char *directory);

G_END_DECLS
