/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * eventseal-certify: runs the contract suite of its kind on a plugin, in this
 * process, and says in TAP how it went. "eventseal certify" runs this program
 * and goes on where a plugin has ended it.
 */

#include "find.h"
#include "settings.h"

#include "contract-cipher.h"
#include "contract-compressor.h"
#include "contract-store.h"

#include "evs-elf.h"
#include "evs-path.h"
#include "evs-plugin-name.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static char *config;
static char **arguments;

static const GOptionEntry entries[] = {
  { "config", 'c', 0, G_OPTION_ARG_FILENAME, &config,
    "Look on this configuration's plugin-path= too", "FILE" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL,
    NULL },
  { NULL }
};

static const char help[] =
    "Usage: eventseal-certify [--config=FILE] PLUGIN [KEY=VALUE...]\n\n"
    "Runs the contract suite of its kind on a plugin: a file KIND-NAME.so or "
    "a\n"
    "name on the search path. The output is TAP. The process ends with the\n"
    "first promise that is broken; eventseal certify tries the others too.\n\n"
    "  -c, --config=FILE  Look on this configuration's plugin-path= too\n"
    "  -l                 List the promises\n"
    "  -p PATH            Try this one alone, as for a debugger\n"
    "  -s PATH            Pass over this one\n\n"
    "In a VALUE, @folder@ is an empty folder of each test's own; a setting "
    "that\n"
    "is a path and must be given is one in there, unless it is given.\n";

/* Reads the command line, of which g_test_init () has taken its part. */
static gboolean
parse (int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (arguments != NULL)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                       "wanted PLUGIN");
  return FALSE;
}

static gboolean
prepare (EvsContractTarget *target, char **file, GError **error)
{
  const EvsPlugin *plugin = find_plugin (arguments[0], config, file, error);

  if (plugin == NULL)
    return FALSE;
  target->plugin = plugin;
  target->settings =
      (const char *const *) settings_complete (plugin, arguments + 1, error);
  target->prefix = g_strdup_printf (
      "/%s/%s", _evs_plugin_kind_to_string (plugin->kind), plugin->name);
  return target->settings != NULL;
}

/* What a plugin leaves behind, as threads, exit handlers and locked memory, is
 * not unloaded under it, whoever else opens and closes the file. */
static void
test_stays_loaded (gconstpointer file)
{
  if (!_evs_elf_is_nodelete (file))
    g_assertion_message (NULL, __FILE__, __LINE__, G_STRFUNC,
                         "linked without -z nodelete, which a plugin needs");
}

static void
add_tests (const EvsContractTarget *target, const char *file)
{
  g_autofree char *path = g_strconcat (target->prefix, "/stays-loaded", NULL);

  g_test_add_data_func (path, file, test_stays_loaded);
  switch (target->plugin->kind)
    {
    case EVS_PLUGIN_CIPHER:
      evs_contract_cipher_add_tests (target);
      break;
    case EVS_PLUGIN_COMPRESSOR:
      evs_contract_compressor_add_tests (target);
      break;
    default:
      evs_contract_store_add_tests (target);
    }
}

/* What the listener cannot know: it does not load the plugin. */
static void
print_plugin (const EvsPlugin *plugin)
{
  g_autofree char *version = _evs_path_display (plugin->version);

  g_print ("# plugin %s %s %s\n", _evs_plugin_kind_to_string (plugin->kind),
           plugin->name, version);
}

/* As TAP says it, for people and for programs. */
static int
bail_out (const GError *error)
{
  g_autofree char *message = _evs_path_display (error->message);

  g_print ("Bail out! %s\n", message);
  return 1;
}

static int
run (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  EvsContractTarget target = { NULL };
  int status;

  if (prepare (&target, &file, &error))
    {
      print_plugin (target.plugin);
      add_tests (&target, file);
      status = g_test_run ();
    }
  else
    status = bail_out (error);
  g_strfreev ((char **) target.settings);
  g_free ((char *) target.prefix);
  return status;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status = 2;

  setlocale (LC_CTYPE, "");
  if (argc == 2 && strcmp (argv[1], "--help") == 0)
    return fputs (help, stdout) == EOF;
  g_test_init (&argc, &argv, NULL);
  if (parse (&argc, &argv, &error))
    status = run ();
  else
    fprintf (stderr, "eventseal-certify: %s\n", error->message);
  g_free (config);
  g_strfreev (arguments);
  return status;
}
