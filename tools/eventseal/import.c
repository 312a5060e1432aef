/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "event-line.h"
#include "lines.h"
#include "output.h"
#include "progress.h"
#include "text.h"

#include <string.h>

#define BATCH_DEFAULT 100
#define BATCH_MAX 10000

/* A batch of large events is stored before it has grown to its number. */
#define BATCH_SIZE_MAX ((gsize) 64 * 1024 * 1024)

/* How many sequences' next versions are remembered. */
#define KNOWN_MAX 65536

/* A sequence that was met, and the version that must come next. */
typedef struct
{
  EvsId id;
  guint64 next;
} Known;

typedef struct
{
  EvsEventStore *store;
  EvsAppender *appender;
  GHashTable *known;  /* of Known, which are their own keys */
  gboolean all_known; /* what is not in `known` was not in the store */
  Lines *lines;
  EventLine *line;
  guint64 number;    /* of the line */
  guint64 submitted; /* the last line of the last batch that was */
  guint64 before;    /* that of the batch before it */
  guint64 stored;    /* the last line that is stored, by the last look */
  guint64 n_sequences;
  guint64 size;
  gint64 batch;
} Import;

/* ---------------------------------------------------------------- sequences */

static guint
known_hash (gconstpointer key)
{
  const Known *known = key;
  guint64 words[2];

  memcpy (words, known->id.bytes, sizeof words);
  return (guint) ((words[0] ^ words[1])
                      * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)
                  >> 32);
}

static gboolean
known_equal (gconstpointer a, gconstpointer b)
{
  return evs_id_equal (&((const Known *) a)->id, &((const Known *) b)->id);
}

/* A sequence that begins here, so far as is known. The store is not asked then,
 * since that would wait for the commit that is under way; it refuses what
 * another process was faster with. */
static gboolean
begins (const Import *self, const EventLine *line)
{
  return self->all_known && line->has_version && line->event.version == 0;
}

static Known *
get_known (Import *self, const EventLine *line, GError **error)
{
  Known key = { line->event.id, 0 };
  Known *known = g_hash_table_lookup (self->known, &key);
  gint64 last = -1;

  if (known != NULL)
    return known;
  if (!begins (self, line)
      && !evs_event_store_last_version (self->store, &key.id, &last, error))
    return NULL;
  key.next = (guint64) (last + 1);
  known = g_memdup2 (&key, sizeof key);
  g_hash_table_add (self->known, known);
  return known;
}

static gboolean
check_version (const EventLine *line, const Known *known, GError **error)
{
  char id[EVS_ID_STRING_LENGTH + 1];

  if (!line->has_version || line->event.version == known->next)
    return TRUE;
  evs_id_format (&known->id, id);
  g_set_error (error, EVS_ERROR, EVS_ERROR_CONFLICT,
               "originator_version: %" G_GUINT64_FORMAT
               " %s, the next of %s is %" G_GUINT64_FORMAT,
               line->event.version,
               line->event.version < known->next ? "is taken"
                                                 : "would leave a gap",
               id, known->next);
  return FALSE;
}

/* ------------------------------------------------------------------- events */

/* Which lines went wrong, and what is stored. Takes @reason. */
static gboolean
fail_at (Import *self, guint64 first, guint64 last, GError *reason,
         GError **error)
{
  g_autoptr (GString) text = g_string_new (self->lines->name);

  g_string_append_printf (text, ":%" G_GUINT64_FORMAT, first);
  if (first < last)
    g_string_append_printf (text, "-%" G_GUINT64_FORMAT, last);
  g_string_append_printf (text, ": %s; ", reason->message);
  if (self->stored > 0)
    g_string_append_printf (text, "stored up to line %" G_GUINT64_FORMAT,
                            self->stored);
  else
    g_string_append (text, "nothing is stored");
  g_set_error_literal (error, reason->domain, reason->code, text->str);
  g_error_free (reason);
  return FALSE;
}

/* A batch was refused: the first that is not stored. Takes @reason. */
static gboolean
fail_at_batch (Import *self, GError *reason, GError **error)
{
  guint64 last;

  self->stored =
      self->submitted - evs_appender_get_n_submitted (self->appender);
  last = self->stored < self->before ? self->before : self->submitted;
  return fail_at (self, self->stored + 1, last, reason, error);
}

/* Waits for what was submitted. */
static gboolean
settle (Import *self, GError **error)
{
  GError *reason = NULL;

  if (!evs_appender_wait (self->appender, &reason))
    return fail_at_batch (self, reason, error);
  self->stored = self->submitted;
  return TRUE;
}

/* The line that was read last, if no batch before it was refused. */
static gboolean
fail_at_line (Import *self, GError *reason, GError **error)
{
  if (settle (self, error))
    return fail_at (self, self->number, self->number, reason, error);
  g_error_free (reason);
  return FALSE;
}

static gboolean
add_line (Import *self, EvsSpan text, GError **error)
{
  EventLine *line = self->line;
  Known *known;

  if (!event_line_parse (line, text, error))
    return FALSE;
  known = get_known (self, line, error);
  if (known == NULL || !check_version (line, known, error))
    return FALSE;
  line->event.version = known->next;
  if (!evs_appender_add (self->appender, &line->event, error))
    return FALSE;

  self->n_sequences += known->next == 0;
  self->size += line->event.state.size;
  known->next++;
  return TRUE;
}

static gboolean
is_full (const Import *self)
{
  return evs_appender_get_n_events (self->appender) >= (gsize) self->batch
         || evs_appender_get_size (self->appender) >= BATCH_SIZE_MAX;
}

/* The store may be asked again only for what is there. */
static gboolean
forget_known (Import *self, GError **error)
{
  if (g_hash_table_size (self->known) <= KNOWN_MAX)
    return TRUE;
  if (!settle (self, error))
    return FALSE;
  g_hash_table_remove_all (self->known);
  self->all_known = FALSE;
  return TRUE;
}

static gboolean
submit (Import *self, GError **error)
{
  GError *reason = NULL;

  if (!evs_appender_submit (self->appender, &reason))
    return fail_at_batch (self, reason, error);
  self->before = self->submitted;
  self->submitted = self->number;
  return forget_known (self, error);
}

/* The line after the last one is the end. */
static gboolean
next_line (Import *self, gboolean *ended, GError **error)
{
  GError *reason = NULL;
  EvsSpan text;

  self->number++;
  if (!lines_next (self->lines, &text, &reason))
    return fail_at_line (self, reason, error);
  *ended = text.data == NULL;
  if (*ended || add_line (self, text, &reason))
    return TRUE;
  return fail_at_line (self, reason, error);
}

static gboolean
finish (Import *self, GError **error)
{
  self->number--;
  return submit (self, error) && settle (self, error);
}

static gboolean
import_lines (Import *self, GError **error)
{
  g_autoptr (Progress) progress = progress_new ("importing");
  const Lines *lines = self->lines;
  gboolean ended = FALSE;

  while (!ended)
    {
      if (!next_line (self, &ended, error)
          || (is_full (self) && !submit (self, error)))
        return FALSE;
      progress_set (progress, lines->size > 0 ? lines->offset : self->number,
                    lines->size);
    }
  return finish (self, error);
}

/* ------------------------------------------------------------------ command */

static void
summarise (const Import *self, gint64 microseconds)
{
  double seconds = (double) MAX (microseconds, 1) / G_USEC_PER_SEC;
  g_autofree char *events = text_count (self->stored);
  g_autofree char *sequences = text_count (self->n_sequences);
  g_autofree char *size = text_count (self->size);
  g_autofree char *rate =
      text_count ((guint64) ((double) self->stored / seconds));

  out_print ("events         %15s\n", events);
  out_print ("new sequences  %15s\n", sequences);
  out_print ("bytes of state %15s\n", size);
  out_print ("seconds        %15.2f\n", seconds);
  out_print ("events/second  %15s\n", rate);
}

static gboolean
import_file (Import *self, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  guint64 position;
  gboolean ok;

  if (!evs_event_store_last_position (self->store, &position, error))
    return FALSE;
  self->all_known = position == 0;
  self->appender = evs_appender_new (self->store);
  self->known = g_hash_table_new_full (known_hash, known_equal, g_free, NULL);
  self->line = event_line_new ();
  ok = import_lines (self, error);
  if (ok)
    summarise (self, g_get_monotonic_time () - start);
  event_line_free (self->line);
  g_hash_table_unref (self->known);
  evs_appender_unref (self->appender);
  return ok;
}

static gboolean
check_store_key (EvsApplication *application, gboolean plain, GError **error)
{
  guint32 key_id = evs_application_get_store_key_id (application);

  if (plain && evs_application_get_key_id (application) != 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--plain: the configuration has a cipher, which would seal "
                   "these events");
      return FALSE;
    }
  if (plain || key_id == 0 || evs_application_get_key_id (application) != 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_ENCRYPTED,
               "the store has key %08x and the configuration no cipher: these "
               "events would be stored plain; --plain stores them",
               key_id);
  return FALSE;
}

static gboolean
run (Run *self, GError **error)
{
  Import state = { .batch = BATCH_DEFAULT };
  gboolean plain = FALSE;
  const GOptionEntry entries[] = {
    { "batch", 'b', 0, G_OPTION_ARG_INT64, &state.batch,
      "How many events are stored at a time (100)", "N" },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain,
      "Without a cipher, also into a store that has a key", NULL },
    { NULL }
  };
  g_autoptr (Lines) lines = NULL;
  g_autoptr (EvsApplication) application = NULL;

  if (!run_parse (self, entries, error))
    return FALSE;
  if (state.batch < 1 || state.batch > BATCH_MAX)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--batch: wanted 1 to %d", BATCH_MAX);
      return FALSE;
    }
  lines = state.lines = lines_open (run_argument (self, 0), error);
  if (lines == NULL)
    return FALSE;
  application = run_open (self, error);
  if (application == NULL || !check_store_key (application, plain, error))
    return FALSE;
  state.store = evs_application_get_event_store (application);
  return import_file (&state, error);
}

const Command command_import = {
  .name = "import",
  .arguments = "[FILE]",
  .summary = "Store events from lines of JSON",
  .details =
      "A line of FILE or standard input is an object with originator_id, "
      "topic\n"
      "and state (or state_base64); originator_version, metadata and "
      "recorded_at\n"
      "may be there. A line that is refused ends the import: its batch is not\n"
      "stored, what was stored before stays.\n",
  .n_max = 1,
  .run = run,
};
