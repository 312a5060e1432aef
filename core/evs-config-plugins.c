/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-config-rules.h"

#include "evs-nearest-name.h"
#include "evs-plugin-name.h"

#include <string.h>

/* ---------------------------------------------------------------- finding */

EvsPluginGroup *
_evs_config_find_label (EvsConfig *self, EvsPluginKind kind, const char *label)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      EvsPluginGroup *group = g_ptr_array_index (self->groups, i);

      if (group->group.kind == kind && strcmp (group->group.label, label) == 0)
        return group;
    }
  return NULL;
}

const EvsConfigGroup *
_evs_config_find_group (EvsConfig *self, EvsPluginKind kind, const char *plugin)
{
  const EvsPluginGroup *group = self->configured[kind];

  if (group != NULL && strcmp (group->group.plugin, plugin) == 0)
    return &group->group;
  if (kind == EVS_PLUGIN_STORE || self->also_read == NULL
      || !g_strv_contains (self->also_read, plugin))
    return NULL;

  for (guint i = 0; i < self->groups->len; i++)
    {
      group = g_ptr_array_index (self->groups, i);
      if (group->group.kind == kind
          && strcmp (group->group.plugin, plugin) == 0)
        return &group->group;
    }
  return NULL;
}

/* ---------------------------------------------------------------- reading */

static EvsPluginGroup *
add_group (EvsConfig *self, const EvsConfigSection *section, GError **error)
{
  EvsPluginGroup *group = _evs_plugin_group_new (self->text, section, error);

  if (group != NULL)
    g_ptr_array_add (self->groups, group);
  return group;
}

static gboolean
read_plugin_groups (EvsConfig *self, GError **error)
{
  for (guint i = 0; i < self->text->sections->len; i++)
    {
      const EvsConfigSection *section =
          &g_array_index (self->text->sections, EvsConfigSection, i);

      if (_evs_plugin_group_kind (section) != 0
          && add_group (self, section, error) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* A group that the text names but does not have. */
static EvsPluginGroup *
add_empty_group (EvsConfig *self, EvsPluginKind kind, const char *label,
                 const char *key, GError **error)
{
  g_autofree char *name =
      g_strconcat (_evs_plugin_kind_to_string (kind), " ", label, NULL);
  EvsConfigSection section = { name, _evs_config_text_line (self->text,
                                                            "eventseal", key) };

  return add_group (self, &section, error);
}

static gboolean
is_also_read (const EvsConfig *self, const EvsPluginGroup *group)
{
  return group->group.kind != EVS_PLUGIN_STORE && self->also_read != NULL
         && g_strv_contains (self->also_read, group->group.plugin);
}

/* The labels of @kind that nothing else names, so that @key must mean one. */
static GPtrArray *
unnamed_labels (const EvsConfig *self, EvsPluginKind kind)
{
  GPtrArray *labels = g_ptr_array_new ();

  for (guint i = 0; i < self->groups->len; i++)
    {
      const EvsPluginGroup *group = g_ptr_array_index (self->groups, i);

      if (group->group.kind == kind && !is_also_read (self, group))
        g_ptr_array_add (labels, (gpointer) group->group.label);
    }
  return labels;
}

/* A label may have no group, but not while a group has no other use. */
static gboolean
check_label (EvsConfig *self, EvsPluginKind kind, const char *label,
             const char *key, GError **error)
{
  g_autoptr (GPtrArray) labels = unnamed_labels (self, kind);
  g_autofree char *joined = NULL;
  g_autofree char *others = NULL;
  g_autofree char *hint = NULL;

  if (labels->len == 0)
    return TRUE;
  g_ptr_array_add (labels, NULL);
  hint = _evs_nearest_hint (label, (const char *const *) labels->pdata);
  joined = g_strjoinv (" and ", (char **) labels->pdata);
  others = g_strconcat ("; the file has ", joined, NULL);
  _evs_config_text_set_error (
      self->text, error, _evs_config_text_line (self->text, "eventseal", key),
      "eventseal", key, "no group [%s LABEL] has this label%s", key,
      *hint != '\0' ? hint : others);
  return FALSE;
}

/* The key that names the group of a kind is called as the kind is. */
static gboolean
configure (EvsConfig *self, EvsPluginKind kind, GError **error)
{
  const char *key = _evs_plugin_kind_to_string (kind);
  const char *label = self->labels[kind];
  EvsPluginGroup *group;

  if (label == NULL)
    return TRUE;
  if (!_evs_plugin_name_is_valid (label))
    {
      _evs_config_text_set_error (
          self->text, error,
          _evs_config_text_line (self->text, "eventseal", key), "eventseal",
          key, "not a label, wanted " EVS_PLUGIN_NAME_RULE);
      return FALSE;
    }
  group = _evs_config_find_label (self, kind, label);
  if (group == NULL && !check_label (self, kind, label, key, error))
    return FALSE;
  if (group == NULL)
    group = add_empty_group (self, kind, label, key, error);
  self->configured[kind] = group;
  return group != NULL;
}

static gboolean
configure_also_read (EvsConfig *self, GError **error)
{
  for (gsize i = 0; self->also_read != NULL && self->also_read[i]; i++)
    {
      const char *name = self->also_read[i];

      if (_evs_config_find_group (self, EVS_PLUGIN_CIPHER, name) == NULL
          && _evs_config_find_group (self, EVS_PLUGIN_COMPRESSOR, name) == NULL
          && (add_empty_group (self, EVS_PLUGIN_CIPHER, name, "also-read",
                               error)
                  == NULL
              || add_empty_group (self, EVS_PLUGIN_COMPRESSOR, name,
                                  "also-read", error)
                     == NULL))
        return FALSE;
    }
  return TRUE;
}

/* What the text names for @kind, for a hint. */
static char *
named_hint (EvsConfig *self, const EvsConfigGroup *group)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const EvsPluginGroup *configured = self->configured[group->kind];

  if (configured != NULL)
    g_ptr_array_add (names, (gpointer) configured->group.label);
  if (group->kind != EVS_PLUGIN_STORE)
    for (gsize i = 0; self->also_read != NULL && self->also_read[i]; i++)
      g_ptr_array_add (names, (gpointer) self->also_read[i]);
  g_ptr_array_add (names, NULL);
  return _evs_nearest_hint (group->label, (const char *const *) names->pdata);
}

static gboolean
check_used (EvsConfig *self, const EvsConfigGroup *group, GError **error)
{
  const EvsConfigGroup *used =
      _evs_config_find_group (self, group->kind, group->plugin);
  g_autofree char *hint = NULL;

  if (used == group)
    return TRUE;
  if (used != NULL)
    {
      _evs_config_text_set_error (self->text, error, group->line, group->name,
                                  NULL, "its plugin %s is that of [%s] already",
                                  group->plugin, used->name);
      return FALSE;
    }
  hint = named_hint (self, group);
  if (*hint == '\0')
    {
      g_free (hint);
      hint = g_strdup_printf (", wanted %s= in [eventseal] to do it",
                              _evs_plugin_kind_to_string (group->kind));
    }
  _evs_config_text_set_error (self->text, error, group->line, group->name, NULL,
                              "nothing names this group%s", hint);
  return FALSE;
}

static gboolean
check_all_used (EvsConfig *self, GError **error)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      const EvsPluginGroup *group = g_ptr_array_index (self->groups, i);

      if (!check_used (self, &group->group, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
configure_store (EvsConfig *self, GError **error)
{
  const EvsSetting *durability = _evs_setting_table_get (
      _evs_setting_host_table (EVS_PLUGIN_STORE), EVS_HOST_KEY_DURABILITY);
  const EvsSettingValue *values;

  if (!configure (self, EVS_PLUGIN_STORE, error))
    return FALSE;
  values = self->configured[EVS_PLUGIN_STORE]->host->values;
  while (strcmp (values[EVS_HOST_KEY_DURABILITY].string,
                 durability->choices[self->durability])
         != 0)
    self->durability++;
  return TRUE;
}

gboolean
_evs_config_apply_plugin_rules (EvsConfig *self, GError **error)
{
  return read_plugin_groups (self, error) && configure_store (self, error)
         && configure (self, EVS_PLUGIN_COMPRESSOR, error)
         && configure (self, EVS_PLUGIN_CIPHER, error)
         && configure_also_read (self, error) && check_all_used (self, error);
}
