/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-aggregate-private.h"
#include "evs-event-store-private.h"
#include <eventseal/evs-repository.h>

struct _EvsRepository
{
  gatomicrefcount ref_count;
  EvsEventStore *events;
};

G_DEFINE_BOXED_TYPE (EvsRepository, evs_repository, evs_repository_ref,
                     evs_repository_unref)

EvsRepository *
evs_repository_new (EvsEventStore *events)
{
  EvsRepository *self;

  g_return_val_if_fail (events != NULL, NULL);

  self = g_new0 (EvsRepository, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->events = evs_event_store_ref (events);
  return self;
}

EvsRepository *
evs_repository_ref (EvsRepository *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_repository_unref (EvsRepository *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  evs_event_store_unref (self->events);
  g_free (self);
}

/* ------------------------------------------------------------------ loading */

typedef struct
{
  EvsAggregate *aggregate;
  GError *error;
} Replay;

static gboolean
replay_event (const EvsEventView *event, gpointer user_data)
{
  Replay *replay = user_data;

  return _evs_aggregate_replay (replay->aggregate, event, &replay->error);
}

static EvsAggregate *
replay (EvsRepository *self, const EvsAggregateType *type, const EvsId *id,
        guint64 to, GError **error)
{
  g_autoptr (EvsAggregate) aggregate = evs_aggregate_new_with_id (type, id);
  Replay state = { aggregate, NULL };
  char text[EVS_ID_STRING_LENGTH + 1];

  if (!evs_event_store_visit (self->events, id, 0, to, 0, FALSE, replay_event,
                              &state, error))
    {
      g_clear_error (&state.error);
      return NULL;
    }
  if (state.error != NULL)
    {
      g_propagate_error (error, state.error);
      return NULL;
    }
  if (evs_aggregate_get_version (aggregate) < 0)
    {
      evs_id_format (id, text);
      g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND, "%s: no such %s",
                   text, type->name);
      return NULL;
    }
  return g_steal_pointer (&aggregate);
}

EvsAggregate *
evs_repository_load (EvsRepository *self, const EvsAggregateType *type,
                     const EvsId *id, GError **error)
{
  g_autoptr (EvsAggregate) aggregate = NULL;
  char text[EVS_ID_STRING_LENGTH + 1];

  g_return_val_if_fail (self != NULL && type != NULL && id != NULL, NULL);

  aggregate = replay (self, type, id, G_MAXINT64, error);
  if (aggregate == NULL || !evs_aggregate_is_discarded (aggregate))
    return g_steal_pointer (&aggregate);

  evs_id_format (id, text);
  g_set_error (error, EVS_ERROR, EVS_ERROR_DISCARDED,
               "%s: this %s is discarded", text, type->name);
  return NULL;
}

EvsAggregate *
evs_repository_load_at (EvsRepository *self, const EvsAggregateType *type,
                        const EvsId *id, guint64 version, GError **error)
{
  g_return_val_if_fail (self != NULL && type != NULL && id != NULL, NULL);

  return replay (self, type, id, version, error);
}

gboolean
evs_repository_contains (EvsRepository *self, const EvsId *id, gboolean *found,
                         GError **error)
{
  gint64 version;

  g_return_val_if_fail (self != NULL && id != NULL && found != NULL, FALSE);

  if (!evs_event_store_last_version (self->events, id, &version, error))
    return FALSE;
  *found = version >= 0;
  return TRUE;
}

/* ------------------------------------------------------------------- saving */

static gboolean
map_pending (EvsRepository *self, EvsAggregate *aggregate, GArray *records,
             GError **error)
{
  EvsMapper *mapper = _evs_event_store_get_mapper (self->events);
  EvsArena *arena = _evs_event_store_borrow (self->events, error);
  gboolean ok;

  if (arena == NULL)
    return FALSE;
  ok = _evs_aggregate_map (aggregate, mapper, &arena, records, error);
  if (arena != NULL)
    _evs_event_store_give_back (self->events, arena);
  return ok;
}

static void
forget_pending (EvsRepository *self, EvsAggregate *aggregate)
{
  EvsArena *arena = _evs_aggregate_saved (aggregate);

  if (arena != NULL)
    _evs_event_store_give_back (self->events, arena);
}

gboolean
evs_repository_save (EvsRepository *self, EvsAggregate *aggregate,
                     GError **error)
{
  return evs_repository_save_all (self, &aggregate, 1, error);
}

gboolean
evs_repository_save_all (EvsRepository *self, EvsAggregate *const *aggregates,
                         gsize n_aggregates, GError **error)
{
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (EvsRecord));
  gboolean unknown = FALSE;
  gboolean ok = TRUE;

  g_return_val_if_fail (self != NULL && aggregates != NULL, FALSE);

  for (gsize i = 0; i < n_aggregates; i++)
    {
      if (!map_pending (self, aggregates[i], records, error))
        return FALSE;
      unknown |= _evs_aggregate_get_outcome_unknown (aggregates[i]);
    }

  if (records->len > 0)
    ok = _evs_event_store_commit (self->events, (gconstpointer) records->data,
                                  records->len, &unknown, NULL, error);
  for (gsize i = 0; i < n_aggregates; i++)
    {
      if (ok)
        forget_pending (self, aggregates[i]);
      else if (unknown)
        _evs_aggregate_set_outcome_unknown (aggregates[i]);
    }
  return ok;
}
