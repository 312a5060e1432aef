/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "output.h"
#include "plugin-text.h"
#include "text.h"

#include "evs-nearest-name.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  const char *wanted; /* (nullable): NAME */
  gboolean json;
  gboolean quiet;
  guint n_shown;
  GString *refused; /* a line each */
  GPtrArray *names; /* of what is not wanted */
} Plugins;

static void
append_line (GString *out, const char *text)
{
  g_string_append (out, "  ");
  text_append_safe (out, (EvsSpan){ text, strlen (text) }, 0);
  g_string_append_c (out, '\n');
}

/* ------------------------------------------------------------------ plugins */

static void
show_plugin (Plugins *self, const EvsPluginFile *file)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->json)
    {
      g_string_append (text, self->n_shown > 0 ? ",\n  " : "\n  ");
      plugin_text_append_json (text, file);
    }
  else if (self->wanted != NULL)
    {
      g_string_append (text, self->n_shown > 0 ? "\n" : "");
      plugin_text_append_details (text, file);
    }
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

/* Whether @file is called KIND-NAME.so, as the plugin that is wanted is. */
static gboolean
is_wanted (const Plugins *self, const EvsPluginFile *file)
{
  g_autofree char *base = g_path_get_basename (file->file);
  g_autofree char *wanted = NULL;

  if (self->wanted == NULL)
    return TRUE;
  if (file->plugin != NULL)
    return strcmp (self->wanted, file->plugin->name) == 0;
  wanted = g_strdup_printf ("-%s.so", self->wanted);
  return g_str_has_suffix (base, wanted)
         && strchr (base, '-') == base + strlen (base) - strlen (wanted);
}

static gboolean
see_file (const EvsPluginFile *file, gpointer user_data)
{
  Plugins *self = user_data;

  if (!is_wanted (self, file))
    {
      if (file->plugin != NULL)
        g_ptr_array_add (self->names, (gpointer) file->plugin->name);
    }
  else if (file->plugin != NULL || self->json)
    show_plugin (self, file);
  else
    append_line (self->refused, file->refusal);
  return out_ok ();
}

/* ------------------------------------------------------------------ folders */

static void
append_folder (GString *out, const char *folder)
{
  struct stat st;
  g_autofree char *wrong = NULL;

  if (stat (folder, &st) != 0)
    wrong = g_strdup_printf ("%s: %s", folder, g_strerror (errno));
  else if (!S_ISDIR (st.st_mode))
    wrong = g_strdup_printf ("%s: %s", folder, g_strerror (ENOTDIR));
  append_line (out, wrong != NULL ? wrong : folder);
}

static void
print_folders (const char *const *folders)
{
  g_autoptr (GString) text = g_string_new ("Folders");

  if (g_getenv ("EVENTSEAL_PLUGIN_PATH") != NULL)
    g_string_append (text, ", as EVENTSEAL_PLUGIN_PATH says");
  g_string_append_c (text, '\n');
  for (; *folders != NULL; folders++)
    append_folder (text, *folders);
  out_print ("\n%s", text->str);
}

static void
print_json_head (const char *const *folders)
{
  g_autoptr (GString) text = g_string_new ("{\"folders\": [");

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *shown = g_filename_display_name (folders[i]);

      g_string_append (text, i > 0 ? ", " : "");
      evs_json_string_append (text, (EvsSpan){ shown, strlen (shown) });
    }
  g_string_append (text, "],\n\"groups\": ");
  plugin_text_append_core_json (text);
  g_string_append (text, ",\n\"plugins\": [");
  out_write (text->str, text->len);
}

/* ------------------------------------------------------------------ listing */

static void
list_all (Plugins *self, const char *const *folders)
{
  g_autoptr (GString) core = g_string_new (NULL);

  if (self->refused->len > 0)
    out_print ("%sRefused\n%s", self->n_shown > 0 ? "\n" : "",
               self->refused->str);
  print_folders (folders);
  plugin_text_append_core (core);
  out_write (core->str, core->len);
}

/* What the one plugin that is wanted has beside its details: its files that
 * others hide. Or it is not there. */
static gboolean
list_one (Plugins *self, GError **error)
{
  g_autofree char *hint = NULL;

  if (self->n_shown > 0)
    {
      if (self->refused->len > 0 && !self->quiet && !self->json)
        out_print ("not used\n%s", self->refused->str);
      return TRUE;
    }
  if (self->refused->len > 0)
    {
      g_auto (GStrv) lines = g_strsplit (self->refused->str, "\n", 2);

      g_set_error_literal (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                           g_strstrip (lines[0]));
      return FALSE;
    }
  g_ptr_array_add (self->names, NULL);
  hint = _evs_nearest_hint (self->wanted,
                            (const char *const *) self->names->pdata);
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: no such plugin on the path%s", self->wanted,
               *hint != '\0' ? hint : "; eventseal plugins lists them");
  return FALSE;
}

static gboolean
list (Plugins *self, EvsConfig *config, GError **error)
{
  g_auto (GStrv) folders = evs_plugins_get_path (config, error);

  if (folders == NULL)
    return FALSE;
  if (self->json)
    print_json_head ((const char *const *) folders);
  if (!evs_plugins_visit (config, see_file, self, error))
    return FALSE;
  if (self->json)
    out_print ("\n]}\n");
  if (self->wanted != NULL)
    return list_one (self, error);
  if (!self->json)
    list_all (self, (const char *const *) folders);
  return TRUE;
}

/* ------------------------------------------------------------------ command */

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
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  Plugins plugins = { .refused = refused, .names = names };

  if (!run_parse (self, entries, error) || !read_config (self, &config, error))
    return FALSE;
  plugins.wanted = exists != NULL ? exists : run_argument (self, 0);
  plugins.quiet = exists != NULL;
  plugins.json = json && exists == NULL;
  return list (&plugins, config, error);
}

const Command command_plugins = {
  .name = "plugins",
  .arguments = "[NAME]",
  .summary = "Show the plugins and all that a configuration may say",
  .details =
      "Plugins with kind, version and wire id, files that were refused with "
      "the reason,\nthe folders that were searched, and every group and key "
      "of the core's own.\nWith NAME: that plugin's sizes, flags and settings. "
      "The folders are those of\n$EVENTSEAL_PLUGIN_PATH, which replaces all "
      "others, else plugin-path= of the\nconfiguration, if there is one, and "
      "the installed one.\n",
  .n_max = 1,
  .run = run,
};
