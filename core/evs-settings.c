/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-settings.h"

#include "evs-nearest-name.h"

static void
add_keys (GPtrArray *keys, const EvsSettingTable *table)
{
  for (gsize i = 0; table != NULL && i < table->n_settings; i++)
    g_ptr_array_add (keys, (gpointer) _evs_setting_table_get (table, i)->key);
}

static gboolean
check_known (const EvsConfigText *text, const EvsConfigSection *section,
             const EvsConfigEntry *entry, const EvsSettingTable *table,
             const EvsSettingTable *others, GError **error)
{
  g_autoptr (GPtrArray) keys = NULL;
  g_autofree char *hint = NULL;

  if (_evs_setting_table_find (table, entry->key) >= 0)
    return TRUE;

  keys = g_ptr_array_new ();
  add_keys (keys, table);
  add_keys (keys, others);
  g_ptr_array_add (keys, NULL);
  hint = _evs_nearest_hint (entry->key, (const char *const *) keys->pdata);
  _evs_config_text_set_error (text, error, entry->line, section->name,
                              entry->key, "unknown key%s", hint);
  return FALSE;
}

/* The value of @setting, whose @entry is NULL where the text has none. */
static gboolean
read_value (const EvsConfigText *text, const EvsConfigSection *section,
            const EvsConfigEntry *entry, const EvsSetting *setting,
            GPtrArray *owned, EvsSettingValue *value, GError **error)
{
  const char *given = entry != NULL ? entry->value : setting->default_value;
  guint line = entry != NULL ? entry->line : section->line;
  g_autofree char *reason = NULL;

  if (entry == NULL && (setting->flags & EVS_SETTING_REQUIRED))
    reason = g_strdup ("missing, and must be given");
  else if (given == NULL
           || _evs_setting_parse (setting, given, text->folder, owned, value,
                                  &reason))
    return TRUE;

  _evs_config_text_set_error (text, error, line, section->name, setting->key,
                              "%s", reason);
  return FALSE;
}

EvsSettings *
_evs_settings_read (const EvsConfigText *text, const EvsConfigSection *section,
                    const EvsSettingTable *table, const EvsSettingTable *others,
                    GError **error)
{
  g_autoptr (EvsSettings) settings = g_new0 (EvsSettings, 1);

  settings->n_values = table->n_settings;
  settings->values = g_new0 (EvsSettingValue, table->n_settings);
  settings->owned = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < section->n_entries; i++)
    if (!check_known (text, section, &section->entries[i], table, others,
                      error))
      return NULL;

  for (gsize i = 0; i < table->n_settings; i++)
    {
      const EvsSetting *setting = _evs_setting_table_get (table, i);

      if (!read_value (text, section,
                       _evs_config_section_find (section, setting->key),
                       setting, settings->owned, &settings->values[i], error))
        return NULL;
    }
  return g_steal_pointer (&settings);
}

void
_evs_settings_free (EvsSettings *settings)
{
  if (settings == NULL)
    return;
  g_ptr_array_unref (settings->owned);
  g_free (settings->values);
  g_free (settings);
}
