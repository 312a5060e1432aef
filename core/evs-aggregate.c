/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-aggregate-private.h"

#include "evs-event-private.h"
#include <eventseal/evs-envelope.h>
#include <eventseal/evs-json-scan.h>
#include <jansson.h>

#include <string.h>

struct _EvsAggregate
{
  gatomicrefcount ref_count;
  const EvsAggregateType *type;
  EvsId id;
  gint64 version; /* of the last event applied */
  gboolean discarded;
  gpointer self;
  GBytes *metadata; /* (nullable): for events to come */
  GError *broken;   /* why it cannot be saved */

  GPtrArray *pending;   /* of EvsEvent: applied, not saved */
  EvsArena *mapped;     /* (nullable): the first records of pending */
  EvsMapper *mapped_by; /* (nullable) */
};

G_DEFINE_BOXED_TYPE (EvsAggregate, evs_aggregate, evs_aggregate_ref,
                     evs_aggregate_unref)

/* ------------------------------------------------------------- birth, death */

EvsAggregate *
evs_aggregate_new (const EvsAggregateType *type)
{
  EvsId id;

  evs_id_init_random (&id);
  return evs_aggregate_new_with_id (type, &id);
}

EvsAggregate *
evs_aggregate_new_with_id (const EvsAggregateType *type, const EvsId *id)
{
  EvsAggregate *self;

  g_return_val_if_fail (type != NULL && id != NULL, NULL);

  self = g_new0 (EvsAggregate, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->type = type;
  self->id = *id;
  self->version = -1;
  self->self = g_malloc0 (type->size);
  self->pending =
      g_ptr_array_new_with_free_func ((GDestroyNotify) evs_event_unref);
  return self;
}

EvsAggregate *
evs_aggregate_ref (EvsAggregate *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_aggregate_unref (EvsAggregate *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->type->clear != NULL)
    self->type->clear (self->self);
  g_free (self->self);
  g_clear_pointer (&self->metadata, g_bytes_unref);
  g_clear_error (&self->broken);
  g_ptr_array_unref (self->pending);
  g_clear_pointer (&self->mapped, _evs_arena_free);
  g_clear_pointer (&self->mapped_by, evs_mapper_unref);
  g_free (self);
}

const EvsId *
evs_aggregate_get_id (EvsAggregate *self)
{
  return &self->id;
}

gpointer
evs_aggregate_get_self (EvsAggregate *self)
{
  return self->self;
}

gint64
evs_aggregate_get_version (EvsAggregate *self)
{
  return self->version;
}

gsize
evs_aggregate_get_n_pending (EvsAggregate *self)
{
  return self->pending->len;
}

gboolean
evs_aggregate_is_discarded (EvsAggregate *self)
{
  return self->discarded;
}

/* ----------------------------------------------------------- applying events
 */

static const EvsEventType *
find_event_type (const EvsAggregateType *type, EvsSpan topic)
{
  for (gsize i = 0; i < type->n_event_types; i++)
    if (strlen (type->event_types[i].topic) == topic.size
        && memcmp (type->event_types[i].topic, topic.data, topic.size) == 0)
      return &type->event_types[i];
  return NULL;
}

/* Jansson's own words may quote the text, which can be a secret: only the
 * place is told. */
static json_t *
parse_attributes (EvsSpan state, GError **error)
{
  json_error_t where;
  json_t *attributes = json_loadb (state.size > 0 ? state.data : "", state.size,
                                   JSON_ALLOW_NUL, &where);

  if (attributes == NULL)
    g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                 "the state is not a JSON object or array, at byte %d",
                 where.position);
  return attributes;
}

static void
apply (EvsAggregate *self, const EvsEventType *event_type, EvsSpan state,
       json_t *attributes)
{
  if (event_type->apply != NULL)
    event_type->apply (self->self, attributes);
  else if (event_type->apply_state != NULL)
    event_type->apply_state (self->self, state);

  self->version++;
  self->discarded = event_type->discards;
}

static gboolean
parse_and_apply (EvsAggregate *self, const EvsEventType *event_type,
                 EvsSpan state, GError **error)
{
  json_t *attributes = NULL;

  if (event_type->apply != NULL)
    {
      attributes = parse_attributes (state, error);
      if (attributes == NULL)
        return FALSE;
    }
  apply (self, event_type, state, attributes);
  json_decref (attributes);
  return TRUE;
}

gboolean
_evs_aggregate_replay (EvsAggregate *self, const EvsEventView *event,
                       GError **error)
{
  const EvsEventType *event_type = find_event_type (self->type, event->topic);

  if (event->erased)
    {
      self->version++;
      self->discarded = event_type != NULL && event_type->discards;
      return TRUE;
    }
  if (event_type != NULL
      && parse_and_apply (self, event_type, event->state, error))
    return TRUE;

  if (event_type == NULL)
    g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                 "%s has no topic \"%.*s\"", self->type->name,
                 (int) event->topic.size, (const char *) event->topic.data);
  _evs_event_prefix_error (error, &self->id, event->version);
  return FALSE;
}

/* -------------------------------------------------------------- new events */

const EvsEventType *
_evs_aggregate_find_event_type (EvsAggregate *self, const char *topic,
                                GError **error)
{
  const EvsEventType *event_type =
      find_event_type (self->type, (EvsSpan){ topic, strlen (topic) });

  if (event_type == NULL)
    g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID, "%s has no topic \"%s\"",
                 self->type->name, topic);
  else if (self->discarded)
    g_set_error (error, EVS_ERROR, EVS_ERROR_DISCARDED,
                 "the %s is discarded: no \"%s\" can happen to it",
                 self->type->name, topic);
  else
    return event_type;
  return NULL;
}

gboolean
_evs_aggregate_queue (EvsAggregate *self, const EvsEventType *event_type,
                      GBytes *state, json_t *attributes, GError **error)
{
  EvsSpan span = _evs_span_from_bytes (state);

  if (attributes != NULL)
    apply (self, event_type, span, attributes);
  else if (!parse_and_apply (self, event_type, span, error))
    return FALSE;

  g_ptr_array_add (self->pending,
                   evs_event_new_full (event_type->topic, state, self->metadata,
                                       g_get_real_time ()));
  return TRUE;
}

void
_evs_aggregate_break (EvsAggregate *self, GError *reason)
{
  if (self->broken == NULL)
    self->broken = reason;
  else
    g_error_free (reason);
}

gboolean
evs_aggregate_set_metadata (EvsAggregate *self, const char *json,
                            GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (json != NULL)
    {
      EvsSpan text = { json, strlen (json) };

      if (text.size > EVS_METADATA_MAX)
        {
          g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
                       "metadata of %" G_GSIZE_FORMAT " bytes, over %d",
                       text.size, EVS_METADATA_MAX);
          return FALSE;
        }
      if (!evs_json_scan (text, NULL, error))
        {
          g_prefix_error (error, "metadata: ");
          return FALSE;
        }
    }
  g_clear_pointer (&self->metadata, g_bytes_unref);
  if (json != NULL)
    self->metadata = g_bytes_new (json, strlen (json));
  return TRUE;
}

gboolean
evs_aggregate_trigger_state (EvsAggregate *self, const char *topic,
                             GBytes *state, GError **error)
{
  const EvsEventType *found;

  g_return_val_if_fail (self != NULL && topic != NULL && state != NULL, FALSE);

  found = _evs_aggregate_find_event_type (self, topic, error);
  return found != NULL
         && _evs_aggregate_queue (self, found, state, NULL, error);
}

static const char *
find_discarding_topic (const EvsAggregateType *type)
{
  for (gsize i = 0; i < type->n_event_types; i++)
    if (type->event_types[i].discards)
      return type->event_types[i].topic;
  return NULL;
}

gboolean
evs_aggregate_discard (EvsAggregate *self, GError **error)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("{}", 2);
  const char *topic;

  g_return_val_if_fail (self != NULL, FALSE);

  topic = find_discarding_topic (self->type);
  if (topic == NULL)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                   "the type %s has no event that discards", self->type->name);
      return FALSE;
    }
  return evs_aggregate_trigger_state (self, topic, nothing, error);
}

/* ------------------------------------------------------------------- saving */

/* Whether @mapper would write what @record holds: it reads it, and its own
 * envelope names the same suite and key. */
static gboolean
would_write (EvsMapper *mapper, gpointer worker, const EvsRecord *record)
{
  g_auto (EvsBuffer) scratch = { NULL, 0, 0 };
  g_auto (EvsBuffer) fresh = { NULL, 0, 0 };
  EvsEnvelope ours, theirs;
  EvsEventView event;

  if (!evs_mapper_unmap (mapper, worker, record, &scratch, &event, NULL)
      || !evs_mapper_map (mapper, worker, &event, &fresh, NULL))
    return FALSE;
  return evs_envelope_parse ((EvsSpan){ fresh.data, fresh.size }, &ours, NULL)
         && evs_envelope_parse (record->data, &theirs, NULL)
         && ours.suite == theirs.suite && ours.key_id == theirs.key_id;
}

/* A save that may have landed is repeated by an application that was opened
 * since, as after a failed flush: the sealed bytes must be the same ones, so
 * that they land once. */
static gboolean
would_write_all (EvsMapper *mapper, gpointer worker, const EvsArena *arena)
{
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (EvsRecord));
  gboolean ok = TRUE;

  _evs_arena_collect (arena, records);
  for (guint i = 0; ok && i < records->len; i++)
    ok = would_write (mapper, worker, &g_array_index (records, EvsRecord, i));
  return ok;
}

static void
set_mapper (EvsAggregate *self, EvsMapper *mapper, gpointer worker)
{
  if (self->mapped_by == mapper)
    return;

  if (!self->mapped->outcome_unknown
      || !would_write_all (mapper, worker, self->mapped))
    _evs_arena_clear (self->mapped);
  g_clear_pointer (&self->mapped_by, evs_mapper_unref);
  self->mapped_by = evs_mapper_ref (mapper);
}

static gboolean
map_pending (EvsAggregate *self, EvsMapper *mapper, gpointer worker,
             GError **error)
{
  guint64 first = (guint64) (self->version + 1) - self->pending->len;

  for (gsize i = _evs_arena_get_n_records (self->mapped);
       i < self->pending->len; i++)
    {
      EvsEventView view;

      _evs_event_view (g_ptr_array_index (self->pending, i), &self->id,
                       first + i, 0, &view);
      if (!_evs_arena_add (self->mapped, mapper, worker, &view, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
_evs_aggregate_map (EvsAggregate *self, EvsMapper *mapper, EvsArena **spare,
                    GArray *records, GError **error)
{
  gpointer worker;
  gboolean ok;

  if (self->broken != NULL)
    {
      g_propagate_error (error, g_error_copy (self->broken));
      return FALSE;
    }
  if (!evs_mapper_begin (mapper, &worker, error))
    return FALSE;

  if (self->mapped == NULL)
    self->mapped = g_steal_pointer (spare);
  set_mapper (self, mapper, worker);
  ok = map_pending (self, mapper, worker, error);
  evs_mapper_end (mapper, worker);
  if (ok)
    _evs_arena_collect (self->mapped, records);
  return ok;
}

gboolean
_evs_aggregate_get_outcome_unknown (EvsAggregate *self)
{
  return self->mapped != NULL && self->mapped->outcome_unknown;
}

void
_evs_aggregate_set_outcome_unknown (EvsAggregate *self)
{
  self->mapped->outcome_unknown = TRUE;
}

EvsArena *
_evs_aggregate_saved (EvsAggregate *self)
{
  g_ptr_array_set_size (self->pending, 0);
  g_clear_pointer (&self->mapped_by, evs_mapper_unref);
  return g_steal_pointer (&self->mapped);
}
