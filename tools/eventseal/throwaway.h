/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/*
 * Copies of a configured stack whose stores are thrown away: each has a folder
 * of its own inside a fresh one beside the configured store, so that it lies
 * on the same disk. The configured store itself is not opened.
 */
typedef struct _Throwaway Throwaway;

typedef enum
{
  THROWAWAY_COMPRESSOR = 1 << 0,
  THROWAWAY_CIPHER = 1 << 1,
  THROWAWAY_WHOLE = THROWAWAY_COMPRESSOR | THROWAWAY_CIPHER
} ThrowawayParts;

/* @config: what is in the file @path. */
Throwaway *throwaway_new (EvsConfig *config, const char *path, GError **error);

/* Removes all stores. */
void throwaway_free (Throwaway *self);

/* A new stack, without the parts that are not among @parts. What the one
 * before it stored is removed. */
EvsConfig *throwaway_next (Throwaway *self, ThrowawayParts parts,
                           GError **error);

/* (nullable): where the stores are; NULL: they are in memory alone. */
const char *throwaway_get_folder (Throwaway *self);

/* durability= of the store. */
const char *throwaway_get_durability (Throwaway *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Throwaway, throwaway_free)
