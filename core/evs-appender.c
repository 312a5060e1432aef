/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-event-store-private.h"
#include "evs-record-store-private.h"
#include "evs-runner.h"
#include <eventseal/evs-appender.h>

/*
 * Two arenas: one gathers, while the other, if it was submitted, is committed
 * by the runner's thread. What is submitted and fails stays in its arena, ahead
 * of what is gathered, until it is committed or cleared.
 */
struct _EvsAppender
{
  gatomicrefcount ref_count;
  EvsEventStore *store;
  EvsArena *gathered;
  EvsArena *submitted; /* (nullable) */
  EvsRunner *runner;   /* (nullable): both since the first submit */
  GError *error;       /* (nullable): of the runner's last job */
  GArray *records;     /* of EvsRecord: reused from commit to commit */
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
  self->gathered = _evs_arena_new ();
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
  g_clear_pointer (&self->submitted, _evs_arena_free);
  _evs_arena_free (self->gathered);
  g_clear_error (&self->error);
  g_array_unref (self->records);
  evs_event_store_unref (self->store);
  g_free (self);
}

/* ------------------------------------------------------------------- gather */

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
  ok = _evs_arena_add (self->gathered, mapper, worker, event, error);
  evs_mapper_end (mapper, worker);
  return ok;
}

gsize
evs_appender_get_n_events (EvsAppender *self)
{
  return _evs_arena_get_n_records (self->gathered);
}

gsize
evs_appender_get_size (EvsAppender *self)
{
  return self->gathered->bytes.size;
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
static void
commit_submitted (gpointer data)
{
  EvsAppender *self = data;

  commit_arena (self, self->submitted, NULL, &self->error);
}

/* A child of fork has no runner, and a visitor may be what the runner waits
 * for: neither may wait for it. */
static gboolean
may_wait (EvsAppender *self, GError **error)
{
  return _evs_record_store_check_caller (
      evs_event_store_get_record_store (self->store), error);
}

/* After this, nothing is submitted that is not stored. What failed before, and
 * was told, is tried again. */
static gboolean
settle (EvsAppender *self, GError **error)
{
  if (!may_wait (self, error))
    return FALSE;
  if (self->runner == NULL)
    return TRUE;
  _evs_runner_wait (self->runner);
  if (self->error == NULL)
    return commit_arena (self, self->submitted, NULL, error);
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
         && commit_arena (self, self->gathered, position, error);
}

gboolean
evs_appender_submit (EvsAppender *self, GError **error)
{
  EvsArena *full;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!settle (self, error))
    return FALSE;
  if (self->runner == NULL)
    {
      self->submitted = _evs_arena_new ();
      self->runner = _evs_runner_new (commit_submitted, self);
    }
  full = self->gathered;
  self->gathered = self->submitted;
  self->submitted = full;
  _evs_runner_start (self->runner);
  return TRUE;
}

gboolean
evs_appender_wait (EvsAppender *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return settle (self, error);
}

void
evs_appender_clear (EvsAppender *self)
{
  g_return_if_fail (self != NULL);

  if (self->runner != NULL && may_wait (self, NULL))
    {
      _evs_runner_wait (self->runner);
      _evs_arena_clear (self->submitted);
      g_clear_error (&self->error);
    }
  _evs_arena_clear (self->gathered);
}
