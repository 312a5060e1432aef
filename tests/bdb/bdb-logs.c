/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-logs.h"

gsize
bdb_count_logs (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;
  gsize n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "log.0");
  return n;
}
