/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-record-store-private.h"

#include "evs-commit-queue.h"
#include "evs-config-private.h"
#include "evs-contract.h"
#include "evs-event-private.h"
#include "evs-store-properties.h"

#include <string.h>
#include <unistd.h>

struct _EvsRecordStore
{
  gatomicrefcount ref_count;
  EvsHandle *handle;
  const EvsStoreVTable *vtable;
  gpointer store;
  EvsDurability durability;
  EvsCommitQueue *queue;
  EvsId id;
  pid_t process; /* that opened it */
  GMutex serial; /* held around each call of a plugin that is not concurrent */
};

G_DEFINE_BOXED_TYPE (EvsRecordStore, evs_record_store, evs_record_store_ref,
                     evs_record_store_unref)

/* The calls that this thread is inside of, innermost first. */
typedef struct _Call
{
  EvsRecordStore *store;
  struct _Call *outer;
} Call;

static _Thread_local Call *calls;

/* ------------------------------------------------------ calls to the plugin */

gboolean
_evs_record_store_check_process (EvsRecordStore *self, GError **error)
{
  if (self->process == getpid ())
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_FORKED,
               "%s: the store was opened by another process, before fork",
               self->handle->plugin->name);
  return FALSE;
}

static gboolean
check_not_in_visitor (EvsRecordStore *self, GError **error)
{
  for (Call *call = calls; call != NULL; call = call->outer)
    if (call->store == self)
      {
        g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                     "%s: a visitor must not call the store that it reads",
                     self->handle->plugin->name);
        return FALSE;
      }
  return TRUE;
}

gboolean
_evs_record_store_check_caller (EvsRecordStore *self, GError **error)
{
  return _evs_record_store_check_process (self, error)
         && check_not_in_visitor (self, error);
}

static void
lock_plugin (EvsRecordStore *self)
{
  if (!(self->vtable->flags & EVS_STORE_CONCURRENT))
    g_mutex_lock (&self->serial);
}

static void
unlock_plugin (EvsRecordStore *self)
{
  if (!(self->vtable->flags & EVS_STORE_CONCURRENT))
    g_mutex_unlock (&self->serial);
}

static gboolean
enter (EvsRecordStore *self, Call *call, GError **error)
{
  if (!_evs_record_store_check_caller (self, error))
    return FALSE;

  call->store = self;
  call->outer = calls;
  calls = call;
  lock_plugin (self);
  return TRUE;
}

static gboolean
leave (EvsRecordStore *self, Call *call, gboolean ok, GError *answer,
       GError **error)
{
  unlock_plugin (self);
  calls = call->outer;
  return _evs_contract_finish (self->handle, ok, answer, error);
}

/* The queue's leader runs this, in any thread. */
static void
call_commit (gpointer data, const EvsBatch *const *batches, gsize n_batches,
             EvsBatchResult *results)
{
  EvsRecordStore *self = data;

  lock_plugin (self);
  self->vtable->commit (self->store, batches, n_batches, results);
  unlock_plugin (self);
}

gboolean
evs_record_store_commit (EvsRecordStore *self, const EvsBatch *batch,
                         guint64 *first_position, GError **error)
{
  EvsBatch own;
  EvsBatchResult result = { 0, NULL };
  gboolean ok;

  g_return_val_if_fail (self != NULL && batch != NULL, FALSE);

  if (!_evs_record_store_check_caller (self, error))
    return FALSE;

  own = *batch;
  own.durability = self->durability;
  _evs_commit_queue_commit (self->queue, &own, &result);
  ok = result.error == NULL;
  if (ok && own.n_inserts > 0 && result.first_position == 0)
    {
      ok = FALSE;
      g_set_error_literal (&result.error, EVS_ERROR, EVS_ERROR_PLUGIN,
                           "the plugin gave no position to what it stored");
    }
  if (!_evs_contract_finish (self->handle, ok, result.error, error))
    return FALSE;

  if (first_position != NULL)
    *first_position = result.first_position;
  return TRUE;
}

gboolean
evs_record_store_read_sequence (EvsRecordStore *self, const EvsId *id,
                                guint64 from, guint64 to, guint64 limit,
                                gboolean descending, EvsRecordVisitor visitor,
                                gpointer user_data, GError **error)
{
  GError *answer = NULL;
  Call call;
  gboolean ok;

  if (!enter (self, &call, error))
    return FALSE;
  ok = self->vtable->read_sequence (self->store, id, from, to, limit,
                                    descending, visitor, user_data, &answer);
  return leave (self, &call, ok, answer, error);
}

gboolean
evs_record_store_read_log (EvsRecordStore *self, guint64 from, guint64 limit,
                           EvsRecordVisitor visitor, gpointer user_data,
                           GError **error)
{
  GError *answer = NULL;
  Call call;
  gboolean ok;

  if (!enter (self, &call, error))
    return FALSE;
  ok = self->vtable->read_log (self->store, from, limit, visitor, user_data,
                               &answer);
  return leave (self, &call, ok, answer, error);
}

gboolean
evs_record_store_read_ids (EvsRecordStore *self, const EvsId *after,
                           guint64 limit, EvsIdVisitor visitor,
                           gpointer user_data, GError **error)
{
  GError *answer = NULL;
  Call call;
  gboolean ok;

  if (!enter (self, &call, error))
    return FALSE;
  ok = self->vtable->read_ids (self->store, after, limit, visitor, user_data,
                               &answer);
  return leave (self, &call, ok, answer, error);
}

gboolean
evs_record_store_last_version (EvsRecordStore *self, const EvsId *id,
                               gint64 *version, GError **error)
{
  GError *answer = NULL;
  Call call;
  gboolean ok;

  if (!enter (self, &call, error))
    return FALSE;
  ok = self->vtable->last_version (self->store, id, version, &answer);
  return leave (self, &call, ok, answer, error);
}

gboolean
evs_record_store_last_position (EvsRecordStore *self, guint64 *position,
                                GError **error)
{
  GError *answer = NULL;
  Call call;
  gboolean ok;

  if (!enter (self, &call, error))
    return FALSE;
  ok = self->vtable->last_position (self->store, position, &answer);
  return leave (self, &call, ok, answer, error);
}

gboolean
evs_record_store_get_disk_size (EvsRecordStore *self, guint64 *bytes,
                                GError **error)
{
  GError *answer = NULL;
  Call call;
  gboolean ok;

  *bytes = 0;
  if (self->vtable->disk_size == NULL)
    return TRUE;
  if (!enter (self, &call, error))
    return FALSE;
  ok = self->vtable->disk_size (self->store, bytes, &answer);
  return leave (self, &call, ok, answer, error);
}

static gboolean
copy_value (EvsSpan key, EvsSpan value, gpointer user_data)
{
  GBytes **copy = user_data;

  *copy = g_bytes_new (value.data, value.size);
  return FALSE;
}

gboolean
evs_record_store_get_side (EvsRecordStore *self, const char *table,
                           gconstpointer key, gsize key_size, GBytes **value,
                           GError **error)
{
  g_autoptr (GBytes) found = NULL;
  GError *answer = NULL;
  Call call;
  gboolean ok;

  *value = NULL;
  if (!enter (self, &call, error))
    return FALSE;
  ok = self->vtable->side_get (self->store, table, (EvsSpan){ key, key_size },
                               copy_value, &found, &answer);
  if (!leave (self, &call, ok, answer, error))
    return FALSE;
  *value = g_steal_pointer (&found);
  return TRUE;
}

/* -------------------------------------------------------------- convenience */

typedef struct
{
  GBytes *data;
  char *topic;
  guint64 position;
} Found;

static gboolean
copy_record (const EvsRecord *record, gpointer user_data)
{
  Found *found = user_data;

  found->data = g_bytes_new (record->data.data, record->data.size);
  found->topic = g_strndup (record->topic.data, record->topic.size);
  found->position = record->position;
  return FALSE;
}

GBytes *
evs_record_store_get_data (EvsRecordStore *self, const EvsId *id,
                           guint64 version, char **topic, guint64 *position,
                           GError **error)
{
  Found found = { NULL, NULL, 0 };

  if (!evs_record_store_read_sequence (self, id, version, version, 1, FALSE,
                                       copy_record, &found, error))
    return NULL;

  if (found.data == NULL)
    {
      _evs_event_set_error (error, EVS_ERROR_NOT_FOUND, id, version,
                            "no such event");
      return NULL;
    }

  if (topic != NULL)
    *topic = g_steal_pointer (&found.topic);
  if (position != NULL)
    *position = found.position;
  g_free (found.topic);
  return found.data;
}

/* ----------------------------------------------------------- open and close */

static EvsRecordStore *
record_store_new (EvsHandle *handle, EvsDurability durability, gpointer store)
{
  EvsRecordStore *self = g_new0 (EvsRecordStore, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->handle = _evs_handle_ref (handle);
  self->vtable = handle->plugin->vtable.store;
  self->store = store;
  self->durability = durability;
  self->process = getpid ();
  self->queue = _evs_commit_queue_new (call_commit, self);
  g_mutex_init (&self->serial);
  return self;
}

EvsRecordStore *
evs_record_store_open (EvsConfig *config, GError **error)
{
  g_autoptr (EvsHandle) handle = NULL;
  g_autoptr (EvsRecordStore) self = NULL;
  GError *answer = NULL;
  gpointer store;

  g_return_val_if_fail (config != NULL, NULL);

  handle = _evs_handle_new (
      config, _evs_config_get_group (config, EVS_PLUGIN_STORE), error);
  if (handle == NULL)
    return NULL;

  store =
      handle->plugin->vtable.store->open (handle->settings->values, &answer);
  if (store != NULL)
    self =
        record_store_new (handle, _evs_config_get_durability (config), store);
  if (!_evs_contract_finish (handle, store != NULL, answer, error)
      || !_evs_store_properties_check (self, &self->id, error))
    return NULL;
  return g_steal_pointer (&self);
}

EvsRecordStore *
evs_record_store_ref (EvsRecordStore *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_record_store_unref (EvsRecordStore *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  self->vtable->close (self->store);
  _evs_commit_queue_free (self->queue);
  _evs_handle_unref (self->handle);
  g_mutex_clear (&self->serial);
  g_free (self);
}

const EvsId *
evs_record_store_get_id (EvsRecordStore *self)
{
  return &self->id;
}

guint
evs_record_store_get_format (EvsRecordStore *self)
{
  return EVS_STORE_FORMAT;
}

const char *
_evs_record_store_get_name (EvsRecordStore *self)
{
  return self->handle->plugin->name;
}
