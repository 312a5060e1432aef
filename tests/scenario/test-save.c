/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Aggregates and the repository: what is queued, what is saved, and what stays
 * queued when a save fails.
 */

#include "flaky.h"
#include "stack.h"
#include "tools/example/example.h"

#include <eventseal/evs-json.h>
#include <string.h>

static EvsAggregate *
new_example (const char *foo)
{
  EvsAggregate *example = evs_aggregate_new (&example_type);

  evs_aggregate_trigger (example, "Example.Created", "{s:s}", "foo", foo);
  return example;
}

static void
change_foo (EvsAggregate *example, const char *foo)
{
  evs_aggregate_trigger (example, "Example.FooChanged", "{s:s}", "foo", foo);
}

static void
assert_foo (EvsApplication *app, const EvsId *id, const char *foo)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *stored = get_foo (app, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (stored, ==, foo);
}

/* ------------------------------------------------------------------ queueing
 */

static void
test_triggering_applies_and_queues (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsAggregate) example = new_example ("a");

  change_foo (example, "b");

  g_assert_cmpstr (((Example *) evs_aggregate_get_self (example))->foo, ==,
                   "b");
  g_assert_cmpint (evs_aggregate_get_version (example), ==, 1);
  g_assert_cmpuint (evs_aggregate_get_n_pending (example), ==, 2);
}

static void
test_saving_appends_all_in_one_commit (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  change_foo (example, "b");
  g_assert_true (evs_application_save (app, example, &error));

  g_assert_cmpuint (evs_aggregate_get_n_pending (example), ==, 0);
  stack_assert_last_position (app, 2);
  assert_foo (app, evs_aggregate_get_id (example), "b");
}

static void
test_saving_nothing_succeeds (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = evs_aggregate_new (&example_type);
  g_autoptr (GError) error = NULL;

  g_assert_true (evs_application_save (app, example, &error));
  stack_assert_last_position (app, 0);
}

static void
test_text_that_is_not_utf8_breaks_the_aggregate (Stack *stack,
                                                 gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  change_foo (example, "secret \xff");

  g_assert_cmpuint (evs_aggregate_get_n_pending (example), ==, 1);
  g_assert_false (evs_application_save (app, example, &error));
  evs_assert_error (error, EVS_ERROR_INVALID,
                    "Example.FooChanged: the format \"{s:s}\" does not make "
                    "a JSON object");
  stack_assert_last_position (app, 0);
}

static void
test_an_unknown_topic_is_refused (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GBytes) state = g_bytes_new_static ("{}", 2);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      evs_aggregate_trigger_state (example, "Example.Sold", state, &error));
  evs_assert_error (error, EVS_ERROR_INVALID,
                    "Example has no topic \"Example.Sold\"");
}

static void
test_a_state_that_is_not_json_is_refused (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GBytes) state = g_bytes_new_static ("{\"foo\" secret", 13);
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_aggregate_trigger_state (example, "Example.FooChanged",
                                               state, &error));
  g_assert_null (strstr (error->message, "secret"));
  evs_assert_error (error, EVS_ERROR_INVALID, "*not a JSON*at byte *");
  g_assert_cmpuint (evs_aggregate_get_n_pending (example), ==, 1);
}

static void
test_nothing_happens_to_what_is_discarded (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GBytes) state = g_bytes_new_static ("{\"foo\":\"b\"}", 11);
  g_autoptr (GError) error = NULL;

  g_assert_true (evs_aggregate_discard (example, &error));
  g_assert_false (evs_aggregate_trigger_state (example, "Example.FooChanged",
                                               state, &error));
  evs_assert_error (error, EVS_ERROR_DISCARDED, "the Example is discarded*");
}

static void
test_metadata_and_time_are_stored (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = evs_aggregate_new (&example_type);
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsEvent) event = NULL;
  gint64 before = g_get_real_time ();
  g_autoptr (GBytes) metadata = g_bytes_new_static ("{\"actor\": 7}", 12);

  g_assert_true (
      evs_aggregate_set_metadata (example, "{\"actor\": 7}", &error));
  evs_aggregate_trigger (example, "Example.Created", "{s:s}", "foo", "a");
  g_assert_true (evs_application_save (app, example, &error));
  event = evs_event_store_get (evs_application_get_event_store (app),
                               evs_aggregate_get_id (example), 0, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (evs_event_get_metadata (event), metadata));
  g_assert_cmpint (evs_event_get_recorded_at (event), >=, before);
  g_assert_cmpint (evs_event_get_recorded_at (event), <=, g_get_real_time ());
}

static void
test_metadata_must_be_json (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_aggregate_set_metadata (example, "{secret", &error));
  g_assert_null (strstr (error->message, "secret"));
  evs_assert_error (error, EVS_ERROR_INVALID, "metadata: byte *");
}

/* ------------------------------------------------------------ failing saves */

static void
test_the_second_of_two_writers_gets_a_conflict (Stack *stack,
                                                gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (EvsAggregate) other = NULL;
  g_autoptr (GError) error = NULL;

  evs_application_save (app, example, &error);
  other = evs_application_load (app, &example_type,
                                evs_aggregate_get_id (example), &error);
  change_foo (example, "b");
  change_foo (other, "c");
  g_assert_true (evs_application_save (app, example, &error));

  g_assert_false (evs_application_save (app, other, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT, "*");
  g_assert_cmpuint (evs_aggregate_get_n_pending (other), ==, 1);
  assert_foo (app, evs_aggregate_get_id (example), "b");
  stack_assert_last_position (app, 2);
}

/* Two writers of one plain state, byte for byte: not a repeated save. */
static void
test_equal_bytes_of_another_writer_are_a_conflict (Stack *stack,
                                                   gconstpointer store)
{
  g_autoptr (EvsApplication) app =
      stack_open_with (stack, "plain", "[mapper]\nrecord-time=false\n");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (EvsAggregate) other = NULL;
  g_autoptr (GError) error = NULL;

  evs_application_save (app, example, &error);
  other = evs_application_load (app, &example_type,
                                evs_aggregate_get_id (example), &error);
  change_foo (example, "b");
  change_foo (other, "b");
  g_assert_true (evs_application_save (app, example, &error));

  g_assert_false (evs_application_save (app, other, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT, "*");
  g_assert_false (evs_application_save (app, other, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT, "*");
}

static void
assert_save_fails (EvsApplication *app, EvsAggregate *example, int mode,
                   EvsError code)
{
  g_autoptr (GError) error = NULL;

  *flaky_mode = mode;
  g_assert_false (evs_application_save (app, example, &error));
  evs_assert_error (error, code, "flaky: the test asked for this");
  g_assert_cmpuint (evs_aggregate_get_n_pending (example), >, 0);
}

static void
test_a_failed_save_can_be_repeated (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  assert_save_fails (app, example, FLAKY_IS_FULL, EVS_ERROR_NO_SPACE);
  assert_save_fails (app, example, FLAKY_BREAKS, EVS_ERROR_IO);
  stack_assert_last_position (app, 0);

  g_assert_true (evs_application_save (app, example, &error));
  g_assert_cmpuint (evs_aggregate_get_n_pending (example), ==, 0);
  stack_assert_last_position (app, 1);
}

static void
test_a_save_whose_answer_was_lost_lands_once (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  assert_save_fails (app, example, FLAKY_LOSES_THE_ANSWER, EVS_ERROR_IO);
  stack_assert_last_position (app, 1);

  g_assert_true (evs_application_save (app, example, &error));
  g_assert_no_error (error);
  stack_assert_last_position (app, 1);
}

static void
test_more_events_may_follow_a_lost_answer (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  assert_save_fails (app, example, FLAKY_LOSES_THE_ANSWER, EVS_ERROR_IO);
  change_foo (example, "b");

  g_assert_true (evs_application_save (app, example, &error));
  g_assert_no_error (error);
  stack_assert_last_position (app, 2);
  assert_foo (app, evs_aggregate_get_id (example), "b");
}

/* After a failed flush the host has to open the store again. */
static void
test_a_lost_answer_is_found_by_another_application (Stack *stack,
                                                    gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsApplication) again = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  assert_save_fails (app, example, FLAKY_LOSES_THE_ANSWER, EVS_ERROR_IO);
  g_clear_pointer (&app, evs_application_unref);

  g_assert_true (evs_application_save (again, example, &error));
  g_assert_no_error (error);
  stack_assert_last_position (again, 1);
}

/* What a plain application mapped must not reach a store through one that
 * encrypts, whatever that one can read. */
static void
test_bytes_of_another_stack_are_made_anew (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) plain = stack_open (stack, "plain");
  g_autoptr (EvsApplication) encrypted =
      stack_open_with (stack, "encrypted", "[mapper]\nread=any\n");
  g_autoptr (EvsAggregate) full = new_example ("secret info");
  g_autoptr (EvsAggregate) lost = new_example ("secret info");
  g_autoptr (GError) error = NULL;

  assert_save_fails (plain, full, FLAKY_IS_FULL, EVS_ERROR_NO_SPACE);
  assert_save_fails (plain, lost, FLAKY_BREAKS, EVS_ERROR_IO);

  g_test_expect_message ("eventseal", G_LOG_LEVEL_WARNING, "read=any: *");
  g_assert_true (evs_application_save (encrypted, full, &error));
  g_assert_true (evs_application_save (encrypted, lost, &error));
  g_test_assert_expected_messages ();
  stack_assert_record_shows (encrypted, evs_aggregate_get_id (full), 0,
                             "secret info", FALSE);
  stack_assert_record_shows (encrypted, evs_aggregate_get_id (lost), 0,
                             "secret info", FALSE);
}

static void
test_a_lost_answer_and_another_writer_conflict (Stack *stack,
                                                gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (EvsAggregate) other =
      evs_aggregate_new_with_id (&example_type, evs_aggregate_get_id (example));
  g_autoptr (GError) error = NULL;

  evs_aggregate_trigger (other, "Example.Created", "{s:s}", "foo", "b");
  assert_save_fails (app, example, FLAKY_BREAKS, EVS_ERROR_IO);
  g_assert_true (evs_application_save (app, other, &error));

  g_assert_false (evs_application_save (app, example, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT, "*");
  assert_foo (app, evs_aggregate_get_id (example), "b");
}

static void
test_several_aggregates_are_saved_together_or_not (Stack *stack,
                                                   gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  EvsRepository *repository = evs_application_get_repository (app);
  g_autoptr (EvsAggregate) first = new_example ("a");
  g_autoptr (EvsAggregate) second =
      evs_aggregate_new_with_id (&example_type, evs_aggregate_get_id (first));
  g_autoptr (EvsAggregate) third = new_example ("c");
  EvsAggregate *clashing[] = { third, first };
  EvsAggregate *fine[] = { third };
  g_autoptr (GError) error = NULL;

  evs_aggregate_trigger (second, "Example.Created", "{s:s}", "foo", "b");
  g_assert_true (evs_repository_save (repository, second, &error));

  g_assert_false (evs_repository_save_all (repository, clashing, 2, &error));
  evs_assert_error (error, EVS_ERROR_CONFLICT, "*");
  stack_assert_last_position (app, 1);
  g_assert_true (evs_repository_save_all (repository, fine, 1, &error));
  stack_assert_last_position (app, 2);
}

/* ------------------------------------------------- stores that are not whole
 */

static void
test_a_store_that_gives_no_position_is_told (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  *flaky_mode = FLAKY_GIVES_NO_POSITION;
  g_assert_false (evs_application_save (app, example, &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN,
                    "flaky: the plugin gave no position to what it stored");
}

static void
test_a_missing_version_is_damage (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  const EvsId *id = evs_aggregate_get_id (example);
  g_autoptr (EvsCursor) down = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsEvent) last = NULL;
  EvsEvent *event;

  change_foo (example, "b");
  change_foo (example, "c");
  g_assert_true (evs_application_save (app, example, &error));
  *flaky_hides_version = 1;

  g_assert_null (get_foo (app, id, &error));
  evs_assert_error (error, EVS_ERROR_DAMAGED,
                    "* version 2: found where version 1 was wanted");
  down = evs_event_store_read (evs_application_get_event_store (app), id, 0,
                               G_MAXINT64, 0, TRUE);
  g_assert_true (evs_cursor_next (down, &last, &error));
  g_assert_false (evs_cursor_next (down, &event, &error));
  evs_assert_error (error, EVS_ERROR_DAMAGED,
                    "* version 0: found where version 1 was wanted");
  *flaky_hides_version = -1;
}

static void
put_property (EvsApplication *app, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;
  EvsSideWrite put = { .table = "eventseal",
                       .key = { name, strlen (name) },
                       .value = { value, value != NULL ? strlen (value) : 0 } };
  EvsBatch batch = { .side = &put, .n_side = 1 };

  evs_record_store_commit (
      evs_event_store_get_record_store (evs_application_get_event_store (app)),
      &batch, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_open_fails (Stack *stack, EvsError code, const char *pattern)
{
  g_autofree char *path =
      evs_test_folder_file (stack->folder, "encrypted.conf");
  g_autoptr (GError) error = NULL;

  g_assert_null (evs_application_open (path, &error));
  evs_assert_error (error, code, pattern);
}

static void
test_records_without_a_store_id_are_damage (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (EvsAggregate) example = new_example ("a");
  g_autoptr (GError) error = NULL;

  g_assert_true (evs_application_save (app, example, &error));
  put_property (app, "store-id", NULL);
  assert_open_fails (stack, EVS_ERROR_DAMAGED,
                     "flaky: the store has records but no id");
}

static void
test_properties_of_another_size_are_damage (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");

  put_property (app, "key-id", "toolong");
  assert_open_fails (stack, EVS_ERROR_DAMAGED,
                     "flaky: the store's key id has 7 bytes, 4 are wanted");
  put_property (app, "store-id", "short");
  assert_open_fails (stack, EVS_ERROR_DAMAGED,
                     "flaky: the store's id has 5 bytes, 16 are wanted");
}

static void
test_a_newer_format_is_refused (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");

  put_property (app, "format", "2");
  assert_open_fails (
      stack, EVS_ERROR_FORMAT,
      "flaky: the store is of format 2, this library reads format 1");
}

/* -------------------------------------------------------------------- tests */

static void
add (const char *name, void (*test) (Stack *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/save/", name, NULL);

  g_test_add (path, Stack, "flaky", stack_set_up, test, stack_tear_down);
}

static void
add_tests (void)
{
  add ("triggering-applies-and-queues", test_triggering_applies_and_queues);
  add ("all-in-one-commit", test_saving_appends_all_in_one_commit);
  add ("nothing-to-save", test_saving_nothing_succeeds);
  add ("not-utf8", test_text_that_is_not_utf8_breaks_the_aggregate);
  add ("unknown-topic", test_an_unknown_topic_is_refused);
  add ("state-not-json", test_a_state_that_is_not_json_is_refused);
  add ("discarded", test_nothing_happens_to_what_is_discarded);
  add ("metadata-and-time", test_metadata_and_time_are_stored);
  add ("metadata-not-json", test_metadata_must_be_json);
  add ("conflict", test_the_second_of_two_writers_gets_a_conflict);
  add ("equal-bytes-conflict",
       test_equal_bytes_of_another_writer_are_a_conflict);
  add ("repeated", test_a_failed_save_can_be_repeated);
  add ("answer-lost", test_a_save_whose_answer_was_lost_lands_once);
  add ("answer-lost-then-more", test_more_events_may_follow_a_lost_answer);
  add ("answer-lost-then-reopened",
       test_a_lost_answer_is_found_by_another_application);
  add ("bytes-of-another-stack", test_bytes_of_another_stack_are_made_anew);
  add ("answer-lost-then-conflict",
       test_a_lost_answer_and_another_writer_conflict);
  add ("several-aggregates", test_several_aggregates_are_saved_together_or_not);
  add ("no-position", test_a_store_that_gives_no_position_is_told);
  add ("missing-version", test_a_missing_version_is_damage);
  add ("no-store-id", test_records_without_a_store_id_are_damage);
  add ("bad-properties", test_properties_of_another_size_are_damage);
  add ("newer-format", test_a_newer_format_is_refused);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);
  flaky_load ();
  add_tests ();
  return g_test_run ();
}
