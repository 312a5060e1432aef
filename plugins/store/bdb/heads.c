/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heads.h"

#include <string.h>

#define SLOTS_AT_FIRST ((gsize) 1024)
#define SLOTS_TO_KEEP ((gsize) 64 * 1024)

/* Ids are mostly random, but a host may make them as it likes. */
static gsize
hash (const EvsId *id)
{
  guint64 halves[2];

  memcpy (halves, id->bytes, sizeof halves);
  halves[0] =
      (halves[0] ^ (halves[0] >> 32)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  halves[1] = (halves[1] ^ halves[0]) * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return (gsize) (halves[1] ^ (halves[1] >> 32));
}

/* The slot of @id, or the free one where it belongs. */
static EvsBdbHead *
find_slot (const EvsBdbHeads *heads, const EvsId *id)
{
  gsize mask = heads->n_slots - 1;
  gsize i = hash (id) & mask;

  while (heads->slots[i].used
         && memcmp (&heads->slots[i].id, id, sizeof *id) != 0)
    i = (i + 1) & mask;
  return &heads->slots[i];
}

EvsBdbHead *
_evs_bdb_heads_find (const EvsBdbHeads *heads, const EvsId *id)
{
  EvsBdbHead *head;

  if (heads->n_slots == 0)
    return NULL;
  head = find_slot (heads, id);
  return head->used ? head : NULL;
}

static void
grow (EvsBdbHeads *heads)
{
  g_autofree EvsBdbHead *old = heads->slots;
  gsize n_old = heads->n_slots;

  heads->n_slots = MAX (2 * n_old, SLOTS_AT_FIRST);
  heads->slots = g_new0 (EvsBdbHead, heads->n_slots);
  for (gsize i = 0; i < n_old; i++)
    if (old[i].used)
      *find_slot (heads, &old[i].id) = old[i];
}

EvsBdbHead *
_evs_bdb_heads_add (EvsBdbHeads *heads, const EvsId *id)
{
  EvsBdbHead *head;

  if (heads->n_used >= heads->n_slots / 2)
    grow (heads);
  head = find_slot (heads, id);
  *head = (EvsBdbHead){ .id = *id, .used = TRUE };
  heads->n_used++;
  return head;
}

void
_evs_bdb_heads_forget (EvsBdbHeads *heads)
{
  if (heads->n_slots > SLOTS_TO_KEEP)
    _evs_bdb_heads_clear (heads);
  else if (heads->n_used > 0)
    memset (heads->slots, 0, heads->n_slots * sizeof *heads->slots);
  heads->n_used = 0;
}

void
_evs_bdb_heads_trim (EvsBdbHeads *heads)
{
  if (heads->n_used >= SLOTS_TO_KEEP / 2)
    _evs_bdb_heads_forget (heads);
}

void
_evs_bdb_heads_clear (EvsBdbHeads *heads)
{
  g_clear_pointer (&heads->slots, g_free);
  heads->n_slots = 0;
  heads->n_used = 0;
}
