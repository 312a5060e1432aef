/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "plugin-text.h"

#include "text.h"

#include <string.h>

typedef struct
{
  guint32 flag;
  const char *name;
} Flag;

static const Flag cipher_flags[] = {
  { EVS_CIPHER_CONFIDENTIAL, "confidential" },
  { EVS_CIPHER_MISUSE_RESISTANT, "misuse-resistant" },
  { EVS_CIPHER_FIPS, "fips" },
  { 0, NULL },
};

static const Flag store_flags[] = {
  { EVS_STORE_CONCURRENT, "concurrent" },
  { EVS_STORE_MULTI_PROCESS, "multi-process" },
  { EVS_STORE_PERSISTENT, "persistent" },
  { 0, NULL },
};

static const char *
type_name (guint32 type)
{
  static const char *const names[] = { NULL,      "string", "integer", "size",
                                       "boolean", "choice", "list",    "path" };

  return type < G_N_ELEMENTS (names) && names[type] != NULL ? names[type]
                                                            : "unknown";
}

/* (transfer full) (nullable): what stands in a record's header for it. */
static char *
wire_id (const EvsPlugin *plugin)
{
  if (plugin->kind == EVS_PLUGIN_CIPHER)
    return g_strdup_printf ("0x%02X", plugin->vtable.cipher->suite);
  if (plugin->kind == EVS_PLUGIN_COMPRESSOR)
    return g_strdup_printf ("%u", plugin->vtable.compressor->wire_id);
  return NULL;
}

static const Flag *
flags_of (const EvsPlugin *plugin, guint32 *set)
{
  *set = 0;
  if (plugin->kind == EVS_PLUGIN_CIPHER)
    *set = plugin->vtable.cipher->flags;
  else if (plugin->kind == EVS_PLUGIN_STORE)
    *set = plugin->vtable.store->flags;
  return plugin->kind == EVS_PLUGIN_CIPHER ? cipher_flags : store_flags;
}

static void
append_safe (GString *out, const char *text)
{
  text_append_safe (out, (EvsSpan){ text, strlen (text) }, 0);
}

/* ------------------------------------------------------------- for people */

void
plugin_text_append_row (GString *out, const EvsPlugin *plugin)
{
  g_autofree char *id = NULL;

  if (plugin == NULL)
    {
      g_string_append_printf (out, "%-10s  %-16s  %-7s  %-4s  %s\n", "kind",
                              "name", "version", "id", "summary");
      return;
    }
  id = wire_id (plugin);
  g_string_append_printf (out, "%-10s  %-16s  ",
                          evs_plugin_kind_to_string (plugin->kind),
                          plugin->name);
  g_string_append_printf (out, "%-7s  %-4s  ", plugin->version,
                          id != NULL ? id : "-");
  append_safe (out, plugin->summary);
  g_string_append_c (out, '\n');
}

static void
append_line (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "%-11s ", name);
  append_safe (out, value);
  g_string_append_c (out, '\n');
}

static void
append_flags (GString *out, const EvsPlugin *plugin)
{
  guint32 set;
  const Flag *flag = flags_of (plugin, &set);
  g_autoptr (GString) names = g_string_new (NULL);

  for (; flag->name != NULL; flag++)
    if ((set & flag->flag) != 0)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                              flag->name);
  append_line (out, "flags", names->len > 0 ? names->str : "none");
}

static void
append_sizes (GString *out, const EvsPlugin *plugin)
{
  const EvsCipherVTable *cipher = plugin->vtable.cipher;
  g_autofree char *sizes = NULL;

  if (plugin->kind != EVS_PLUGIN_CIPHER)
    return;
  sizes = g_strdup_printf ("key %u, nonce %u, tag %u bytes", cipher->key_size,
                           cipher->nonce_size, cipher->tag_size);
  append_line (out, "sizes", sizes);
}

static void
append_setting (GString *out, const EvsSetting *setting)
{
  g_string_append_printf (out, "  %-15s %-7s ", setting->key,
                          type_name (setting->type));
  if ((setting->flags & EVS_SETTING_REQUIRED) != 0)
    g_string_append_printf (out, "%-11s ", "required");
  else
    {
      g_autofree char *shown = g_strconcat (
          "=", setting->default_value != NULL ? setting->default_value : "",
          NULL);

      g_string_append_printf (out, "%-11s ", shown);
    }
  append_safe (out, setting->help);
  for (gsize i = 0; setting->choices != NULL && setting->choices[i] != NULL;
       i++)
    g_string_append_printf (out, "%s%s", i > 0 ? ", " : ": ",
                            setting->choices[i]);
  g_string_append_c (out, '\n');
}

/* The groups of a configuration, in the order of eventseal.conf(5). */
static const char *const groups[] = { "eventseal", "mapper", "store",
                                      "compressor", "cipher" };

void
plugin_text_append_core (GString *out)
{
  const EvsSetting *setting;

  for (gsize g = 0; g < G_N_ELEMENTS (groups); g++)
    {
      g_string_append_printf (out, "\n[%s%s]\n", groups[g],
                              g > 1 ? " LABEL" : "");
      for (gsize i = 0; (setting = evs_core_get_setting (groups[g], i)) != NULL;
           i++)
        append_setting (out, setting);
    }
}

void
plugin_text_append_details (GString *out, const EvsPluginFile *file)
{
  const EvsPlugin *plugin = file->plugin;
  g_autofree char *id = wire_id (plugin);

  append_line (out, "name", plugin->name);
  append_line (out, "kind", evs_plugin_kind_to_string (plugin->kind));
  append_line (out, "version", plugin->version);
  append_line (out, "summary", plugin->summary);
  append_line (out, "file", file->file);
  if (id != NULL)
    append_line (out, "id", id);
  append_sizes (out, plugin);
  if (plugin->kind != EVS_PLUGIN_COMPRESSOR)
    append_flags (out, plugin);
  g_string_append_printf (out, "settings%s\n",
                          plugin->n_settings == 0 ? "    none" : "");
  for (gsize i = 0; i < plugin->n_settings; i++)
    append_setting (out, evs_plugin_get_setting (plugin, i));
}

/* ----------------------------------------------------------- for programs */

static void
append_member (GString *out, const char *name, const char *value)
{
  if (out->str[out->len - 1] != '{')
    g_string_append (out, ", ");
  g_string_append_printf (out, "\"%s\": ", name);
  if (value != NULL)
    evs_json_string_append (out, (EvsSpan){ value, strlen (value) });
  else
    g_string_append (out, "null");
}

static void
append_number (GString *out, const char *name, guint64 value)
{
  g_string_append_printf (out, ", \"%s\": %" G_GUINT64_FORMAT, name, value);
}

static void
append_words (GString *out, const char *name, const char *const *words)
{
  g_string_append_printf (out, ", \"%s\": [", name);
  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    {
      g_string_append (out, i > 0 ? ", " : "");
      evs_json_string_append (out, (EvsSpan){ words[i], strlen (words[i]) });
    }
  g_string_append_c (out, ']');
}

static void
append_flags_json (GString *out, const EvsPlugin *plugin)
{
  guint32 set;
  const Flag *flag = flags_of (plugin, &set);
  const char *words[8] = { NULL };
  gsize n = 0;

  for (; flag->name != NULL; flag++)
    if ((set & flag->flag) != 0)
      words[n++] = flag->name;
  append_words (out, "flags", words);
}

static void
append_setting_json (GString *out, const EvsSetting *setting)
{
  g_string_append_c (out, '{');
  append_member (out, "key", setting->key);
  append_member (out, "type", type_name (setting->type));
  g_string_append_printf (
      out, ", \"required\": %s",
      (setting->flags & EVS_SETTING_REQUIRED) != 0 ? "true" : "false");
  append_member (out, "default", setting->default_value);
  append_member (out, "help", setting->help);
  if (setting->choices != NULL)
    append_words (out, "choices", setting->choices);
  g_string_append_c (out, '}');
}

void
plugin_text_append_core_json (GString *out)
{
  const EvsSetting *setting;

  g_string_append_c (out, '[');
  for (gsize g = 0; g < G_N_ELEMENTS (groups); g++)
    {
      g_string_append_printf (out, "%s\n  {\"group\": \"%s\", \"settings\": [",
                              g > 0 ? "," : "", groups[g]);
      for (gsize i = 0; (setting = evs_core_get_setting (groups[g], i)) != NULL;
           i++)
        {
          g_string_append (out, i > 0 ? ", " : "");
          append_setting_json (out, setting);
        }
      g_string_append (out, "]}");
    }
  g_string_append (out, "\n]");
}

static void
append_plugin_json (GString *out, const EvsPlugin *plugin)
{
  const EvsCipherVTable *cipher = plugin->vtable.cipher;

  append_member (out, "kind", evs_plugin_kind_to_string (plugin->kind));
  append_member (out, "name", plugin->name);
  append_member (out, "version", plugin->version);
  append_member (out, "summary", plugin->summary);
  if (plugin->kind == EVS_PLUGIN_CIPHER)
    {
      append_number (out, "id", cipher->suite);
      append_number (out, "key_size", cipher->key_size);
      append_number (out, "nonce_size", cipher->nonce_size);
      append_number (out, "tag_size", cipher->tag_size);
    }
  if (plugin->kind == EVS_PLUGIN_COMPRESSOR)
    append_number (out, "id", plugin->vtable.compressor->wire_id);
  if (plugin->kind != EVS_PLUGIN_COMPRESSOR)
    append_flags_json (out, plugin);

  g_string_append (out, ", \"settings\": [");
  for (gsize i = 0; i < plugin->n_settings; i++)
    {
      g_string_append (out, i > 0 ? ", " : "");
      append_setting_json (out, evs_plugin_get_setting (plugin, i));
    }
  g_string_append_c (out, ']');
}

void
plugin_text_append_json (GString *out, const EvsPluginFile *file)
{
  g_autofree char *shown = g_filename_display_name (file->file);

  g_string_append_c (out, '{');
  append_member (out, "file", shown);
  if (file->plugin != NULL)
    append_plugin_json (out, file->plugin);
  else
    append_member (out, "refused", file->refusal);
  g_string_append_c (out, '}');
}
