/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-path.h"

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
_evs_path_resolve (const char *path, const char *folder)
{
  if (g_path_is_absolute (path))
    return g_strdup (path);
  return g_build_filename (folder, path, NULL);
}
