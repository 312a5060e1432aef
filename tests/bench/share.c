/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "share.h"

#include <string.h>

static guint
id_hash (gconstpointer key)
{
  guint hash;

  memcpy (&hash, (const guint8 *) key + sizeof (EvsId) - sizeof hash,
          sizeof hash);
  return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (EvsId)) == 0;
}

static GArray *
smallest (GPtrArray *shares)
{
  GArray *found = g_ptr_array_index (shares, 0);

  for (guint i = 1; i < shares->len; i++)
    {
      GArray *share = g_ptr_array_index (shares, i);

      if (share->len < found->len)
        found = share;
    }
  return found;
}

/* A sequence goes to whoever has least when it begins; what one has more than
 * another at the end is left out, since it would be alone with it. */
GPtrArray *
share_out (const EventFile *file, gsize *at, guint64 n, guint64 n_shares)
{
  g_autoptr (GHashTable) owners =
      g_hash_table_new_full (id_hash, id_equal, g_free, NULL);
  GPtrArray *shares =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  EvsEventView event;
  guint length;

  for (guint64 i = 0; i < n_shares; i++)
    g_ptr_array_add (shares, g_array_new (FALSE, FALSE, sizeof event));
  while (n-- > 0 && event_file_next (file, at, &event))
    {
      GArray *share = g_hash_table_lookup (owners, &event.id);

      if (share == NULL)
        {
          share = smallest (shares);
          g_hash_table_insert (owners, g_memdup2 (&event.id, sizeof event.id),
                               share);
        }
      g_array_append_val (share, event);
    }
  length = smallest (shares)->len;
  for (guint i = 0; i < shares->len; i++)
    g_array_set_size (g_ptr_array_index (shares, i), length);
  return shares;
}
