/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE /* timegm () */

#include "rfc3339.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* The last microsecond of the year 9999. */
#define LAST G_GINT64_CONSTANT (253402300799999999)

gboolean
rfc3339_format (gint64 time, char text[RFC3339_LENGTH + 1])
{
  time_t seconds = (time_t) (time / G_USEC_PER_SEC);
  struct tm tm;
  gsize length;

  if (time <= 0 || time > LAST || gmtime_r (&seconds, &tm) == NULL)
    return FALSE;
  length = strftime (text, RFC3339_LENGTH + 1, "%Y-%m-%dT%H:%M:%S", &tm);
  g_snprintf (text + length, RFC3339_LENGTH + 1 - length, ".%06dZ",
              (int) (time % G_USEC_PER_SEC));
  return TRUE;
}

/* Reads exactly @n digits. */
static gboolean
take_digits (const char **p, int n, int *value)
{
  for (*value = 0; n > 0; n--, (*p)++)
    {
      if (!g_ascii_isdigit (**p))
        return FALSE;
      *value = *value * 10 + (**p - '0');
    }
  return TRUE;
}

static gboolean
take_char (const char **p, char c)
{
  return *(*p)++ == c;
}

static gboolean
take_date_time (const char **p, struct tm *tm)
{
  if (!take_digits (p, 4, &tm->tm_year) || !take_char (p, '-')
      || !take_digits (p, 2, &tm->tm_mon) || !take_char (p, '-')
      || !take_digits (p, 2, &tm->tm_mday) || !take_char (p, 'T')
      || !take_digits (p, 2, &tm->tm_hour) || !take_char (p, ':')
      || !take_digits (p, 2, &tm->tm_min) || !take_char (p, ':')
      || !take_digits (p, 2, &tm->tm_sec))
    return FALSE;
  tm->tm_year -= 1900;
  tm->tm_mon -= 1;
  return TRUE;
}

static gboolean
take_fraction (const char **p, int *microseconds)
{
  int digit, scale = G_USEC_PER_SEC / 10;

  *microseconds = 0;
  if (**p != '.')
    return TRUE;
  (*p)++;
  if (!g_ascii_isdigit (**p))
    return FALSE;
  for (; scale > 0 && take_digits (p, 1, &digit); scale /= 10)
    *microseconds += digit * scale;
  return TRUE;
}

gboolean
rfc3339_parse (EvsSpan text, gint64 *time)
{
  char buffer[RFC3339_LENGTH + 1] = { 0 }, again[RFC3339_LENGTH + 1];
  const char *p = buffer;
  struct tm tm = { 0 };
  int microseconds;

  if (text.size > RFC3339_LENGTH)
    return FALSE;
  memcpy (buffer, text.data, text.size);
  if (strlen (buffer) != text.size || !take_date_time (&p, &tm)
      || !take_fraction (&p, &microseconds) || strcmp (p, "Z") != 0)
    return FALSE;

  /* A day or an hour that does not exist would come back as another. */
  *time = (gint64) timegm (&tm) * G_USEC_PER_SEC + microseconds;
  return rfc3339_format (*time, again)
         && memcmp (again, buffer, strlen ("0000-00-00T00:00:00")) == 0;
}
