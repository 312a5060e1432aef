/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-random.h"

#include <errno.h>
#include <sys/random.h>

void
_evs_random_fill (gpointer data, gsize size)
{
  guint8 *next = data;

  while (size > 0)
    {
      gssize n = getrandom (next, size, 0);

      if (n < 0 && errno != EINTR)
        g_error ("getrandom: %s", g_strerror (errno));
      if (n > 0)
        {
          next += n;
          size -= (gsize) n;
        }
    }
}
