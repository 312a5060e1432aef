/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A record store in memory: a whole store, and small. Nothing outlives it.
 *
 * One mutex guards everything and is never held while a visitor runs: a read
 * takes references to all that it will show, lets go of the mutex, and then
 * visits. Records and side entries never change once they are stored; to
 * replace one is to put another in its place.
 */

#include <eventseal/evs-plugin.h>

#include <string.h>

typedef struct
{
  char *name;  /* (nullable) */
  guint users; /* guarded by the lock of shared_stores */

  GMutex mutex;
  GPtrArray *log;   /* position - 1 -> EvsRecord, counted */
  GTree *sequences; /* EvsId -> GArray: version -> place in the log */
  GTree *side;      /* table, 0, key -> value; all GBytes */
} Memory;

static const EvsSetting settings_table[] = {
  { .key = "name",
    .type = EVS_SETTING_STRING,
    .help = "Applications of one process that give the same name share "
            "one store" }
};

/* ----------------------------------------------------------------- records */

static EvsSpan
append (guint8 **end, EvsSpan span)
{
  EvsSpan copy = { *end, span.size };

  if (span.size > 0)
    memcpy (*end, span.data, span.size);
  *end += span.size;
  return copy;
}

/* A counted block: the record, then the bytes that it points to. */
static EvsRecord *
record_new (const EvsRecord *from, guint64 position, EvsSpan data)
{
  EvsRecord *record =
      g_atomic_rc_box_alloc (sizeof (EvsRecord) + from->topic.size + data.size);
  guint8 *end = (guint8 *) (record + 1);

  record->id = from->id;
  record->version = from->version;
  record->position = position;
  record->topic = append (&end, from->topic);
  record->data = append (&end, data);
  return record;
}

static GPtrArray *
record_array_new (void)
{
  return g_ptr_array_new_with_free_func (g_atomic_rc_box_release);
}

static guint
sequence_length (Memory *self, const EvsId *id)
{
  const GArray *sequence = g_tree_lookup (self->sequences, id);

  return sequence != NULL ? sequence->len : 0;
}

/* (nullable): what is stored there. */
static EvsRecord *
find_record (Memory *self, const EvsId *id, guint64 version)
{
  GArray *sequence = g_tree_lookup (self->sequences, id);

  if (sequence == NULL || version >= sequence->len)
    return NULL;
  return g_ptr_array_index (self->log,
                            g_array_index (sequence, guint, version));
}

/* ------------------------------------------------------------ side entries */

/* A table's name has no zero byte, so that its entries stand together. */
static GBytes *
side_key_new (const char *table, EvsSpan key)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) table,
                       (guint) strlen (table) + 1);
  g_byte_array_append (bytes, key.data, (guint) key.size);
  return g_byte_array_free_to_bytes (bytes);
}

static EvsSpan
span_of (GBytes *bytes)
{
  EvsSpan span;

  span.data = g_bytes_get_data (bytes, &span.size);
  return span;
}

static gboolean
span_equal (EvsSpan a, EvsSpan b)
{
  return a.size == b.size && (a.size == 0 || !memcmp (a.data, b.data, a.size));
}

/* --------------------------------------------------------- open and close */

G_LOCK_DEFINE_STATIC (shared_stores);
static GList *shared_stores; /* those with a name */

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return memcmp (a, b, sizeof (EvsId));
}

static int
compare_bytes (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_bytes_compare (a, b);
}

static int
compare_name (gconstpointer memory, gconstpointer name)
{
  return strcmp (((const Memory *) memory)->name, name);
}

static Memory *
memory_new (const char *name)
{
  Memory *self = g_new0 (Memory, 1);

  self->name = g_strdup (name);
  g_mutex_init (&self->mutex);
  self->log = record_array_new ();
  self->sequences = g_tree_new_full (compare_ids, NULL, g_free,
                                     (GDestroyNotify) g_array_unref);
  self->side =
      g_tree_new_full (compare_bytes, NULL, (GDestroyNotify) g_bytes_unref,
                       (GDestroyNotify) g_bytes_unref);
  return self;
}

static gpointer
memory_open (const EvsSettingValue *settings, GError **error)
{
  const char *name = settings[0].string;
  GList *found = NULL;
  Memory *self;

  G_LOCK (shared_stores);
  if (name != NULL)
    found = g_list_find_custom (shared_stores, name, compare_name);
  self = found != NULL ? found->data : memory_new (name);
  if (name != NULL && found == NULL)
    shared_stores = g_list_prepend (shared_stores, self);
  self->users++;
  G_UNLOCK (shared_stores);
  return self;
}

static void
memory_close (gpointer store)
{
  Memory *self = store;
  gboolean last;

  G_LOCK (shared_stores);
  last = --self->users == 0;
  if (last)
    shared_stores = g_list_remove (shared_stores, self);
  G_UNLOCK (shared_stores);

  if (!last)
    return;
  g_tree_unref (self->side);
  g_tree_unref (self->sequences);
  g_ptr_array_unref (self->log);
  g_mutex_clear (&self->mutex);
  g_free (self->name);
  g_free (self);
}

/* ------------------------------------------------------------------ commit */

static gboolean
refuse (GError **error, const EvsId *id, guint64 version, const char *why)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < sizeof id->bytes; i++)
    g_string_append_printf (
        text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x",
        id->bytes[i]);
  g_set_error (error, EVS_ERROR, EVS_ERROR_CONFLICT,
               "%s version %" G_GUINT64_FORMAT ": %s", text->str, version, why);
  return FALSE;
}

static gboolean
insert (Memory *self, const EvsRecord *record, GError **error)
{
  guint length = sequence_length (self, &record->id);
  guint place = self->log->len;

  if (record->version < length)
    return refuse (error, &record->id, record->version, "is taken");
  if (record->version > length)
    return refuse (error, &record->id, record->version, "would leave a gap");

  if (length == 0)
    g_tree_insert (self->sequences, g_memdup2 (&record->id, sizeof (EvsId)),
                   g_array_new (FALSE, FALSE, sizeof place));
  g_array_append_val (g_tree_lookup (self->sequences, &record->id), place);
  g_ptr_array_add (self->log,
                   record_new (record, (guint64) place + 1, record->data));
  return TRUE;
}

/* Takes back what insert () did, newest first. */
static void
cut_log (Memory *self, guint length)
{
  while (self->log->len > length)
    {
      EvsRecord *record = g_ptr_array_index (self->log, self->log->len - 1);

      if (record->version == 0)
        g_tree_remove (self->sequences, &record->id);
      else
        g_array_set_size (g_tree_lookup (self->sequences, &record->id),
                          (guint) record->version);
      g_ptr_array_set_size (self->log, (int) self->log->len - 1);
    }
}

static gboolean
check_replacement (Memory *self, const EvsReplacement *new, GError **error)
{
  EvsRecord *old = find_record (self, &new->id, new->version);

  if (old == NULL)
    return refuse (error, &new->id, new->version,
                   "is not there to be replaced");
  if (!span_equal (old->data, new->old_data))
    return refuse (error, &new->id, new->version,
                   "holds other data than the replacement expects");
  return TRUE;
}

static void
replace (Memory *self, const EvsReplacement *new)
{
  EvsRecord *old = find_record (self, &new->id, new->version);

  g_ptr_array_index (self->log, old->position - 1) =
      record_new (old, old->position, new->new_data);
  g_atomic_rc_box_release (old);
}

static gboolean
check_side (Memory *self, const EvsSideWrite *write, GError **error)
{
  g_autoptr (GBytes) key = side_key_new (write->table, write->key);
  GBytes *value = g_tree_lookup (self->side, key);

  if (write->expectation == EVS_SIDE_ANY
      || (write->expectation == EVS_SIDE_ABSENT && value == NULL)
      || (write->expectation == EVS_SIDE_EXACTLY && value != NULL
          && span_equal (span_of (value), write->expected)))
    return TRUE;

  g_set_error (error, EVS_ERROR, EVS_ERROR_CONFLICT,
               "table %s: the entry is not what was expected", write->table);
  return FALSE;
}

static void
write_side (Memory *self, const EvsSideWrite *write)
{
  GBytes *key = side_key_new (write->table, write->key);

  if (write->value.data != NULL)
    g_tree_replace (self->side, g_bytes_ref (key),
                    g_bytes_new (write->value.data, write->value.size));
  else
    g_tree_remove (self->side, key);
  g_bytes_unref (key);
}

/* Whether the whole batch can be stored; its records then are. */
static gboolean
check_and_insert (Memory *self, const EvsBatch *batch, GError **error)
{
  for (gsize i = 0; i < batch->n_replacements; i++)
    if (!check_replacement (self, &batch->replacements[i], error))
      return FALSE;
  for (gsize i = 0; i < batch->n_side; i++)
    if (!check_side (self, &batch->side[i], error))
      return FALSE;
  for (gsize i = 0; i < batch->n_inserts; i++)
    if (!insert (self, &batch->inserts[i], error))
      return FALSE;
  return TRUE;
}

static void
commit_batch (Memory *self, const EvsBatch *batch, EvsBatchResult *result)
{
  guint length = self->log->len;

  if (!check_and_insert (self, batch, &result->error))
    {
      cut_log (self, length);
      return;
    }
  for (gsize i = 0; i < batch->n_replacements; i++)
    replace (self, &batch->replacements[i]);
  for (gsize i = 0; i < batch->n_side; i++)
    write_side (self, &batch->side[i]);
  if (batch->n_inserts > 0)
    result->first_position = (guint64) length + 1;
}

static void
memory_commit (gpointer store, const EvsBatch *const *batches, gsize n_batches,
               EvsBatchResult *results)
{
  Memory *self = store;

  g_mutex_lock (&self->mutex);
  for (gsize i = 0; i < n_batches; i++)
    commit_batch (self, batches[i], &results[i]);
  g_mutex_unlock (&self->mutex);
}

/* -------------------------------------------------------------------- read */

static gboolean
has_room (guint length, guint64 limit)
{
  return limit == 0 || length < limit;
}

static void
take (GPtrArray *records, EvsRecord *record)
{
  g_ptr_array_add (records, g_atomic_rc_box_acquire (record));
}

static void
visit_records (GPtrArray *records, EvsRecordVisitor visitor, gpointer user_data)
{
  for (guint i = 0; i < records->len; i++)
    if (!visitor (g_ptr_array_index (records, i), user_data))
      return;
}

static gboolean
memory_read_sequence (gpointer store, const EvsId *id, guint64 from, guint64 to,
                      guint64 limit, gboolean descending,
                      EvsRecordVisitor visitor, gpointer user_data,
                      GError **error)
{
  Memory *self = store;
  g_autoptr (GPtrArray) records = record_array_new ();
  guint64 length;

  g_mutex_lock (&self->mutex);
  length = sequence_length (self, id);
  to = MIN (to, length - 1);
  for (guint64 i = from;
       i < length && i <= to && has_room (records->len, limit); i++)
    take (records, find_record (self, id, descending ? to - (i - from) : i));
  g_mutex_unlock (&self->mutex);

  visit_records (records, visitor, user_data);
  return TRUE;
}

static gboolean
memory_read_log (gpointer store, guint64 from, guint64 limit,
                 EvsRecordVisitor visitor, gpointer user_data, GError **error)
{
  Memory *self = store;
  g_autoptr (GPtrArray) records = record_array_new ();

  g_mutex_lock (&self->mutex);
  for (guint64 i = MAX (from, 1);
       i <= self->log->len && has_room (records->len, limit); i++)
    take (records, g_ptr_array_index (self->log, i - 1));
  g_mutex_unlock (&self->mutex);

  visit_records (records, visitor, user_data);
  return TRUE;
}

static gboolean
memory_read_ids (gpointer store, const EvsId *after, guint64 limit,
                 EvsIdVisitor visitor, gpointer user_data, GError **error)
{
  Memory *self = store;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (EvsId));
  GTreeNode *node;

  g_mutex_lock (&self->mutex);
  node = after != NULL ? g_tree_upper_bound (self->sequences, after)
                       : g_tree_node_first (self->sequences);
  for (; node != NULL && has_room (ids->len, limit);
       node = g_tree_node_next (node))
    g_array_append_vals (ids, g_tree_node_key (node), 1);
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < ids->len; i++)
    if (!visitor (&g_array_index (ids, EvsId, i), user_data))
      break;
  return TRUE;
}

static gboolean
memory_last_version (gpointer store, const EvsId *id, gint64 *version,
                     GError **error)
{
  Memory *self = store;

  g_mutex_lock (&self->mutex);
  *version = (gint64) sequence_length (self, id) - 1;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static gboolean
memory_last_position (gpointer store, guint64 *position, GError **error)
{
  Memory *self = store;

  g_mutex_lock (&self->mutex);
  *position = self->log->len;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static gboolean
memory_side_get (gpointer store, const char *table, EvsSpan key,
                 EvsSideVisitor visitor, gpointer user_data, GError **error)
{
  Memory *self = store;
  g_autoptr (GBytes) whole_key = side_key_new (table, key);
  g_autoptr (GBytes) value = NULL;

  g_mutex_lock (&self->mutex);
  value = g_tree_lookup (self->side, whole_key);
  if (value != NULL)
    g_bytes_ref (value);
  g_mutex_unlock (&self->mutex);

  if (value != NULL)
    visitor (key, span_of (value), user_data);
  return TRUE;
}

/* Keys and values, in turn. */
static GPtrArray *
get_side_entries (Memory *self, const char *table, EvsSpan after, guint64 limit)
{
  GPtrArray *entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) start = side_key_new (table, after);
  GTreeNode *node = g_tree_upper_bound (self->side, start);

  for (; node != NULL && has_room (entries->len / 2, limit);
       node = g_tree_node_next (node))
    {
      if (strcmp (span_of (g_tree_node_key (node)).data, table) != 0)
        break;
      g_ptr_array_add (entries, g_bytes_ref (g_tree_node_key (node)));
      g_ptr_array_add (entries, g_bytes_ref (g_tree_node_value (node)));
    }
  return entries;
}

static gboolean
memory_side_scan (gpointer store, const char *table, EvsSpan after,
                  guint64 limit, EvsSideVisitor visitor, gpointer user_data,
                  GError **error)
{
  Memory *self = store;
  gsize prefix = strlen (table) + 1;
  g_autoptr (GPtrArray) entries = NULL;

  g_mutex_lock (&self->mutex);
  entries = get_side_entries (self, table, after, limit);
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < entries->len; i += 2)
    {
      EvsSpan key = span_of (g_ptr_array_index (entries, i));
      EvsSpan value = span_of (g_ptr_array_index (entries, i + 1));

      key.data = (const guint8 *) key.data + prefix;
      key.size -= prefix;
      if (!visitor (key, value, user_data))
        break;
    }
  return TRUE;
}

static const EvsStoreVTable memory_vtable = {
  .struct_size = sizeof (EvsStoreVTable),
  .flags = EVS_STORE_CONCURRENT,
  .open = memory_open,
  .close = memory_close,
  .commit = memory_commit,
  .read_sequence = memory_read_sequence,
  .read_log = memory_read_log,
  .read_ids = memory_read_ids,
  .last_version = memory_last_version,
  .last_position = memory_last_position,
  .side_get = memory_side_get,
  .side_scan = memory_side_scan
};

EVS_DEFINE_STORE (memory, .name = "memory", .version = "1.0",
                  .summary = "Records in memory, gone with the last handle",
                  EVS_PLUGIN_SETTINGS (settings_table))
