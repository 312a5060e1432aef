/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "folder.h"
#include "output.h"
#include "search.h"
#include "stage.h"

#include <glib.h>

#include <string.h>

#define STORE "[store bdb]\ndirectory=events\n"
#define CIPHER "[cipher aes-cbc]\nkey-file=secret.key\n"

static const char encrypted_conf[] =
    "[eventseal]\nformat=1\nstore=bdb\ncompressor=lz4\ncipher=aes-cbc\n" STORE
        CIPHER;
static const char plain_conf[] = "[eventseal]\nformat=1\nstore=bdb\n" STORE;
static const char mixed_conf[] =
    "[eventseal]\nformat=1\nstore=bdb\ncompressor=lz4\ncipher=aes-cbc\n"
    "[mapper]\nalways-encrypt=false\nencrypt-topics=Example.Created\n" STORE
        CIPHER;

typedef struct
{
  char *folder;
  EvsApplication *encrypted;
  EvsApplication *plain;
  EvsApplication *mixed;
  EvsAggregate *secret; /* of the encrypted application */
  EvsAggregate *bar;    /* of the plain one */
} Demo;

/* ------------------------------------------------------------------ Example */

typedef struct
{
  char *foo;
} Example;

static void
example_clear (gpointer self)
{
  g_free (((Example *) self)->foo);
}

static void
example_set_foo (gpointer self, EvsSpan state)
{
  Example *example = self;
  g_autoptr (GString) foo = g_string_new (NULL);
  EvsJsonValue object, name, value;
  gsize offset = 0;

  if (evs_json_scan (state, &object, NULL) && object.type == EVS_JSON_OBJECT
      && evs_json_object_next (&object, &offset, &name, &value)
      && value.type == EVS_JSON_STRING && evs_json_string_get (&value, foo))
    {
      g_free (example->foo);
      example->foo = g_strdup (foo->str);
    }
}

static const EvsAggregateType example_type = EVS_AGGREGATE_TYPE (
    Example, example_clear,
    { "Example.Created", .apply_state = example_set_foo },
    { "Example.FooChanged", .apply_state = example_set_foo },
    EVS_EVENT_TYPE_DISCARDS ("Example.Discarded"));

static const char *
get_foo (EvsAggregate *aggregate)
{
  return ((Example *) evs_aggregate_get_self (aggregate))->foo;
}

static gboolean
trigger (EvsAggregate *aggregate, const char *topic, const char *foo,
         GError **error)
{
  GString *text = g_string_new ("{\"foo\": ");
  g_autoptr (GBytes) state = NULL;

  evs_json_string_append (text, (EvsSpan){ foo, strlen (foo) });
  g_string_append_c (text, '}');
  state = g_string_free_to_bytes (text);
  return evs_aggregate_trigger_state (aggregate, topic, state, error);
}

static EvsAggregate *
create_example (EvsApplication *application, const char *foo, GError **error)
{
  g_autoptr (EvsAggregate) example = evs_aggregate_new (&example_type);

  if (!trigger (example, "Example.Created", foo, error)
      || !evs_application_save (application, example, error))
    return NULL;
  return g_steal_pointer (&example);
}

/* --------------------------------------------------------------- what holds */

/* Every claim that the demo makes goes through here. */
static gboolean
claim (gboolean holds, const char *what, GError **error)
{
  if (!holds)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FAILED, "demo: does not hold: %s",
                 what);
  return holds;
}

/* Loads the aggregate and shows its foo, which must be @foo. */
static gboolean
show_loaded (EvsApplication *application, EvsAggregate *aggregate,
             const char *foo, GError **error)
{
  g_autoptr (EvsAggregate) again = evs_application_load (
      application, &example_type, evs_aggregate_get_id (aggregate), error);

  if (again == NULL)
    return FALSE;
  stage_row ("the host sees", "foo = \"%s\", version %" G_GINT64_FORMAT,
             get_foo (again), evs_aggregate_get_version (again));
  return claim (g_strcmp0 (get_foo (again), foo) == 0,
                "the repository returns the entity", error);
}

/* Loads an aggregate that must be refused with @code. */
static gboolean
show_refusal (const char *label, EvsApplication *application, const EvsId *id,
              EvsError code, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (EvsAggregate) example =
      evs_application_load (application, &example_type, id, &reason);

  stage_row (label, "%s", reason != NULL ? reason->message : "(an entity)");
  return claim (example == NULL
                    && g_error_matches (reason, EVS_ERROR, (int) code),
                "the entity is refused", error);
}

static GBytes *
get_record (EvsApplication *application, const EvsId *id, guint64 version,
            char **topic, GError **error)
{
  EvsEventStore *events = evs_application_get_event_store (application);

  return evs_record_store_get_data (evs_event_store_get_record_store (events),
                                    id, version, topic, NULL, error);
}

static void
show_header (const char *topic, EvsSpan data, const EvsEnvelope *envelope)
{
  const EvsSuite *suite = evs_suite_lookup (envelope->suite);

  if (envelope->suite == 0)
    stage_row ("the disk holds",
               "%s in %" G_GSIZE_FORMAT " bytes, not encrypted", topic,
               data.size);
  else
    stage_row ("the disk holds",
               "%s in %" G_GSIZE_FORMAT " bytes, suite %s, key %08x", topic,
               data.size, suite != NULL ? suite->name : "private",
               envelope->key_id);
  stage_dump (data);
}

/* Shows a stored record, which must be sealed or not. */
static gboolean
show_record (EvsApplication *application, EvsAggregate *aggregate,
             guint64 version, gboolean sealed, GError **error)
{
  const EvsId *id = evs_aggregate_get_id (aggregate);
  g_autofree char *topic = NULL;
  g_autoptr (GBytes) data =
      get_record (application, id, version, &topic, error);
  EvsEnvelope envelope;
  EvsSpan span;

  if (data == NULL)
    return FALSE;
  span.data = g_bytes_get_data (data, &span.size);
  if (!evs_envelope_parse (span, &envelope, error))
    return FALSE;
  show_header (topic, span, &envelope);
  return claim ((envelope.suite != 0) == sealed,
                sealed ? "the record is sealed" : "the record is plain", error);
}

/* Looks for @text in a stored record, and shows whether it is there. */
static gboolean
show_record_search (EvsApplication *application, EvsAggregate *aggregate,
                    const char *text, gboolean wanted, GError **error)
{
  g_autoptr (Search) search = search_new (text);
  g_autoptr (GBytes) data = get_record (
      application, evs_aggregate_get_id (aggregate), 0, NULL, error);
  const char *form;
  EvsSpan span;

  if (data == NULL)
    return FALSE;
  span.data = g_bytes_get_data (data, &span.size);
  form = search_data (search, span);
  stage_row ("in the record", "\"%s\" %s", text,
             form != NULL ? "is found" : "is not found");
  return claim ((form != NULL) == wanted,
                wanted ? "the record shows the text"
                       : "the record does not show the text",
                error);
}

/* The same in all files of the store. */
static gboolean
show_file_search (Demo *self, const char *text, gboolean wanted, GError **error)
{
  g_autofree char *store = g_build_filename (self->folder, "events", NULL);
  g_autoptr (Search) search = search_new (text);
  g_autofree char *file = NULL;
  guint n;

  if (!search_folder (search, store, &n, &file, error))
    return FALSE;
  if (file != NULL)
    stage_row ("in the files", "\"%s\" is found, first in events%s", text,
               file + strlen (store));
  else
    stage_row ("in the files",
               "\"%s\" is in none of %u, neither raw nor hexadecimal, base64 "
               "or UTF-16",
               text, n);
  return claim ((file != NULL) == wanted,
                wanted ? "a file of the store shows the text"
                       : "no file of the store shows the text",
                error);
}

/* -------------------------------------------------------------------- steps */

static EvsApplication *
open_with (Demo *self, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  if (!folder_write_new (path, text, error))
    return NULL;
  return evs_application_open (path, error);
}

static gboolean
open_both (Demo *self, GError **error)
{
  g_autofree char *key = g_build_filename (self->folder, "secret.key", NULL);

  stage_heading ("1. Two applications open one store, in one process");
  stage_row ("folder", "%s", self->folder);
  stage_row ("encrypted.conf", "store=bdb compressor=lz4 cipher=aes-cbc");
  stage_row ("plain.conf", "store=bdb");
  if (!evs_key_file_create (key, error))
    return FALSE;
  self->encrypted = open_with (self, "encrypted.conf", encrypted_conf, error);
  if (self->encrypted == NULL)
    return FALSE;
  self->plain = open_with (self, "plain.conf", plain_conf, error);
  return self->plain != NULL;
}

static gboolean
create_secret (Demo *self, GError **error)
{
  stage_heading ("2. The encrypted one creates an Example");
  self->secret = create_example (self->encrypted, "secret info", error);
  return self->secret != NULL
         && show_loaded (self->encrypted, self->secret, "secret info", error)
         && show_record (self->encrypted, self->secret, 0, TRUE, error)
         && show_record_search (self->encrypted, self->secret, "secret info",
                                FALSE, error)
         && show_file_search (self, "secret info", FALSE, error);
}

static gboolean
change_and_discard (Demo *self, GError **error)
{
  g_autoptr (EvsAggregate) other = NULL;

  stage_heading ("3. Changing it appends an event; discarding ends it");
  if (!trigger (self->secret, "Example.FooChanged", "changed", error)
      || !evs_application_save (self->encrypted, self->secret, error)
      || !show_loaded (self->encrypted, self->secret, "changed", error))
    return FALSE;
  other = create_example (self->encrypted, "soon gone", error);
  return other != NULL && evs_aggregate_discard (other, error)
         && evs_application_save (self->encrypted, other, error)
         && show_refusal ("a discarded one", self->encrypted,
                          evs_aggregate_get_id (other), EVS_ERROR_DISCARDED,
                          error);
}

static gboolean
create_bar (Demo *self, GError **error)
{
  stage_heading ("4. The plain one creates an Example");
  self->bar = create_example (self->plain, "bar", error);
  return self->bar != NULL && show_loaded (self->plain, self->bar, "bar", error)
         && show_record (self->plain, self->bar, 0, FALSE, error)
         && show_record_search (self->plain, self->bar, "bar", TRUE, error)
         && show_file_search (self, "bar", TRUE, error);
}

static gboolean
ask_the_other (Demo *self, GError **error)
{
  stage_heading ("5. Each refuses the other's: no raw bytes, no empty state");
  return show_refusal ("encrypted says", self->encrypted,
                       evs_aggregate_get_id (self->bar),
                       EVS_ERROR_NOT_ENCRYPTED, error)
         && show_refusal ("plain says", self->plain,
                          evs_aggregate_get_id (self->secret),
                          EVS_ERROR_ENCRYPTED, error);
}

/* Puts a plain record where a sealed one belongs, as someone could who writes
 * to the store but has no key. */
static gboolean
plant (Demo *self, EvsId *id, GError **error)
{
  static const char topic[] = "Example.Created";
  static const char data[] = "\xE1\x00\x00{\"foo\": \"planted\"}";
  EvsEventStore *events = evs_application_get_event_store (self->mixed);
  EvsRecord record = { .topic = { topic, sizeof topic - 1 },
                       .data = { data, sizeof data - 1 } };
  EvsBatch batch = { .inserts = &record, .n_inserts = 1 };

  evs_id_init_random (id);
  record.id = *id;
  return evs_record_store_commit (evs_event_store_get_record_store (events),
                                  &batch, NULL, error);
}

static gboolean
seal_some_topics (Demo *self, GError **error)
{
  g_autoptr (EvsAggregate) mixed = NULL;
  EvsId planted;

  stage_heading ("6. A third seals some topics: always-encrypt=false, "
                 "encrypt-topics=");
  self->mixed = open_with (self, "mixed.conf", mixed_conf, error);
  if (self->mixed == NULL)
    return FALSE;
  mixed = create_example (self->mixed, "sealed", error);
  return mixed != NULL && show_record (self->mixed, mixed, 0, TRUE, error)
         && trigger (mixed, "Example.FooChanged", "not sealed", error)
         && evs_application_save (self->mixed, mixed, error)
         && show_record (self->mixed, mixed, 1, FALSE, error)
         && show_loaded (self->mixed, mixed, "not sealed", error)
         && plant (self, &planted, error)
         && show_refusal ("a planted one", self->mixed, &planted,
                          EVS_ERROR_NOT_ENCRYPTED, error);
}

static void
close_all (Demo *self)
{
  g_clear_pointer (&self->secret, evs_aggregate_unref);
  g_clear_pointer (&self->bar, evs_aggregate_unref);
  g_clear_pointer (&self->encrypted, evs_application_unref);
  g_clear_pointer (&self->plain, evs_application_unref);
  g_clear_pointer (&self->mixed, evs_application_unref);
}

static gboolean
search_closed (Demo *self, GError **error)
{
  stage_heading ("7. All are closed, everything is on the disk");
  close_all (self);
  return show_file_search (self, "secret info", FALSE, error)
         && show_file_search (self, "bar", TRUE, error);
}

/* ------------------------------------------------------------------ command */

static gboolean
play (Demo *self, GError **error)
{
  out_print ("What the host sees, and what the disk holds\n");
  return open_both (self, error) && create_secret (self, error)
         && change_and_discard (self, error) && create_bar (self, error)
         && ask_the_other (self, error) && seal_some_topics (self, error)
         && search_closed (self, error);
}

static gboolean
run (Run *self, GError **error)
{
  g_autofree char *keep = NULL;
  const GOptionEntry entries[] = { { "keep", 'k', 0, G_OPTION_ARG_FILENAME,
                                     &keep,
                                     "Play in this new folder and leave "
                                     "it there",
                                     "DIR" },
                                   { NULL } };
  Demo demo = { NULL };
  gboolean ok;

  if (!run_parse (self, entries, error))
    return FALSE;
  if (keep != NULL && !folder_make (keep, error))
    return FALSE;
  demo.folder = keep != NULL ? g_strdup (keep)
                             : g_dir_make_tmp ("eventseal-demo-XXXXXX", error);
  if (demo.folder == NULL)
    return FALSE;

  ok = play (&demo, error);
  close_all (&demo);
  if (keep == NULL)
    folder_remove (demo.folder);
  if (ok)
    out_print ("\nEvery step held.%s%s\n", keep != NULL ? " Kept in " : "",
               keep != NULL ? keep : "");
  g_free (demo.folder);
  return ok;
}

const Command command_demo = {
  .name = "demo",
  .arguments = "",
  .summary = "Show what the host sees and what the disk holds",
  .details = "Plays with a store in a temporary folder that is removed "
             "afterwards.\n",
  .no_config = TRUE,
  .run = run,
};
