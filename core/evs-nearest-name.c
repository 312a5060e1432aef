/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-nearest-name.h"

#include <string.h>

/* Longer names are nobody's typing error. */
#define MAX_LENGTH 64

static char
fold (char c)
{
  return c == '_' ? '-' : g_ascii_tolower (c);
}

/* Optimal string alignment: Levenshtein's distance with neighbours swapped as
 * one edit. A row for each prefix of @a; only the last three are kept. */
static gsize
distance (const char *a, gsize a_length, const char *b, gsize b_length)
{
  gsize rows[3][MAX_LENGTH + 1];
  gsize *before = rows[0], *last = rows[1], *row = rows[2];

  for (gsize j = 0; j <= b_length; j++)
    last[j] = j;

  for (gsize i = 1; i <= a_length; i++)
    {
      gsize *spare = before;

      row[0] = i;
      for (gsize j = 1; j <= b_length; j++)
        {
          gboolean same = fold (a[i - 1]) == fold (b[j - 1]);

          row[j] = MIN (last[j], row[j - 1]) + 1;
          row[j] = MIN (row[j], last[j - 1] + !same);
          if (i > 1 && j > 1 && fold (a[i - 1]) == fold (b[j - 2])
              && fold (a[i - 2]) == fold (b[j - 1]))
            row[j] = MIN (row[j], before[j - 2] + 1);
        }
      before = last;
      last = row;
      row = spare;
    }
  return last[b_length];
}

const char *
_evs_nearest_name (const char *name, const char *const *known)
{
  gsize length = strlen (name);
  const char *nearest = NULL;
  gsize best = G_MAXSIZE;

  if (length > MAX_LENGTH)
    return NULL;

  for (; *known != NULL; known++)
    {
      gsize known_length = strlen (*known);
      gsize edits;

      if (known_length > MAX_LENGTH)
        continue;
      edits = distance (name, length, *known, known_length);
      /* A third of a name may be wrong. */
      if (edits < best && edits * 3 <= MAX (length, known_length))
        {
          best = edits;
          nearest = *known;
        }
    }
  return nearest;
}

char *
_evs_nearest_hint (const char *name, const char *const *known)
{
  const char *nearest = _evs_nearest_name (name, known);

  if (nearest == NULL)
    return g_strdup ("");
  return g_strdup_printf ("; did you mean %s?", nearest);
}
