/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Memory that tells when a plugin reads or writes past its end.
 */

#pragma once

#include <eventseal/evs-plugin.h>

G_BEGIN_DECLS

/* @size bytes that end where a page ends: the next byte is not there, and who
 * touches it ends the process. What stands before @data is checked when the
 * memory is freed. */
typedef struct
{
  guint8 *data;
  gsize size;
  guint8 *pages; /* the first is not to be touched, as is the last */
  gsize pages_size;
} EvsGuarded;

/* Filled with a byte that is not 0. */
EvsGuarded *evs_guarded_new (gsize size);
EvsGuarded *evs_guarded_new_copy (gconstpointer data, gsize size);
void evs_guarded_free (EvsGuarded *guarded);
EvsSpan evs_guarded_span (const EvsGuarded *guarded);

/* @size bytes that look random and are the same each time; @seed != 0. */
void evs_contract_fill (guint8 *data, gsize size, guint64 seed);

/* Whether @haystack has any @window successive bytes of @needle. */
gboolean evs_contract_shows (EvsSpan haystack, EvsSpan needle, gsize window);

#define evs_assert_same_bytes(a, b)                                            \
  G_STMT_START                                                                 \
  {                                                                            \
    EvsSpan same_a = (a), same_b = (b);                                        \
                                                                               \
    g_assert_cmpmem (same_a.data, (int) same_a.size, same_b.data,              \
                     (int) same_b.size);                                       \
  }                                                                            \
  G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsGuarded, evs_guarded_free)

G_END_DECLS
