/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-path.h"

#include <string.h>

char *
_evs_path_display (const char *path)
{
  char *text = g_filename_display_name (path);

  for (char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = '?';
  return text;
}

char *
_evs_path_tidy (const char *path)
{
  char *tidy = g_strdup (path);
  char *to = tidy;

  for (const char *p = path; *p != '\0';)
    {
      gsize size = strcspn (p, "/");

      if (to > tidy && to[-1] == '/' && (size == 0 || (size == 1 && *p == '.')))
        p += size + (p[size] == '/');
      else
        {
          size += p[size] == '/';
          to = (char *) memmove (to, p, size) + size;
          p += size;
        }
    }
  while (to > tidy + 1 && to[-1] == '/')
    to--;
  *to = '\0';
  return tidy;
}

char *
_evs_path_resolve (const char *path, const char *folder)
{
  g_autofree char *whole = NULL;

  if (g_path_is_absolute (path))
    return _evs_path_tidy (path);
  whole = g_build_filename (folder, path, NULL);
  return _evs_path_tidy (whole);
}
