/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-buffer.h>

#include <string.h>

#define FIRST_CAPACITY 512

static void
wipe_and_free (guint8 *data, gsize capacity)
{
  if (data == NULL)
    return;
  explicit_bzero (data, capacity);
  g_free (data);
}

/* Not realloc (): it would leave a copy of the old bytes in the heap. */
static void
grow (EvsBuffer *self, gsize wanted)
{
  gsize capacity = MAX (self->capacity, FIRST_CAPACITY);
  guint8 *data;

  while (capacity < wanted)
    capacity = capacity > G_MAXSIZE / 2 ? wanted : capacity * 2;

  data = g_malloc (capacity);
  if (self->size > 0)
    memcpy (data, self->data, self->size);
  wipe_and_free (self->data, self->capacity);
  self->data = data;
  self->capacity = capacity;
}

guint8 *
evs_buffer_reserve (EvsBuffer *self, gsize extra)
{
  if (extra > G_MAXSIZE - self->size)
    g_error ("%" G_GSIZE_FORMAT " bytes more than the %" G_GSIZE_FORMAT
             " of a buffer: no memory is that large",
             extra, self->size);
  if (self->data == NULL || extra > self->capacity - self->size)
    grow (self, self->size + extra);
  return self->data + self->size;
}

void
evs_buffer_append (EvsBuffer *self, gconstpointer data, gsize size)
{
  guint8 *end = evs_buffer_reserve (self, size);

  if (size > 0)
    memcpy (end, data, size);
  self->size += size;
}

void
evs_buffer_clear (EvsBuffer *self)
{
  wipe_and_free (self->data, self->capacity);
  *self = (EvsBuffer){ NULL, 0, 0 };
}
