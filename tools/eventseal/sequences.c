/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sequences.h"

#define IDS_AT_A_TIME 1000

gboolean
sequences_foreach (EvsEventStore *store, SequenceFunc func, gpointer user_data,
                   GError **error)
{
  EvsId last;
  gsize n = IDS_AT_A_TIME;

  for (const EvsId *after = NULL; n == IDS_AT_A_TIME; after = &last)
    {
      g_autofree EvsId *ids =
          evs_event_store_list_ids (store, after, IDS_AT_A_TIME, &n, error);

      if (ids == NULL)
        return FALSE;
      for (gsize i = 0; i < n; i++)
        if (!func (&ids[i], user_data, error))
          return FALSE;
      if (n > 0)
        last = ids[n - 1];
    }
  return TRUE;
}
