/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "output.h"
#include "plugin-text.h"
#include "text.h"

#include <string.h>

typedef struct
{
  const char *wanted; /* (nullable): NAME */
  gboolean json;
  gboolean quiet;
  guint n_shown;
  GString *refused; /* a line each */
} Plugins;

static void
show_plugin (Plugins *self, const EvsPluginFile *file)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->json)
    {
      g_string_append (text, self->n_shown > 0 ? ",\n  " : "[\n  ");
      plugin_text_append_json (text, file);
    }
  else if (self->wanted != NULL)
    plugin_text_append_details (text, file);
  else
    {
      if (self->n_shown == 0)
        plugin_text_append_row (text, NULL);
      plugin_text_append_row (text, file->plugin);
    }
  self->n_shown++;
  if (!self->quiet)
    out_write (text->str, text->len);
}

static void
note_refusal (Plugins *self, const EvsPluginFile *file)
{
  if (self->json)
    {
      show_plugin (self, file);
      return;
    }
  g_string_append (self->refused, "  ");
  text_append_safe (self->refused,
                    (EvsSpan){ file->refusal, strlen (file->refusal) }, 0);
  g_string_append_c (self->refused, '\n');
}

static gboolean
see_file (const EvsPluginFile *file, gpointer user_data)
{
  Plugins *self = user_data;

  if (file->plugin == NULL && self->wanted == NULL)
    note_refusal (self, file);
  else if (file->plugin != NULL
           && (self->wanted == NULL
               || strcmp (self->wanted, file->plugin->name) == 0))
    show_plugin (self, file);
  return out_ok ();
}

/* A configuration is not needed; where there is one, its plugin-path= counts.
 */
static gboolean
read_config (Run *self, EvsConfig **config, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *config = run_read_config (self, &reason);
  if (*config != NULL || self->config == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
list (Plugins *self, EvsConfig *config, GError **error)
{
  if (!evs_plugins_visit (config, see_file, self, error))
    return FALSE;
  if (self->json)
    out_print (self->n_shown > 0 ? "\n]\n" : "[]\n");
  else if (self->wanted == NULL && self->refused->len > 0)
    out_print ("%sRefused\n%s", self->n_shown > 0 ? "\n" : "",
               self->refused->str);
  if (self->wanted == NULL || self->n_shown > 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: no such plugin on the path; eventseal plugins lists them",
               self->wanted);
  return FALSE;
}

static gboolean
run (Run *self, GError **error)
{
  gboolean json = FALSE;
  g_autofree char *exists = NULL;
  const GOptionEntry entries[] = {
    { "json", 'j', 0, G_OPTION_ARG_NONE, &json, "All that is known, as JSON",
      NULL },
    { "exists", 0, 0, G_OPTION_ARG_STRING, &exists,
      "Only the exit status: can NAME be used?", "NAME" },
    { NULL }
  };
  g_autoptr (EvsConfig) config = NULL;
  g_autoptr (GString) refused = g_string_new (NULL);
  Plugins plugins = { 0 };

  if (!run_parse (self, entries, error) || !read_config (self, &config, error))
    return FALSE;
  plugins.wanted = exists != NULL ? exists : run_argument (self, 0);
  plugins.quiet = exists != NULL;
  plugins.json = json && exists == NULL;
  plugins.refused = refused;
  return list (&plugins, config, error);
}

const Command command_plugins = {
  .name = "plugins",
  .arguments = "[NAME]",
  .summary = "Show the plugins that a configuration may name",
  .details = "With NAME: its sizes, flags and settings. Files on the path that "
             "were refused\nare listed with the reason. The path is "
             "$EVENTSEAL_PLUGIN_PATH, else\nplugin-path= of the configuration, "
             "if there is one, and the installed folder.\n",
  .n_max = 1,
  .run = run,
};
