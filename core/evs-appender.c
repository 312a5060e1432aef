/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-event-store-private.h"
#include "evs-record-store-private.h"
#include "evs-runner.h"
#include <eventseal/evs-appender.h>

/* One is gathered while the others may be with the runner. */
#define N_ARENAS (EVS_RUNNER_MAX + 1)

struct _EvsAppender
{
  gatomicrefcount ref_count;
  EvsEventStore *store;
  EvsArena *arenas[N_ARENAS]; /* given to the runner in turn */
  guint gathered;             /* which one is */
  EvsRunner *runner;          /* (nullable): since the first submit */
  GError *error;   /* (nullable): why the runner stopped; not told yet */
  GArray *records; /* of EvsRecord: reused from commit to commit */
};

G_DEFINE_BOXED_TYPE (EvsAppender, evs_appender, evs_appender_ref,
                     evs_appender_unref)

/* ----------------------------------------------------------------- lifetime */

EvsAppender *
evs_appender_new (EvsEventStore *store)
{
  EvsAppender *self;

  g_return_val_if_fail (store != NULL, NULL);

  self = g_new0 (EvsAppender, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->store = evs_event_store_ref (store);
  for (guint i = 0; i < N_ARENAS; i++)
    self->arenas[i] = _evs_arena_new ();
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

  g_clear_pointer (&self->runner, _evs_runner_free);
  for (guint i = 0; i < N_ARENAS; i++)
    _evs_arena_free (self->arenas[i]);
  g_clear_error (&self->error);
  g_array_unref (self->records);
  evs_event_store_unref (self->store);
  g_free (self);
}

/* ------------------------------------------------------------------- gather */

static EvsArena *
get_gathered (const EvsAppender *self)
{
  return self->arenas[self->gathered];
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
  ok = _evs_arena_add (get_gathered (self), mapper, worker, event, error);
  evs_mapper_end (mapper, worker);
  return ok;
}

gsize
evs_appender_get_n_events (EvsAppender *self)
{
  return _evs_arena_get_n_records (get_gathered (self));
}

gsize
evs_appender_get_size (EvsAppender *self)
{
  return get_gathered (self)->bytes.size;
}

/* ------------------------------------------------------------------- commit */

static gboolean
commit_arena (EvsAppender *self, EvsArena *arena, guint64 *position,
              GError **error)
{
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

/* In the runner's thread. */
static gboolean
commit_submitted (gpointer data, gpointer arena)
{
  EvsAppender *self = data;

  return commit_arena (self, arena, NULL, &self->error);
}

/* A child of fork has no runner, and a visitor may be what the runner waits
 * for: neither may wait for it. */
static gboolean
may_wait (EvsAppender *self, GError **error)
{
  return _evs_record_store_check_caller (
      evs_event_store_get_record_store (self->store), error);
}

/* After this, nothing is submitted that is not stored. A failure that was told
 * before is tried again first. */
static gboolean
settle (EvsAppender *self, GError **error)
{
  if (!may_wait (self, error))
    return FALSE;
  if (self->runner == NULL || _evs_runner_wait (self->runner))
    return TRUE;
  if (self->error == NULL)
    {
      _evs_runner_resume (self->runner);
      if (_evs_runner_wait (self->runner))
        return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

gboolean
evs_appender_commit (EvsAppender *self, guint64 *position, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (position != NULL)
    *position = 0;
  return settle (self, error)
         && commit_arena (self, get_gathered (self), position, error);
}

gboolean
evs_appender_submit (EvsAppender *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!may_wait (self, error))
    return FALSE;
  if (self->runner == NULL)
    self->runner = _evs_runner_new (commit_submitted, self, error);
  if (self->runner == NULL)
    return FALSE;
  if (!_evs_runner_give (self->runner, get_gathered (self))
      && (!settle (self, error)
          || !_evs_runner_give (self->runner, get_gathered (self))))
    return FALSE;
  self->gathered = (self->gathered + 1) % N_ARENAS;
  return TRUE;
}

gboolean
evs_appender_wait (EvsAppender *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return settle (self, error);
}

gsize
evs_appender_get_n_submitted (EvsAppender *self)
{
  gsize n = 0;

  g_return_val_if_fail (self != NULL, 0);

  if (self->runner == NULL || !may_wait (self, NULL))
    return 0;
  _evs_runner_wait (self->runner);
  for (guint i = 1; i < N_ARENAS; i++)
    n += _evs_arena_get_n_records (
        self->arenas[(self->gathered + i) % N_ARENAS]);
  return n;
}

void
evs_appender_clear (EvsAppender *self)
{
  g_return_if_fail (self != NULL);

  if (self->runner != NULL && may_wait (self, NULL))
    {
      _evs_runner_wait (self->runner);
      _evs_runner_drop (self->runner);
      for (guint i = 0; i < N_ARENAS; i++)
        _evs_arena_clear (self->arenas[i]);
      g_clear_error (&self->error);
    }
  _evs_arena_clear (get_gathered (self));
}
