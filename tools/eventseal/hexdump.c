/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hexdump.h"

#include <string.h>

void
hexdump_append_line (GString *out, EvsSpan data, gsize offset)
{
  const guint8 *bytes = (const guint8 *) data.data + offset;
  gsize n = MIN (data.size - offset, HEXDUMP_WIDTH);

  g_string_append_printf (out, "%08" G_GSIZE_MODIFIER "x", offset);
  for (gsize i = 0; i < HEXDUMP_WIDTH; i++)
    {
      const char *gap = i % (HEXDUMP_WIDTH / 2) == 0 ? "  " : " ";

      g_string_append (out, gap);
      if (i < n)
        g_string_append_printf (out, "%02x", bytes[i]);
      else
        g_string_append (out, "  ");
    }
  g_string_append (out, "  |");
  for (gsize i = 0; i < n; i++)
    g_string_append_c (out, g_ascii_isprint (bytes[i]) ? (char) bytes[i] : '.');
  g_string_append (out, "|\n");
}

/* Whole lines that repeat the one before them stand as "*", once. */
void
hexdump_append (GString *out, EvsSpan data)
{
  const guint8 *bytes = data.data;
  gboolean starred = FALSE;

  for (gsize at = 0; at < data.size; at += HEXDUMP_WIDTH)
    {
      gboolean repeats =
          at > 0 && data.size - at >= HEXDUMP_WIDTH
          && memcmp (bytes + at, bytes + at - HEXDUMP_WIDTH, HEXDUMP_WIDTH)
                 == 0;

      if (!repeats)
        hexdump_append_line (out, data, at);
      else if (!starred)
        g_string_append (out, "*\n");
      starred = repeats;
    }
  if (data.size > 0)
    g_string_append_printf (out, "%08" G_GSIZE_MODIFIER "x\n", data.size);
}
