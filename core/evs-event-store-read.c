/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The reading half of the event store. */

#include "evs-event-private.h"
#include "evs-event-store-private.h"

typedef struct
{
  const EvsRange *range;
  EvsMapper *mapper;
  gpointer worker;
  EvsBuffer *scratch;
  EvsEventVisitor visitor;
  EvsUnreadable unreadable;
  gpointer user_data;
  gboolean has_expected;
  guint64 expected; /* version */
  GError *error;
} Visit;

/* A record that was taken out of the middle of a sequence is not sealed in its
 * neighbours: that there is none in its place must be seen here. */
static gboolean
check_version (Visit *visit, const EvsRecord *record, GError **error)
{
  gboolean ok = !visit->has_expected || record->version == visit->expected;

  if (visit->range->id == NULL)
    return TRUE;
  if (!ok)
    _evs_event_set_error (
        error, EVS_ERROR_DAMAGED, &record->id, record->version,
        "found where version %" G_GUINT64_FORMAT " was wanted",
        visit->expected);
  visit->has_expected = TRUE;
  visit->expected =
      visit->range->descending ? record->version - 1 : record->version + 1;
  return ok;
}

static gboolean
visit_record (const EvsRecord *record, gpointer user_data)
{
  Visit *visit = user_data;
  g_autoptr (GError) error = NULL;
  EvsEventView event;

  if (check_version (visit, record, &error)
      && evs_mapper_unmap (visit->mapper, visit->worker, record, visit->scratch,
                           &event, &error))
    return visit->visitor (&event, visit->user_data);

  if (visit->unreadable != NULL)
    return visit->unreadable (record, error, visit->user_data);
  visit->error = g_steal_pointer (&error);
  return FALSE;
}

static gboolean
read_records (EvsEventStore *self, Visit *visit, GError **error)
{
  EvsRecordStore *records = evs_event_store_get_record_store (self);
  const EvsRange *range = visit->range;

  if (range->id != NULL)
    return evs_record_store_read_sequence (
        records, range->id, range->from, range->to, range->limit,
        range->descending, visit_record, visit, error);
  return evs_record_store_read_log (records, range->from, range->limit,
                                    visit_record, visit, error);
}

static gboolean
run_visit (EvsEventStore *self, Visit *visit, GError **error)
{
  gboolean ok;

  if (!evs_mapper_begin (visit->mapper, &visit->worker, error))
    return FALSE;
  ok = read_records (self, visit, error);
  evs_mapper_end (visit->mapper, visit->worker);

  if (ok && visit->error != NULL)
    g_propagate_error (error, g_steal_pointer (&visit->error));
  else if (visit->error == NULL)
    return ok;
  g_clear_error (&visit->error);
  return FALSE;
}

gboolean
_evs_event_store_visit_range (EvsEventStore *self, const EvsRange *range,
                              EvsEventVisitor visitor, EvsUnreadable unreadable,
                              gpointer user_data, GError **error)
{
  EvsArena *arena = _evs_event_store_borrow (self, error);
  Visit visit = {
    .range = range,
    .mapper = _evs_event_store_get_mapper (self),
    .visitor = visitor,
    .unreadable = unreadable,
    .user_data = user_data,
    /* From above, the first one is whatever the last version is. */
    .has_expected = !range->descending,
    .expected = range->from,
  };
  gboolean ok;

  if (arena == NULL)
    return FALSE;
  visit.scratch = &arena->bytes;
  ok = run_visit (self, &visit, error);
  _evs_event_store_give_back (self, arena);
  return ok;
}

gboolean
evs_event_store_visit (EvsEventStore *self, const EvsId *id, guint64 from,
                       guint64 to, guint64 limit, gboolean descending,
                       EvsEventVisitor visitor, gpointer user_data,
                       GError **error)
{
  EvsRange range = { id, from, to, limit, descending };

  g_return_val_if_fail (self != NULL && id != NULL && visitor != NULL, FALSE);

  return _evs_event_store_visit_range (self, &range, visitor, NULL, user_data,
                                       error);
}

gboolean
evs_event_store_visit_all (EvsEventStore *self, guint64 from, guint64 limit,
                           EvsEventVisitor visitor, gpointer user_data,
                           GError **error)
{
  return evs_event_store_visit_all_full (self, from, limit, visitor, NULL,
                                         user_data, error);
}

gboolean
evs_event_store_visit_all_full (EvsEventStore *self, guint64 from,
                                guint64 limit, EvsEventVisitor visitor,
                                EvsUnreadable unreadable, gpointer user_data,
                                GError **error)
{
  EvsRange range = { NULL, from, 0, limit, FALSE };

  g_return_val_if_fail (self != NULL && visitor != NULL, FALSE);

  return _evs_event_store_visit_range (self, &range, visitor, unreadable,
                                       user_data, error);
}

static gboolean
copy_event (const EvsEventView *event, gpointer user_data)
{
  EvsEvent **copy = user_data;

  *copy = evs_event_new_from_view (event);
  return FALSE;
}

EvsEvent *
evs_event_store_get (EvsEventStore *self, const EvsId *id, guint64 version,
                     GError **error)
{
  g_autoptr (EvsEvent) event = NULL;

  if (!evs_event_store_visit (self, id, version, version, 1, FALSE, copy_event,
                              &event, error))
    return NULL;

  if (event == NULL)
    _evs_event_set_error (error, EVS_ERROR_NOT_FOUND, id, version,
                          "no such event");
  return g_steal_pointer (&event);
}

gboolean
evs_event_store_last_version (EvsEventStore *self, const EvsId *id,
                              gint64 *version, GError **error)
{
  return evs_record_store_last_version (evs_event_store_get_record_store (self),
                                        id, version, error);
}

gboolean
evs_event_store_last_position (EvsEventStore *self, guint64 *position,
                               GError **error)
{
  return evs_record_store_last_position (
      evs_event_store_get_record_store (self), position, error);
}

static gboolean
append_id (const EvsId *id, gpointer user_data)
{
  g_array_append_val ((GArray *) user_data, *id);
  return TRUE;
}

EvsId *
evs_event_store_list_ids (EvsEventStore *self, const EvsId *after,
                          guint64 limit, gsize *n_ids, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (EvsId));

  if (!evs_record_store_read_ids (evs_event_store_get_record_store (self),
                                  after, limit, append_id, ids, error))
    return NULL;
  *n_ids = ids->len;
  /* An empty list must not be NULL, which means an error. */
  if (ids->len == 0)
    g_array_set_size (ids, 1);
  return g_array_steal (ids, NULL);
}
