/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "stack.h"

#include <string.h>

/* Whose key this is does not matter: what it seals is thrown away. */
static gboolean
set_key (EvsConfig *config, GError **error)
{
  g_autoptr (GBytes) key =
      g_bytes_new_static ("thirty-two bytes to seal with...", 32);

  return evs_config_set_key (config, NULL, key, error);
}

EvsConfig *
stack_config (const char *variant, const char *folder, gboolean sync,
              guint64 cache, GError **error)
{
  const char *colon = strchr (variant, ':');
  int length = colon != NULL ? (int) (colon - variant) : (int) strlen (variant);
  gboolean sealed = strstr (variant, "aes-cbc") != NULL;
  g_autoptr (GString) text = g_string_new ("[eventseal]\nformat=1\n");
  g_autoptr (EvsConfig) config = NULL;

  g_string_append_printf (text, "store=%.*s\n", length, variant);
  if (strstr (variant, "lz4") != NULL)
    g_string_append (text, "compressor=lz4\n");
  if (sealed)
    g_string_append (text, "cipher=aes-cbc\n");
  g_string_append_printf (text, "[store %.*s]\ndirectory=.\ndurability=%s\n",
                          length, variant, sync ? "sync" : "none");
  if (cache > 0 && g_str_has_prefix (variant, "bdb:"))
    g_string_append_printf (text, "cache-size=%" G_GUINT64_FORMAT " MiB\n",
                            cache);
  config = evs_config_new_from_data (text->str, -1, folder, error);
  if (config == NULL || (sealed && !set_key (config, error)))
    return NULL;
  return g_steal_pointer (&config);
}
