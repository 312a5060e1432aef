/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checkpoints, and what they are for: opening is quick, and the files of
 * Berkeley DB's log go away.
 */

#include "bdb-logs.h"
#include "store-fixture.h"

#include <db.h>
#include <stdio.h>

/* About twice as much goes into the log. */
static void
write_mebibytes (gpointer store, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      guint64 version = (guint64) (store_last_version (store, 1) + 1);
      g_autoptr (GError) error = NULL;

      store_append_many (store, 1, version, 1024, 1024, EVS_DURABILITY_NONE,
                         &error);
      g_assert_no_error (error);
    }
}

/* ------------------------------------------------------------- log's own end
 */

typedef struct
{
  unsigned int end_file, end;
  unsigned int checkpoint_file, checkpoint;
} Recovery;

static void
take_message (const DB_ENV *env, const char *message)
{
  Recovery *recovery = env->app_private;
  const char *end = strstr (message, "last valid log LSN: ");
  const char *checkpoint = strstr (message, "recovery checkpoint ");

  if (end != NULL)
    sscanf (end, "last valid log LSN: file: %u offset %u", &recovery->end_file,
            &recovery->end);
  if (checkpoint != NULL)
    sscanf (checkpoint, "recovery checkpoint [%u][%u]",
            &recovery->checkpoint_file, &recovery->checkpoint);
}

/* Where recovery begins, and where the log ends. */
static Recovery
recover (const char *directory)
{
  Recovery recovery = { 0 };
  DB_ENV *env;

  g_assert_cmpint (db_env_create (&env, 0), ==, 0);
  env->app_private = &recovery;
  env->set_msgcall (env, take_message);
  env->set_verbose (env, DB_VERB_RECOVERY, 1);
  g_assert_cmpint (env->open (env, directory,
                              DB_CREATE | DB_RECOVER | DB_PRIVATE
                                  | DB_INIT_MPOOL | DB_INIT_LOG | DB_INIT_TXN
                                  | DB_INIT_LOCK,
                              0600),
                   ==, 0);
  env->close (env, 0);
  g_assert_cmpuint (recovery.end, >, 0);
  g_assert_cmpuint (recovery.checkpoint, >, 0);
  return recovery;
}

static void
test_close_leaves_nothing_to_replay (StoreFixture *fixture, gconstpointer data)
{
  gpointer store = store_must_open (fixture->directory);
  Recovery recovery;

  write_mebibytes (store, 4);
  store_close (store);

  recovery = recover (fixture->directory);
  g_assert_cmpuint (recovery.end_file, ==, recovery.checkpoint_file);
  g_assert_cmpuint (recovery.end - recovery.checkpoint, <, 4096);

  store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (store), ==, 4096);
  store_close (store);
}

/* ------------------------------------------------------------------- files */

static void
test_logs_are_removed_on_close (StoreFixture *fixture, gconstpointer data)
{
  gpointer store =
      store_must_open (fixture->directory, "checkpoint-size=1 GiB");

  write_mebibytes (store, 30);
  g_assert_cmpuint (bdb_count_logs (fixture->directory), >, 2);
  store_close (store);
  g_assert_cmpuint (bdb_count_logs (fixture->directory), <=, 2);

  store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (store), ==, 30 * 1024);
  store_close (store);
}

/* The thread that does it is not waited for; more is written until it did. */
static void
test_logs_are_removed_while_writing (StoreFixture *fixture, gconstpointer data)
{
  gpointer store =
      store_must_open (fixture->directory, "checkpoint-size=2 MiB");
  g_autofree char *first =
      g_build_filename (fixture->directory, "log.0000000001", NULL);

  do
    write_mebibytes (store, 1);
  while (g_file_test (first, G_FILE_TEST_EXISTS));
  store_check_all (store);
  store_close (store);
}

static void
test_logs_are_kept_if_asked (StoreFixture *fixture, gconstpointer data)
{
  gpointer store = store_must_open (fixture->directory, "remove-logs=false",
                                    "checkpoint-size=1 MiB");
  g_autofree char *first =
      g_build_filename (fixture->directory, "log.0000000001", NULL);

  write_mebibytes (store, 15);
  store_close (store);
  g_assert_true (g_file_test (first, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (bdb_count_logs (fixture->directory), >, 2);
}

#define add(name, function)                                                    \
  g_test_add ("/bdb/log/" name, StoreFixture, NULL, store_set_up, function,    \
              store_tear_down)

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("close-leaves-nothing-to-replay", test_close_leaves_nothing_to_replay);
  add ("logs-are-removed-on-close", test_logs_are_removed_on_close);
  add ("logs-are-removed-while-writing", test_logs_are_removed_while_writing);
  add ("logs-are-kept-if-asked", test_logs_are_kept_if_asked);
  return g_test_run ();
}
