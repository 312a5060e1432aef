/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store plugin through its own functions, with no host between: the one that
 * FIXTURE_STORE names when this is compiled.
 */

#pragma once

#include "evs-test.h"

#include <eventseal/evs-plugin.h>
#include <string.h>

G_BEGIN_DECLS

const EvsStoreVTable *store_vtable (void);

/* @settings: (nullable): "key=value", NULL-terminated; the rest are the
 * plugin's defaults, but nobody is waited for. */
gpointer store_open (const char *directory, const char *const *settings,
                     GError **error);

/* The same, and it must work; with settings as further arguments. */
#define store_must_open(directory, ...)                                        \
  store_must_open_with (                                                       \
      G_STRLOC, directory,                                                     \
      (const char *const[]){ __VA_ARGS__ __VA_OPT__ (, ) NULL })

gpointer store_must_open_with (const char *where, const char *directory,
                               const char *const *settings);
void store_close (gpointer store);

/* What most tests begin with: a folder and the place of a store in it, which
 * is there and open if it was set up so. */
typedef struct
{
  EvsTestFolder *folder;
  char *directory;
  gpointer store; /* (nullable): closed at the end */
} StoreFixture;

void store_set_up (StoreFixture *fixture, gconstpointer data);
void store_set_up_open (StoreFixture *fixture, gconstpointer data);
void store_tear_down (StoreFixture *fixture, gconstpointer data);

/* It must not open. */
void store_assert_open_fails (const char *directory, EvsError code,
                              const char *pattern);

/* Makes a store with one record, and closes it. */
void store_make (const char *directory);

/* The id of the sequence that a test calls @n. */
EvsId store_id (guint64 n);

EvsSpan store_text (const char *text);

/* Commits one batch. */
gboolean store_commit (gpointer store, const EvsBatch *batch, guint64 *position,
                       GError **error);

/* Appends one record, durably, or @n records with versions from @version on
 * and data of @size bytes that depend on id and version. */
gboolean store_append (gpointer store, guint64 id, guint64 version,
                       const char *data, GError **error);
gboolean store_append_many (gpointer store, guint64 id, guint64 version,
                            gsize n, gsize size, EvsDurability durability,
                            GError **error);

/* Reads all there is and asserts that it fits together: positions dense,
 * versions dense, the data what store_append_many () makes where it made it.
 * Returns the last position. */
guint64 store_check_all (gpointer store);

/* The same of the log alone, while others append. */
guint64 store_check_log (gpointer store);

guint64 store_last_position (gpointer store);
gint64 store_last_version (gpointer store, guint64 id);

/* (transfer full) (nullable): the data of one record. */
char *store_get (gpointer store, guint64 id, guint64 version, GError **error);

/* What a helper does, which is this test program run again with @argument. */
typedef int (*StoreRole) (const char *argument);

/* What main () of the test calls first. Does not return in a helper. */
void store_test_init (int *argc, char ***argv, const char *role, StoreRole run);

/* @output: (out) (optional): its standard output, to be closed. */
GPid store_spawn (const char *argument, int *output);

/* Waits for the helper and returns its status as waitpid () gives it. */
int store_wait (GPid pid);

/* Waits for a line of the helper's. (transfer full) (nullable) */
char *store_read_line (int output);

/* Names and contents of a folder's files, to compare; of the lock file only
 * the name, for to look at it is to change it. */
char *store_fingerprint (const char *directory);

G_END_DECLS
