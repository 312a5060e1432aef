/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <config.h>

#include "command.h"
#include "folder.h"
#include "output.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_NAME "eventseal.conf"
#define KEY_NAME "secret.key"
#define STORE_NAME "events"

/* ------------------------------------------------------------ configuration */

static const char head[] =
    "# The configuration of eventseal: which plugins keep the events, and "
    "how.\n"
    "# Relative paths are taken from this file's folder. A key that is\n"
    "# commented out shows its default.\n"
    "\n"
    "[eventseal]\n"
    "# The format of this file\n"
    "format=1\n";

static const char sealed_stack[] =
    "# The compressor; without this key nothing is compressed\n"
    "compressor=lz4\n"
    "# The cipher; without this key nothing is encrypted\n"
    "cipher=aes-cbc\n";

static const char plain_stack[] =
    "# The compressor; without this key nothing is compressed\n"
    "#compressor=\n"
    "# The cipher; without this key nothing is encrypted\n"
    "#cipher=\n";

static const char other_plugins[] =
    "# Further plugins that stored records may call for: a;b\n"
    "#also-read=\n"
    "# Folders to look for plugins in before the built-in one: /a;/b\n"
    "#plugin-path=\n"
    "\n"
    "[mapper]\n";

static const char mapper_encrypt[] =
    "# Whether every event is encrypted\n"
    "#always-encrypt=true\n"
    "# With always-encrypt=false: the topics that are, a;b\n"
    "#encrypt-topics=\n";

static const char mapper[] =
    "# Which records are read: those as this file would write them "
    "(configured),\n"
    "# or, for migration, plain ones too (any)\n"
    "#read=configured\n"
    "# Events smaller than this are not compressed\n"
    "#min-size=128\n"
    "# The largest state of an event\n"
    "#max-state-size=16 MiB\n"
    "# Whether the time is recorded with each event\n"
    "#record-time=true\n";

static const char store[] =
    "# The folder of the store\n"
    "directory=" STORE_NAME "\n"
    "# What an event that is stored survives: a power loss (sync), the end of\n"
    "# the process (flush), nothing (none)\n"
    "#durability=sync\n"
    "# Whether to make the store if there is none\n"
    "#create=true\n";

static const char store_bdb[] =
    "# How long to wait for a process that has it open, in milliseconds\n"
    "#busy-timeout=5000\n"
    "# The memory for its pages\n"
    "#cache-size=64 MiB\n"
    "# How much is logged between checkpoints\n"
    "#checkpoint-size=32 MiB\n"
    "# Whether log files that recovery no longer needs are removed\n"
    "#remove-logs=true\n"
    "# The number of page locks; a commit takes about one a record\n"
    "#locks=40000\n";

static const char compressor[] =
    "\n"
    "[compressor lz4]\n"
    "# 1 compresses best; each step is a little faster and worse\n"
    "#acceleration=1\n";

static const char cipher[] =
    "\n"
    "[cipher aes-cbc]\n"
    "# The file with the key; without it nothing can be read\n"
    "key-file=";

/* A path as a value: blanks that mean something are escaped. */
static void
append_path (GString *text, const char *path)
{
  static const char plain[] = " \t\n\r\\", letters[] = "stnr\\";

  for (const char *p = path; *p != '\0'; p++)
    {
      const char *found = strchr (plain, *p);

      if (found != NULL)
        g_string_append_c (text, '\\');
      g_string_append_c (text, found != NULL ? letters[found - plain] : *p);
    }
  g_string_append_c (text, '\n');
}

/* What there is to choose from, with what each has to itself. */
static const struct
{
  const char *name;
  const char *settings;
} stores[] = { { "bdb", store_bdb }, { "lmdb", "" } };

static void
append_store (GString *text, const char *name)
{
  g_string_append_printf (text, "\n[store %s]\n%s", name, store);
  for (gsize i = 0; i < G_N_ELEMENTS (stores); i++)
    if (g_str_equal (name, stores[i].name))
      g_string_append (text, stores[i].settings);
}

/* @key_file: (nullable): without it the stack is plain. */
static char *
make_config (const char *store_name, const char *key_file)
{
  GString *text = g_string_new (head);

  g_string_append_printf (text,
                          "# The record store, which the group [store %s] "
                          "describes\n"
                          "store=%s\n",
                          store_name, store_name);
  g_string_append (text, key_file != NULL ? sealed_stack : plain_stack);
  g_string_append (text, other_plugins);
  if (key_file != NULL)
    g_string_append (text, mapper_encrypt);
  g_string_append (text, mapper);
  append_store (text, store_name);
  if (key_file != NULL)
    {
      g_string_append (text, compressor);
      g_string_append (text, cipher);
      append_path (text, key_file);
    }
  return g_string_free (text, FALSE);
}

/* -------------------------------------------------------------------- files */

typedef struct
{
  const char *folder;
  const char *store_name;
  char *config;
  char *store;
  char *key;         /* (nullable): the key file */
  const char *named; /* (nullable): as the configuration names it */
  gboolean made_folder;
  gboolean made_key;
} Init;

static gboolean
check_absent (const char *path, GError **error)
{
  struct stat st;

  if (lstat (path, &st) != 0 && errno == ENOENT)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_IO,
               "%s: is there already, and nothing is overwritten", path);
  return FALSE;
}

/* A key that --key-file names and that is there is used as it is. */
static gboolean
make_key (Init *self, gboolean may_exist, GError **error)
{
  if (self->key == NULL)
    return TRUE;
  if (may_exist && g_file_test (self->key, G_FILE_TEST_EXISTS))
    return evs_key_file_check (self->key, error);
  self->made_key = evs_key_file_create (self->key, error);
  return self->made_key;
}

static gboolean
make_files (Init *self, gboolean may_exist, GError **error)
{
  g_autofree char *text = make_config (self->store_name, self->named);

  if (!check_absent (self->config, error) || !check_absent (self->store, error)
      || (self->key != NULL && !may_exist && !check_absent (self->key, error)))
    return FALSE;
  return make_key (self, may_exist, error)
         && folder_write_new (self->config, text, error);
}

/* Leaves nothing half-made. */
static void
undo (Init *self)
{
  if (self->made_key)
    g_unlink (self->key);
  if (self->made_folder)
    g_rmdir (self->folder);
}

static void
tell (const Init *self, gboolean key_elsewhere)
{
  out_print ("%s is written; the events go to %s.\n", self->config,
             self->store);
  if (self->key == NULL)
    out_print ("Nothing is encrypted.\n");
  else if (key_elsewhere)
    out_print ("The key is %s: without it nothing can be read.\n", self->key);
  else
    out_print ("A copy of this folder opens everything; --key-file PATH "
               "keeps the key elsewhere.\n");
}

/* @name: (nullable) */
static gboolean
choose_store (Init *self, const char *name, GError **error)
{
  self->store_name = name != NULL ? name : DEFAULT_STORE;
  for (gsize i = 0; i < G_N_ELEMENTS (stores); i++)
    if (g_str_equal (self->store_name, stores[i].name))
      return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--store: wanted bdb or lmdb, not %s", name);
  return FALSE;
}

/* What the configuration calls the key. */
static gboolean
choose_key (Init *self, const char *key_file, gboolean plain, GError **error)
{
  if (plain)
    return TRUE;
  if (key_file == NULL)
    {
      self->key = g_build_filename (self->folder, KEY_NAME, NULL);
      self->named = KEY_NAME;
      return TRUE;
    }
  self->named = self->key = g_canonicalize_filename (key_file, NULL);
  if (g_utf8_validate (self->key, -1, NULL))
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
               "%s: not UTF-8, so that no configuration can name it",
               self->key);
  return FALSE;
}

static gboolean
init (Init *self, gboolean key_elsewhere, GError **error)
{
  gboolean ok;

  self->config = g_build_filename (self->folder, CONFIG_NAME, NULL);
  self->store = g_build_filename (self->folder, STORE_NAME, NULL);
  if (!g_file_test (self->folder, G_FILE_TEST_EXISTS))
    {
      if (!folder_make (self->folder, error))
        return FALSE;
      self->made_folder = TRUE;
    }
  ok = make_files (self, key_elsewhere, error);
  if (ok)
    tell (self, key_elsewhere);
  else
    undo (self);
  return ok;
}

/* ------------------------------------------------------------------ command */

static gboolean
run (Run *self, GError **error)
{
  g_autofree char *key_file = NULL;
  g_autofree char *store_name = NULL;
  gboolean plain = FALSE;
  const GOptionEntry entries[] = {
    { "store", 0, 0, G_OPTION_ARG_STRING, &store_name,
      "Keep the events in bdb or lmdb [" DEFAULT_STORE "]", "DB" },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, "Encrypt nothing", NULL },
    { "key-file", 'k', 0, G_OPTION_ARG_FILENAME, &key_file,
      "Keep the key there; a key that is there is used", "PATH" },
    { NULL }
  };
  Init state = { NULL };
  gboolean ok;

  if (!run_parse (self, entries, error))
    return FALSE;
  if (plain && key_file != NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           "--plain has no key, so --key-file has no use");
      return FALSE;
    }
  if (!choose_store (&state, store_name, error))
    return FALSE;
  state.folder = run_argument (self, 0) != NULL ? run_argument (self, 0) : ".";
  ok = choose_key (&state, key_file, plain, error)
       && init (&state, key_file != NULL, error);
  g_free (state.config);
  g_free (state.store);
  g_free (state.key);
  return ok;
}

const Command command_init = {
  .name = "init",
  .arguments = "[DIR]",
  .summary = "Make a configuration and a key",
  .details = "Writes " CONFIG_NAME " and " KEY_NAME
             " in DIR, or here; the store goes to\n" STORE_NAME
             "/ beside them. Overwrites nothing.\n",
  .n_max = 1,
  .no_config = TRUE,
  .run = run,
};
