/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

/*
 * Everything in a batch is checked before its first put, so that a batch in
 * conflict leaves nothing in the transaction that it shares with others.
 */

typedef struct
{
  EvsBdb *self;
  DB_TXN *txn;
  GError **error;
} Batch;

/* What a check returns when the batch is wrong, beside 0 and the errors of
 * Berkeley DB. */
#define REFUSED G_MININT

static void
id_to_text (const EvsId *id, char text[37])
{
  for (gsize i = 0; i < sizeof id->bytes; i++)
    text += g_snprintf (
        text, 4, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x",
        id->bytes[i]);
}

static int G_GNUC_PRINTF (5, 6)
    refuse (Batch *batch, EvsError code, const EvsId *id, guint64 version,
            const char *format, ...)
{
  g_autofree char *why = NULL;
  char text[37];
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  id_to_text (id, text);
  g_set_error (batch->error, EVS_ERROR, code,
               "%s version %" G_GUINT64_FORMAT ": %s", text, version, why);
  return REFUSED;
}

static int
refuse_side (Batch *batch, EvsError code, const EvsSideWrite *write,
             const char *why)
{
  g_set_error (batch->error, EVS_ERROR, code, "table %s: %s", write->table,
               why);
  return REFUSED;
}

static int
check_data_size (Batch *batch, const EvsId *id, guint64 version, EvsSpan data)
{
  if (data.size <= EVS_BDB_MAX_DATA)
    return 0;
  return refuse (batch, EVS_ERROR_TOO_LARGE, id, version,
                 "has %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT
                 " can be stored",
                 data.size, EVS_BDB_MAX_DATA);
}

static gboolean
span_equal (EvsSpan a, EvsSpan b)
{
  return a.size == b.size
         && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

/* ----------------------------------------------------------------- inserts */

static int
check_limits (Batch *batch, const EvsRecord *record)
{
  if (record->version > G_MAXINT64)
    return refuse (batch, EVS_ERROR_INVALID, &record->id, record->version,
                   "is over %" G_GINT64_FORMAT ", the highest there can be",
                   G_MAXINT64);
  if (record->topic.size > G_MAXUINT16)
    return refuse (batch, EVS_ERROR_TOO_LARGE, &record->id, record->version,
                   "has a topic of %" G_GSIZE_FORMAT
                   " bytes, at most %d can be stored",
                   record->topic.size, G_MAXUINT16);
  return check_data_size (batch, &record->id, record->version, record->data);
}

static int
check_version (Batch *batch, const EvsRecord *record, guint64 next)
{
  if (record->version == next)
    return 0;
  return refuse (batch, EVS_ERROR_CONFLICT, &record->id, record->version,
                 "%s, version %" G_GUINT64_FORMAT " comes next",
                 record->version < next ? "is taken" : "would leave a gap",
                 next);
}

/* What the writer knows of @id, looked up if that is nothing yet. */
static int
get_head (Batch *batch, const EvsId *id, EvsBdbHead **head)
{
  EvsBdb *self = batch->self;
  guint64 number, next = 0;
  int ret;

  *head = _evs_bdb_heads_find (&self->writer.heads, id);
  if (*head != NULL)
    return 0;

  ret = _evs_bdb_find_number (self, batch->txn, id, &number);
  if (ret == 0 && number != 0)
    ret = _evs_bdb_find_next (self, batch->txn, number, &next);
  if (ret != 0)
    return ret;

  *head = _evs_bdb_heads_add (&self->writer.heads, id);
  (*head)->number = number;
  (*head)->next = next;
  return 0;
}

static int
check_insert (Batch *batch, const EvsRecord *record)
{
  guint64 count = batch->self->writer.batch_count;
  EvsBdbHead *head;
  int ret = check_limits (batch, record);

  if (ret == 0)
    ret = get_head (batch, &record->id, &head);
  if (ret != 0)
    return ret;

  if (head->batch != count)
    head->checked = head->next;
  head->batch = count;
  return check_version (batch, record, head->checked++);
}

/* ------------------------------------------------------------ replacements */

int
_evs_bdb_get_old (EvsBdb *self, DB_TXN *txn, const EvsReplacement *replacement,
                  guint8 *key_bytes, EvsRecord *old)
{
  EvsBdbBuffer *buffer = &self->writer.old_value;
  DBT key = _evs_bdb_dbt (key_bytes, EVS_BDB_KEY_SIZE, EVS_BDB_KEY_SIZE);
  guint64 number;
  int ret = _evs_bdb_find_number (self, txn, &replacement->id, &number);

  if (ret == 0 && number == 0)
    ret = DB_NOTFOUND;
  if (ret != 0)
    return ret;

  _evs_bdb_put_key (key_bytes, number, replacement->version);
  ret = _evs_bdb_buffer_get (buffer, NULL, self->records, txn, &key, 0);
  if (ret == 0 && !_evs_bdb_parse_record (_evs_bdb_buffer_found (buffer), old))
    ret = DB_VERIFY_BAD;
  return ret;
}

static int
check_replacement (Batch *batch, const EvsReplacement *new)
{
  guint8 key[EVS_BDB_KEY_SIZE];
  EvsRecord old;
  int ret = check_data_size (batch, &new->id, new->version, new->new_data);

  if (ret == 0)
    ret = _evs_bdb_get_old (batch->self, batch->txn, new, key, &old);
  if (ret == DB_NOTFOUND)
    return refuse (batch, EVS_ERROR_CONFLICT, &new->id, new->version,
                   "is not there to be replaced");
  if (ret == 0 && !span_equal (old.data, new->old_data))
    return refuse (batch, EVS_ERROR_CONFLICT, &new->id, new->version,
                   "holds other data than the replacement expects");
  return ret;
}

/* ------------------------------------------------------------ side entries */

static const char *
compare (const EvsSideWrite *write, gboolean there, EvsSpan found)
{
  if (write->expectation == EVS_SIDE_ABSENT)
    return there ? "has the entry that was expected to be absent" : NULL;
  if (!there)
    return "lacks the entry that was expected";
  return span_equal (found, write->expected)
             ? NULL
             : "has another value in the entry than expected";
}

static int
check_side (Batch *batch, const EvsSideWrite *write)
{
  EvsBdbBuffer *buffer = &batch->self->writer.old_value;
  guint8 bytes[EVS_BDB_SIDE_KEY_SIZE];
  gsize size =
      _evs_bdb_side_key (bytes, write->table, write->key, batch->error);
  DBT key = _evs_bdb_dbt (bytes, size, sizeof bytes);
  const char *why;
  int ret;

  if (size == 0)
    return REFUSED;
  if (write->key.size == 0)
    return refuse_side (batch, EVS_ERROR_INVALID, write, "a key is empty");
  if (write->value.size > EVS_BDB_MAX_DATA)
    return refuse_side (batch, EVS_ERROR_TOO_LARGE, write,
                        "the value is over the 64 MiB that can be stored");
  if (write->expectation == EVS_SIDE_ANY)
    return 0;

  ret = _evs_bdb_buffer_get (buffer, NULL, batch->self->side, batch->txn, &key,
                             0);
  if (ret != 0 && ret != DB_NOTFOUND)
    return ret;
  why = compare (write, ret == 0, _evs_bdb_buffer_found (buffer));
  return why == NULL ? 0 : refuse_side (batch, EVS_ERROR_CONFLICT, write, why);
}

/* -------------------------------------------------------------- all of them */

int
_evs_bdb_check_batch (EvsBdb *self, DB_TXN *txn, const EvsBatch *batch,
                      GError **error)
{
  Batch checked = { self, txn, error };
  int ret = 0;

  for (gsize i = 0; ret == 0 && i < batch->n_inserts; i++)
    ret = check_insert (&checked, &batch->inserts[i]);
  for (gsize i = 0; ret == 0 && i < batch->n_replacements; i++)
    ret = check_replacement (&checked, &batch->replacements[i]);
  for (gsize i = 0; ret == 0 && i < batch->n_side; i++)
    ret = check_side (&checked, &batch->side[i]);
  return ret == REFUSED ? 0 : ret;
}
