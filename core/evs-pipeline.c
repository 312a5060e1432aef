/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The default mapper: what is sealed and what is accepted. */

#include "evs-codec.h"
#include "evs-mapper-private.h"

#include <string.h>

/* How many workers are kept for threads to come. */
#define IDLE_MAX 16

typedef struct
{
  EvsMapperSettings settings;
  GStrv encrypt_topics; /* (nullable) */
  EvsId store_id;
  EvsStack *stack;
  GMutex mutex;
  GPtrArray *idle; /* of EvsCodec: not lent to a thread; under the mutex */
  gint has_warned;
} Pipeline;

/* ----------------------------------------------------------------- lifetime */

static void
pipeline_free (gpointer data)
{
  Pipeline *self = data;

  g_ptr_array_unref (self->idle);
  _evs_stack_free (self->stack);
  g_strfreev (self->encrypt_topics);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* A child of fork must not seal: its copy of the keys is gone. Before the
 * mutex, which may have been held when it was copied. */
static gpointer
pipeline_begin (gpointer data, GError **error)
{
  Pipeline *self = data;
  EvsCodec *codec = NULL;

  if (_evs_stack_is_forked (self->stack))
    {
      g_set_error_literal (error, EVS_ERROR, EVS_ERROR_FORKED,
                           "the mapper was made by another process, "
                           "before fork");
      return NULL;
    }
  g_mutex_lock (&self->mutex);
  if (self->idle->len > 0)
    codec = g_ptr_array_steal_index_fast (self->idle, self->idle->len - 1);
  g_mutex_unlock (&self->mutex);
  return codec != NULL ? codec : _evs_codec_new (self->stack);
}

static void
pipeline_end (gpointer data, gpointer worker)
{
  Pipeline *self = data;
  EvsCodec *codec = worker;

  _evs_codec_trim (codec);
  g_mutex_lock (&self->mutex);
  if (self->idle->len < IDLE_MAX)
    g_ptr_array_add (self->idle, g_steal_pointer (&codec));
  g_mutex_unlock (&self->mutex);
  _evs_codec_free (codec);
}

/* ------------------------------------------------------------------- policy */

/* Whether this configuration writes @topic sealed. */
static gboolean
seals (const Pipeline *self, EvsSpan topic)
{
  if (_evs_stack_get_cipher (self->stack) == NULL)
    return FALSE;
  if (self->settings.always_encrypt)
    return TRUE;
  for (gsize i = 0; self->encrypt_topics != NULL && self->encrypt_topics[i];
       i++)
    if (strlen (self->encrypt_topics[i]) == topic.size
        && memcmp (self->encrypt_topics[i], topic.data, topic.size) == 0)
      return TRUE;
  return FALSE;
}

/* Reading mirrors writing: else whoever can write to the store could put plain
 * records in the place of sealed ones. */
static gboolean
accepts_plain (Pipeline *self, EvsSpan topic, GError **error)
{
  if (!seals (self, topic))
    return TRUE;
  if (!self->settings.read_any)
    {
      g_set_error_literal (error, EVS_ERROR, EVS_ERROR_NOT_ENCRYPTED,
                           "not encrypted, and this configuration encrypts "
                           "events of its topic");
      return FALSE;
    }
  if (g_atomic_int_compare_and_exchange (&self->has_warned, FALSE, TRUE))
    g_warning ("read=any: records that are not encrypted are accepted where "
               "this configuration would encrypt them");
  return TRUE;
}

/* ------------------------------------------------------------- there and back
 */

static gboolean
check_state (const Pipeline *self, EvsSpan state, GError **error)
{
  if (state.size <= self->settings.max_state_size)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
               "a state of %" G_GSIZE_FORMAT
               " bytes, over max-state-size=%" G_GSIZE_FORMAT,
               state.size, self->settings.max_state_size);
  return FALSE;
}

static gboolean
pipeline_map (gpointer data, gpointer worker, const EvsEventView *event,
              EvsBuffer *out, GError **error)
{
  const Pipeline *self = data;
  EvsPlace place = { &self->store_id, &event->id, event->version,
                     event->topic };
  EvsPayload payload;

  if (!check_state (self, event->state, error))
    return FALSE;
  _evs_payload_init (&payload, event, self->settings.record_time);
  return _evs_codec_encode (worker, &payload, &place,
                            seals (self, event->topic), self->settings.min_size,
                            out, error);
}

static gboolean
pipeline_unmap (gpointer data, gpointer worker, const EvsRecord *record,
                EvsBuffer *scratch, EvsEventView *event, GError **error)
{
  Pipeline *self = data;
  EvsPlace place = { &self->store_id, &record->id, record->version,
                     record->topic };
  EvsEnvelope envelope;
  EvsPayload payload;
  EvsSpan bytes;

  if (!evs_envelope_parse (record->data, &envelope, error)
      || (envelope.suite == 0 && !accepts_plain (self, record->topic, error))
      || !_evs_codec_decode (worker, &envelope, record->data.data, &place,
                             self->settings.max_state_size
                                 + EVS_PAYLOAD_EXTRA_MAX,
                             scratch, &bytes, error)
      || !_evs_payload_read (&payload, bytes, envelope.flags, error)
      || !check_state (self, payload.state, error))
    return FALSE;

  event->erased = (envelope.flags & EVS_ENVELOPE_TOMBSTONE) != 0;
  event->recorded_at = payload.recorded_at;
  event->metadata = payload.metadata;
  event->state = payload.state;
  return TRUE;
}

static const EvsMapperInterface pipeline_interface = { .struct_size = sizeof (
                                                           EvsMapperInterface),
                                                       .begin = pipeline_begin,
                                                       .end = pipeline_end,
                                                       .map = pipeline_map,
                                                       .unmap = pipeline_unmap,
                                                       .free = pipeline_free };

/* ------------------------------------------------------------------- set-up */

/* The configuration has checked what it can see without the plugins. With
 * always-encrypt=false, encrypt-topics= may name what a cipher only signs. */
static gboolean
check_secrecy (EvsConfig *config, const EvsStack *stack, GError **error)
{
  const EvsStackCipher *cipher = _evs_stack_get_cipher (stack);
  const EvsConfigGroup *group =
      _evs_config_get_group (config, EVS_PLUGIN_CIPHER);

  if (cipher == NULL || !_evs_config_get_mapper (config)->always_encrypt
      || (cipher->vtable->flags & EVS_CIPHER_CONFIDENTIAL) != 0)
    return TRUE;
  _evs_config_set_error (config, error, group->line, group->name, NULL,
                         "%s signs and does not encrypt, which "
                         "always-encrypt=true asks for",
                         group->plugin);
  return FALSE;
}

EvsMapper *
evs_mapper_new_pipeline (EvsConfig *config, const EvsId *store_id,
                         GError **error)
{
  g_autoptr (EvsStack) stack = NULL;
  Pipeline *self;

  g_return_val_if_fail (config != NULL && store_id != NULL, NULL);

  stack = _evs_stack_new (config, store_id, error);
  if (stack == NULL || !check_secrecy (config, stack, error))
    return NULL;

  self = g_new0 (Pipeline, 1);
  self->settings = *_evs_config_get_mapper (config);
  self->encrypt_topics = g_strdupv ((GStrv) self->settings.encrypt_topics);
  self->settings.encrypt_topics = NULL;
  self->store_id = *store_id;
  self->stack = g_steal_pointer (&stack);
  g_mutex_init (&self->mutex);
  self->idle =
      g_ptr_array_new_with_free_func ((GDestroyNotify) _evs_codec_free);
  return evs_mapper_new (&pipeline_interface, self);
}

guint32
evs_mapper_get_key_id (EvsMapper *self)
{
  const Pipeline *pipeline;
  const EvsStackCipher *cipher;

  g_return_val_if_fail (self != NULL, 0);

  pipeline = _evs_mapper_get_self (self, &pipeline_interface);
  cipher = pipeline != NULL ? _evs_stack_get_cipher (pipeline->stack) : NULL;
  return cipher != NULL ? cipher->key_id : 0;
}
