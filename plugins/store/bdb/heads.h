/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

G_BEGIN_DECLS

/* What the writer knows of a sequence. Nobody else writes to the store, so
 * this stays true from one commit to the next. */
typedef struct
{
  EvsId id;
  gboolean used;
  guint64 number;  /* 0: there is no such sequence yet */
  guint64 next;    /* the version that it takes next */
  guint64 batch;   /* the batch that was checked against it last, */
  guint64 checked; /* and what that batch would make of `next` */
} EvsBdbHead;

/* A table of them by id. */
typedef struct
{
  EvsBdbHead *slots;
  gsize n_slots; /* a power of two, or 0 */
  gsize n_used;
} EvsBdbHeads;

/* (nullable): valid until the next call of _evs_bdb_heads_add (). */
EvsBdbHead *_evs_bdb_heads_find (const EvsBdbHeads *heads, const EvsId *id);

/* @id is not there yet. */
EvsBdbHead *_evs_bdb_heads_add (EvsBdbHeads *heads, const EvsId *id);

/* Forgets all, when what the table says was not stored. */
void _evs_bdb_heads_forget (EvsBdbHeads *heads);

/* Forgets all when there are more than are worth keeping between commits. */
void _evs_bdb_heads_trim (EvsBdbHeads *heads);

void _evs_bdb_heads_clear (EvsBdbHeads *heads);

G_END_DECLS
