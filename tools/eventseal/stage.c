/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "stage.h"

#include "hexdump.h"
#include "output.h"
#include "text.h"

#include <string.h>

#define COLUMNS 80
#define LABEL_COLUMNS 20
#define DUMP_LINES 4

void
stage_heading (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  out_print ("\n%s\n", text);
}

/* Breaks @text at blanks. */
static void
print_wrapped (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  glong used = LABEL_COLUMNS;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      glong width = g_utf8_strlen (words[i], -1);

      if (i > 0 && used + 1 + width > COLUMNS)
        {
          out_print ("\n%*s", LABEL_COLUMNS, "");
          used = LABEL_COLUMNS;
        }
      else if (i > 0)
        {
          out_print (" ");
          used++;
        }
      out_print ("%s", words[i]);
      used += width;
    }
  out_print ("\n");
}

void
stage_row (const char *label, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *safe = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  safe = text_safe ((EvsSpan){ text, strlen (text) }, 0);
  out_print ("  %-*s", LABEL_COLUMNS - 2, label);
  print_wrapped (safe);
}

void
stage_dump (EvsSpan data)
{
  g_autoptr (GString) dump = g_string_new (NULL);
  gsize shown = MIN (data.size, DUMP_LINES * HEXDUMP_WIDTH);

  for (gsize at = 0; at < shown; at += HEXDUMP_WIDTH)
    hexdump_append_line (dump, data, at);
  if (shown < data.size)
    g_string_append (dump, "...\n");
  out_write (dump->str, dump->len);
}
