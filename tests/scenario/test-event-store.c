/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The event store over the memory store: expectations, reading, cursors,
 * appenders, threads.
 */

#include "stack.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  Stack stack;
  EvsApplication *app;
  EvsEventStore *events;
  EvsId id;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer which)
{
  stack_set_up (&fixture->stack, "memory");
  fixture->app = stack_open (&fixture->stack, which);
  fixture->events = evs_application_get_event_store (fixture->app);
  evs_id_init_random (&fixture->id);
}

static void
tear_down (Fixture *fixture, gconstpointer which)
{
  evs_application_unref (fixture->app);
  stack_tear_down (&fixture->stack, NULL);
}

static EvsEvent *
new_event (guint64 number)
{
  g_autofree char *text =
      g_strdup_printf ("{\"number\":%" G_GUINT64_FORMAT "}", number);
  g_autoptr (GBytes) state = g_bytes_new (text, strlen (text));

  return evs_event_new ("Test.Happened", state);
}

static gboolean
append (Fixture *fixture, gint64 expectation, guint64 number, GError **error)
{
  g_autoptr (EvsEvent) event = new_event (number);

  return evs_event_store_append (fixture->events, &fixture->id, expectation,
                                 &event, 1, NULL, error);
}

static void
append_many (Fixture *fixture, guint64 n)
{
  g_autoptr (GError) error = NULL;

  for (guint64 i = 0; i < n; i++)
    append (fixture, EVS_EXPECT_ANY, i, &error);
  g_assert_no_error (error);
}

static void
assert_next (EvsCursor *cursor, guint64 version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsEvent) event = NULL;
  g_autoptr (EvsEvent) wanted = new_event (version);

  evs_cursor_next (cursor, &event, &error);
  g_assert_no_error (error);
  g_assert_nonnull (event);
  g_assert_cmpuint (evs_event_get_version (event), ==, version);
  g_assert_cmpuint (evs_event_get_position (event), ==, version + 1);
  g_assert_true (g_bytes_equal (evs_event_get_state (event),
                                evs_event_get_state (wanted)));
}

static void
assert_end (EvsCursor *cursor)
{
  g_autoptr (GError) error = NULL;
  EvsEvent *event;

  g_assert_true (evs_cursor_next (cursor, &event, &error));
  g_assert_null (event);
}

/* -------------------------------------------------------------- expectations
 */

static void
test_none_wants_a_new_sequence (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (append (fixture, EVS_EXPECT_NONE, 0, &error));
  g_assert_false (append (fixture, EVS_EXPECT_NONE, 1, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT,
                    "*-*: expected a new sequence, its last version is 0");
}

static void
test_exists_wants_an_old_one (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (append (fixture, EVS_EXPECT_EXISTS, 0, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT,
                    "*: expected an existing sequence, there is no such "
                    "sequence");
  append_many (fixture, 1);
  g_assert_true (append (fixture, EVS_EXPECT_EXISTS, 1, &error));
}

static void
test_a_version_wants_to_be_the_last (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GError) error = NULL;

  append_many (fixture, 2);
  g_assert_false (append (fixture, 0, 2, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT,
                    "*: expected last version 0, its last version is 1");
  g_assert_false (append (fixture, 2, 2, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT,
                    "*: expected last version 2, its last version is 1");
  g_assert_true (append (fixture, 1, 2, &error));
}

static void
test_appended_events_are_stored_together (Fixture *fixture, gconstpointer which)
{
  g_autoptr (EvsEvent) first = new_event (0);
  g_autoptr (EvsEvent) second = new_event (1);
  EvsEvent *events[] = { first, second };
  g_autoptr (GError) error = NULL;
  guint64 position = 0;
  gint64 version;

  g_assert_true (evs_event_store_append (fixture->events, &fixture->id,
                                         EVS_EXPECT_NONE, events, 2, &position,
                                         &error));
  evs_event_store_last_version (fixture->events, &fixture->id, &version,
                                &error);
  g_assert_cmpuint (position, ==, 1);
  g_assert_cmpint (version, ==, 1);
}

static void
test_bad_topics_are_refused (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GBytes) state = g_bytes_new_static ("{}", 2);
  g_autofree char *longest = g_strnfill (EVS_TOPIC_MAX, 't');
  g_autofree char *too_long = g_strnfill (EVS_TOPIC_MAX + 1, 't');
  const char *bad[] = { "", "\xff", too_long };
  g_autoptr (EvsEvent) good = evs_event_new (longest, state);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (EvsEvent) event = evs_event_new (bad[i], state);

      g_assert_false (evs_event_store_append (fixture->events, &fixture->id,
                                              EVS_EXPECT_ANY, &event, 1, NULL,
                                              &error));
      evs_assert_error (error, EVS_ERROR_INVALID, "*topic*");
    }
  g_assert_true (evs_event_store_append (
      fixture->events, &fixture->id, EVS_EXPECT_ANY, &good, 1, NULL, &error));
}

/* ------------------------------------------------------------------- reading
 */

static void
test_get_finds_one_event (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsEvent) event = NULL;

  append_many (fixture, 3);
  event = evs_event_store_get (fixture->events, &fixture->id, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (evs_event_get_version (event), ==, 1);
  g_assert_cmpstr (evs_event_get_topic (event), ==, "Test.Happened");

  g_assert_null (
      evs_event_store_get (fixture->events, &fixture->id, 3, &error));
  evs_assert_error (error, EVS_ERROR_NOT_FOUND, "*-* version 3: no such event");
}

static void
test_a_cursor_walks_a_sequence (Fixture *fixture, gconstpointer which)
{
  g_autoptr (EvsCursor) cursor = NULL;

  append_many (fixture, 200);
  cursor =
      evs_event_store_read (fixture->events, &fixture->id, 10, 190, 0, FALSE);
  for (guint64 version = 10; version <= 190; version++)
    assert_next (cursor, version);
  assert_end (cursor);
}

static void
test_a_cursor_walks_down_to_version_0 (Fixture *fixture, gconstpointer which)
{
  g_autoptr (EvsCursor) cursor = NULL;

  append_many (fixture, 200);
  cursor = evs_event_store_read (fixture->events, &fixture->id, 0, G_MAXINT64,
                                 0, TRUE);
  for (guint64 version = 200; version-- > 0;)
    assert_next (cursor, version);
  assert_end (cursor);
  assert_end (cursor);
}

static void
test_a_limit_is_over_all_pages (Fixture *fixture, gconstpointer which)
{
  g_autoptr (EvsCursor) cursor = NULL;

  append_many (fixture, 200);
  cursor = evs_event_store_read_all (fixture->events, 0, 130);
  for (guint64 version = 0; version < 130; version++)
    assert_next (cursor, version);
  assert_end (cursor);
}

static void
test_a_host_may_append_while_it_reads (Fixture *fixture, gconstpointer which)
{
  g_autoptr (EvsCursor) cursor = NULL;

  append_many (fixture, 1);
  cursor = evs_event_store_read_all (fixture->events, 1, 0);
  for (guint64 version = 0; version < 150; version++)
    {
      assert_next (cursor, version);
      append (fixture, EVS_EXPECT_ANY, version + 1, NULL);
    }
  assert_next (cursor, 150);
  assert_end (cursor);
  append (fixture, EVS_EXPECT_ANY, 151, NULL);
  assert_next (cursor, 151);
}

static gboolean
call_the_store (const EvsEventView *event, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_false (append (fixture, EVS_EXPECT_ANY, 0, &error));
  evs_assert_error (error, EVS_ERROR_INVALID,
                    "memory: a visitor must not call the store that it reads");
  return TRUE;
}

static void
test_a_visitor_must_not_call_the_store (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GError) error = NULL;

  append_many (fixture, 1);
  g_assert_true (evs_event_store_visit_all (fixture->events, 1, 0,
                                            call_the_store, fixture, &error));
  g_assert_no_error (error);
}

static void
test_ids_are_listed_in_order (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GError) error = NULL;
  g_autofree EvsId *none = NULL;
  g_autofree EvsId *ids = NULL;
  gsize n_ids;

  none = evs_event_store_list_ids (fixture->events, NULL, 0, &n_ids, &error);
  g_assert_nonnull (none);
  g_assert_cmpuint (n_ids, ==, 0);

  for (guint i = 0; i < 50; i++)
    {
      evs_id_init_random (&fixture->id);
      append_many (fixture, 2);
    }
  ids = evs_event_store_list_ids (fixture->events, NULL, 0, &n_ids, &error);
  g_assert_cmpuint (n_ids, ==, 50);
  for (gsize i = 1; i < n_ids; i++)
    g_assert_cmpint (memcmp (&ids[i - 1], &ids[i], sizeof *ids), <, 0);
}

/* ---------------------------------------------------- records that are bad */

static void
damage (Fixture *fixture, guint64 version)
{
  EvsRecordStore *records = evs_event_store_get_record_store (fixture->events);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = evs_record_store_get_data (
      records, &fixture->id, version, NULL, NULL, &error);
  gsize size = g_bytes_get_size (data);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (data, NULL), size);
  EvsReplacement replacement = { .id = fixture->id,
                                 .version = version,
                                 .old_data = { g_bytes_get_data (data, NULL),
                                               size },
                                 .new_data = { bytes, size } };
  EvsBatch batch = { .replacements = &replacement, .n_replacements = 1 };

  bytes[size - 1] ^= 1;
  evs_record_store_commit (records, &batch, NULL, &error);
  g_assert_no_error (error);
}

static void
test_other_records_stay_readable (Fixture *fixture, gconstpointer which)
{
  g_autoptr (EvsCursor) cursor = NULL;
  g_autoptr (GError) error = NULL;
  EvsEvent *event;

  append_many (fixture, 3);
  damage (fixture, 1);

  cursor = evs_event_store_read_all (fixture->events, 0, 0);
  assert_next (cursor, 0);
  g_assert_false (evs_cursor_next (cursor, &event, &error));
  evs_assert_error (error, EVS_ERROR_AUTHENTICATION, "*-* version 1: *");
  assert_next (cursor, 2);
  assert_end (cursor);
}

/* --------------------------------------------------------------------- fork
 */

static void
test_a_forked_child_is_refused (Fixture *fixture, gconstpointer which)
{
  int status;
  pid_t child;

  append_many (fixture, 1);
  child = fork ();
  if (child == 0)
    {
      g_autoptr (GError) append_error = NULL;
      g_autoptr (GError) read_error = NULL;

      append (fixture, EVS_EXPECT_ANY, 1, &append_error);
      evs_event_store_get (fixture->events, &fixture->id, 0, &read_error);
      _exit (
          g_error_matches (append_error, EVS_ERROR, EVS_ERROR_FORKED)
                  && g_error_matches (read_error, EVS_ERROR, EVS_ERROR_FORKED)
              ? 0
              : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

/* ------------------------------------------------------------------- threads
 */

#define N_THREADS 8
#define N_VERSIONS 1000

typedef struct
{
  Fixture *fixture;
  GMutex mutex;
  GCond cond;
  guint waiting; /* at the barrier */
  guint wins[N_VERSIONS];
} Race;

static void
wait_for_all (Race *race)
{
  g_mutex_lock (&race->mutex);
  if (--race->waiting == 0)
    g_cond_broadcast (&race->cond);
  while (race->waiting > 0)
    g_cond_wait (&race->cond, &race->mutex);
  g_mutex_unlock (&race->mutex);
}

static gpointer
run_for_versions (gpointer data)
{
  Race *race = data;

  wait_for_all (race);
  for (gint64 version = 0; version < N_VERSIONS; version++)
    {
      g_autoptr (GError) error = NULL;
      gint64 expected = version == 0 ? EVS_EXPECT_NONE : version - 1;

      if (append (race->fixture, expected, (guint64) version, &error))
        g_atomic_int_inc (&race->wins[version]);
      else
        g_assert_error (error, EVS_ERROR, EVS_ERROR_CONFLICT);
    }
  return NULL;
}

static void
test_each_version_has_one_winner (Fixture *fixture, gconstpointer which)
{
  g_autoptr (EvsCursor) cursor = NULL;
  Race race = { .fixture = fixture, .waiting = N_THREADS };
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("racer", run_for_versions, &race);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  for (guint i = 0; i < N_VERSIONS; i++)
    g_assert_cmpuint (race.wins[i], ==, 1);
  cursor = evs_event_store_read_all (fixture->events, 0, 0);
  for (guint64 version = 0; version < N_VERSIONS; version++)
    assert_next (cursor, version);
  assert_end (cursor);
}

static gpointer
append_anyhow (gpointer data)
{
  Race *race = data;

  wait_for_all (race);
  append_many (race->fixture, 100);
  return NULL;
}

static void
test_appending_anyhow_loses_nothing (Fixture *fixture, gconstpointer which)
{
  g_autoptr (GError) error = NULL;
  Race race = { .fixture = fixture, .waiting = N_THREADS };
  GThread *threads[N_THREADS];
  gint64 version;

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("racer", append_anyhow, &race);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  evs_event_store_last_version (fixture->events, &fixture->id, &version,
                                &error);
  g_assert_cmpint (version, ==, N_THREADS * 100 - 1);
}

/* -------------------------------------------------------------------- tests */

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/event-store/", name, NULL);

  g_test_add (path, Fixture, "encrypted", set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("expect-none", test_none_wants_a_new_sequence);
  add ("expect-exists", test_exists_wants_an_old_one);
  add ("expect-version", test_a_version_wants_to_be_the_last);
  add ("stored-together", test_appended_events_are_stored_together);
  add ("bad-topics", test_bad_topics_are_refused);
  add ("get", test_get_finds_one_event);
  add ("cursor/sequence", test_a_cursor_walks_a_sequence);
  add ("cursor/descending", test_a_cursor_walks_down_to_version_0);
  add ("cursor/limit", test_a_limit_is_over_all_pages);
  add ("cursor/append-while-reading", test_a_host_may_append_while_it_reads);
  add ("visitor-must-not-call", test_a_visitor_must_not_call_the_store);
  add ("ids", test_ids_are_listed_in_order);
  add ("bad-record", test_other_records_stay_readable);
  add ("fork", test_a_forked_child_is_refused);
  add ("race", test_each_version_has_one_winner);
  add ("append-anyhow", test_appending_anyhow_loses_nothing);
  return g_test_run ();
}
