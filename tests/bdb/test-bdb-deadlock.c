/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A reader that Berkeley DB makes give way, at each of its steps in turn: it
 * tries again, and shows all there is. This program stands before Berkeley DB,
 * so that the plugin's databases and cursors have gets of ours.
 */

#define _GNU_SOURCE /* RTLD_NEXT */

#include "store-fixture.h"

#include <db.h>
#include <dlfcn.h>

#define N_LARGE 4
#define N_SMALL 3000

typedef int (*Create) (DB **db, DB_ENV *env, guint32 flags);
typedef int (*Cursor) (DB *db, DB_TXN *txn, DBC **cursor, guint32 flags);
typedef int (*Get) (DB *db, DB_TXN *txn, DBT *key, DBT *value, guint32 flags);
typedef int (*CursorGet) (DBC *cursor, DBT *key, DBT *value, guint32 flags);

static struct
{
  Cursor cursor;
  Get get;
  CursorGet cursor_get;
  int left; /* gets until one has to give way; 0: none has to */
} real;

static gboolean
gives_way (void)
{
  return real.left > 0 && --real.left == 0;
}

static int
get (DB *db, DB_TXN *txn, DBT *key, DBT *value, guint32 flags)
{
  return gives_way () ? DB_LOCK_DEADLOCK
                      : real.get (db, txn, key, value, flags);
}

static int
cursor_get (DBC *cursor, DBT *key, DBT *value, guint32 flags)
{
  return gives_way () ? DB_LOCK_DEADLOCK
                      : real.cursor_get (cursor, key, value, flags);
}

/* Cursors are used again, some with our get in them. */
static int
open_cursor (DB *db, DB_TXN *txn, DBC **cursor, guint32 flags)
{
  int ret = real.cursor (db, txn, cursor, flags);

  if (ret != 0 || (*cursor)->get == cursor_get)
    return ret;
  real.cursor_get = (*cursor)->get;
  (*cursor)->get = cursor_get;
  return 0;
}

__attribute__ ((visibility ("default"))) int
db_create (DB **db, DB_ENV *env, guint32 flags)
{
  int ret = ((Create) dlsym (RTLD_NEXT, "db_create")) (db, env, flags);

  if (ret != 0)
    return ret;
  real.cursor = (*db)->cursor;
  real.get = (*db)->get;
  (*db)->cursor = open_cursor;
  (*db)->get = get;
  return 0;
}

/* ------------------------------------------------------------------ fixture */

static void
put_side_entries (StoreFixture *fixture)
{
  for (guint32 i = 0; i < N_SMALL; i += 100)
    {
      EvsSideWrite writes[100];
      guint32 keys[100];
      EvsBatch batch = { .side = writes, .n_side = 100 };
      g_autoptr (GError) error = NULL;

      for (guint32 j = 0; j < 100; j++)
        {
          keys[j] = GUINT32_TO_BE (i + j);
          writes[j] = (EvsSideWrite){ .table = "table",
                                      .key = { &keys[j], sizeof keys[j] },
                                      .value = { "value", 5 } };
        }
      store_commit (fixture->store, &batch, NULL, &error);
      g_assert_no_error (error);
    }
}

/* A sequence whose records fill the reader's memory soon, one of many. */
static void
set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_set_up_open (fixture, data);
  store_append_many (fixture->store, 1, 0, N_LARGE, 30000, EVS_DURABILITY_NONE,
                     &error);
  store_append_many (fixture->store, 2, 0, N_SMALL, 100, EVS_DURABILITY_NONE,
                     &error);
  g_assert_no_error (error);
  put_side_entries (fixture);
}

/* -------------------------------------------------------------------- reads */

static gboolean
count_record (const EvsRecord *record, gpointer user_data)
{
  ++*(guint64 *) user_data;
  return TRUE;
}

static gboolean
count_entry (EvsSpan key, EvsSpan value, gpointer user_data)
{
  ++*(guint64 *) user_data;
  return TRUE;
}

static gboolean
count_id (const EvsId *id, gpointer user_data)
{
  ++*(guint64 *) user_data;
  return TRUE;
}

static guint64
read_sequence (gpointer store, guint64 number, gboolean descending,
               GError **error)
{
  EvsId id = store_id (number);
  guint64 n = 0;

  store_vtable ()->read_sequence (store, &id, 0, G_MAXINT64, 0, descending,
                                  count_record, &n, error);
  return n;
}

static guint64
read_large (gpointer store, GError **error)
{
  return read_sequence (store, 1, FALSE, error);
}

static guint64
read_large_descending (gpointer store, GError **error)
{
  return read_sequence (store, 1, TRUE, error);
}

static guint64
read_small (gpointer store, GError **error)
{
  return read_sequence (store, 2, FALSE, error);
}

static guint64
read_small_descending (gpointer store, GError **error)
{
  return read_sequence (store, 2, TRUE, error);
}

static guint64
read_log (gpointer store, GError **error)
{
  guint64 n = 0;

  store_vtable ()->read_log (store, 1, 0, count_record, &n, error);
  return n;
}

static guint64
read_ids (gpointer store, GError **error)
{
  guint64 n = 0;

  store_vtable ()->read_ids (store, NULL, 0, count_id, &n, error);
  return n;
}

static guint64
scan_side (gpointer store, GError **error)
{
  guint64 n = 0;

  store_vtable ()->side_scan (store, "table", (EvsSpan){ NULL, 0 }, 0,
                              count_entry, &n, error);
  return n;
}

static const struct
{
  const char *path;
  guint64 (*read) (gpointer store, GError **error);
  guint64 n;
} reads[] = {
  { "/bdb/deadlock/large", read_large, N_LARGE },
  { "/bdb/deadlock/large-descending", read_large_descending, N_LARGE },
  { "/bdb/deadlock/small", read_small, N_SMALL },
  { "/bdb/deadlock/small-descending", read_small_descending, N_SMALL },
  { "/bdb/deadlock/log", read_log, N_LARGE + N_SMALL },
  { "/bdb/deadlock/ids", read_ids, 2 },
  { "/bdb/deadlock/side", scan_side, N_SMALL },
};

/* Each get in turn, later ones further apart, until there is none that late. */
static void
test_who_gives_way_reads_all (StoreFixture *fixture, gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  int step = 0;

  do
    {
      g_autoptr (GError) error = NULL;

      real.left = ++step;
      g_assert_cmpuint (reads[i].read (fixture->store, &error), ==, reads[i].n);
      g_assert_no_error (error);
      step += step / 8;
    }
  while (real.left == 0);
  real.left = 0;
  g_assert_cmpint (step, >, 2);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);
  /* Has the linker load it before the plugin does, so that it is the next. */
  g_test_message ("%s", db_version (NULL, NULL, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (reads); i++)
    g_test_add (reads[i].path, StoreFixture, GSIZE_TO_POINTER (i), set_up,
                test_who_gives_way_reads_all, store_tear_down);
  return g_test_run ();
}
