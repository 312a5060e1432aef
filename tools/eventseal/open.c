/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "open.h"

#include "text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT "busy-timeout"
#define SILENCE 500 /* milliseconds */

const EvsSetting *
store_setting (EvsConfig *config, const char *key, EvsSettingType type)
{
  const EvsPlugin *plugin = evs_plugins_find (
      config, EVS_PLUGIN_STORE,
      evs_config_get_plugin (config, EVS_PLUGIN_STORE), NULL, NULL);

  for (guint i = 0; plugin != NULL && i < plugin->n_settings; i++)
    {
      const EvsSetting *setting = evs_plugin_get_setting (plugin, i);

      if (strcmp (setting->key, key) == 0 && setting->type == (guint32) type)
        return setting;
    }
  return NULL;
}

/* How long the store would wait, in milliseconds; 0: it does not, or what is
 * configured is no such number, which is for others to say. */
static guint64
get_timeout (EvsConfig *config)
{
  const char *text = evs_config_get_setting (config, EVS_PLUGIN_STORE, TIMEOUT);
  const EvsSetting *setting =
      store_setting (config, TIMEOUT, EVS_SETTING_INTEGER);
  guint64 timeout = 0;

  if (setting == NULL)
    return 0;
  if (text == NULL)
    text = setting->default_value;
  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &timeout, NULL);
  return timeout;
}

static void
set_timeout (EvsConfig *config, guint64 timeout)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, timeout);

  evs_config_set_setting (config, EVS_PLUGIN_STORE, TIMEOUT, text);
}

static void
tell (const GError *busy, guint64 timeout)
{
  EvsSpan message = { busy->message, strlen (busy->message) };
  g_autofree char *shown = text_safe (message, 0);

  fprintf (stderr, "eventseal: %s, waiting up to %g s\n", shown,
           (double) timeout / 1000);
}

gpointer
open_patiently (EvsConfig *config, OpenFunc func, GError **error)
{
  guint64 timeout = isatty (STDERR_FILENO) ? get_timeout (config) : 0;
  g_autoptr (GError) reason = NULL;
  gpointer opened;

  if (timeout <= SILENCE)
    return func (config, error);

  set_timeout (config, SILENCE);
  opened = func (config, &reason);
  if (g_error_matches (reason, EVS_ERROR, EVS_ERROR_BUSY))
    {
      tell (reason, timeout);
      g_clear_error (&reason);
      set_timeout (config, timeout - SILENCE);
      opened = func (config, &reason);
    }
  set_timeout (config, timeout);
  if (opened == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return opened;
}
