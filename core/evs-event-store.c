/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-event-store-private.h"

#include "evs-event-private.h"
#include "evs-record-store-private.h"

#include <string.h>

/* How many arenas wait to be lent, and how large one may be to be kept. */
#define IDLE_ARENAS 16
#define IDLE_ARENA_SIZE (1024 * 1024)

/* Appending after whatever is there may lose a race; each time somebody else
 * has made progress. */
#define APPEND_ATTEMPTS 1000

struct _EvsEventStore
{
  gatomicrefcount ref_count;
  EvsRecordStore *records;
  EvsMapper *mapper;
  GMutex mutex; /* guards what follows */
  EvsArena *idle[IDLE_ARENAS];
  gsize n_idle;
};

G_DEFINE_BOXED_TYPE (EvsEventStore, evs_event_store, evs_event_store_ref,
                     evs_event_store_unref)

EvsEventStore *
evs_event_store_new (EvsRecordStore *records, EvsMapper *mapper)
{
  EvsEventStore *self;

  g_return_val_if_fail (records != NULL && mapper != NULL, NULL);

  self = g_new0 (EvsEventStore, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->records = evs_record_store_ref (records);
  self->mapper = evs_mapper_ref (mapper);
  g_mutex_init (&self->mutex);
  return self;
}

EvsEventStore *
evs_event_store_ref (EvsEventStore *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_event_store_unref (EvsEventStore *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (gsize i = 0; i < self->n_idle; i++)
    _evs_arena_free (self->idle[i]);
  evs_mapper_unref (self->mapper);
  evs_record_store_unref (self->records);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

EvsRecordStore *
evs_event_store_get_record_store (EvsEventStore *self)
{
  return self->records;
}

EvsMapper *
_evs_event_store_get_mapper (EvsEventStore *self)
{
  return self->mapper;
}

/* ------------------------------------------------------------------- arenas */

EvsArena *
_evs_event_store_borrow (EvsEventStore *self, GError **error)
{
  EvsArena *arena = NULL;

  if (!_evs_record_store_check_process (self->records, error))
    return NULL;
  g_mutex_lock (&self->mutex);
  if (self->n_idle > 0)
    arena = self->idle[--self->n_idle];
  g_mutex_unlock (&self->mutex);
  return arena != NULL ? arena : _evs_arena_new ();
}

void
_evs_event_store_give_back (EvsEventStore *self, EvsArena *arena)
{
  _evs_arena_clear (arena);
  if (arena->bytes.capacity <= IDLE_ARENA_SIZE)
    {
      g_mutex_lock (&self->mutex);
      if (self->n_idle < IDLE_ARENAS)
        self->idle[self->n_idle++] = g_steal_pointer (&arena);
      g_mutex_unlock (&self->mutex);
    }
  g_clear_pointer (&arena, _evs_arena_free);
}

/* ------------------------------------------------------------------- commit */

typedef struct
{
  const EvsRecord *record;
  gboolean same;
} Comparison;

static gboolean
compare_record (const EvsRecord *stored, gpointer user_data)
{
  Comparison *comparison = user_data;
  const EvsRecord *record = comparison->record;

  comparison->same =
      stored->topic.size == record->topic.size
      && stored->data.size == record->data.size
      && memcmp (stored->topic.data, record->topic.data, record->topic.size)
             == 0
      && memcmp (stored->data.data, record->data.data, record->data.size) == 0;
  return FALSE;
}

static gboolean
is_stored (EvsEventStore *self, const EvsRecord *record, gboolean *stored,
           GError **error)
{
  Comparison comparison = { record, FALSE };

  if (!evs_record_store_read_sequence (
          self->records, &record->id, record->version, record->version, 1,
          FALSE, compare_record, &comparison, error))
    return FALSE;
  *stored = comparison.same;
  return TRUE;
}

/* Puts the records that are not in the store yet into @missing. */
static gboolean
find_missing (EvsEventStore *self, const EvsRecord *records, gsize n_records,
              GArray *missing, GError **error)
{
  for (gsize i = 0; i < n_records; i++)
    {
      gboolean stored;

      if (!is_stored (self, &records[i], &stored, error))
        return FALSE;
      if (!stored)
        g_array_append_val (missing, records[i]);
    }
  return TRUE;
}

/* Errors after which nothing is stored for certain. */
static gboolean
outcome_is_known (const GError *error)
{
  static const EvsError known[] = { EVS_ERROR_CONFLICT,  EVS_ERROR_INVALID,
                                    EVS_ERROR_TOO_LARGE, EVS_ERROR_NO_SPACE,
                                    EVS_ERROR_LATCHED,   EVS_ERROR_FORKED };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_error_matches (error, EVS_ERROR, (int) known[i]))
      return TRUE;
  return FALSE;
}

static gboolean
commit_records (EvsEventStore *self, const EvsRecord *records, gsize n_records,
                gboolean *unknown, guint64 *position, GError **error)
{
  EvsBatch batch = { .inserts = records, .n_inserts = n_records };
  g_autoptr (GError) failure = NULL;

  if (evs_record_store_commit (self->records, &batch, position, &failure))
    return TRUE;
  if (!outcome_is_known (failure))
    *unknown = TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
take_position (const EvsRecord *stored, gpointer user_data)
{
  *(guint64 *) user_data = stored->position;
  return FALSE;
}

gboolean
_evs_event_store_commit (EvsEventStore *self, const EvsRecord *records,
                         gsize n_records, gboolean *unknown, guint64 *position,
                         GError **error)
{
  g_autoptr (GArray) missing = NULL;

  if (!*unknown)
    return commit_records (self, records, n_records, unknown, position, error);

  missing = g_array_new (FALSE, FALSE, sizeof (EvsRecord));
  if (!find_missing (self, records, n_records, missing, error))
    return FALSE;
  if (missing->len > 0
      && !commit_records (self, (gconstpointer) missing->data, missing->len,
                          unknown, NULL, error))
    return FALSE;
  if (position == NULL)
    return TRUE;
  return evs_record_store_read_sequence (
      self->records, &records[0].id, records[0].version, records[0].version, 1,
      FALSE, take_position, position, error);
}

/* ------------------------------------------------------------------- append */

static gint64
now (void)
{
  return g_get_real_time ();
}

static gboolean
set_conflict (const EvsId *id, gint64 expected, gint64 last, GError **error)
{
  char text[EVS_ID_STRING_LENGTH + 1];
  g_autofree char *wanted = NULL;
  g_autofree char *found = NULL;

  if (expected == EVS_EXPECT_NONE)
    wanted = g_strdup ("a new sequence");
  else if (expected == EVS_EXPECT_EXISTS)
    wanted = g_strdup ("an existing sequence");
  else
    wanted = g_strdup_printf ("last version %" G_GINT64_FORMAT, expected);
  if (last < 0)
    found = g_strdup ("there is no such sequence");
  else
    found = g_strdup_printf ("its last version is %" G_GINT64_FORMAT, last);

  evs_id_format (id, text);
  g_set_error (error, EVS_ERROR, EVS_ERROR_CONFLICT, "%s: expected %s, %s",
               text, wanted, found);
  return FALSE;
}

static gboolean
check_expectation (const EvsId *id, gint64 expectation, gint64 last,
                   GError **error)
{
  switch (expectation)
    {
    case EVS_EXPECT_ANY:
      return TRUE;
    case EVS_EXPECT_NONE:
      return last < 0 || set_conflict (id, expectation, last, error);
    case EVS_EXPECT_EXISTS:
      return last >= 0 || set_conflict (id, expectation, last, error);
    default:
      return last == expectation || set_conflict (id, expectation, last, error);
    }
}

static gboolean
map_events (EvsEventStore *self, EvsArena *arena, const EvsId *id, gint64 last,
            EvsEvent *const *events, gsize n_events, GError **error)
{
  gint64 present = now ();
  gboolean ok = TRUE;
  gpointer worker;

  if (!evs_mapper_begin (self->mapper, &worker, error))
    return FALSE;
  for (gsize i = 0; ok && i < n_events; i++)
    {
      EvsEventView view;

      _evs_event_view (events[i], id, (guint64) (last + 1) + i, present, &view);
      ok = _evs_arena_add (arena, self->mapper, worker, &view, error);
    }
  evs_mapper_end (self->mapper, worker);
  return ok;
}

/* *@lost_race: somebody else appended between our look and our commit. */
static gboolean
append_once (EvsEventStore *self, EvsArena *arena, const EvsId *id,
             gint64 expectation, EvsEvent *const *events, gsize n_events,
             guint64 *position, gboolean *lost_race, GError **error)
{
  g_autoptr (GArray) records = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean unknown = FALSE;
  gint64 last;

  *lost_race = FALSE;
  _evs_arena_clear (arena);
  if (!evs_record_store_last_version (self->records, id, &last, error)
      || !check_expectation (id, expectation, last, error)
      || !map_events (self, arena, id, last, events, n_events, error))
    return FALSE;

  records =
      g_array_sized_new (FALSE, FALSE, sizeof (EvsRecord), (guint) n_events);
  _evs_arena_collect (arena, records);
  if (_evs_event_store_commit (self, (gconstpointer) records->data, n_events,
                               &unknown, position, &failure))
    return TRUE;
  *lost_race = g_error_matches (failure, EVS_ERROR, EVS_ERROR_CONFLICT);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
evs_event_store_append (EvsEventStore *self, const EvsId *id,
                        gint64 expectation, EvsEvent *const *events,
                        gsize n_events, guint64 *position, GError **error)
{
  gboolean follows_any =
      expectation == EVS_EXPECT_ANY || expectation == EVS_EXPECT_EXISTS;
  g_autoptr (GError) failure = NULL;
  EvsArena *arena;
  gboolean ok = FALSE;
  gboolean again = TRUE;

  g_return_val_if_fail (self != NULL && id != NULL, FALSE);
  g_return_val_if_fail (expectation >= EVS_EXPECT_EXISTS, FALSE);
  g_return_val_if_fail (n_events > 0, FALSE);

  arena = _evs_event_store_borrow (self, error);
  if (arena == NULL)
    return FALSE;
  for (guint attempt = 1; again; attempt++)
    {
      gboolean lost_race;

      g_clear_error (&failure);
      ok = append_once (self, arena, id, expectation, events, n_events,
                        position, &lost_race, &failure);
      again = lost_race && follows_any && attempt < APPEND_ATTEMPTS;
    }
  _evs_event_store_give_back (self, arena);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&failure));
  return ok;
}
