/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * SQLite, and built with PEER_SQLCIPHER, SQLCipher with a raw key:
 *   clustered  a table by (id, version) without rowid, an index as the log
 *   log        a table by position, an index by (id, version)
 */

#include "peer.h"

#include <sqlite3.h>
#include <string.h>

#define OPEN_FLAGS                                                             \
  (SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX)

typedef struct
{
  sqlite3 *db;
  sqlite3_stmt *begin;
  sqlite3_stmt *commit;
  sqlite3_stmt *insert;
  sqlite3_stmt *replay;
  sqlite3_stmt *get;
  sqlite3_stmt *scan;
  gint64 position;
} Store;

static const char clustered[] =
    "CREATE TABLE IF NOT EXISTS events (id BLOB, version INTEGER,"
    " position INTEGER, topic TEXT, data BLOB, PRIMARY KEY (id, version))"
    " WITHOUT ROWID;"
    "CREATE UNIQUE INDEX IF NOT EXISTS log ON events (position);";

static const char in_log_order[] =
    "CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY,"
    " id BLOB, version INTEGER, topic TEXT, data BLOB);"
    "CREATE UNIQUE INDEX IF NOT EXISTS sequences ON events (id, version);";

#ifdef PEER_SQLCIPHER
static const char key[] =
    "PRAGMA key = \"x'"
    "3c9d7a10e2f4586bb1c07d9e4f21a6538e0d5b7296c3f418aa67d20b91e5f03c'\";"
    "PRAGMA cipher_page_size = 4096;"
    "PRAGMA cipher_memory_security = OFF;";
#else
static const char key[] = "";
#endif

static void
check (Store *self, int ret)
{
  if (ret != SQLITE_OK && ret != SQLITE_DONE && ret != SQLITE_ROW)
    peer_fail ("SQLite: %s", sqlite3_errmsg (self->db));
}

static void
execute (Store *self, const char *text)
{
  check (self, sqlite3_exec (self->db, text, NULL, NULL, NULL));
}

#ifdef PEER_SQLCIPHER
/* What the library says of itself: 4 has another MAC than 3. */
static char *
describe_library (void)
{
  sqlite3_stmt *statement = NULL;
  const char *version = "?";
  char *text;
  sqlite3 *db;

  if (sqlite3_open (":memory:", &db) == SQLITE_OK
      && sqlite3_prepare_v2 (db, "PRAGMA cipher_version", -1, &statement, NULL)
             == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    version = (const char *) sqlite3_column_text (statement, 0);
  text = g_strdup_printf (
      "SQLCipher %.5s, SQLite %s|AES-256-CBC a page|HMAC-SHA%s a page|"
      "4 KiB, checked by the MAC|64 MiB, decrypted",
      version, sqlite3_libversion (), version[0] < '4' ? "1" : "512");
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return text;
}
#else
static char *
describe_library (void)
{
  return g_strdup_printf ("SQLite %s|none|none|4 KiB, not checked|64 MiB",
                          sqlite3_libversion ());
}
#endif

static char *
describe (const char *variant)
{
  g_autofree char *library = describe_library ();

  return g_strdup_printf ("%s|doubles|%s", library,
                          strcmp (variant, "log") == 0 ? "table" : "index");
}

/* ----------------------------------------------------------- open and close */

/* As for the others: one process, the same cache, the same log between
 * checkpoints. */
static void
set_up (Store *self, const PeerOptions *options)
{
  g_autofree char *text = g_strdup_printf (
      "%sPRAGMA page_size = %d; PRAGMA locking_mode = EXCLUSIVE;"
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = %s;"
      "PRAGMA cache_size = -%" G_GUINT64_FORMAT ";"
      "PRAGMA wal_autocheckpoint = %d;",
      key, PEER_PAGE_SIZE, options->sync ? "FULL" : "OFF",
      options->cache * 1024, PEER_CHECKPOINT_SIZE / PEER_PAGE_SIZE);

  execute (self, text);
  execute (self,
           strcmp (options->variant, "log") == 0 ? in_log_order : clustered);
}

static sqlite3_stmt *
prepare (Store *self, const char *text)
{
  sqlite3_stmt *statement;

  check (self, sqlite3_prepare_v2 (self->db, text, -1, &statement, NULL));
  return statement;
}

static gint64
last_position (Store *self)
{
  sqlite3_stmt *last = prepare (self, "SELECT max (position) FROM events");
  gint64 position;

  check (self, sqlite3_step (last));
  position = sqlite3_column_int64 (last, 0);
  sqlite3_finalize (last);
  return position;
}

static gpointer
open_store (const PeerOptions *options)
{
  g_autofree char *path = g_build_filename (options->folder, "events.db", NULL);
  Store *self = g_new0 (Store, 1);

  check (self, sqlite3_open_v2 (path, &self->db, OPEN_FLAGS, NULL));
  set_up (self, options);
  self->position = last_position (self);
  self->begin = prepare (self, "BEGIN IMMEDIATE");
  self->commit = prepare (self, "COMMIT");
  self->insert =
      prepare (self, "INSERT INTO events (id, version, position, topic, data)"
                     " VALUES (?, ?, ?, ?, ?)");
  self->replay = prepare (self, "SELECT version, topic, data FROM events"
                                " WHERE id = ? ORDER BY version LIMIT ?");
  self->get = prepare (
      self, "SELECT topic, data FROM events WHERE id = ? AND version = ?");
  self->scan = prepare (self, "SELECT id, version, topic, data FROM events"
                              " ORDER BY position");
  return self;
}

static void
close_store (gpointer store)
{
  Store *self = store;

  sqlite3_finalize (self->begin);
  sqlite3_finalize (self->commit);
  sqlite3_finalize (self->insert);
  sqlite3_finalize (self->replay);
  sqlite3_finalize (self->get);
  sqlite3_finalize (self->scan);
  check (self, sqlite3_close (self->db));
  g_free (self);
}

/* ------------------------------------------------------------------- append */

static void
run (Store *self, sqlite3_stmt *statement)
{
  check (self, sqlite3_step (statement));
  check (self, sqlite3_reset (statement));
}

static void
bind_id (sqlite3_stmt *statement, const EvsId *id)
{
  sqlite3_bind_blob (statement, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
}

static void
put (Store *self, const EvsEventView *event)
{
  sqlite3_stmt *insert = self->insert;

  bind_id (insert, &event->id);
  sqlite3_bind_int64 (insert, 2, (gint64) event->version);
  sqlite3_bind_int64 (insert, 3, ++self->position);
  sqlite3_bind_text (insert, 4, event->topic.data, (int) event->topic.size,
                     SQLITE_STATIC);
  sqlite3_bind_blob (insert, 5, event->state.data, (int) event->state.size,
                     SQLITE_STATIC);
  run (self, insert);
}

static void
append (gpointer store, const EvsEventView *events, gsize n)
{
  Store *self = store;

  run (self, self->begin);
  for (gsize i = 0; i < n; i++)
    put (self, &events[i]);
  run (self, self->commit);
}

/* --------------------------------------------------------------------- read */

static void
see_rows (Store *self, sqlite3_stmt *statement, int column, PeerSeen *seen)
{
  int ret;

  while ((ret = sqlite3_step (statement)) == SQLITE_ROW)
    if (sqlite3_column_blob (statement, column) != NULL)
      peer_see (seen, (gsize) sqlite3_column_bytes (statement, column));
  check (self, ret);
  check (self, sqlite3_reset (statement));
}

static void
replay (gpointer store, const EvsId *id, guint64 limit, PeerSeen *seen)
{
  Store *self = store;

  bind_id (self->replay, id);
  sqlite3_bind_int64 (self->replay, 2, (gint64) limit);
  see_rows (self, self->replay, 2, seen);
}

static void
get_one (gpointer store, const EvsId *id, guint64 version, PeerSeen *seen)
{
  Store *self = store;

  bind_id (self->get, id);
  sqlite3_bind_int64 (self->get, 2, (gint64) version);
  see_rows (self, self->get, 1, seen);
}

static void
scan (gpointer store, PeerSeen *seen)
{
  Store *self = store;

  see_rows (self, self->scan, 3, seen);
}

const Peer peer = {
  .describe = describe,
  .open = open_store,
  .close = close_store,
  .append = append,
  .replay = replay,
  .get = get_one,
  .scan = scan,
};
