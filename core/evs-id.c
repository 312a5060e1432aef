/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-id.h>

#include "evs-random.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (EvsId, evs_id, evs_id_copy, evs_id_free)

/* How many bytes of what is not an id a message shows. */
#define SHOWN_MAX 40

void
evs_id_init_random (EvsId *id)
{
  _evs_random_fill (id->bytes, sizeof id->bytes);
  id->bytes[6] = (guint8) ((id->bytes[6] & 0x0F) | 0x40);
  id->bytes[8] = (guint8) ((id->bytes[8] & 0x3F) | 0x80);
}

static gboolean
is_before_dash (gsize byte)
{
  return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

static gboolean
parse (const char *text, gsize length, EvsId *id)
{
  if (length != EVS_ID_STRING_LENGTH)
    return FALSE;
  for (gsize i = 0; i < sizeof id->bytes; i++)
    {
      int high = g_ascii_xdigit_value (*text++);
      int low = g_ascii_xdigit_value (*text++);

      if (high < 0 || low < 0 || (is_before_dash (i) && *text++ != '-'))
        return FALSE;
      id->bytes[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

gboolean
evs_id_parse (const char *text, gssize length, EvsId *id, GError **error)
{
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *start = NULL;
  g_autofree char *shown = NULL;
  EvsId parsed;

  if (parse (text, n, &parsed))
    {
      *id = parsed;
      return TRUE;
    }
  start = g_strndup (text, MIN (n, SHOWN_MAX));
  shown = g_strescape (start, NULL);
  g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
               "\"%s%s\": not a UUID, which is 8-4-4-4-12 hexadecimal digits",
               shown, n > SHOWN_MAX ? "…" : "");
  return FALSE;
}

void
evs_id_format (const EvsId *id, char *text)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < sizeof id->bytes; i++)
    {
      *text++ = digits[id->bytes[i] >> 4];
      *text++ = digits[id->bytes[i] & 0x0F];
      if (is_before_dash (i))
        *text++ = '-';
    }
  *text = '\0';
}

char *
evs_id_to_string (const EvsId *id)
{
  char *text = g_malloc (EVS_ID_STRING_LENGTH + 1);

  evs_id_format (id, text);
  return text;
}

EvsId *
evs_id_copy (const EvsId *id)
{
  return g_memdup2 (id, sizeof *id);
}

void
evs_id_free (EvsId *id)
{
  g_free (id);
}

gboolean
evs_id_equal (const EvsId *a, const EvsId *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}
