/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "contract-store-private.h"

#include <string.h>

EvsSpan
evs_span_of_text (const char *text)
{
  return (EvsSpan){ text, strlen (text) };
}

EvsId
evs_id_of_letter (char letter)
{
  EvsId id;

  memset (&id, letter, sizeof id);
  return id;
}

EvsId
evs_id_of_number (guint32 number)
{
  EvsId id = { { 0 } };

  number = GUINT32_TO_BE (number);
  memcpy (id.bytes + 6, &number, sizeof number);
  return id;
}

/* ------------------------------------------------------------------ writing */

/* A batch being put together. What it points to is in @words. */
typedef struct
{
  GArray *inserts;
  GArray *replacements;
  GArray *side;
  EvsBatch batch;
} Draft;

static void
add_insert (Draft *self, const char *word)
{
  const char *equals = strchr (word, '=');
  EvsRecord record = { .id = evs_id_of_letter (*word) };

  record.version = g_ascii_strtoull (word + 1, NULL, 10);
  record.topic = (EvsSpan){ word, 1 };
  record.data = evs_span_of_text (equals != NULL ? equals + 1 : word);
  g_array_append_val (self->inserts, record);
}

static void
add_replacement (Draft *self, const char *word)
{
  const char *old = strchr (word, ':') + 1;
  const char *new = strchr (old, '>') + 1;
  EvsReplacement replacement = { .id = evs_id_of_letter (*word) };

  replacement.version = g_ascii_strtoull (word + 1, NULL, 10);
  replacement.old_data = (EvsSpan){ old, (gsize) (new - old) - 1 };
  replacement.new_data = evs_span_of_text (new);
  g_array_append_val (self->replacements, replacement);
}

/* Cuts @word in pieces. */
static void
add_side (Draft *self, char *word)
{
  char *key = strchr (word, '/');
  char *expected = strchr (word, '!');
  char *value = strchr (word, '=');
  EvsSideWrite write = { .table = word };

  *key++ = '\0';
  if (expected != NULL)
    {
      *expected++ = '\0';
      write.expectation =
          *expected != '\0' ? EVS_SIDE_EXACTLY : EVS_SIDE_ABSENT;
      write.expected = evs_span_of_text (expected);
    }
  if (value != NULL)
    {
      *value++ = '\0';
      write.value = evs_span_of_text (value);
    }
  write.key = evs_span_of_text (key);
  g_array_append_val (self->side, write);
}

static void
add_word (Draft *self, char *word)
{
  if (strchr (word, '/') != NULL)
    add_side (self, word);
  else if (strchr (word, ':') != NULL)
    add_replacement (self, word);
  else
    add_insert (self, word);
}

static void
draft_free (Draft *self)
{
  g_array_unref (self->inserts);
  g_array_unref (self->replacements);
  g_array_unref (self->side);
  g_free (self);
}

static Draft *
draft_new (char **words)
{
  Draft *self = g_new0 (Draft, 1);

  self->inserts = g_array_new (FALSE, FALSE, sizeof (EvsRecord));
  self->replacements = g_array_new (FALSE, FALSE, sizeof (EvsReplacement));
  self->side = g_array_new (FALSE, FALSE, sizeof (EvsSideWrite));
  for (; *words != NULL; words++)
    add_word (self, *words);

  self->batch.inserts = (gconstpointer) self->inserts->data;
  self->batch.n_inserts = self->inserts->len;
  self->batch.replacements = (gconstpointer) self->replacements->data;
  self->batch.n_replacements = self->replacements->len;
  self->batch.side = (gconstpointer) self->side->data;
  self->batch.n_side = self->side->len;
  self->batch.durability = EVS_DURABILITY_NONE;
  return self;
}

static void
append_result (GString *text, EvsBatchResult *result)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  if (result->error == NULL)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT, result->first_position);
  else if (g_error_matches (result->error, EVS_ERROR, EVS_ERROR_CONFLICT))
    g_string_append (text, "conflict");
  else
    g_string_append (text, result->error->message);
  g_clear_error (&result->error);
}

char *
evs_store_run (StoreFixture *self, const char *script)
{
  g_auto (GStrv) parts = g_strsplit (script, " | ", -1);
  guint n = g_strv_length (parts);
  g_autoptr (GPtrArray) drafts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) draft_free);
  g_autoptr (GPtrArray) words =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autofree const EvsBatch **batches = g_new (const EvsBatch *, n);
  g_autofree EvsBatchResult *results = g_new (EvsBatchResult, n);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      Draft *draft;

      g_ptr_array_add (words, g_strsplit (parts[i], " ", -1));
      draft = draft_new (g_ptr_array_index (words, i));
      g_ptr_array_add (drafts, draft);
      batches[i] = &draft->batch;
    }
  evs_store_commit (self, batches, n, results);
  for (guint i = 0; i < n; i++)
    append_result (text, &results[i]);
  return g_string_free (text, FALSE);
}

/* ------------------------------------------------------------------ reading */

static void
append_span (GString *text, EvsSpan span)
{
  g_string_append_len (text, span.data, (gssize) span.size);
}

static gboolean
append_record (const EvsRecord *record, gpointer user_data)
{
  GString *text = user_data;
  char letter = (char) record->id.bytes[0];
  EvsId id = evs_id_of_letter (letter);
  g_autofree char *name =
      g_strdup_printf ("%c%" G_GUINT64_FORMAT, letter, record->version);

  g_assert_cmpmem (&record->id, sizeof id, &id, sizeof id);
  g_assert_cmpmem (record->topic.data, (int) record->topic.size, name, 1);
  g_string_append_printf (text, "%s%" G_GUINT64_FORMAT ":%s",
                          text->len > 0 ? " " : "", record->position, name);
  if (record->data.size != strlen (name)
      || memcmp (record->data.data, name, strlen (name)) != 0)
    {
      g_string_append_c (text, '=');
      append_span (text, record->data);
    }
  return TRUE;
}

char *
evs_store_log_text (StoreFixture *self, guint64 from, guint64 limit)
{
  GString *text = g_string_new (NULL);

  evs_store_read_log (self, from, limit, append_record, text);
  return g_string_free (text, FALSE);
}

char *
evs_store_sequence_text (StoreFixture *self, char letter, guint64 from,
                         guint64 to, guint64 limit, gboolean descending)
{
  EvsId id = evs_id_of_letter (letter);
  GString *text = g_string_new (NULL);

  evs_store_read_sequence (self, &id, from, to, limit, descending,
                           append_record, text);
  return g_string_free (text, FALSE);
}

static gboolean
append_id (const EvsId *id, gpointer user_data)
{
  GString *text = user_data;

  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append_c (text, (char) id->bytes[0]);
  return TRUE;
}

char *
evs_store_ids_text (StoreFixture *self, char after, guint64 limit)
{
  EvsId id = evs_id_of_letter (after);
  GString *text = g_string_new (NULL);

  evs_store_read_ids (self, after != '\0' ? &id : NULL, limit, append_id, text);
  return g_string_free (text, FALSE);
}

static gboolean
append_entry (EvsSpan key, EvsSpan value, gpointer user_data)
{
  GString *text = user_data;

  if (text->len > 0)
    g_string_append_c (text, ' ');
  append_span (text, key);
  g_string_append_c (text, '=');
  append_span (text, value);
  return TRUE;
}

char *
evs_store_side_text (StoreFixture *self, const char *table, const char *after,
                     guint64 limit)
{
  GString *text = g_string_new (NULL);

  evs_store_side_scan (self, table, evs_span_of_text (after), limit,
                       append_entry, text);
  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *key;
  GString *text;
} Entry;

static gboolean
get_entry (EvsSpan key, EvsSpan value, gpointer user_data)
{
  Entry *entry = user_data;

  g_assert_null (entry->text);
  evs_assert_same_bytes (key, evs_span_of_text (entry->key));
  entry->text = g_string_new (NULL);
  append_span (entry->text, value);
  return TRUE;
}

char *
evs_store_entry_text (StoreFixture *self, const char *table, const char *key)
{
  Entry entry = { key, NULL };

  evs_store_side_get (self, table, evs_span_of_text (key), get_entry, &entry);
  if (entry.text == NULL)
    return g_strdup ("(absent)");
  return g_string_free (entry.text, FALSE);
}
