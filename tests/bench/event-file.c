/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "event-file.h"

#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Header, events, sequences; all begin at multiples of eight. */
typedef struct
{
  guint64 n_events;
  guint64 size;
  guint64 n_sequences;
  guint64 sequences; /* where they begin */
} Header;

typedef struct
{
  EvsId id;
  guint64 version;
  gint64 recorded_at;
  guint32 topic_size;
  guint32 state_size;
} Item;

struct _EventFileWriter
{
  Header header;
  const char *path;
  FILE *file;
};

static gsize
round_up (gsize size)
{
  return (size + 7) & ~(gsize) 7;
}

/* --------------------------------------------------------------------- read */

void
event_file_open (EventFile *self, const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  Header header;

  if (fd < 0 || fstat (fd, &info) != 0
      || read (fd, &header, sizeof header) != (gssize) sizeof header)
    peer_fail ("%s: %s", path, g_strerror (errno));
  self->mapped = (gsize) info.st_size;
  self->bytes = mmap (NULL, self->mapped, PROT_READ, MAP_SHARED, fd, 0);
  if (self->bytes == MAP_FAILED)
    peer_fail ("%s: %s", path, g_strerror (errno));
  close (fd);
  self->n_events = header.n_events;
  self->size = header.size;
  self->n_sequences = header.n_sequences;
  self->sequences =
      (const EventFileSequence *) (const void *) (self->bytes
                                                  + header.sequences);
}

void
event_file_close (EventFile *self)
{
  munmap ((void *) self->bytes, self->mapped);
}

gboolean
event_file_next (const EventFile *self, gsize *at, EvsEventView *event)
{
  const guint8 *next;
  Item item;

  if (*at == 0)
    *at = sizeof (Header);
  next = self->bytes + *at;
  if (next == (const guint8 *) self->sequences)
    return FALSE;

  memcpy (&item, next, sizeof item);
  next += sizeof item;
  memset (event, 0, sizeof *event);
  event->id = item.id;
  event->version = item.version;
  event->recorded_at = item.recorded_at;
  event->topic = (EvsSpan){ next, item.topic_size };
  event->state = (EvsSpan){ next + item.topic_size, item.state_size };
  *at += round_up (sizeof item + item.topic_size + item.state_size);
  return TRUE;
}

/* -------------------------------------------------------------------- write */

static void
put (EventFileWriter *self, gconstpointer bytes, gsize size)
{
  if (size > 0 && fwrite (bytes, size, 1, self->file) != 1)
    peer_fail ("%s: %s", self->path, g_strerror (errno));
}

EventFileWriter *
event_file_create (const char *path)
{
  EventFileWriter *self = g_new0 (EventFileWriter, 1);

  self->path = path;
  self->file = fopen (path, "we");
  if (self->file == NULL)
    peer_fail ("%s: %s", path, g_strerror (errno));
  self->header.sequences = sizeof self->header;
  put (self, &self->header, sizeof self->header);
  return self;
}

void
event_file_add (EventFileWriter *self, const EvsEventView *event)
{
  static const guint8 padding[8];
  Item item = { .id = event->id,
                .version = event->version,
                .recorded_at = event->recorded_at,
                .topic_size = (guint32) event->topic.size,
                .state_size = (guint32) event->state.size };
  gsize size = sizeof item + item.topic_size + item.state_size;

  put (self, &item, sizeof item);
  put (self, event->topic.data, event->topic.size);
  put (self, event->state.data, event->state.size);
  put (self, padding, round_up (size) - size);
  self->header.n_events++;
  self->header.size += item.state_size;
  self->header.sequences += round_up (size);
}

void
event_file_finish (EventFileWriter *self, const GArray *sequences)
{
  self->header.n_sequences = sequences->len;
  put (self, sequences->data, sequences->len * sizeof (EventFileSequence));
  rewind (self->file);
  put (self, &self->header, sizeof self->header);
  if (fclose (self->file) != 0)
    peer_fail ("%s: %s", self->path, g_strerror (errno));
  g_free (self);
}
