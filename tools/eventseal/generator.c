/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "generator.h"

#include <string.h>

#define SEED G_GUINT64_CONSTANT (20240229)
#define N_AUTHORS 400
#define FIRST_TIME G_GINT64_CONSTANT (1225472249)

/* Of a hundred events, so many begin a sequence. The others go to the
 * sequence of an earlier event, mostly of a recent one, and rather to a long
 * one, until it has the most events that one may have. So the lengths of
 * sequences, and the distances between an event and the one before it, are
 * about those in the history of libgit2 (71,130 events; half of the distances
 * under 359, 262 here; a hundredth of the sequences has 29 % of the events, 25
 * % here). */
#define N_NEW_OF_100 37
#define LONGEST 500

/* "Recent" is among the last 64 events, or 128, 256 and so on, all as often. */
#define RECENT_BITS 6

struct _Generator
{
  guint64 random;
  GArray *sequence_of; /* guint32: the sequence of each event so far */
  GArray *lengths;     /* guint64: the length of each sequence */
  char commit[41];
  char author[13];
  GString *subject;
  gint64 time;
  guint left; /* events that the commit has yet */
  GString *state;
  EvsEventView event;
};

static const char *const words[] = {
  "add",     "fix",      "the",       "a",        "test",     "for",
  "remove",  "of",       "to",        "when",     "path",     "index",
  "object",  "leak",     "reference", "handle",   "move",     "in",
  "use",     "make",     "not",       "config",   "error",    "with",
  "commit",  "rename",   "check",     "memory",   "file",     "diff",
  "remote",  "update",   "warning",   "tree",     "return",   "merge",
  "allow",   "function", "buffer",    "simplify", "document", "windows",
  "branch",  "iterator", "proper",    "support",  "length",   "cache",
  "options", "checkout", "refactor",  "callback", "parse",    "submodule",
};

static const char *const folders[] = {
  "src",
  "tests",
  "include/git2",
  "tests/objects",
  "tests/resources/merge-recursive/.gitted/objects",
  "src/transport",
  "tests/checkout",
  "tests/resources/status/.gitted/refs",
};

/* ------------------------------------------------------------------ numbers */

/* Scatters a counter's bits: a sequence of these passes for random. */
static guint64
scatter (guint64 x)
{
  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  return x ^ x >> 31;
}

static guint64
next (guint64 *random)
{
  *random += G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return scatter (*random);
}

static guint
below (guint64 *random, guint n)
{
  return (guint) (next (random) >> 32) % n;
}

/* Small numbers much more often than large ones. */
static guint
skewed_below (guint64 *random, guint n)
{
  guint64 a = below (random, n), b = below (random, n);

  return (guint) (a * b / n);
}

static void
put_hex (guint64 *random, char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    text[i] = "0123456789abcdef"[next (random) >> 60];
  text[n] = '\0';
}

/* ----------------------------------------------------------------- events */

Generator *
generator_new (void)
{
  Generator *self = g_new0 (Generator, 1);

  self->random = SEED;
  self->sequence_of = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->lengths = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->subject = g_string_new (NULL);
  self->state = g_string_new (NULL);
  self->time = FIRST_TIME;
  return self;
}

void
generator_free (Generator *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->sequence_of);
  g_array_unref (self->lengths);
  g_string_free (self->subject, TRUE);
  g_string_free (self->state, TRUE);
  g_free (self);
}

static guint32
choose_earlier (Generator *self)
{
  guint n = self->sequence_of->len;
  guint n_sizes = MAX (g_bit_storage (n), RECENT_BITS) - RECENT_BITS + 1;
  guint recent = 1u << (RECENT_BITS + below (&self->random, n_sizes));
  guint back = 1 + below (&self->random, MIN (recent, n));

  return g_array_index (self->sequence_of, guint32, n - back);
}

static guint64
length_of (Generator *self, guint32 sequence)
{
  return g_array_index (self->lengths, guint64, sequence);
}

static guint32
choose_longer (Generator *self)
{
  guint32 a = choose_earlier (self), b = choose_earlier (self);

  return length_of (self, a) > length_of (self, b) ? a : b;
}

static guint32
begin_sequence (Generator *self)
{
  guint64 none = 0;

  g_array_append_val (self->lengths, none);
  return self->lengths->len - 1;
}

static guint32
choose_sequence (Generator *self)
{
  gboolean is_new =
      self->sequence_of->len == 0 || below (&self->random, 100) < N_NEW_OF_100;
  guint32 sequence;

  if (is_new)
    sequence = begin_sequence (self);
  else if (below (&self->random, 2) == 0)
    sequence = choose_earlier (self);
  else
    sequence = choose_longer (self);
  if (length_of (self, sequence) == LONGEST)
    sequence = begin_sequence (self);
  g_array_append_val (self->sequence_of, sequence);
  return sequence;
}

/* What the events of one commit have in common. */
static void
begin_commit (Generator *self)
{
  guint64 author = scatter (skewed_below (&self->random, N_AUTHORS));
  guint n = 7 + skewed_below (&self->random, 16);

  put_hex (&self->random, self->commit, 40);
  put_hex (&author, self->author, 12);
  g_string_truncate (self->subject, 0);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (
        self->subject, "%s%s", i > 0 ? " " : "",
        words[skewed_below (&self->random, G_N_ELEMENTS (words))]);
  self->time += 1 + below (&self->random, 100000);
  self->left = 1 + skewed_below (&self->random, 24);
}

/* The same for a sequence each time: made of its number. */
static void
append_path (GString *out, guint32 sequence)
{
  guint64 random = scatter (sequence + 1);
  guint folder = below (&random, G_N_ELEMENTS (folders));
  char hex[39];

  g_string_append (out, folders[folder]);
  put_hex (&random, hex, 38);
  if (strstr (folders[folder], ".gitted/objects") != NULL)
    g_string_append_printf (out, "/%.2s/%s", hex, hex + 2);
  else
    g_string_append_printf (out, "/%s_%.4s.c",
                            words[below (&random, G_N_ELEMENTS (words))], hex);
}

static void
make_state (Generator *self, guint32 sequence)
{
  g_string_printf (self->state,
                   "{\"commit\": \"%s\", \"author\": \"%s\", \"time\": "
                   "%" G_GINT64_FORMAT ", \"subject\": \"%s\", \"path\": \"",
                   self->commit, self->author, self->time, self->subject->str);
  append_path (self->state, sequence);
  g_string_append_printf (
      self->state, "\", \"insertions\": %u, \"deletions\": %u}",
      skewed_below (&self->random, 100), skewed_below (&self->random, 60));
}

static void
make_id (guint32 sequence, EvsId *id)
{
  guint64 random = scatter (~(guint64) sequence);
  guint64 halves[2] = { next (&random), next (&random) };

  memcpy (id->bytes, halves, sizeof id->bytes);
  id->bytes[6] = (guint8) ((id->bytes[6] & 0x0F) | 0x40);
  id->bytes[8] = (guint8) ((id->bytes[8] & 0x3F) | 0x80);
}

const EvsEventView *
generator_next (Generator *self)
{
  static const char created[] = "File.Created", changed[] = "File.Changed";
  guint32 sequence = choose_sequence (self);
  EvsEventView *event = &self->event;

  if (self->left == 0)
    begin_commit (self);
  self->left--;
  make_state (self, sequence);
  make_id (sequence, &event->id);
  event->version = g_array_index (self->lengths, guint64, sequence)++;
  event->recorded_at = self->time * G_USEC_PER_SEC;
  event->topic.data = event->version == 0 ? created : changed;
  event->topic.size = strlen (event->topic.data);
  event->state = (EvsSpan){ self->state->str, self->state->len };
  return event;
}
