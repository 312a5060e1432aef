/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The main job: an encrypted and a plain application on one store in one
 * process.
 */

#include "stack.h"
#include "tools/example/example.h"

#include <eventseal/evs-json.h>
#include <glib/gstdio.h>
#include <string.h>

/* ------------------------------------------------------- what the disk holds
 */

static void
assert_store_shows (Stack *stack, const char *text, gboolean shows)
{
  g_autofree char *path = evs_test_folder_file (stack->folder, "events");
  const char *form = NULL;
  gboolean found;

  if (g_str_equal (stack->store, "memory"))
    return;
  found = evs_test_tree_shows (path, text, strlen (text), &form);
  if (found && !shows)
    g_test_message ("found as %s", form);
  g_assert_cmpint (found, ==, shows);
}

static void
test_sealed_bytes_show_nothing (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) encrypted = stack_open (stack, "encrypted");
  g_autoptr (EvsApplication) plain = stack_open (stack, "plain");
  g_autoptr (GError) error = NULL;
  EvsId id;

  create_new_example (encrypted, "secret info", &id, &error);
  g_assert_no_error (error);

  stack_assert_record_shows (encrypted, &id, 0, "secret info", FALSE);
  stack_assert_record_shows (plain, &id, 0, "secret info", FALSE);
  assert_store_shows (stack, "secret info", FALSE);
  g_clear_pointer (&encrypted, evs_application_unref);
  g_clear_pointer (&plain, evs_application_unref);
  assert_store_shows (stack, "secret info", FALSE);
}

static void
test_plain_bytes_show_it (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) encrypted = stack_open (stack, "encrypted");
  g_autoptr (EvsApplication) plain = stack_open (stack, "plain");
  g_autoptr (GError) error = NULL;
  g_autofree char *foo = NULL;
  EvsId id;

  create_new_example (plain, "bar", &id, &error);
  g_assert_no_error (error);

  foo = get_foo (plain, &id, &error);
  g_assert_cmpstr (foo, ==, "bar");
  stack_assert_record_shows (plain, &id, 0, "{\"foo\":\"bar\"}", TRUE);
  g_clear_pointer (&encrypted, evs_application_unref);
  g_clear_pointer (&plain, evs_application_unref);
  assert_store_shows (stack, "{\"foo\":\"bar\"}", TRUE);
}

/* ------------------------------------------------------ what the host sees */

static void
test_repository_returns_the_entity (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (GError) error = NULL;
  g_autofree char *foo = NULL;
  EvsId id;

  create_new_example (app, "secret info", &id, &error);
  foo = get_foo (app, &id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (foo, ==, "secret info");
}

static void
test_a_change_appends_an_event (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  EvsEventStore *events = evs_application_get_event_store (app);
  g_autoptr (GError) error = NULL;
  g_autofree char *foo = NULL;
  gint64 version;
  EvsId id;

  create_new_example (app, "secret info", &id, &error);
  change_example (app, &id, "other secret", &error);
  g_assert_no_error (error);

  foo = get_foo (app, &id, &error);
  g_assert_cmpstr (foo, ==, "other secret");
  evs_event_store_last_version (events, &id, &version, &error);
  g_assert_cmpint (version, ==, 1);
  stack_assert_record_shows (app, &id, 1, "other secret", FALSE);
}

static void
test_a_discarded_entity_is_gone (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  EvsRepository *repository = evs_application_get_repository (app);
  g_autoptr (EvsAggregate) before = NULL;
  g_autoptr (GError) error = NULL;
  gboolean found;
  EvsId id;

  create_new_example (app, "secret info", &id, &error);
  discard_example (app, &id, &error);
  g_assert_no_error (error);

  g_assert_null (get_foo (app, &id, &error));
  evs_assert_error (error, EVS_ERROR_DISCARDED,
                    "*-*: this Example is discarded");
  evs_repository_contains (repository, &id, &found, &error);
  g_assert_true (found);
  before = evs_repository_load_at (repository, &example_type, &id, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((Example *) evs_aggregate_get_self (before))->foo, ==,
                   "secret info");
}

static void
test_an_unknown_entity_is_not_found (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (GError) error = NULL;
  EvsId id;

  evs_id_init_random (&id);

  g_assert_null (get_foo (app, &id, &error));
  evs_assert_error (error, EVS_ERROR_NOT_FOUND, "*: no such Example");
}

static void
test_the_plain_application_refuses_the_sealed_entity (Stack *stack,
                                                      gconstpointer store)
{
  g_autoptr (EvsApplication) encrypted = stack_open (stack, "encrypted");
  g_autoptr (EvsApplication) plain = stack_open (stack, "plain");
  g_autoptr (GError) error = NULL;
  EvsId id;

  create_new_example (encrypted, "secret info", &id, &error);
  g_assert_no_error (error);

  g_assert_null (get_foo (plain, &id, &error));
  evs_assert_error (error, EVS_ERROR_ENCRYPTED,
                    "* version 0: encrypted with suite 0x03 (aes-cbc), key "
                    "????????, no cipher configured");
}

static void
test_the_encrypted_application_refuses_the_plain_entity (Stack *stack,
                                                         gconstpointer store)
{
  g_autoptr (EvsApplication) encrypted = stack_open (stack, "encrypted");
  g_autoptr (EvsApplication) plain = stack_open (stack, "plain");
  g_autoptr (GError) error = NULL;
  EvsId id;

  create_new_example (plain, "bar", &id, &error);
  g_assert_no_error (error);

  g_assert_null (get_foo (encrypted, &id, &error));
  evs_assert_error (error, EVS_ERROR_NOT_ENCRYPTED, "* version 0: *");
}

#if defined ENABLE_BDB || defined ENABLE_LMDB
static void
test_a_store_stays_after_closing (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (GError) error = NULL;
  g_autofree char *foo = NULL;
  EvsId id;

  create_new_example (app, "secret info", &id, &error);
  evs_application_unref (app);
  app = stack_open (stack, "encrypted");
  foo = get_foo (app, &id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (foo, ==, "secret info");
}
#endif

static void
test_the_config_may_be_built_in_code (Stack *stack, gconstpointer store)
{
  g_autofree char *group = stack_store_group (stack);
  g_autofree char *text =
      g_strconcat ("[eventseal]\nformat=1\ncompressor=lz4\ncipher=aes-cbc\n"
                   "store=",
                   stack->store, "\n", group, NULL);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config =
      evs_config_new_from_data (text, -1, stack->folder->path, &error);
  g_autoptr (EvsApplication) app = NULL;
  g_autofree char *foo = NULL;
  EvsId id;

  g_assert_no_error (error);
  evs_config_set_key (config, NULL, key, &error);
  g_assert_no_error (error);
  app = evs_application_new (config, &error);
  g_assert_no_error (error);

  create_new_example (app, "secret info", &id, &error);
  foo = get_foo (app, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (foo, ==, "secret info");
  stack_assert_record_shows (app, &id, 0, "secret info", FALSE);
}

static void
test_a_cipher_without_a_key_is_refused (Stack *stack, gconstpointer store)
{
  g_autofree char *group = stack_store_group (stack);
  g_autofree char *text = g_strconcat (
      "[eventseal]\nformat=1\ncipher=aes-cbc\nstore=", stack->store, "\n",
      group, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config =
      evs_config_new_from_data (text, -1, stack->folder->path, &error);

  g_assert_no_error (error);
  g_assert_null (evs_application_new (config, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG, "*key-file: missing*");
}

/* ------------------------------------------------------------ marked topics */

#define SOME_TOPICS                                                            \
  "[mapper]\nalways-encrypt=false\nencrypt-topics=Example.FooChanged\n"

static void
test_only_marked_topics_are_sealed (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app =
      stack_open_with (stack, "encrypted", SOME_TOPICS);
  g_autoptr (GError) error = NULL;
  g_autofree char *foo = NULL;
  EvsId id;

  create_new_example (app, "everybody knows", &id, &error);
  change_example (app, &id, "secret info", &error);
  foo = get_foo (app, &id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (foo, ==, "secret info");
  stack_assert_record_shows (app, &id, 0, "everybody knows", TRUE);
  stack_assert_record_shows (app, &id, 1, "secret info", FALSE);
}

static void
test_a_planted_plain_record_is_refused (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app =
      stack_open_with (stack, "encrypted", SOME_TOPICS);
  static const char planted[] = "\xE1\x00\x00{\"foo\":\"planted\"}";
  g_autoptr (GError) error = NULL;
  EvsRecord record = { .version = 1,
                       .topic = { "Example.FooChanged", 18 },
                       .data = { planted, sizeof planted - 1 } };
  EvsBatch batch = { .inserts = &record, .n_inserts = 1 };

  create_new_example (app, "everybody knows", &record.id, &error);
  evs_record_store_commit (
      evs_event_store_get_record_store (evs_application_get_event_store (app)),
      &batch, NULL, &error);
  g_assert_no_error (error);

  g_assert_null (get_foo (app, &record.id, &error));
  evs_assert_error (error, EVS_ERROR_NOT_ENCRYPTED, "* version 1: *");
}

/* ------------------------------------------------------------------ erasing */

static void
test_an_erased_event_is_passed_over (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  EvsEventStore *events = evs_application_get_event_store (app);
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsEvent) event = NULL;
  g_autofree char *foo = NULL;
  EvsId id;

  create_new_example (app, "first secret", &id, &error);
  change_example (app, &id, "second secret", &error);
  g_assert_true (evs_event_store_erase (events, &id, 1, NULL, &error));
  event = evs_event_store_get (events, &id, 1, &error);

  g_assert_true (evs_event_is_erased (event));
  g_assert_cmpuint (g_bytes_get_size (evs_event_get_state (event)), ==, 0);
  g_assert_cmpint (evs_event_get_recorded_at (event), !=, 0);
  foo = get_foo (app, &id, &error);
  g_assert_cmpstr (foo, ==, "first secret");
  change_example (app, &id, "third secret", &error);
  g_assert_no_error (error);
}

static void
test_erasing_does_not_bring_back_what_is_discarded (Stack *stack,
                                                    gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autoptr (GError) error = NULL;
  EvsId id;

  create_new_example (app, "secret info", &id, &error);
  discard_example (app, &id, &error);
  g_assert_true (evs_event_store_erase (evs_application_get_event_store (app),
                                        &id, 1, NULL, &error));

  g_assert_null (get_foo (app, &id, &error));
  evs_assert_error (error, EVS_ERROR_DISCARDED, "*: this Example is discarded");
}

static void
test_only_who_can_read_can_erase (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) encrypted = stack_open (stack, "encrypted");
  g_autoptr (EvsApplication) plain = stack_open (stack, "plain");
  EvsEventStore *events = evs_application_get_event_store (plain);
  g_autoptr (GError) error = NULL;
  g_autofree char *foo = NULL;
  EvsId id;

  create_new_example (encrypted, "secret info", &id, &error);
  g_assert_false (evs_event_store_erase (events, &id, 0, NULL, &error));
  evs_assert_error (error, EVS_ERROR_ENCRYPTED, "* version 0: encrypted*");
  g_assert_false (evs_event_store_erase (events, &id, 1, NULL, &error));
  evs_assert_error (error, EVS_ERROR_NOT_FOUND, "* version 1: no such event");

  foo = get_foo (encrypted, &id, &error);
  g_assert_cmpstr (foo, ==, "secret info");
}

/* --------------------------------------------------------------- other keys */

static void
test_the_key_of_another_store_is_refused (Stack *stack, gconstpointer store)
{
  g_autoptr (EvsApplication) app = stack_open (stack, "encrypted");
  g_autofree char *key = evs_test_folder_file (stack->folder, "secret.key");
  g_autofree char *path =
      evs_test_folder_file (stack->folder, "encrypted.conf");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (key), ==, 0);
  evs_key_file_create (key, &error);
  g_assert_no_error (error);

  g_assert_null (evs_application_open (path, &error));
  evs_assert_error (error, EVS_ERROR_KEY,
                    "*/secret.key: this is key ????????, the store's records "
                    "are sealed with key ????????");
}

/* ---------------------------------------------------- a mapper of the host's
 */

#define VEIL 0x5A

static gboolean
veil_map (gpointer self, gpointer worker, const EvsEventView *event,
          EvsBuffer *data, GError **error)
{
  const guint8 *state = event->state.data;
  guint8 *out = evs_buffer_reserve (data, event->state.size);

  for (gsize i = 0; i < event->state.size; i++)
    out[i] = state[i] ^ VEIL;
  data->size += event->state.size;
  return TRUE;
}

static gboolean
veil_unmap (gpointer self, gpointer worker, const EvsRecord *record,
            EvsBuffer *scratch, EvsEventView *event, GError **error)
{
  EvsEventView stored = { .state = record->data };

  event->state.data = evs_buffer_reserve (scratch, record->data.size);
  event->state.size = record->data.size;
  return veil_map (self, worker, &stored, scratch, error);
}

static EvsMapper *
make_veil (EvsConfig *config, const EvsId *store_id, gpointer user_data,
           GError **error)
{
  static const EvsMapperInterface iface = { .struct_size =
                                                sizeof (EvsMapperInterface),
                                            .map = veil_map,
                                            .unmap = veil_unmap };

  return evs_mapper_new (&iface, NULL);
}

static void
test_a_host_may_bring_a_mapper (Stack *stack, gconstpointer store)
{
  g_autofree char *text = stack_config_text (stack, "plain", "");
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config =
      evs_config_new_from_data (text, -1, stack->folder->path, &error);
  g_autoptr (EvsApplication) app =
      evs_application_new_with_mapper (config, make_veil, NULL, &error);
  g_autofree char *foo = NULL;
  EvsId id;

  g_assert_no_error (error);
  create_new_example (app, "secret info", &id, &error);
  change_example (app, &id, "other secret", &error);
  foo = get_foo (app, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (foo, ==, "other secret");
  stack_assert_record_shows (app, &id, 0, "secret info", FALSE);

  discard_example (app, &id, &error);
  g_assert_no_error (error);
  g_assert_null (get_foo (app, &id, &error));
  evs_assert_error (error, EVS_ERROR_DISCARDED, "*: this Example is discarded");
}

/* -------------------------------------------------------------------- tests */

static void
add (const char *store, const char *name, void (*test) (Stack *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/scenario/%s/%s", store, name);

  g_test_add (path, Stack, store, stack_set_up, test, stack_tear_down);
}

static void
add_tests (const char *store)
{
  add (store, "sealed-bytes-show-nothing", test_sealed_bytes_show_nothing);
  add (store, "plain-bytes-show-it", test_plain_bytes_show_it);
  add (store, "repository-returns-the-entity",
       test_repository_returns_the_entity);
  add (store, "change-appends-an-event", test_a_change_appends_an_event);
  add (store, "discarded-entity-is-gone", test_a_discarded_entity_is_gone);
  add (store, "unknown-entity-is-not-found",
       test_an_unknown_entity_is_not_found);
  add (store, "plain-refuses-sealed",
       test_the_plain_application_refuses_the_sealed_entity);
  add (store, "encrypted-refuses-plain",
       test_the_encrypted_application_refuses_the_plain_entity);
  add (store, "config-built-in-code", test_the_config_may_be_built_in_code);
  add (store, "cipher-without-key-refused",
       test_a_cipher_without_a_key_is_refused);
  add (store, "only-marked-topics-are-sealed",
       test_only_marked_topics_are_sealed);
  add (store, "planted-plain-record-refused",
       test_a_planted_plain_record_is_refused);
  add (store, "erased-event-is-passed-over",
       test_an_erased_event_is_passed_over);
  add (store, "erased-discarding-event",
       test_erasing_does_not_bring_back_what_is_discarded);
  add (store, "only-who-can-read-can-erase", test_only_who_can_read_can_erase);
  add (store, "key-of-another-store-refused",
       test_the_key_of_another_store_is_refused);
  add (store, "mapper-of-the-host", test_a_host_may_bring_a_mapper);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add_tests ("memory");
#ifdef ENABLE_BDB
  add_tests ("bdb");
  add ("bdb", "store-stays-after-closing", test_a_store_stays_after_closing);
#endif
#ifdef ENABLE_LMDB
  add_tests ("lmdb");
  add ("lmdb", "store-stays-after-closing", test_a_store_stays_after_closing);
#endif
  return g_test_run ();
}
