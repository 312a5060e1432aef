/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-event-store-private.h"

struct _EvsAppender
{
  gatomicrefcount ref_count;
  EvsEventStore *store;
  EvsArena *arena;
  GArray *records; /* of EvsRecord: reused from commit to commit */
};

G_DEFINE_BOXED_TYPE (EvsAppender, evs_appender, evs_appender_ref,
                     evs_appender_unref)

EvsAppender *
evs_appender_new (EvsEventStore *store)
{
  EvsAppender *self;

  g_return_val_if_fail (store != NULL, NULL);

  self = g_new0 (EvsAppender, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->store = evs_event_store_ref (store);
  self->arena = _evs_arena_new ();
  self->records = g_array_new (FALSE, FALSE, sizeof (EvsRecord));
  return self;
}

EvsAppender *
evs_appender_ref (EvsAppender *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_appender_unref (EvsAppender *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  _evs_arena_free (self->arena);
  g_array_unref (self->records);
  evs_event_store_unref (self->store);
  g_free (self);
}

gboolean
evs_appender_add (EvsAppender *self, const EvsEventView *event, GError **error)
{
  EvsMapper *mapper;
  gpointer worker;
  gboolean ok;

  g_return_val_if_fail (self != NULL && event != NULL, FALSE);

  mapper = _evs_event_store_get_mapper (self->store);
  if (!evs_mapper_begin (mapper, &worker, error))
    return FALSE;
  ok = _evs_arena_add (self->arena, mapper, worker, event, error);
  evs_mapper_end (mapper, worker);
  return ok;
}

gsize
evs_appender_get_n_events (EvsAppender *self)
{
  return _evs_arena_get_n_records (self->arena);
}

gsize
evs_appender_get_size (EvsAppender *self)
{
  return self->arena->bytes.size;
}

gboolean
evs_appender_commit (EvsAppender *self, guint64 *position, GError **error)
{
  EvsArena *arena;

  g_return_val_if_fail (self != NULL, FALSE);

  arena = self->arena;
  if (position != NULL)
    *position = 0;
  if (_evs_arena_get_n_records (arena) == 0)
    return TRUE;

  g_array_set_size (self->records, 0);
  _evs_arena_collect (arena, self->records);
  if (!_evs_event_store_commit (
          self->store, (gconstpointer) self->records->data, self->records->len,
          &arena->outcome_unknown, position, error))
    return FALSE;
  _evs_arena_clear (arena);
  return TRUE;
}

void
evs_appender_clear (EvsAppender *self)
{
  _evs_arena_clear (self->arena);
}
