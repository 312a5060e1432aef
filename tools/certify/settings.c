/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "settings.h"

#include "evs-nearest-name.h"
#include "evs-path.h"
#include "evs-setting.h"

#include <string.h>

static gboolean refuse (const EvsPlugin *plugin, GError **error,
                        const char *key, const char *reason);

static gboolean
refuse (const EvsPlugin *plugin, GError **error, const char *key,
        const char *reason)
{
  g_autofree char *shown = _evs_path_display (key);

  g_set_error (error, EVS_ERROR, EVS_ERROR_CONFIG, "%s: %s: %s", plugin->name,
               shown, reason);
  return FALSE;
}

static gboolean
refuse_unknown (const EvsPlugin *plugin, const EvsSettingTable *table,
                const char *key, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  g_autofree char *reason = NULL;

  for (gsize i = 0; i < table->n_settings; i++)
    g_ptr_array_add (keys, (gpointer) _evs_setting_table_get (table, i)->key);
  g_ptr_array_add (keys, NULL);
  hint = _evs_nearest_hint (key, (const char *const *) keys->pdata);
  reason = g_strconcat ("unknown setting", hint, NULL);
  return refuse (plugin, error, key, reason);
}

/* Whether @text is a value of @setting, wherever the test's folder will be. */
static gboolean
check_value (const EvsPlugin *plugin, const EvsSetting *setting,
             const char *text, GError **error)
{
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) value = g_string_new (text);
  g_autofree char *reason = NULL;
  EvsSettingValue parsed;

  g_string_replace (value, "@folder@", "/folder", 0);
  return _evs_setting_parse (setting, value->str, "/", owned, &parsed, &reason)
         || refuse (plugin, error, setting->key, reason);
}

/* @is_given: one for each setting. */
static gboolean
check_given (const EvsPlugin *plugin, const EvsSettingTable *table,
             const char *given, gboolean *is_given, GError **error)
{
  const char *value = strchr (given, '=');
  g_autofree char *key = NULL;
  gssize index;

  if (value == NULL)
    return refuse (plugin, error, given, "wanted KEY=VALUE");
  key = g_strndup (given, (gsize) (value - given));
  index = _evs_setting_table_find (table, key);
  if (index < 0)
    return refuse_unknown (plugin, table, key, error);
  if (is_given[index])
    return refuse (plugin, error, key, "given twice");
  is_given[index] = TRUE;
  return check_value (plugin, _evs_setting_table_get (table, (gsize) index),
                      value + 1, error);
}

char **
settings_complete (const EvsPlugin *plugin, char **given, GError **error)
{
  EvsSettingTable table = { plugin->settings, plugin->n_settings,
                            plugin->setting_size };
  g_autofree gboolean *is_given = g_new0 (gboolean, table.n_settings);
  g_autoptr (GStrvBuilder) complete = g_strv_builder_new ();

  for (gsize i = 0; given != NULL && given[i] != NULL; i++)
    {
      if (!check_given (plugin, &table, given[i], is_given, error))
        return NULL;
      g_strv_builder_add (complete, given[i]);
    }

  for (gsize i = 0; i < table.n_settings; i++)
    {
      const EvsSetting *setting = _evs_setting_table_get (&table, i);
      g_autofree char *own =
          g_strconcat (setting->key, "=@folder@/", setting->key, NULL);

      if (is_given[i] || (setting->flags & EVS_SETTING_REQUIRED) == 0)
        continue;
      if (setting->type != EVS_SETTING_PATH)
        {
          refuse (plugin, error, setting->key, "missing, wanted KEY=VALUE");
          return NULL;
        }
      g_strv_builder_add (complete, own);
    }
  return g_strv_builder_end (complete);
}
