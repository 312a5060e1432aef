/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-event-store-private.h"
#include <eventseal/evs-cursor.h>

/* A page is full at this many events or state bytes. */
#define PAGE_EVENTS 64
#define PAGE_BYTES (256 * 1024)

struct _EvsCursor
{
  gatomicrefcount ref_count;
  EvsEventStore *store;
  EvsId id;
  EvsRange range;     /* what is still to be read */
  gboolean exhausted; /* the limit or version 0 was reached */
  GPtrArray *page;    /* of EvsEvent; a place is NULL once it was handed out */
  guint next;
  gsize page_bytes;
  GError *error; /* comes after the page */
};

G_DEFINE_BOXED_TYPE (EvsCursor, evs_cursor, evs_cursor_ref, evs_cursor_unref)

static void
free_event (gpointer event)
{
  if (event != NULL)
    evs_event_unref (event);
}

static EvsCursor *
cursor_new (EvsEventStore *store, const EvsRange *range)
{
  EvsCursor *self = g_new0 (EvsCursor, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->store = evs_event_store_ref (store);
  self->range = *range;
  self->page = g_ptr_array_new_with_free_func (free_event);
  if (range->id != NULL)
    {
      self->id = *range->id;
      self->range.id = &self->id;
    }
  return self;
}

EvsCursor *
evs_event_store_read (EvsEventStore *self, const EvsId *id, guint64 from,
                      guint64 to, guint64 limit, gboolean descending)
{
  EvsRange range = { id, from, to, limit, descending };

  g_return_val_if_fail (self != NULL && id != NULL, NULL);

  return cursor_new (self, &range);
}

EvsCursor *
evs_event_store_read_all (EvsEventStore *self, guint64 from, guint64 limit)
{
  EvsRange range = { NULL, from, 0, limit, FALSE };

  g_return_val_if_fail (self != NULL, NULL);

  return cursor_new (self, &range);
}

EvsCursor *
evs_cursor_ref (EvsCursor *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_cursor_unref (EvsCursor *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->page);
  g_clear_error (&self->error);
  evs_event_store_unref (self->store);
  g_free (self);
}

/* Moves the range behind one record. Returns whether anything is left. */
static gboolean
advance (EvsCursor *self, guint64 version, guint64 position)
{
  EvsRange *range = &self->range;

  if (range->id == NULL)
    range->from = position + 1;
  else if (!range->descending)
    range->from = version + 1;
  else if (version > 0)
    range->to = version - 1;
  else
    self->exhausted = TRUE;

  if (range->limit > 0 && --range->limit == 0)
    self->exhausted = TRUE;
  return !self->exhausted;
}

static gboolean
add_to_page (const EvsEventView *event, gpointer user_data)
{
  EvsCursor *self = user_data;

  g_ptr_array_add (self->page, evs_event_new_from_view (event));
  self->page_bytes += event->state.size;
  return advance (self, event->version, event->position)
         && self->page->len < PAGE_EVENTS && self->page_bytes < PAGE_BYTES;
}

static gboolean
end_page (const EvsRecord *record, const GError *error, gpointer user_data)
{
  EvsCursor *self = user_data;

  self->error = g_error_copy (error);
  advance (self, record->version, record->position);
  return FALSE;
}

static gboolean
read_page (EvsCursor *self, GError **error)
{
  EvsRange range = self->range;

  g_ptr_array_set_size (self->page, 0);
  self->next = 0;
  self->page_bytes = 0;
  if (self->exhausted)
    return TRUE;
  return _evs_event_store_visit_range (self->store, &range, add_to_page,
                                       end_page, self, error);
}

gboolean
evs_cursor_next (EvsCursor *self, EvsEvent **event, GError **error)
{
  g_return_val_if_fail (self != NULL && event != NULL, FALSE);

  *event = NULL;
  if (self->next == self->page->len && self->error == NULL
      && !read_page (self, error))
    return FALSE;

  if (self->next < self->page->len)
    {
      *event = g_steal_pointer (&self->page->pdata[self->next++]);
      return TRUE;
    }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
