/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-arena.h"

/* Offsets, not pointers: the bytes move when the buffer grows. */
typedef struct
{
  EvsId id;
  guint64 version;
  gsize topic;
  gsize data;
  gsize end;
} Entry;

EvsArena *
_evs_arena_new (void)
{
  EvsArena *arena = g_new0 (EvsArena, 1);

  arena->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  return arena;
}

void
_evs_arena_free (EvsArena *arena)
{
  evs_buffer_clear (&arena->bytes);
  g_array_unref (arena->entries);
  g_free (arena);
}

void
_evs_arena_clear (EvsArena *arena)
{
  arena->bytes.size = 0;
  arena->outcome_unknown = FALSE;
  g_array_set_size (arena->entries, 0);
}

gboolean
_evs_arena_add (EvsArena *arena, EvsMapper *mapper, gpointer worker,
                const EvsEventView *event, GError **error)
{
  Entry entry = {
    .id = event->id,
    .version = event->version,
    .topic = arena->bytes.size,
  };

  evs_buffer_append (&arena->bytes, event->topic.data, event->topic.size);
  entry.data = arena->bytes.size;
  if (!evs_mapper_map (mapper, worker, event, &arena->bytes, error))
    {
      arena->bytes.size = entry.topic;
      return FALSE;
    }
  entry.end = arena->bytes.size;
  g_array_append_val (arena->entries, entry);
  return TRUE;
}

gsize
_evs_arena_get_n_records (const EvsArena *arena)
{
  return arena->entries->len;
}

void
_evs_arena_collect (const EvsArena *arena, GArray *records)
{
  for (guint i = 0; i < arena->entries->len; i++)
    {
      const Entry *entry = &g_array_index (arena->entries, Entry, i);
      const guint8 *bytes = arena->bytes.data;
      EvsRecord record = {
        .id = entry->id,
        .version = entry->version,
        .topic = { bytes + entry->topic, entry->data - entry->topic },
        .data = { bytes + entry->data, entry->end - entry->data },
      };

      g_array_append_val (records, record);
    }
}
