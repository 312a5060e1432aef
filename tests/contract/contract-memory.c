/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE /* memmem () */

#include "contract-memory.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CANARY 0xA5

EvsGuarded *
evs_guarded_new (gsize size)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize inner = (size + page - 1) / page * page;
  EvsGuarded *guarded = g_new0 (EvsGuarded, 1);

  guarded->pages_size = inner + 2 * page;
  guarded->pages = mmap (NULL, guarded->pages_size, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (guarded->pages == MAP_FAILED
      || mprotect (guarded->pages + page, inner, PROT_READ | PROT_WRITE) != 0)
    g_error ("no memory for %" G_GSIZE_FORMAT " bytes", size);

  memset (guarded->pages + page, CANARY, inner);
  guarded->data = guarded->pages + page + inner - size;
  guarded->size = size;
  return guarded;
}

EvsGuarded *
evs_guarded_new_copy (gconstpointer data, gsize size)
{
  EvsGuarded *guarded = evs_guarded_new (size);

  if (size > 0)
    memcpy (guarded->data, data, size);
  return guarded;
}

void
evs_guarded_free (EvsGuarded *guarded)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);

  if (guarded == NULL)
    return;
  for (const guint8 *p = guarded->pages + page; p < guarded->data; p++)
    if (*p != CANARY)
      g_error ("written before the beginning of the memory");
  munmap (guarded->pages, guarded->pages_size);
  g_free (guarded);
}

EvsSpan
evs_guarded_span (const EvsGuarded *guarded)
{
  return (EvsSpan){ guarded->data, guarded->size };
}

/* Marsaglia's xorshift. */
void
evs_contract_fill (guint8 *data, gsize size, guint64 seed)
{
  guint64 state = seed * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);

  for (gsize i = 0; i < size; i++)
    {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      data[i] = (guint8) (state >> 32);
    }
}

gboolean
evs_contract_shows (EvsSpan haystack, EvsSpan needle, gsize window)
{
  const guint8 *bytes = needle.data;

  for (gsize i = 0; i + window <= needle.size; i++)
    if (memmem (haystack.data, haystack.size, bytes + i, window) != NULL)
      return TRUE;
  return FALSE;
}
