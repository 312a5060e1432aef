/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "open.h"
#include "output.h"
#include "text.h"

#include <string.h>

static const EvsPluginKind kinds[] = { EVS_PLUGIN_STORE, EVS_PLUGIN_COMPRESSOR,
                                       EVS_PLUGIN_CIPHER };

/* Everything that is found is printed before what comes after it is tried, so
 * that the lines say how far it went. */
static void
print_line (const char *name, const char *value)
{
  g_autofree char *shown = text_safe ((EvsSpan){ value, strlen (value) }, 0);

  out_print ("%-11s %s\n", name, shown);
}

static gboolean
check_plugin (EvsConfig *config, EvsPluginKind kind, GError **error)
{
  const char *name = evs_config_get_plugin (config, kind);
  const char *word = evs_plugin_kind_to_string (kind);
  g_autofree char *found = NULL;
  const EvsPlugin *plugin;
  const char *file;

  if (name == NULL)
    {
      print_line (word, "none");
      return TRUE;
    }
  plugin = evs_plugins_find (config, kind, name, &file, error);
  if (plugin == NULL)
    return FALSE;
  found = g_strdup_printf ("%s %s, %s", plugin->name, plugin->version, file);
  print_line (word, found);
  return TRUE;
}

/* Whatever the store's id is: settings and key are looked at. */
static gboolean
check_key (EvsConfig *config, GError **error)
{
  static const EvsId any = { { 0 } };
  g_autoptr (EvsMapper) mapper = evs_mapper_new_pipeline (config, &any, error);
  g_autofree char *text = NULL;
  guint32 id;

  if (mapper == NULL)
    return FALSE;
  id = evs_mapper_get_key_id (mapper);
  text = g_strdup_printf ("%08x", id);
  print_line ("key id", id != 0 ? text : "none");
  return TRUE;
}

/* Nobody would look for plain events in a store that has a key. */
static void
print_store_key (EvsApplication *application)
{
  guint32 id = evs_application_get_store_key_id (application);
  g_autofree char *text = NULL;

  if (id == 0 || evs_application_get_key_id (application) != 0)
    return;
  text = g_strdup_printf (
      "%08x: without a cipher, events would be appended plain", id);
  print_line ("store key", text);
}

static gboolean
print_store (EvsApplication *application, GError **error)
{
  EvsEventStore *events = evs_application_get_event_store (application);
  EvsRecordStore *records = evs_event_store_get_record_store (events);
  g_autofree char *id = evs_id_to_string (evs_record_store_get_id (records));
  g_autofree char *format =
      g_strdup_printf ("%u", evs_record_store_get_format (records));
  g_autofree char *count = NULL;
  guint64 position;

  print_line ("store id", id);
  print_line ("format", format);
  print_store_key (application);
  if (!evs_record_store_last_position (records, &position, error))
    return FALSE;
  count = text_count (position);
  print_line ("events", count);
  return TRUE;
}

/* ------------------------------------------------------------ no store yet */

/* Whether the store could be made, which must not happen now: it is told to
 * make none. */
static gboolean
forbid_making (EvsConfig *config)
{
  const EvsSetting *setting =
      store_setting (config, "create", EVS_SETTING_BOOLEAN);
  const char *given =
      evs_config_get_setting (config, EVS_PLUGIN_STORE, "create");

  if (setting == NULL)
    return FALSE;
  if (given == NULL)
    given = setting->default_value;
  if (g_strcmp0 (given, "true") != 0)
    return FALSE;
  return evs_config_set_setting (config, EVS_PLUGIN_STORE, "create", "false");
}

/* What is known of a store that is not there: where it would be. */
static void
print_none_yet (EvsConfig *config)
{
  const EvsPlugin *plugin = evs_plugins_find (
      config, EVS_PLUGIN_STORE,
      evs_config_get_plugin (config, EVS_PLUGIN_STORE), NULL, NULL);
  g_autoptr (GString) text =
      g_string_new ("none yet; the first command that opens the store makes ");
  gsize length = text->len;

  for (guint i = 0; i < plugin->n_settings; i++)
    {
      const EvsSetting *setting = evs_plugin_get_setting (plugin, i);
      const char *value =
          evs_config_get_setting (config, EVS_PLUGIN_STORE, setting->key);

      if (setting->type == EVS_SETTING_PATH && value != NULL)
        g_string_append_printf (text, "%s%s=%s", text->len > length ? ", " : "",
                                setting->key, value);
    }
  if (text->len == length)
    g_string_append (text, "it");
  print_line ("store id", text->str);
}

/* ------------------------------------------------------------------ command */

static gpointer
open_application (EvsConfig *config, GError **error)
{
  return evs_application_new (config, error);
}

static gboolean
check_store (EvsConfig *config, GError **error)
{
  gboolean may_be_made = forbid_making (config);
  g_autoptr (GError) reason = NULL;
  g_autoptr (EvsApplication) application =
      open_patiently (config, open_application, &reason);

  if (application != NULL)
    return print_store (application, error);
  if (may_be_made && g_error_matches (reason, EVS_ERROR, EVS_ERROR_NOT_FOUND))
    {
      print_none_yet (config);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
run (Run *self, GError **error)
{
  g_autoptr (EvsConfig) config = NULL;

  if (!run_parse (self, NULL, error))
    return FALSE;
  config = run_read_config (self, error);
  if (config == NULL)
    return FALSE;

  print_line ("config", evs_config_get_file (config));
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!check_plugin (config, kinds[i], error))
      return FALSE;
  return check_key (config, error) && check_store (config, error);
}

const Command command_check = {
  .name = "check",
  .arguments = "",
  .summary = "Open the configured stack and say what was found",
  .details = "Prints configuration, plugins, key and store, each as it is "
             "found, and stops at\nwhat is wrong. Makes no store: one that is "
             "not there yet is nothing wrong.\nReads no event: verify does "
             "that.\n",
  .run = run,
};
