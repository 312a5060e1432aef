/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dataset.h"

#include "event-line.h"
#include "generator.h"
#include "lines.h"

#include <string.h>

/* A data set that grows. */
typedef struct
{
  Dataset *self;
  GHashTable *places; /* EvsId, owned -> index of its length, plus 1 */
  GArray *lengths;    /* guint64 */
  gint64 now;
} Filling;

static guint
id_hash (gconstpointer key)
{
  guint64 words[2];

  memcpy (words, key, sizeof words);
  return (guint) ((words[0] ^ words[1])
                      * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)
                  >> 32);
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return evs_id_equal (a, b);
}

static void
begin (Filling *filling)
{
  Dataset *self = g_new0 (Dataset, 1);

  self->events = g_array_new (FALSE, FALSE, sizeof (EvsEventView));
  self->memory = g_ptr_array_new_with_free_func (g_free);
  self->ids = g_array_new (FALSE, FALSE, sizeof (EvsId));
  filling->self = self;
  filling->places = g_hash_table_new_full (id_hash, id_equal, g_free, NULL);
  filling->lengths = g_array_new (FALSE, FALSE, sizeof (guint64));
  filling->now = g_get_real_time ();
}

static guint64
next_version (Filling *filling, const EvsId *id)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (filling->places, id));
  guint64 none = 0;

  if (place == 0)
    {
      g_array_append_val (filling->lengths, none);
      g_array_append_vals (filling->self->ids, id, 1);
      place = filling->lengths->len;
      g_hash_table_insert (filling->places, g_memdup2 (id, sizeof *id),
                           GUINT_TO_POINTER (place));
    }
  return g_array_index (filling->lengths, guint64, place - 1)++;
}

static EvsSpan
copy (char **end, EvsSpan span)
{
  EvsSpan result = { *end, span.size };

  if (span.size > 0)
    memcpy (*end, span.data, span.size);
  *end += span.size;
  return result;
}

static void
add (Filling *filling, const EvsEventView *event)
{
  Dataset *self = filling->self;
  EvsEventView own = *event;
  char *end =
      g_malloc (event->topic.size + event->metadata.size + event->state.size);

  g_ptr_array_add (self->memory, end);
  own.topic = copy (&end, event->topic);
  own.metadata = copy (&end, event->metadata);
  own.state = copy (&end, event->state);
  own.version = next_version (filling, &event->id);
  if (own.recorded_at == 0)
    own.recorded_at = filling->now;
  self->size += own.state.size;
  g_array_append_val (self->events, own);
}

/* Sequences are asked for in no order, not in that in which they began. */
static Dataset *
finish (Filling *filling)
{
  GArray *ids = filling->self->ids;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = ids->len; i > 1; i--)
    {
      EvsId *a = &g_array_index (ids, EvsId, i - 1);
      EvsId *b = &g_array_index (
          ids, EvsId, (guint) g_rand_int_range (random, 0, (gint32) i));
      EvsId kept = *a;

      *a = *b;
      *b = kept;
    }
  g_hash_table_unref (filling->places);
  g_array_unref (filling->lengths);
  return filling->self;
}

Dataset *
dataset_new_generated (gsize n_events)
{
  g_autoptr (Generator) generator = generator_new ();
  Filling filling;

  begin (&filling);
  for (gsize i = 0; i < n_events; i++)
    add (&filling, generator_next (generator));
  return finish (&filling);
}

static gboolean
read_lines (Filling *filling, Lines *lines, gsize n_max, GError **error)
{
  g_autoptr (EventLine) line = event_line_new ();
  EvsSpan text;

  for (gsize n = 1; n <= n_max; n++)
    {
      if (!lines_next (lines, &text, error)
          || (text.data != NULL && !event_line_parse (line, text, error)))
        {
          g_prefix_error (error, "%s:%" G_GSIZE_FORMAT ": ", lines->name, n);
          return FALSE;
        }
      if (text.data == NULL)
        break;
      add (filling, &line->event);
    }
  if (filling->self->events->len > 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
               "%s: no events, wanted at least one", lines->name);
  return FALSE;
}

Dataset *
dataset_new_from_file (const char *path, gsize n_max, GError **error)
{
  g_autoptr (Lines) lines = lines_open (path, error);
  g_autoptr (Dataset) self = NULL;
  Filling filling;
  gboolean ok;

  if (lines == NULL)
    return NULL;
  begin (&filling);
  ok = read_lines (&filling, lines, n_max, error);
  self = finish (&filling);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
dataset_free (Dataset *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->events);
  g_ptr_array_unref (self->memory);
  g_array_unref (self->ids);
  g_free (self);
}
