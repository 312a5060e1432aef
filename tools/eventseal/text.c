/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "text.h"

#include <string.h>

/* Control, format (they change the order of what follows), separators of
 * lines, and what has no meaning. */
static gboolean
is_safe (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

/* Puts the form of the character at *@p into @piece and moves *@p behind it.
 * Returns the columns it takes. */
static guint
next_piece (const char **p, const char *end, GString *piece)
{
  gunichar c = **p != '\0' ? g_utf8_get_char_validated (*p, end - *p) : 0;
  const char *start = *p;

  g_string_truncate (piece, 0);
  if ((gint32) c < 0)
    {
      g_string_append_printf (piece, "\\x%02x", (guint8) *start);
      *p += 1;
      return (guint) piece->len;
    }
  *p = g_utf8_next_char (start);
  if (is_safe (c))
    {
      g_string_append_len (piece, start, *p - start);
      return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  if (c == '\n' || c == '\t' || c == '\r')
    g_string_append (piece, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
  else
    g_string_append_printf (piece, "\\u%04x", c);
  return (guint) piece->len;
}

guint
text_append_safe (GString *out, EvsSpan text, guint columns)
{
  g_autoptr (GString) piece = g_string_new (NULL);
  const char *p = text.data, *end = p != NULL ? p + text.size : NULL;
  gsize cut = out->len;
  guint used = 0;

  while (p < end)
    {
      guint width = next_piece (&p, end, piece);

      if (columns > 0 && used + width > columns)
        {
          g_string_truncate (out, cut);
          g_string_append (out, "…");
          return columns;
        }
      g_string_append_len (out, piece->str, (gssize) piece->len);
      used += width;
      if (used < columns)
        cut = out->len;
    }
  return used;
}

char *
text_safe (EvsSpan text, guint columns)
{
  GString *out = g_string_new (NULL);

  text_append_safe (out, text, columns);
  return g_string_free (out, FALSE);
}

char *
text_count (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  GString *out = g_string_new (NULL);
  gsize length = strlen (digits);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, digits[i]);
    }
  return g_string_free (out, FALSE);
}
