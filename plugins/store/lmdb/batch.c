/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "batch.h"

static void
id_to_text (const EvsId *id, char text[37])
{
  for (gsize i = 0; i < sizeof id->bytes; i++)
    text += g_snprintf (
        text, 4, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x",
        id->bytes[i]);
}

static int G_GNUC_PRINTF (5, 6)
    refuse (EvsLmdbFill *fill, EvsError code, const EvsId *id, guint64 version,
            const char *format, ...)
{
  g_autofree char *why = NULL;
  char text[37];
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  id_to_text (id, text);
  g_set_error (fill->error, EVS_ERROR, code,
               "%s version %" G_GUINT64_FORMAT ": %s", text, version, why);
  return EVS_LMDB_REFUSED;
}

static int
refuse_side (EvsLmdbFill *fill, EvsError code, const EvsSideWrite *write,
             const char *why)
{
  g_set_error (fill->error, EVS_ERROR, code, "table %s: %s", write->table, why);
  return EVS_LMDB_REFUSED;
}

static int
check_data_size (EvsLmdbFill *fill, const EvsId *id, guint64 version,
                 EvsSpan data)
{
  if (data.size <= EVS_LMDB_MAX_DATA)
    return 0;
  return refuse (fill, EVS_ERROR_TOO_LARGE, id, version,
                 "has %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT
                 " can be stored",
                 data.size, EVS_LMDB_MAX_DATA);
}

static gboolean
is_equal (const MDB_val *a, EvsSpan b)
{
  return a->mv_size == b.size
         && (b.size == 0 || memcmp (a->mv_data, b.data, b.size) == 0);
}

/* The memory of a new record, which lies in its page, is filled in place. */
static int
put_record (EvsLmdbFill *fill, const guint8 *key, const EvsRecord *record,
            guint flags)
{
  gsize topic_size = record->topic.size;
  MDB_val key_val = _evs_lmdb_val (key, EVS_LMDB_KEY_SIZE);
  MDB_val value = { .mv_size =
                        EVS_LMDB_HEADER_SIZE + topic_size + record->data.size };
  int ret =
      mdb_cursor_put (fill->records, &key_val, &value, MDB_RESERVE | flags);
  guint8 *out = value.mv_data;

  if (ret != 0)
    return ret;

  _evs_lmdb_put_u64 (out, record->position);
  memcpy (out + 8, &record->id, sizeof record->id);
  out[24] = (guint8) (topic_size >> 8);
  out[25] = (guint8) topic_size;
  out += EVS_LMDB_HEADER_SIZE;
  if (topic_size > 0)
    memcpy (out, record->topic.data, topic_size);
  if (record->data.size > 0)
    memcpy (out + topic_size, record->data.data, record->data.size);
  return 0;
}

/* ------------------------------------------------------------------- heads */

/* Ids are mostly random, but a host may make them as it likes. */
static gsize
hash (const EvsId *id)
{
  guint64 halves[2];

  memcpy (halves, id->bytes, sizeof halves);
  halves[0] =
      (halves[0] ^ (halves[0] >> 32)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  halves[1] = (halves[1] ^ halves[0]) * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return (gsize) (halves[1] ^ (halves[1] >> 32));
}

/* What the writer knows of @id, looked up if that is nothing, in the place of
 * another. */
static int
get_head (EvsLmdbFill *fill, const EvsId *id, EvsLmdbHead **head)
{
  EvsLmdbHead *slot =
      &fill->self->writer.heads[hash (id) & (EVS_LMDB_HEADS - 1)];
  int ret;

  *head = slot;
  if (slot->used && memcmp (&slot->id, id, sizeof *id) == 0)
    return 0;

  *slot = (EvsLmdbHead){ .id = *id };
  ret = _evs_lmdb_find_number (fill->self, fill->txn, id, &slot->number);
  if (ret == 0 && slot->number != 0)
    ret = _evs_lmdb_find_next (fill->records, slot->number, &slot->next);
  slot->used = ret == 0;
  return ret;
}

/* ----------------------------------------------------------------- inserts */

static int
check_insert (EvsLmdbFill *fill, const EvsRecord *record, guint64 next)
{
  if (record->version > G_MAXINT64)
    return refuse (fill, EVS_ERROR_INVALID, &record->id, record->version,
                   "is over %" G_GINT64_FORMAT ", the highest there can be",
                   G_MAXINT64);
  if (record->topic.size > G_MAXUINT16)
    return refuse (fill, EVS_ERROR_TOO_LARGE, &record->id, record->version,
                   "has a topic of %" G_GSIZE_FORMAT
                   " bytes, at most %d can be stored",
                   record->topic.size, G_MAXUINT16);
  if (record->version != next)
    return refuse (fill, EVS_ERROR_CONFLICT, &record->id, record->version,
                   "%s, version %" G_GUINT64_FORMAT " comes next",
                   record->version < next ? "is taken" : "would leave a gap",
                   next);
  return check_data_size (fill, &record->id, record->version, record->data);
}

static int
put_sequence (EvsLmdbFill *fill, EvsLmdbHead *head)
{
  guint8 number[EVS_LMDB_NUMBER_SIZE];
  MDB_val key = _evs_lmdb_val (&head->id, sizeof head->id);
  MDB_val value = _evs_lmdb_val (number, sizeof number);

  head->number = ++fill->self->writer.number;
  _evs_lmdb_put_u64 (number, head->number);
  return mdb_put (fill->txn, fill->self->trees[EVS_LMDB_SEQUENCES], &key,
                  &value, MDB_NOOVERWRITE);
}

int
_evs_lmdb_write_run (EvsLmdbFill *fill)
{
  EvsLmdbWriter *writer = &fill->self->writer;
  guint8 position[8];
  MDB_val key = _evs_lmdb_val (position, sizeof position);
  MDB_val run =
      _evs_lmdb_val (writer->run, writer->run_length * EVS_LMDB_KEY_SIZE);

  if (writer->run_length == 0)
    return 0;

  writer->run_length = 0;
  _evs_lmdb_put_u64 (position, writer->position);
  return mdb_put (fill->txn, fill->self->trees[EVS_LMDB_LOG], &key, &run,
                  MDB_APPEND);
}

/* A record of the newest sequence is the last of its tree. */
static int
put_insert (EvsLmdbFill *fill, const EvsRecord *insert, EvsLmdbHead *head)
{
  EvsLmdbWriter *writer = &fill->self->writer;
  guint8 *key = writer->run + writer->run_length * EVS_LMDB_KEY_SIZE;
  EvsRecord record = *insert;
  int ret = head->number == 0 ? put_sequence (fill, head) : 0;

  if (ret != 0)
    return ret;

  record.position = ++writer->position;
  head->next++;
  _evs_lmdb_put_key (key, head->number, record.version);
  ret = put_record (fill, key, &record,
                    head->number == writer->number ? MDB_APPEND
                                                   : MDB_NOOVERWRITE);
  if (ret == 0 && ++writer->run_length == EVS_LMDB_RUN_LENGTH)
    ret = _evs_lmdb_write_run (fill);
  return ret;
}

static int
write_insert (EvsLmdbFill *fill, const EvsRecord *record)
{
  EvsLmdbHead *head;
  int ret = get_head (fill, &record->id, &head);

  if (ret == 0)
    ret = check_insert (fill, record, head->next);
  if (ret != 0)
    return ret;

  fill->wrote = TRUE;
  return put_insert (fill, record, head);
}

/* ------------------------------------------------------------ replacements */

/* Position and topic stay; what is stored does not while it is written. */
static int
replace (EvsLmdbFill *fill, const guint8 *key, const EvsRecord *old,
         EvsSpan data)
{
  g_autofree guint8 *topic = g_memdup2 (old->topic.data, old->topic.size);
  EvsRecord record = *old;

  record.topic.data = topic;
  record.data = data;
  fill->wrote = TRUE;
  return put_record (fill, key, &record, 0);
}

static int
get_record (EvsLmdbFill *fill, const EvsReplacement *new, guint8 *bytes,
            MDB_val *stored)
{
  MDB_val key = _evs_lmdb_val (bytes, EVS_LMDB_KEY_SIZE);
  guint64 number;
  int ret = _evs_lmdb_find_number (fill->self, fill->txn, &new->id, &number);

  if (ret != 0 || number == 0)
    return ret != 0 ? ret : MDB_NOTFOUND;
  _evs_lmdb_put_key (bytes, number, new->version);
  return mdb_cursor_get (fill->records, &key, stored, MDB_SET_KEY);
}

static int
write_replacement (EvsLmdbFill *fill, const EvsReplacement *new)
{
  guint8 key[EVS_LMDB_KEY_SIZE];
  EvsRecord old;
  MDB_val stored, data;
  int ret = check_data_size (fill, &new->id, new->version, new->new_data);

  if (ret == 0)
    ret = get_record (fill, new, key, &stored);
  if (ret == MDB_NOTFOUND)
    return refuse (fill, EVS_ERROR_CONFLICT, &new->id, new->version,
                   "is not there to be replaced");
  if (ret != 0)
    return ret;
  if (!_evs_lmdb_parse_record ((EvsSpan){ stored.mv_data, stored.mv_size },
                               &old))
    return MDB_CORRUPTED;
  data = _evs_lmdb_val (old.data.data, old.data.size);
  if (!is_equal (&data, new->old_data))
    return refuse (fill, EVS_ERROR_CONFLICT, &new->id, new->version,
                   "holds other data than the replacement expects");
  return replace (fill, key, &old, new->new_data);
}

/* ------------------------------------------------------------ side entries */

static const char *
compare (const EvsSideWrite *write, const MDB_val *found)
{
  if (write->expectation == EVS_SIDE_ABSENT)
    return found != NULL ? "has the entry that was expected to be absent"
                         : NULL;
  if (found == NULL)
    return "lacks the entry that was expected";
  return is_equal (found, write->expected)
             ? NULL
             : "has another value in the entry than expected";
}

static int
check_side (EvsLmdbFill *fill, const EvsSideWrite *write)
{
  guint8 bytes[EVS_LMDB_SIDE_KEY_SIZE];
  gsize size =
      _evs_lmdb_side_key (bytes, write->table, write->key, fill->error);
  MDB_val key = _evs_lmdb_val (bytes, size);
  MDB_val value;
  const char *why;
  int ret;

  if (size == 0)
    return EVS_LMDB_REFUSED;
  if (write->key.size == 0)
    return refuse_side (fill, EVS_ERROR_INVALID, write, "a key is empty");
  if (write->value.size > EVS_LMDB_MAX_DATA)
    return refuse_side (fill, EVS_ERROR_TOO_LARGE, write,
                        "the value is over the 64 MiB that can be stored");
  if (write->expectation == EVS_SIDE_ANY)
    return 0;

  ret = mdb_get (fill->txn, fill->self->trees[EVS_LMDB_SIDE], &key, &value);
  if (ret != 0 && ret != MDB_NOTFOUND)
    return ret;
  why = compare (write, ret == 0 ? &value : NULL);
  return why == NULL ? 0 : refuse_side (fill, EVS_ERROR_CONFLICT, write, why);
}

static int
put_side (EvsLmdbFill *fill, const EvsSideWrite *write)
{
  MDB_dbi side = fill->self->trees[EVS_LMDB_SIDE];
  guint8 bytes[EVS_LMDB_SIDE_KEY_SIZE];
  gsize size = _evs_lmdb_side_key (bytes, write->table, write->key, NULL);
  MDB_val key = _evs_lmdb_val (bytes, size);
  MDB_val value = _evs_lmdb_val (write->value.data, write->value.size);
  int ret;

  if (value.mv_data != NULL)
    {
      fill->wrote = TRUE;
      return mdb_put (fill->txn, side, &key, &value, 0);
    }

  /* LMDB gives a transaction that changes nothing no number. */
  ret = mdb_del (fill->txn, side, &key, NULL);
  fill->wrote |= ret == 0;
  return ret == MDB_NOTFOUND ? 0 : ret;
}

/* -------------------------------------------------------------- all of them */

/* Entries are checked first, for they are what mostly is not as expected. */
int
_evs_lmdb_write_batch (EvsLmdbFill *fill, const EvsBatch *batch)
{
  int ret = 0;

  for (gsize i = 0; ret == 0 && i < batch->n_side; i++)
    ret = check_side (fill, &batch->side[i]);
  for (gsize i = 0; ret == 0 && i < batch->n_inserts; i++)
    ret = write_insert (fill, &batch->inserts[i]);
  for (gsize i = 0; ret == 0 && i < batch->n_replacements; i++)
    ret = write_replacement (fill, &batch->replacements[i]);
  for (gsize i = 0; ret == 0 && i < batch->n_side; i++)
    ret = put_side (fill, &batch->side[i]);
  return ret;
}
