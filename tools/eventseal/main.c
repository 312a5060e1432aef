/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <config.h>

#include "command.h"
#include "open.h"
#include "options.h"
#include "output.h"
#include "text.h"

#include "evs-nearest-name.h"

#include <glib.h>

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static const Command *const commands[] = {
  &command_init,    &command_demo,   &command_check, &command_import,
  &command_export,  &command_log,    &command_show,  &command_raw,
  &command_stats,   &command_verify, &command_erase, &command_plugins,
  &command_certify, &command_bench,
};

static char *config_file;
static gboolean help_wanted;
static gboolean version_wanted;

static const GOptionEntry entries[] = {
  { "config", 'c', 0, G_OPTION_ARG_FILENAME, &config_file, NULL, "FILE" },
  { "help", 'h', 0, G_OPTION_ARG_NONE, &help_wanted, NULL, NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &version_wanted, NULL, NULL },
  { NULL }
};

/* ------------------------------------------------------ what commands share */

static gboolean
check_config (Run *self, GError **error)
{
  if (self->config == NULL
      || (*self->config != '\0' && !self->command->no_config))
    return TRUE;
  if (self->command->no_config)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--config: %s reads no configuration", self->command->name);
  else
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "--config: empty, wanted a file");
  return FALSE;
}

gboolean
run_parse (Run *self, const GOptionEntry *own, GError **error)
{
  const Command *command = self->command;
  g_autofree char *file = NULL;
  const GOptionEntry all[] = { { "config", 'c', 0, G_OPTION_ARG_FILENAME, &file,
                                 "Use this configuration file", "FILE" },
                               { G_OPTION_REMAINING, 0, 0,
                                 G_OPTION_ARG_FILENAME_ARRAY, &self->rest, NULL,
                                 NULL },
                               { NULL } };
  g_autofree char *name = g_strconcat ("eventseal ", command->name, NULL);
  g_autoptr (GOptionContext) context =
      g_option_context_new (command->arguments);
  const GOptionEntry *common = command->no_config ? all + 1 : all;
  const GOptionEntry *tables[] = { common, own, NULL };
  guint n;

  g_set_prgname (name);
  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, command->details);
  if (own != NULL)
    g_option_context_add_main_entries (context, own, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  if (!g_option_context_parse (context, &self->argc, &self->argv, error))
    {
      options_reword (tables, error);
      return FALSE;
    }

  if (file != NULL)
    {
      g_free (self->config);
      self->config = g_steal_pointer (&file);
    }
  if (!check_config (self, error))
    return FALSE;
  n = self->rest != NULL ? g_strv_length (self->rest) : 0;
  if (n >= command->n_min && n <= command->n_max)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
               "%s: %s arguments, wanted: %s", command->name,
               n < command->n_min ? "too few" : "too many",
               command->n_max > 0 ? command->arguments : "none");
  return FALSE;
}

const char *
run_argument (Run *self, guint index)
{
  if (self->rest == NULL || index >= g_strv_length (self->rest))
    return NULL;
  return self->rest[index];
}

const char *
run_config_path (Run *self)
{
  const char *path = self->config;

  if (path == NULL && getauxval (AT_SECURE) == 0)
    path = g_getenv ("EVENTSEAL_CONFIG");
  return path != NULL && *path != '\0' ? path : "eventseal.conf";
}

EvsConfig *
run_read_config (Run *self, GError **error)
{
  return evs_config_new_from_file (run_config_path (self), error);
}

static gpointer
open_application (EvsConfig *config, GError **error)
{
  return evs_application_new (config, error);
}

EvsApplication *
run_open (Run *self, GError **error)
{
  self->read = run_read_config (self, error);
  return self->read != NULL
             ? open_patiently (self->read, open_application, error)
             : NULL;
}

gboolean
parse_id_argument (const char *text, EvsId *id, GError **error)
{
  if (evs_id_parse (text, -1, id, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s: wanted a UUID, 8-4-4-4-12 hexadecimal digits", text);
  return FALSE;
}

gboolean
parse_version_argument (const char *text, guint64 *version, GError **error)
{
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, version, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s: wanted an originator version, a number from 0", text);
  return FALSE;
}

/* --------------------------------------------------------------------- main */

/* Not GOption's own, which does not fit a screen. */
static void
print_help (void)
{
  out_print (
      "Usage:\n  eventseal [OPTION…] COMMAND [ARGUMENT…]\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    out_print ("  %-8s %s\n", commands[i]->name, commands[i]->summary);
  out_print (
      "\n"
      "  -c, --config=FILE  Use this file, not $EVENTSEAL_CONFIG or "
      "./eventseal.conf\n"
      "  -h, --help         eventseal COMMAND --help says more of a command\n"
      "  --version          Print the version\n");
}

static gboolean
parse_main (int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry *tables[] = { entries, NULL };

  g_set_prgname ("eventseal");
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, argc, argv, error))
    return TRUE;
  options_reword (tables, error);
  return FALSE;
}

static void
set_no_such_command (const char *name, GError **error)
{
  const char *names[G_N_ELEMENTS (commands) + 1] = { NULL };
  g_autofree char *hint = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i]->name;
  hint = _evs_nearest_hint (name, names);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
               "%s: no such command%s", name, hint);
}

static gboolean
run_command (int argc, char **argv, GError **error)
{
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i]->name) == 0)
      {
        Run run = { commands[i], argc - 1, argv + 1, g_strdup (config_file),
                    NULL,        NULL };
        gboolean ok = commands[i]->run (&run, error);

        g_free (run.config);
        g_strfreev (run.rest);
        g_clear_pointer (&run.read, evs_config_unref);
        return ok;
      }
  if (argc > 1)
    set_no_such_command (argv[1], error);
  else
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                         "wanted a command");
  return FALSE;
}

/* One line, and nothing in it that a terminal obeys. */
static int
report (const GError *error)
{
  g_autoptr (GString) line = g_string_new ("eventseal: ");
  EvsSpan message = { error->message, strlen (error->message) };
  gboolean usage = error->domain == G_OPTION_ERROR;

  out_finish (NULL); /* what was said before comes before it */
  text_append_safe (line, message, 0);
  if (usage)
    g_string_append_printf (line, "%s '%s --help'",
                            g_str_has_suffix (error->message, "?") ? " See"
                                                                   : "; see",
                            g_get_prgname ());
  fprintf (stderr, "%s\n", line->str);
  return usage ? 2 : 1;
}

/* Who read our output has seen enough: as cat does, and everything is closed
 * by now. */
static int
end_by_pipe (void)
{
  signal (SIGPIPE, SIG_DFL);
  raise (SIGPIPE);
  return 128 + SIGPIPE;
}

/* Were standard output closed, the next file to be opened would take its
 * number, and export would write into the store. What cannot be written to is
 * put in its place, so that writing fails. */
static void
fill_standard_descriptors (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close (fd);
}

/* A warning of the library, in the command's own form. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields,
           gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if ((level & G_LOG_LEVEL_WARNING) != 0
        && strcmp (fields[i].key, "MESSAGE") == 0)
      {
        fprintf (stderr, "eventseal: warning: %s\n",
                 (const char *) fields[i].value);
        return G_LOG_WRITER_HANDLED;
      }
  return g_log_writer_default (level, fields, n_fields, user_data);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  gboolean ok, unsaid;

  g_log_set_writer_func (write_log, NULL, NULL);
  fill_standard_descriptors ();
  setlocale (LC_CTYPE, "");
  signal (SIGPIPE, SIG_IGN); /* so that a write says EPIPE */

  ok = parse_main (&argc, &argv, &error);
  if (ok && help_wanted)
    print_help ();
  else if (ok && version_wanted)
    out_print ("eventseal %s\n", PACKAGE_VERSION);
  else if (ok)
    ok = run_command (argc, argv, &error);
  unsaid = ok && !out_finish (&error);
  ok = ok && !unsaid;
  g_clear_pointer (&config_file, g_free);
  if (unsaid && out_is_broken ())
    return end_by_pipe ();
  return ok ? 0 : report (error);
}
