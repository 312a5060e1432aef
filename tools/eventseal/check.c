/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
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

static void
print_key (EvsApplication *application)
{
  guint32 id = evs_application_get_key_id (application);
  g_autofree char *text = g_strdup_printf ("%08x", id);

  print_line ("key id", id != 0 ? text : "none");
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
  if (!evs_record_store_last_position (records, &position, error))
    return FALSE;
  count = text_count (position);
  print_line ("events", count);
  return TRUE;
}

static gboolean
run (Run *self, GError **error)
{
  g_autoptr (EvsConfig) config = NULL;
  g_autoptr (EvsApplication) application = NULL;

  if (!run_parse (self, NULL, error))
    return FALSE;
  config = run_read_config (self, error);
  if (config == NULL)
    return FALSE;

  print_line ("config", evs_config_get_file (config));
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!check_plugin (config, kinds[i], error))
      return FALSE;
  application = evs_application_new (config, error);
  if (application == NULL)
    return FALSE;
  print_key (application);
  return print_store (application, error);
}

const Command command_check = {
  .name = "check",
  .arguments = "",
  .summary = "Open the configured stack and say what was found",
  .details = "Prints configuration, plugins, key and store, each as it is "
             "found, and stops at\nwhat is wrong. Reads no event: verify does "
             "that.\n",
  .run = run,
};
