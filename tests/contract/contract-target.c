/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "contract-target.h"

#include "evs-module.h"
#include "evs-registry.h"
#include "evs-setting.h"

#include <string.h>

/* (nullable): what the target gives for @key, else @otherwise. */
static const char *
find_text (const EvsContractTarget *target, const char *key,
           const char *otherwise)
{
  gsize length = strlen (key);

  for (gsize i = 0; target->settings != NULL && target->settings[i] != NULL;
       i++)
    if (g_str_has_prefix (target->settings[i], key)
        && target->settings[i][length] == '=')
      return target->settings[i] + length + 1;
  return otherwise;
}

static void
set_value (EvsContractPlace *place, const EvsSetting *setting,
           EvsSettingValue *value)
{
  const char *given =
      find_text (place->target, setting->key, setting->default_value);
  g_autoptr (GString) text = g_string_new (given);
  g_autofree char *reason = NULL;

  if (given == NULL)
    return;
  g_string_replace (text, "@folder@", place->folder->path, 0);
  if (!_evs_setting_parse (setting, text->str, place->folder->path,
                           place->owned, value, &reason))
    g_error ("%s: %s=%s: %s", place->target->plugin->name, setting->key,
             text->str, reason);
}

EvsContractPlace *
evs_contract_place_new (const EvsContractTarget *target)
{
  const EvsPlugin *plugin = target->plugin;
  EvsSettingTable table = { plugin->settings, plugin->n_settings,
                            plugin->setting_size };
  EvsContractPlace *place = g_new0 (EvsContractPlace, 1);

  place->target = target;
  place->folder = evs_test_folder_new ();
  place->values = g_new0 (EvsSettingValue, table.n_settings);
  place->owned = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < table.n_settings; i++)
    set_value (place, _evs_setting_table_get (&table, i), &place->values[i]);
  return place;
}

void
evs_contract_place_free (EvsContractPlace *place)
{
  if (place == NULL)
    return;
  g_ptr_array_unref (place->owned);
  g_free (place->values);
  evs_test_folder_free (place->folder);
  g_free (place);
}

const EvsPlugin *
evs_contract_load (EvsPluginKind kind, const char *name)
{
  g_autoptr (GError) error = NULL;
  const EvsPlugin *plugin = _evs_registry_get (kind, name, NULL, &error);

  if (plugin == NULL)
    g_error ("%s", error->message);
  return plugin;
}

char *
evs_contract_path (const EvsContractTarget *target, const char *name)
{
  return g_strconcat (target->prefix, "/", name, NULL);
}

static void
test_descriptor (gconstpointer data)
{
  const EvsContractTarget *target = data;
  const EvsPlugin *plugin = target->plugin;
  g_autoptr (GError) error = NULL;

  _evs_module_check (plugin, "plugin", plugin->kind, plugin->name, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (plugin->version, !=, "");
  g_assert_cmpstr (plugin->summary, !=, "");
  g_assert_true (g_utf8_validate (plugin->summary, -1, NULL));
  g_assert_false (g_str_has_suffix (plugin->summary, "."));
}

void
evs_contract_add_descriptor_test (const EvsContractTarget *target)
{
  g_autofree char *path = evs_contract_path (target, "host-takes-it");

  g_test_add_data_func (path, target, test_descriptor);
}
