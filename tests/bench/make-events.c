/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes the events that all contenders get: those of a file as import reads
 * it, copies of them with other ids once they are used up, or generated ones.
 */

#include "dataset.h"
#include "event-file.h"
#include "event-line.h"
#include "generator.h"
#include "peer.h"
#include "stack.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Sequences of a given length: so many are alive at once. */
#define N_ALIVE 500

/* So many copies of a file's events are interleaved at most. */
#define N_COPIES 16

typedef struct
{
  char *input;
  gint64 n;
  gint64 length;    /* of all sequences; 0: as they come */
  gint64 size;      /* of all states; 0: as they come */
  gboolean in_time; /* ids rise with time */
  gboolean stored;  /* states as the plain stack stores them */
  gboolean lines;   /* JSON, not for the runner */
} Wishes;

typedef struct
{
  Wishes wishes;
  Dataset *data;        /* NULL: generated */
  gsize next[N_COPIES]; /* in data, of each copy */
  guint32 n_copies;
  guint32 first_copy; /* the number of the first one */
  Generator *generator;
  GRand *random;

  GHashTable *places; /* EvsId that came -> index in sequences, plus 1 */
  GArray *sequences;  /* of EventFileSequence: what goes */
  GArray *alive;      /* of guint32: indexes, with a given length */

  EvsMapper *mapper;
  gpointer worker;
  EvsBuffer mapped;
  GString *state;
} Maker;

static void
check (GError *error)
{
  if (error != NULL)
    peer_fail ("%s", error->message);
}

/* ------------------------------------------------------------------ sources */

/* A copy that has events left; when none has, the next ones begin. */
static guint32
choose_copy (Maker *self)
{
  guint32 first =
      (guint32) g_rand_int_range (self->random, 0, (gint32) self->n_copies);

  for (guint32 i = 0; i < self->n_copies; i++)
    if (self->next[(first + i) % self->n_copies] < self->data->events->len)
      return (first + i) % self->n_copies;
  self->first_copy += self->n_copies;
  memset (self->next, 0, sizeof self->next);
  return first;
}

static void
next_event (Maker *self, EvsEventView *event)
{
  guint32 copy, number;

  if (self->data == NULL)
    {
      *event = *generator_next (self->generator);
      return;
    }
  copy = choose_copy (self);
  number = self->first_copy + copy;
  *event = *dataset_get (self->data, self->next[copy]++);
  for (gsize i = 0; i < sizeof number; i++)
    event->id.bytes[12 + i] ^= (guint8) (number >> (8 * i));
}

/* ---------------------------------------------------------------------- ids */

/* RFC 9562's version 4, or 7 with the number of the sequence as its time. */
static EvsId
new_id (Maker *self, guint64 number)
{
  EvsId id;

  for (gsize i = 0; i < sizeof id.bytes; i++)
    id.bytes[i] = (guint8) g_rand_int (self->random);
  for (gsize i = 0; self->wishes.in_time && i < 6; i++)
    id.bytes[i] = (guint8) (number >> (8 * (5 - i)));
  id.bytes[6] =
      (guint8) ((id.bytes[6] & 0x0F) | (self->wishes.in_time ? 0x70 : 0x40));
  id.bytes[8] = (guint8) ((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

static guint
new_sequence (Maker *self)
{
  EventFileSequence sequence = { new_id (self, self->sequences->len), 0 };

  g_array_append_val (self->sequences, sequence);
  return self->sequences->len - 1;
}

/* Any of those alive, which begin one by one and give way when full. */
static guint
choose_alive (Maker *self)
{
  guint64 length = (guint64) self->wishes.length;
  guint place = (guint) g_rand_int_range (self->random, 0, N_ALIVE);
  guint *chosen;

  g_array_set_size (self->alive, MAX (self->alive->len, N_ALIVE));
  chosen = &g_array_index (self->alive, guint, place);
  if (*chosen == 0
      || g_array_index (self->sequences, EventFileSequence, *chosen - 1).length
             == length)
    *chosen = new_sequence (self) + 1;
  return *chosen - 1;
}

static guint
choose_sequence (Maker *self, const EvsId *id)
{
  guint place;

  if (self->wishes.length > 0)
    return choose_alive (self);
  place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, id));
  if (place > 0)
    return place - 1;
  place = new_sequence (self);
  g_hash_table_insert (self->places, g_memdup2 (id, sizeof *id),
                       GUINT_TO_POINTER (place + 1));
  return place;
}

static void
place (Maker *self, EvsEventView *event)
{
  guint index = choose_sequence (self, &event->id);
  EventFileSequence *sequence =
      &g_array_index (self->sequences, EventFileSequence, index);

  event->id = sequence->id;
  event->version = sequence->length++;
}

/* ------------------------------------------------------------------- states */

/* Text that is text in JSON too. */
static void
append_text (GString *out, EvsSpan text, gsize size)
{
  const char *bytes = text.data;

  for (gsize i = 0; i < size; i++)
    {
      char c = bytes[i % text.size];

      g_string_append_c (out, c < ' ' || c == '"' || c == '\\' ? ' ' : c);
    }
}

/* A piece of a state, or several of them in one. */
static void
resize (Maker *self, EvsEventView *event)
{
  gsize size = (gsize) self->wishes.size;
  GString *state = self->state;
  EvsEventView more = *event;

  if (event->state.size + 16 >= size)
    {
      g_string_assign (state, "{\"note\": \"");
      append_text (state, event->state, size - 12);
      g_string_append (state, "\"}");
    }
  else
    {
      g_string_assign (state, "{\"changes\": [");
      for (gboolean first = TRUE; first || state->len + more.state.size < size;
           first = FALSE)
        {
          g_string_append (state, first ? "" : ", ");
          g_string_append_len (state, more.state.data,
                               (gssize) more.state.size);
          next_event (self, &more);
        }
      g_string_append (state, "]}");
    }
  event->state = (EvsSpan){ state->str, state->len };
}

static void
map (Maker *self, EvsEventView *event)
{
  g_autoptr (GError) error = NULL;

  self->mapped.size = 0;
  evs_mapper_map (self->mapper, self->worker, event, &self->mapped, &error);
  check (error);
  event->state = (EvsSpan){ self->mapped.data, self->mapped.size };
}

/* ---------------------------------------------------------------------- all */

static void
make_next (Maker *self, EvsEventView *event)
{
  next_event (self, event);
  place (self, event);
  if (self->wishes.size > 0)
    resize (self, event);
  if (self->wishes.stored)
    map (self, event);
}

static void
write_lines (Maker *self, const char *path)
{
  g_autoptr (GString) line = g_string_new (NULL);
  FILE *file = fopen (path, "we");
  EvsEventView event;

  if (file == NULL)
    peer_fail ("%s: cannot be written", path);
  for (gint64 i = 0; i < self->wishes.n; i++)
    {
      make_next (self, &event);
      g_string_truncate (line, 0);
      event_line_append (line, &event);
      fwrite (line->str, line->len, 1, file);
    }
  if (fclose (file) != 0)
    peer_fail ("%s: cannot be written", path);
}

/* Sequences are asked for in no order, not in that in which they began. */
static void
shuffle (Maker *self)
{
  for (guint i = self->sequences->len; i > 1; i--)
    {
      EventFileSequence *a =
          &g_array_index (self->sequences, EventFileSequence, i - 1);
      EventFileSequence *b = &g_array_index (
          self->sequences, EventFileSequence,
          (guint) g_rand_int_range (self->random, 0, (gint32) i));
      EventFileSequence kept = *a;

      *a = *b;
      *b = kept;
    }
}

static void
write_file (Maker *self, const char *path)
{
  EventFileWriter *writer = event_file_create (path);
  EvsEventView event;

  for (gint64 i = 0; i < self->wishes.n; i++)
    {
      make_next (self, &event);
      event_file_add (writer, &event);
    }
  shuffle (self);
  event_file_finish (writer, self->sequences);
}

static void
open_source (Maker *self)
{
  gint64 n = self->wishes.n;
  g_autoptr (GError) error = NULL;

  if (self->wishes.input == NULL)
    {
      self->generator = generator_new ();
      return;
    }
  self->data = dataset_new_from_file (self->wishes.input, (gsize) n, &error);
  check (error);
  n = (n - 1) / self->data->events->len + 1;
  self->n_copies = (guint32) MIN (n, N_COPIES);
}

static void
open_mapper (Maker *self)
{
  static const EvsId store_id;
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config =
      stack_config ("bdb:plain", ".", FALSE, 0, &error);

  check (error);
  self->mapper = evs_mapper_new_pipeline (config, &store_id, &error);
  check (error);
  evs_mapper_begin (self->mapper, &self->worker, &error);
  check (error);
}

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
  return memcmp (a, b, sizeof (EvsId)) == 0;
}

static void
make (Maker *self, const char *path)
{
  self->random = g_rand_new_with_seed (20240229);
  self->places = g_hash_table_new_full (id_hash, id_equal, g_free, NULL);
  self->sequences = g_array_new (FALSE, FALSE, sizeof (EventFileSequence));
  self->alive = g_array_new (FALSE, TRUE, sizeof (guint));
  self->state = g_string_new (NULL);
  open_source (self);
  if (self->wishes.stored)
    open_mapper (self);
  if (self->wishes.lines)
    write_lines (self, path);
  else
    write_file (self, path);
}

static void
maker_clear (Maker *self)
{
  if (self->mapper != NULL)
    evs_mapper_end (self->mapper, self->worker);
  g_clear_pointer (&self->mapper, evs_mapper_unref);
  g_clear_pointer (&self->data, dataset_free);
  g_clear_pointer (&self->generator, generator_free);
  g_hash_table_unref (self->places);
  g_array_unref (self->sequences);
  g_array_unref (self->alive);
  g_rand_free (self->random);
  g_string_free (self->state, TRUE);
  evs_buffer_clear (&self->mapped);
  g_free (self->wishes.input);
}

int
main (int argc, char *argv[])
{
  Maker self = { .wishes = { .n = 20000 } };
  Wishes *wishes = &self.wishes;
  const GOptionEntry entries[] = {
    { "input", 0, 0, G_OPTION_ARG_FILENAME, &wishes->input,
      "Take these events, not generated ones", "FILE" },
    { "events", 0, 0, G_OPTION_ARG_INT64, &wishes->n, "How many", "N" },
    { "length", 0, 0, G_OPTION_ARG_INT64, &wishes->length,
      "Sequences of N events", "N" },
    { "size", 0, 0, G_OPTION_ARG_INT64, &wishes->size,
      "States of about N bytes", "N" },
    { "time-ordered", 0, 0, G_OPTION_ARG_NONE, &wishes->in_time,
      "Ids that rise with time", NULL },
    { "stored", 0, 0, G_OPTION_ARG_NONE, &wishes->stored,
      "States as the plain stack stores them", NULL },
    { "lines", 0, 0, G_OPTION_ARG_NONE, &wishes->lines,
      "Lines that import reads", NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("OUTPUT");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_parse (context, &argc, &argv, &error);
  check (error);
  if (argc != 2 || wishes->n < 1)
    peer_fail ("wanted --events=N and one file");
  make (&self, argv[1]);
  maker_clear (&self);
  return 0;
}
