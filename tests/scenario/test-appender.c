/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Batches of events: committed, or submitted to be committed beside the host.
 */

#include "flaky.h"
#include "stack.h"

#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  Stack stack;
  EvsApplication *app;
  EvsEventStore *events;
  EvsAppender *appender;
  EvsEventView event;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer store)
{
  stack_set_up (&fixture->stack, store);
  fixture->app = stack_open (&fixture->stack, "encrypted");
  fixture->events = evs_application_get_event_store (fixture->app);
  fixture->appender = evs_appender_new (fixture->events);
  fixture->event =
      (EvsEventView){ .topic = { "Some.Thing", 10 }, .state = { "{}", 2 } };
  evs_id_init_random (&fixture->event.id);
}

static void
tear_down (Fixture *fixture, gconstpointer store)
{
  g_clear_pointer (&fixture->appender, evs_appender_unref);
  g_clear_pointer (&fixture->app, evs_application_unref);
  stack_tear_down (&fixture->stack, store);
}

/* Adds the next @n versions. */
static void
add_events (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;

      evs_appender_add (fixture->appender, &fixture->event, &error);
      g_assert_no_error (error);
      fixture->event.version++;
    }
}

static void
submit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  evs_appender_submit (fixture->appender, &error);
  g_assert_no_error (error);
}

static void
assert_wait_fails (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_appender_wait (fixture->appender, &error));
  evs_assert_error (error, EVS_ERROR_IO, "flaky: the test asked for this");
}

/* Whether all that was added is stored, in its order. */
static void
assert_all_stored (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsCursor) cursor =
      evs_event_store_read_all (fixture->events, 1, 0);
  guint64 n = 0;
  EvsEvent *event;

  while (evs_cursor_next (cursor, &event, &error) && event != NULL)
    {
      g_assert_cmpuint (evs_event_get_version (event), ==, n++);
      evs_event_unref (event);
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, fixture->event.version);
}

/* ------------------------------------------------------------------- commit */

static void
test_an_answer_that_was_lost_lands_once (Fixture *fixture, gconstpointer store)
{
  g_autoptr (GError) error = NULL;
  guint64 position;

  add_events (fixture, 2);
  *flaky_mode = FLAKY_LOSES_THE_ANSWER;
  g_assert_false (evs_appender_commit (fixture->appender, &position, &error));
  evs_assert_error (error, EVS_ERROR_IO, "flaky: *");
  g_assert_cmpuint (evs_appender_get_n_events (fixture->appender), ==, 2);

  g_assert_true (evs_appender_commit (fixture->appender, &position, &error));
  g_assert_cmpuint (position, ==, 1);
  g_assert_cmpuint (evs_appender_get_n_events (fixture->appender), ==, 0);
  assert_all_stored (fixture);
}

static void
test_a_refused_event_leaves_the_batch_as_it_was (Fixture *fixture,
                                                 gconstpointer store)
{
  g_autoptr (GError) error = NULL;
  EvsEventView bad = fixture->event;
  gsize size;

  bad.metadata.size = EVS_METADATA_MAX + 1;
  add_events (fixture, 1);
  size = evs_appender_get_size (fixture->appender);

  g_assert_false (evs_appender_add (fixture->appender, &bad, &error));
  evs_assert_error (error, EVS_ERROR_TOO_LARGE, "metadata of * bytes*");
  g_assert_cmpuint (evs_appender_get_size (fixture->appender), ==, size);
  g_assert_true (evs_appender_commit (fixture->appender, NULL, &error));
  assert_all_stored (fixture);
}

/* ------------------------------------------------------------------- submit */

static void
test_batches_are_stored_in_their_order (Fixture *fixture, gconstpointer store)
{
  g_autoptr (GError) error = NULL;

  for (guint n = 1; n <= 50; n++)
    {
      add_events (fixture, n);
      submit (fixture);
      g_assert_cmpuint (evs_appender_get_n_events (fixture->appender), ==, 0);
    }
  g_assert_true (evs_appender_wait (fixture->appender, &error));
  assert_all_stored (fixture);
}

static void
test_the_last_handle_waits (Fixture *fixture, gconstpointer store)
{
  add_events (fixture, 5);
  submit (fixture);
  g_clear_pointer (&fixture->appender, evs_appender_unref);
  assert_all_stored (fixture);
}

static void
test_a_commit_goes_behind_what_was_submitted (Fixture *fixture,
                                              gconstpointer store)
{
  g_autoptr (GError) error = NULL;
  guint64 position;

  add_events (fixture, 2);
  submit (fixture);
  add_events (fixture, 2);
  g_assert_true (evs_appender_commit (fixture->appender, &position, &error));
  g_assert_cmpuint (position, ==, 3);
  assert_all_stored (fixture);
}

/* Which of the two calls tells it is the thread's matter. */
static void
test_nothing_is_stored_after_a_failure (Fixture *fixture, gconstpointer store)
{
  g_autoptr (GError) error = NULL;

  add_events (fixture, 2);
  *flaky_mode = FLAKY_BREAKS;
  submit (fixture);
  add_events (fixture, 3);
  if (evs_appender_submit (fixture->appender, &error))
    evs_appender_wait (fixture->appender, &error);
  evs_assert_error (error, EVS_ERROR_IO, "flaky: *");

  g_assert_cmpuint (evs_appender_get_n_submitted (fixture->appender)
                        + evs_appender_get_n_events (fixture->appender),
                    ==, 5);
  stack_assert_last_position (fixture->app, 0);
  g_assert_true (evs_appender_commit (fixture->appender, NULL, &error));
  assert_all_stored (fixture);
}

static void
test_what_is_submitted_is_counted (Fixture *fixture, gconstpointer store)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (evs_appender_get_n_submitted (fixture->appender), ==, 0);
  add_events (fixture, 2);
  *flaky_mode = FLAKY_BREAKS;
  submit (fixture);
  add_events (fixture, 1);
  g_assert_cmpuint (evs_appender_get_n_submitted (fixture->appender), ==, 2);
  assert_wait_fails (fixture);
  g_assert_true (evs_appender_wait (fixture->appender, &error));
  g_assert_cmpuint (evs_appender_get_n_submitted (fixture->appender), ==, 0);
  g_assert_cmpuint (evs_appender_get_n_events (fixture->appender), ==, 1);
}

static void
fail_and_repeat (Fixture *fixture, FlakyMode mode)
{
  g_autoptr (GError) error = NULL;

  add_events (fixture, 2);
  *flaky_mode = mode;
  submit (fixture);
  add_events (fixture, 1);
  assert_wait_fails (fixture);

  g_assert_true (evs_appender_commit (fixture->appender, NULL, &error));
  assert_all_stored (fixture);
}

static void
test_a_failed_batch_can_be_repeated (Fixture *fixture, gconstpointer store)
{
  fail_and_repeat (fixture, FLAKY_BREAKS);
}

static void
test_a_batch_whose_answer_was_lost_lands_once (Fixture *fixture,
                                               gconstpointer store)
{
  fail_and_repeat (fixture, FLAKY_LOSES_THE_ANSWER);
}

static void
test_a_failed_batch_can_be_forgotten (Fixture *fixture, gconstpointer store)
{
  g_autoptr (GError) error = NULL;

  add_events (fixture, 2);
  *flaky_mode = FLAKY_BREAKS;
  submit (fixture);
  assert_wait_fails (fixture);

  evs_appender_clear (fixture->appender);
  g_assert_true (evs_appender_wait (fixture->appender, &error));
  fixture->event.version = 0;
  assert_all_stored (fixture);
}

static void
test_an_error_that_nobody_asked_for_is_forgotten (Fixture *fixture,
                                                  gconstpointer store)
{
  add_events (fixture, 1);
  *flaky_mode = FLAKY_BREAKS;
  submit (fixture);
}

static gboolean
submit_from_visitor (const EvsEventView *event, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_appender_submit (fixture->appender, &error));
  evs_assert_error (error, EVS_ERROR_INVALID,
                    "flaky: a visitor must not call the store that it reads");
  return TRUE;
}

static void
test_a_visitor_must_not_submit (Fixture *fixture, gconstpointer store)
{
  g_autoptr (GError) error = NULL;

  add_events (fixture, 1);
  submit (fixture);
  g_assert_true (evs_appender_wait (fixture->appender, &error));
  g_assert_true (evs_event_store_visit_all (
      fixture->events, 1, 0, submit_from_visitor, fixture, &error));
}

static void
test_a_forked_child_must_not_submit (Fixture *fixture, gconstpointer store)
{
  int status;
  pid_t child;

  add_events (fixture, 1);
  submit (fixture);
  child = fork ();
  if (child == 0)
    {
      g_autoptr (GError) error = NULL;

      evs_appender_submit (fixture->appender, &error);
      evs_appender_clear (fixture->appender);
      _exit (g_error_matches (error, EVS_ERROR, EVS_ERROR_FORKED) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

/* -------------------------------------------------------------------- tests */

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/appender/", name, NULL);

  g_test_add (path, Fixture, "flaky", set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);
  flaky_load ();

  add ("commit/answer-lost", test_an_answer_that_was_lost_lands_once);
  add ("commit/refused-event", test_a_refused_event_leaves_the_batch_as_it_was);
  add ("submit/order", test_batches_are_stored_in_their_order);
  add ("submit/last-handle", test_the_last_handle_waits);
  add ("submit/then-commit", test_a_commit_goes_behind_what_was_submitted);
  add ("submit/failure", test_nothing_is_stored_after_a_failure);
  add ("submit/counted", test_what_is_submitted_is_counted);
  add ("submit/repeated", test_a_failed_batch_can_be_repeated);
  add ("submit/answer-lost", test_a_batch_whose_answer_was_lost_lands_once);
  add ("submit/forgotten", test_a_failed_batch_can_be_forgotten);
  add ("submit/unasked", test_an_error_that_nobody_asked_for_is_forgotten);
  add ("submit/visitor", test_a_visitor_must_not_submit);
  add ("submit/fork", test_a_forked_child_must_not_submit);
  return g_test_run ();
}
