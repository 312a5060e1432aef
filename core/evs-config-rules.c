/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-config-rules.h"

#include "evs-nearest-name.h"
#include "evs-plugin-name.h"

#include <string.h>

/* ----------------------------------------------------------------- tables */

enum
{
  MAIN_FORMAT,
  MAIN_STORE,
  MAIN_COMPRESSOR,
  MAIN_CIPHER,
  MAIN_ALSO_READ,
  MAIN_PLUGIN_PATH
};

static const EvsSetting main_keys[] = {
  [MAIN_FORMAT] = { .key = "format",
                    .type = EVS_SETTING_STRING,
                    .flags = EVS_SETTING_REQUIRED,
                    .help = "The format of the file: 1" },
  [MAIN_STORE] = { .key = "store",
                   .type = EVS_SETTING_STRING,
                   .flags = EVS_SETTING_REQUIRED,
                   .help = "The label of the record store" },
  [MAIN_COMPRESSOR] = { .key = "compressor",
                        .type = EVS_SETTING_STRING,
                        .help = "The label of the compressor, if any" },
  [MAIN_CIPHER] = { .key = "cipher",
                    .type = EVS_SETTING_STRING,
                    .help = "The label of the cipher, if any" },
  [MAIN_ALSO_READ] = { .key = "also-read",
                       .type = EVS_SETTING_LIST,
                       .help = "Ciphers, compressors of earlier records" },
  [MAIN_PLUGIN_PATH] = { .key = "plugin-path",
                         .type = EVS_SETTING_LIST,
                         .help = "Absolute folders, to look into first" },
};

enum
{
  MAPPER_ALWAYS_ENCRYPT,
  MAPPER_ENCRYPT_TOPICS,
  MAPPER_READ,
  MAPPER_MIN_SIZE,
  MAPPER_MAX_STATE_SIZE,
  MAPPER_RECORD_TIME
};

static const char *const read_choices[] = { "configured", "any", NULL };

static const EvsSetting mapper_keys[] = {
  [MAPPER_ALWAYS_ENCRYPT] = { .key = "always-encrypt",
                              .type = EVS_SETTING_BOOLEAN,
                              .default_value = "true",
                              .help = "Encrypt every event, given a cipher" },
  [MAPPER_ENCRYPT_TOPICS] = { .key = "encrypt-topics",
                              .type = EVS_SETTING_LIST,
                              .help = "If not every: the topics to encrypt" },
  [MAPPER_READ] = { .key = "read",
                    .type = EVS_SETTING_CHOICE,
                    .default_value = "configured",
                    .help = "Plain records to accept",
                    .choices = read_choices },
  [MAPPER_MIN_SIZE] = { .key = "min-size",
                        .type = EVS_SETTING_SIZE,
                        .default_value = "128",
                        .help = "Smaller events are not compressed",
                        .maximum = 1024 * 1024 * 1024 },
  [MAPPER_MAX_STATE_SIZE] = { .key = "max-state-size",
                              .type = EVS_SETTING_SIZE,
                              .default_value = "16 MiB",
                              .help = "The largest state of an event",
                              .minimum = 1,
                              .maximum = 1024 * 1024 * 1024 },
  [MAPPER_RECORD_TIME] = { .key = "record-time",
                           .type = EVS_SETTING_BOOLEAN,
                           .default_value = "true",
                           .help = "Store when an event was recorded" },
};

static const EvsSettingTable main_table = EVS_SETTING_TABLE (main_keys);
static const EvsSettingTable mapper_table = EVS_SETTING_TABLE (mapper_keys);

const EvsSettingTable *
_evs_config_get_table (const char *group)
{
  EvsPluginKind kind = _evs_plugin_kind_from_string (group);

  if (strcmp (group, "eventseal") == 0)
    return &main_table;
  if (strcmp (group, "mapper") == 0)
    return &mapper_table;
  return kind != 0 ? _evs_setting_host_table (kind) : NULL;
}

/* -------------------------------------------------------- names of groups */

static gboolean
check_group_name (const EvsConfigText *text, const EvsConfigSection *section,
                  GError **error)
{
  static const char *const known[] = { "eventseal",  "mapper", "store",
                                       "compressor", "cipher", NULL };
  g_auto (GStrv) words = g_strsplit (section->name, " ", 2);
  g_autofree char *hint = NULL;

  if (strcmp (section->name, "eventseal") == 0
      || strcmp (section->name, "mapper") == 0
      || _evs_plugin_kind_from_string (words[0]) != 0)
    return TRUE;

  hint = _evs_nearest_hint (words[0], known);
  _evs_config_text_set_error (text, error, section->line, section->name, NULL,
                              "unknown group%s", hint);
  return FALSE;
}

static gboolean
check_group_names (const EvsConfigText *text, GError **error)
{
  for (guint i = 0; i < text->sections->len; i++)
    if (!check_group_name (
            text, &g_array_index (text->sections, EvsConfigSection, i), error))
      return FALSE;
  return TRUE;
}

/* Before anything else: another format may have other groups. */
static gboolean
check_format (const EvsConfigText *text, GError **error)
{
  const EvsConfigSection *section = _evs_config_text_find (text, "eventseal");
  const EvsConfigEntry *format;

  if (section == NULL)
    {
      if (check_group_names (text, error))
        _evs_config_text_set_error (
            text, error, 0, NULL, NULL,
            "no group [eventseal], wanted one with format= "
            "and store=");
      return FALSE;
    }
  format = _evs_config_section_find (section, "format");
  if (format != NULL && strcmp (format->value, "1") != 0)
    {
      _evs_config_text_set_error (text, error, format->line, "eventseal",
                                  "format",
                                  "wanted 1, the format that this "
                                  "library reads");
      return FALSE;
    }
  return TRUE;
}

/* ----------------------------------------------------- groups of the host */

static void
set_main_error (EvsConfig *self, guint setting, const char *text,
                GError **error)
{
  const char *key = main_keys[setting].key;

  _evs_config_text_set_error (
      self->text, error, _evs_config_text_line (self->text, "eventseal", key),
      "eventseal", key, "%s", text);
}

static gboolean
check_also_read (EvsConfig *self, GError **error)
{
  for (gsize i = 0; self->also_read != NULL && self->also_read[i]; i++)
    if (!_evs_plugin_name_is_valid (self->also_read[i]))
      {
        set_main_error (self, MAIN_ALSO_READ,
                        "not a plugin's name, wanted " EVS_PLUGIN_NAME_RULE,
                        error);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_plugin_path (EvsConfig *self, GError **error)
{
  for (gsize i = 0; self->plugin_path != NULL && self->plugin_path[i]; i++)
    if (!g_path_is_absolute (self->plugin_path[i]))
      {
        set_main_error (self, MAIN_PLUGIN_PATH,
                        "a relative folder, wanted absolute ones", error);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_main (EvsConfig *self, GError **error)
{
  const EvsSettingValue *values;

  self->main_values = _evs_settings_read (
      self->text, _evs_config_text_find (self->text, "eventseal"), &main_table,
      NULL, error);
  if (self->main_values == NULL)
    return FALSE;

  values = self->main_values->values;
  self->labels[EVS_PLUGIN_STORE] = values[MAIN_STORE].string;
  self->labels[EVS_PLUGIN_COMPRESSOR] = values[MAIN_COMPRESSOR].string;
  self->labels[EVS_PLUGIN_CIPHER] = values[MAIN_CIPHER].string;
  self->also_read = values[MAIN_ALSO_READ].list;
  self->plugin_path = values[MAIN_PLUGIN_PATH].list;
  return check_also_read (self, error) && check_plugin_path (self, error);
}

static gboolean
read_mapper (EvsConfig *self, GError **error)
{
  static const EvsConfigSection none = { "mapper", 0, NULL, 0 };
  const EvsConfigSection *section =
      _evs_config_text_find (self->text, "mapper");
  const EvsSettingValue *values;

  self->mapper_values =
      _evs_settings_read (self->text, section != NULL ? section : &none,
                          &mapper_table, NULL, error);
  if (self->mapper_values == NULL)
    return FALSE;

  values = self->mapper_values->values;
  self->mapper.always_encrypt = values[MAPPER_ALWAYS_ENCRYPT].boolean != 0;
  self->mapper.encrypt_topics = values[MAPPER_ENCRYPT_TOPICS].list;
  self->mapper.read_any = strcmp (values[MAPPER_READ].string, "any") == 0;
  self->mapper.min_size = (gsize) values[MAPPER_MIN_SIZE].size;
  self->mapper.max_state_size = (gsize) values[MAPPER_MAX_STATE_SIZE].size;
  self->mapper.record_time = values[MAPPER_RECORD_TIME].boolean != 0;
  return TRUE;
}

/* A promise of secrecy that nothing would keep is refused. */
static gboolean
check_mapper (EvsConfig *self, GError **error)
{
  guint always = _evs_config_text_line (self->text, "mapper", "always-encrypt");
  guint topics = _evs_config_text_line (self->text, "mapper", "encrypt-topics");
  gboolean cipher = self->configured[EVS_PLUGIN_CIPHER] != NULL;

  if (topics != 0 && self->mapper.always_encrypt)
    _evs_config_text_set_error (self->text, error, topics, "mapper",
                                "encrypt-topics",
                                "counts only with always-encrypt=false");
  else if (topics != 0 && !cipher)
    _evs_config_text_set_error (self->text, error, topics, "mapper",
                                "encrypt-topics",
                                "needs cipher= in [eventseal]");
  else if (always != 0 && self->mapper.always_encrypt && !cipher)
    _evs_config_text_set_error (self->text, error, always, "mapper",
                                "always-encrypt",
                                "needs cipher= in [eventseal]");
  else if (cipher && topics == 0 && !self->mapper.always_encrypt)
    _evs_config_text_set_error (self->text, error, always, "mapper",
                                "always-encrypt",
                                "nothing would be encrypted, wanted "
                                "encrypt-topics= or no cipher=");
  else
    return TRUE;
  return FALSE;
}

gboolean
_evs_config_apply_rules (EvsConfig *self, GError **error)
{
  return check_format (self->text, error)
         && check_group_names (self->text, error) && read_main (self, error)
         && read_mapper (self, error)
         && _evs_config_apply_plugin_rules (self, error)
         && check_mapper (self, error);
}
