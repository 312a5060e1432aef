/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/* Events in memory, to measure with. Every one has a time. Their versions are
 * numbered anew, without gaps, so that the first ones are a data set too. */
typedef struct
{
  GArray *events;    /* of EvsEventView */
  GPtrArray *memory; /* what they point into */
  GArray *ids;       /* of EvsId: each sequence once, in no order */
  guint64 size;      /* of all states */
} Dataset;

Dataset *dataset_new_generated (gsize n_events);

/* The first @n_max lines of a file as import reads it; "-" is standard input.
 * An empty file is an error. */
Dataset *dataset_new_from_file (const char *path, gsize n_max, GError **error);

void dataset_free (Dataset *self);

static inline const EvsEventView *
dataset_get (const Dataset *self, gsize index)
{
  return &g_array_index (self->events, EvsEventView, index);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dataset, dataset_free)
