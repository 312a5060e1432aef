/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "child.h"
#include "command.h"
#include "folder.h"
#include "output.h"
#include "text.h"

#include <string.h>

#define PROGRAM "eventseal-certify"
#define PATIENCE 300
#define MAX_PATIENCE 86400
#define MAX_COLUMNS 400 /* of how a promise was broken */

/* The contract suites are a program of their own, which runs the plugin: what
 * a plugin does to its process is done there. The program's output is TAP. */
typedef struct
{
  const char *plugin; /* as it was given */
  char *folder;       /* of the child's temporary files */
  int patience;       /* seconds */
  GPtrArray *options; /* of the program, with its path before them */
  char **arguments;   /* PLUGIN [KEY=VALUE…] */

  char *kind;           /* of the plugin; NULL: not heard of it yet */
  char *title;          /* its name and version */
  GPtrArray *promises;  /* their paths, in the order of the suite */
  guint n_told;         /* the first so many are told */
  guint n_broken;       /* and so many of them are broken */
  gboolean just_broken; /* the last thing heard in this run */
  char *words;          /* (nullable): the last ones of this run */
} Certify;

/* ---------------------------------------------------------------- verdicts */

/* "/store/bdb/side/order" -> "side/order". */
static const char *
promise_name (const char *path)
{
  for (guint i = 0; i < 3 && strchr (path, '/') != NULL; i++)
    path = strchr (path, '/') + 1;
  return path;
}

/* "ERROR:/folder/suite.c:22:function: …" without what is before the file, and
 * "FATAL-ERROR: …" without its first word. */
static const char *
shorten (const char *words)
{
  const char *file = words;
  gsize length;

  if (g_str_has_prefix (words, "FATAL-ERROR: "))
    return words + strlen ("FATAL-ERROR: ");
  if (!g_str_has_prefix (words, "ERROR:"))
    return words;
  file += strlen ("ERROR:");
  length = strcspn (file, ":");
  for (gsize i = 0; i < length; i++)
    if (file[i] == '/')
      words = file + i + 1;
  return words;
}

/* @words: (nullable): how the promise was broken. */
static void
tell (Certify *self, const char *words)
{
  const char *name =
      promise_name (g_ptr_array_index (self->promises, self->n_told));
  g_autoptr (GString) line = g_string_new (NULL);

  text_append_safe (line, (EvsSpan){ name, strlen (name) }, 0);
  if (words != NULL)
    {
      words = shorten (words);
      g_string_append (line, ": ");
      text_append_safe (line, (EvsSpan){ words, strlen (words) }, MAX_COLUMNS);
    }
  out_print ("%-6s  %s\n", words != NULL ? "broken" : "kept", line->str);
  self->n_told++;
  self->n_broken += words != NULL ? 1 : 0;
  self->just_broken = words != NULL;
}

/* --------------------------------------------------------------- listening */

static void
keep_words (Certify *self, const char *line)
{
  if (!g_str_has_prefix (line, "Bail out! "))
    return;
  g_free (self->words);
  self->words = g_strdup (line + strlen ("Bail out! "));
}

/* "# plugin KIND NAME VERSION", and the promises. */
static void
hear_list (const char *line, gpointer user_data)
{
  Certify *self = user_data;

  keep_words (self, line);
  if (self->kind != NULL && *line == '/')
    g_ptr_array_add (self->promises, g_strdup (line));
  else if (self->kind == NULL && g_str_has_prefix (line, "# plugin "))
    {
      g_auto (GStrv) parts = g_strsplit (line + strlen ("# plugin "), " ", 2);

      self->kind = g_strdup (parts[0]);
      self->title = g_strdup (parts[0] != NULL ? parts[1] : NULL);
    }
}

/* "ok 3 PATH", "not ok 3 PATH - why". What is not about the promise that is
 * next is about one that was passed over. */
static void
hear_result (const char *line, gpointer user_data)
{
  Certify *self = user_data;
  const char *path = strchr (line, '/');
  const char *next;
  gsize length;

  keep_words (self, line);
  if (path == NULL || self->n_told == self->promises->len)
    return;
  next = g_ptr_array_index (self->promises, self->n_told);
  length = strcspn (path, " ");
  if (length != strlen (next) || strncmp (path, next, length) != 0)
    return;

  if (g_str_has_prefix (line, "ok "))
    tell (self, NULL);
  else if (g_str_has_prefix (line, "not ok "))
    tell (self, g_str_has_prefix (path + length, " - ")
                    ? path + length + strlen (" - ")
                    : "the suite says no more");
}

/* ----------------------------------------------------------------- running */

/* Runs the program with what is in @options now, and with @option. */
static gboolean
run_program (Certify *self, const char *option, ChildVisitor visitor,
             ChildEnd *end, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_extend (argv, self->options, NULL, NULL);
  if (option != NULL)
    g_ptr_array_add (argv, (gpointer) option);
  for (guint i = 0; i < self->n_told; i++)
    {
      g_ptr_array_add (argv, (gpointer) "-s");
      g_ptr_array_add (argv, g_ptr_array_index (self->promises, i));
    }
  g_ptr_array_add (argv, (gpointer) "--");
  for (char **argument = self->arguments; *argument != NULL; argument++)
    g_ptr_array_add (argv, *argument);
  g_ptr_array_add (argv, NULL);

  g_clear_pointer (&self->words, g_free);
  self->just_broken = FALSE;
  return child_run ((const char *const *) argv->pdata, self->folder,
                    self->patience, visitor, self, end, error);
}

static gboolean
list_promises (Certify *self, GError **error)
{
  g_autofree char *text = NULL;
  ChildEnd end;

  if (!run_program (self, "-l", hear_list, &end, error))
    return FALSE;
  if (child_end_is_good (&end) && self->promises->len > 0)
    return TRUE;
  text = child_end_text (&end);
  if (self->words != NULL)
    g_set_error_literal (error, EVS_ERROR, EVS_ERROR_PLUGIN, self->words);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "%s: the process that loaded it %s", self->plugin, text);
  return FALSE;
}

/* Tries what was not tried yet, up to the end of the process. It was ended by
 * the promise that was next, unless that was told already. */
static gboolean
try_promises (Certify *self, GError **error)
{
  guint n_broken = self->n_broken;
  g_autofree char *text = NULL;
  ChildEnd end;

  if (!run_program (self, NULL, hear_result, &end, error))
    return FALSE;
  text = child_end_text (&end);
  if (self->n_told == self->promises->len && !child_end_is_good (&end)
      && self->n_broken == n_broken)
    g_ptr_array_add (self->promises, g_strdup ("the process ends well"));
  else if (self->n_told == self->promises->len || self->just_broken)
    return TRUE;
  tell (self, self->words != NULL && !end.stuck ? self->words : text);
  return TRUE;
}

static gboolean
certify (Certify *self, GError **error)
{
  if (!list_promises (self, error))
    return FALSE;
  while (self->n_told < self->promises->len && out_ok ())
    if (!try_promises (self, error))
      return FALSE;

  if (self->n_broken == 0)
    {
      out_print ("%s keeps the contract of a %s: %u promises\n", self->title,
                 self->kind, self->n_told);
      return TRUE;
    }
  out_finish (NULL);
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: breaks %u of the %u promises of a %s", self->title,
               self->n_broken, self->promises->len, self->kind);
  return FALSE;
}

/* ----------------------------------------------------------------- set-up */

/* (transfer full): the program, which is installed and built beside this one;
 * what is built has its executables in .libs, as libtool calls it. */
static char *
find_program (GError **error)
{
  g_autofree char *own = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *folder = NULL;
  g_autofree char *last = NULL;
  g_autofree char *path = NULL;

  if (own == NULL)
    return NULL;
  folder = g_path_get_dirname (own);
  last = g_path_get_basename (folder);
  path = g_build_filename (folder, PROGRAM, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE)
      && strcmp (last, ".libs") == 0)
    {
      g_free (path);
      path = g_build_filename (folder, "..", PROGRAM, NULL);
    }
  if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&path);
  g_set_error (error, EVS_ERROR, EVS_ERROR_FAILED,
               "%s: not found; it is installed with eventseal", path);
  return NULL;
}

/* A configuration is not needed; where there is one, a name is looked for on
 * its plugin-path= too. */
static gboolean
add_config (Certify *self, Run *run, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (EvsConfig) config = run_read_config (run, &reason);

  if (config != NULL)
    {
      g_ptr_array_add (
          self->options,
          g_strconcat ("--config=", evs_config_get_file (config), NULL));
      return TRUE;
    }
  if (run->config == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
set_up (Certify *self, Run *run, GError **error)
{
  char *program = find_program (error);

  if (program == NULL)
    return FALSE;
  g_ptr_array_add (self->options, program);
  self->arguments = run->rest;
  self->plugin = run_argument (run, 0);
  self->folder = g_dir_make_tmp ("eventseal-certify-XXXXXX", error);
  return self->folder != NULL && add_config (self, run, error);
}

static void
clean_up (Certify *self)
{
  if (self->folder != NULL)
    folder_remove (self->folder);
  g_free (self->folder);
  g_free (self->kind);
  g_free (self->title);
  g_free (self->words);
  g_ptr_array_unref (self->options);
  g_ptr_array_unref (self->promises);
}

static gboolean
run (Run *self, GError **error)
{
  Certify state = { .patience = PATIENCE };
  const GOptionEntry entries[] = {
    { "timeout", 't', 0, G_OPTION_ARG_INT, &state.patience,
      "Give a promise up after so many seconds (300)", "N" },
    { NULL }
  };
  gboolean ok;

  if (!run_parse (self, entries, error))
    return FALSE;
  if (state.patience < 1 || state.patience > MAX_PATIENCE)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--timeout: wanted 1 to %d", MAX_PATIENCE);
      return FALSE;
    }
  state.options = g_ptr_array_new_with_free_func (g_free);
  state.promises = g_ptr_array_new_with_free_func (g_free);
  ok = set_up (&state, self, error) && certify (&state, error);
  clean_up (&state);
  return ok;
}

const Command command_certify = {
  .name = "certify",
  .arguments = "PLUGIN [KEY=VALUE…]",
  .summary = "Try whether a plugin keeps the contract of its kind",
  .details =
      "PLUGIN is a file KIND-NAME.so or a name on the search path, KEY=VALUE "
      "a\n"
      "setting of it. In a VALUE, @folder@ is an empty folder of each test's "
      "own; a\nsetting that is a path and must be given is one in there, "
      "unless "
      "it is given.\nA broken promise is named with the assertion that failed; "
      "eventseal-certify\nPLUGIN -p PATH tries one alone.\n",
  .n_min = 1,
  .n_max = G_MAXUINT,
  .run = run,
};
