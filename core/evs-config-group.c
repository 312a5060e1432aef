/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-config-group.h"

#include "evs-plugin-name.h"

#include <string.h>

EvsPluginKind
_evs_plugin_group_kind (const EvsConfigSection *section)
{
  g_autofree char *word =
      g_strndup (section->name, strcspn (section->name, " "));

  return _evs_plugin_kind_from_string (word);
}

/* The host's keys go to @host_entries, the others are the plugin's. */
static void
split_entries (EvsPluginGroup *self, const EvsConfigSection *section,
               const EvsSettingTable *host, GArray *host_entries)
{
  for (gsize i = 0; i < section->n_entries; i++)
    {
      const EvsConfigEntry *entry = &section->entries[i];
      gboolean ours = _evs_setting_table_find (host, entry->key) >= 0;

      g_array_append_val (ours ? host_entries : self->entries, *entry);
    }
}

static gboolean
read_host_keys (EvsPluginGroup *self, const EvsConfigText *text,
                const EvsConfigSection *section, GError **error)
{
  const EvsSettingTable *table = _evs_setting_host_table (self->group.kind);
  g_autoptr (GArray) entries =
      g_array_new (FALSE, FALSE, sizeof (EvsConfigEntry));
  EvsConfigSection ours = { section->name, section->line };

  split_entries (self, section, table, entries);
  ours.entries = (gconstpointer) entries->data;
  ours.n_entries = entries->len;
  self->host = _evs_settings_read (text, &ours, table, NULL, error);
  return self->host != NULL;
}

static gboolean
check_name (const EvsConfigText *text, const EvsConfigSection *section,
            const char *key, const char *name, GError **error)
{
  const EvsConfigEntry *entry;

  if (_evs_plugin_name_is_valid (name))
    return TRUE;

  entry = key != NULL ? _evs_config_section_find (section, key) : NULL;
  _evs_config_text_set_error (
      text, error, entry != NULL ? entry->line : section->line, section->name,
      key, "not a %s, wanted " EVS_PLUGIN_NAME_RULE,
      key != NULL ? "plugin's name" : "label");
  return FALSE;
}

static gboolean
read_label (EvsPluginGroup *self, const EvsConfigText *text,
            const EvsConfigSection *section, GError **error)
{
  const char *blank = strchr (self->name, ' ');

  if (blank == NULL)
    {
      _evs_config_text_set_error (text, error, section->line, self->name, NULL,
                                  "no label, wanted [%s LABEL]", self->name);
      return FALSE;
    }
  self->group.label = blank + 1;
  return check_name (text, section, NULL, self->group.label, error);
}

static gboolean
read_plugin (EvsPluginGroup *self, const EvsConfigText *text,
             const EvsConfigSection *section, GError **error)
{
  const char *given = self->host->values[EVS_HOST_KEY_PLUGIN].string;

  self->group.plugin = given != NULL ? given : self->group.label;
  return check_name (text, section, "plugin", self->group.plugin, error);
}

EvsPluginGroup *
_evs_plugin_group_new (const EvsConfigText *text,
                       const EvsConfigSection *section, GError **error)
{
  g_autoptr (EvsPluginGroup) self = g_new0 (EvsPluginGroup, 1);
  EvsConfigGroup *group = &self->group;

  self->name = g_strdup (section->name);
  self->entries = g_array_new (FALSE, FALSE, sizeof (EvsConfigEntry));
  group->kind = _evs_plugin_group_kind (section);
  group->name = self->name;
  group->line = section->line;
  if (!read_label (self, text, section, error)
      || !read_host_keys (self, text, section, error)
      || !read_plugin (self, text, section, error))
    return NULL;

  group->entries = (gconstpointer) self->entries->data;
  group->n_entries = self->entries->len;
  if (group->kind == EVS_PLUGIN_CIPHER)
    group->key_file = self->host->values[EVS_HOST_KEY_KEY_FILE].string;
  return g_steal_pointer (&self);
}

void
_evs_plugin_group_free (EvsPluginGroup *self)
{
  if (self == NULL)
    return;
  _evs_secret_free (self->key);
  _evs_settings_free (self->host);
  g_array_unref (self->entries);
  g_free (self->name);
  g_free (self);
}

void
_evs_plugin_group_set_key (EvsPluginGroup *self, gconstpointer key, gsize size)
{
  _evs_secret_free (self->key);
  self->key = _evs_secret_new_copy (key, size);
  self->group.key = self->key;
}
