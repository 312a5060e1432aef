/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The least that a durable append can be: write () at the end of a file, and
 * fdatasync (). */

#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

typedef struct
{
  int fd;
  gboolean sync;
  guint64 position;
  GByteArray *record;
  GByteArray *bytes;
} Store;

static char *
describe (const char *variant)
{
  return g_strdup ("write and fdatasync|none|none|no pages|none|nothing|"
                   "is one");
}

static gpointer
open_store (const PeerOptions *options)
{
  g_autofree char *path = g_build_filename (options->folder, "events", NULL);
  Store *self = g_new0 (Store, 1);

  self->fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (self->fd < 0)
    peer_fail ("%s: %s", path, g_strerror (errno));
  self->sync = options->sync;
  self->record = g_byte_array_new ();
  self->bytes = g_byte_array_new ();
  return self;
}

static void
close_store (gpointer store)
{
  Store *self = store;

  close (self->fd);
  g_byte_array_unref (self->record);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static void
append (gpointer store, const EvsEventView *events, gsize n)
{
  Store *self = store;
  GByteArray *bytes = self->bytes;

  g_byte_array_set_size (bytes, 0);
  for (gsize i = 0; i < n; i++)
    {
      bytes_put_record (self->record, ++self->position, &events[i].id,
                        &events[i]);
      bytes_append (bytes, self->record->data, self->record->len);
    }
  if (write (self->fd, bytes->data, bytes->len) != (gssize) bytes->len
      || (self->sync && fdatasync (self->fd) != 0))
    peer_fail ("write: %s", g_strerror (errno));
}

const Peer peer = {
  .describe = describe,
  .open = open_store,
  .close = close_store,
  .append = append,
};
