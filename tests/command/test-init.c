/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* init, demo, and how the command is called. */

#include <config.h>

#include "command.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

/* -------------------------------------------------------------------- usage */

static const struct
{
  const char *line;
  const char *message;
} misuse[] = {
  { "eventseal", "wanted a command" },
  { "eventseal frobnicate", "frobnicate: no such command" },
  { "eventseal --frobnicate", "--frobnicate: unknown option; " },
  { "eventseal show --frobnicate", "--frobnicate: unknown option; " },
  { "eventseal --config", "--config: wanted FILE behind it; " },
  { "eventseal log --fro 1", "--fro: unknown option; did you mean --from? " },
  { "eventseal log --from", "--from: wanted a whole number; " },
  { "eventseal log --from x", "--from: wanted a whole number; " },
  { "eventseal log -n 99999999999999999999", "-n: wanted a whole number; " },
  { "eventseal log -z", "-z: unknown option; " },
  { "eventseal improt", "improt: no such command; did you mean import? " },
  { "eventseal init a b", "init: too many arguments, wanted: [DIR]" },
  { "eventseal init --plain --key-file k", "--plain has no key, *" },
  { "eventseal -c '' stats", "--config: empty, wanted a file" },
  { "eventseal -c c init", "--config: init reads no configuration" },
  { "eventseal demo -c c", "-c: unknown option; " },
  { "eventseal init --store x", "--store: wanted bdb or lmdb, not x" },
  { "eventseal demo a", "demo: too many arguments, wanted: none" },
  { "eventseal import a b", "import: too many arguments, wanted: [FILE]" },
  { "eventseal import --batch 0", "--batch: wanted 1 to 10000" },
  { "eventseal import --batch 10001", "--batch: wanted 1 to 10000" },
  { "eventseal import --batch x", "--batch: wanted a whole number; " },
  { "eventseal export a", "export: too many arguments, wanted: none" },
  { "eventseal export --originator a", "a: wanted a UUID, *" },
  { "eventseal show", "show: too few arguments, wanted: ID" },
  { "eventseal show " ID_A " a", "show: too many arguments, wanted: ID" },
  { "eventseal show a", "a: wanted a UUID, *" },
  { "eventseal raw " ID_A, "raw: too few arguments, wanted: ID VERSION" },
  { "eventseal raw a 0", "a: wanted a UUID, *" },
  { "eventseal raw " ID_A " a", "a: wanted an originator version, *" },
  { "eventseal raw " ID_A " 1.5", "1.5: wanted an originator version, *" },
  { "eventseal raw " ID_A " 9223372036854775808", "9223372036854775808: *" },
  { "eventseal verify a", "verify: too many arguments, wanted: none" },
};

static void
test_wrong_calls_exit_2 (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  for (gsize i = 0; i < G_N_ELEMENTS (misuse); i++)
    run_fails (folder, misuse[i].line, 2, misuse[i].message);
}

static void
assert_fits (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines) - 1, <=, 24);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 80);
}

static void
test_help_fits_a_screen (void)
{
  static const char *const commands[] = { "init", "demo", "import", "export",
                                          "show", "raw",  "verify" };
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) all = run (folder, "eventseal --help");

  assert_ok (all);
  assert_fits (all->out);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (Result) one = run (folder, "eventseal %s --help", commands[i]);
      g_autofree char *pattern =
          g_strdup_printf ("Usage:\n  eventseal %s [OPTION*", commands[i]);

      assert_ok (one);
      assert_fits (one->out);
      assert_out (one, pattern);
      g_assert_nonnull (strstr (all->out, commands[i]));
    }
}

static void
test_version (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal --version");

  assert_ok (result);
  g_assert_cmpstr (result->out, ==, "eventseal " PACKAGE_VERSION "\n");
}

static void
test_messages_hold_nothing_a_terminal_obeys (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder, "eventseal import \"$(printf 'a\\033[2Jb\\nc')\"", 1,
             "a\\u001b[2Jb\\nc: No such file or directory");
}

/* ------------------------------------------------------- which configuration
 */

static void
test_option_goes_before_environment_before_folder (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("here");

  run_fails (folder, "eventseal verify", 1, "*eventseal.conf*");
  run_ok (folder, "cd here; eventseal verify");
  run_ok (folder, "EVENTSEAL_CONFIG=here/eventseal.conf eventseal verify");
  run_fails (folder, "cd here; EVENTSEAL_CONFIG=none.conf eventseal verify", 1,
             "*none.conf*");
  run_ok (folder, "EVENTSEAL_CONFIG=none.conf "
                  "eventseal --config here/eventseal.conf verify");
  run_ok (folder, "EVENTSEAL_CONFIG=none.conf "
                  "eventseal verify -c here/eventseal.conf");
  run_fails (folder, "eventseal -c here/eventseal.conf verify -c none.conf", 1,
             "*none.conf*");
}

static void
test_missing_key_is_named (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder, "rm -f secret.key; eventseal verify", 1,
             "*secret.key: No such file or directory*");
}

/* --------------------------------------------------------------------- init */

static guint
count_files (const EvsTestFolder *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint
get_mode (const EvsTestFolder *folder, const char *name)
{
  g_autofree char *path = evs_test_folder_file (folder, name);
  GStatBuf st;

  g_assert_cmpint (g_lstat (path, &st), ==, 0);
  return st.st_mode & 07777;
}

static void
test_init_makes_configuration_and_key (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal init");
  g_autofree char *key = NULL;

  assert_ok (result);
  assert_out (result,
              "*A copy of this folder opens everything; --key-file PATH "
              "keeps the key elsewhere.\n");
  g_assert_cmpuint (count_files (folder), ==, 2);
  g_assert_cmphex (get_mode (folder, "secret.key"), ==, 0400);
  key = read_file (folder, "secret.key");
  g_assert_true (g_pattern_match_simple ("eventseal-key-1 *=\n", key));
  run_ok (folder, "eventseal verify");
  g_assert_true (has_file (folder, "events"));
  run_ok (folder, "grep -q '^cipher=aes-cbc$' eventseal.conf");
}

static void
test_init_makes_the_folder (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("sub");

  g_assert_cmphex (get_mode (folder, "sub"), ==, 0700);
  run_ok (folder, "cd sub; eventseal verify");
  run_fails (folder, "eventseal init none/sub", 1,
             "none/sub: No such file or directory");
}

static void
test_two_keys_differ (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("a");

  run_ok (folder, "eventseal init b >out; ! cmp -s a/secret.key b/secret.key");
}

/* What is commented out as a default must be one that the library knows. */
static void
test_init_shows_defaults_that_hold (void)
{
  static const char *const options[] = { "", "--plain" };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (EvsTestFolder) folder = initialised (options[i]);

      run_ok (folder, "sed -i 's/^#\\([a-z-]*=.\\)/\\1/' eventseal.conf\n"
                      "grep -q '^locks=' eventseal.conf\n"
                      "eventseal verify");
    }
}

static void
test_init_chooses_the_store (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("--store lmdb one");

  run_ok (folder, "grep -q '^store=lmdb$' one/eventseal.conf\n"
                  "eventseal init --store bdb two >out\n"
                  "grep -q '^store=bdb$' two/eventseal.conf");
#ifdef ENABLE_LMDB
  run_ok (folder, "cd one\n"
                  "sed -i 's/^#\\([a-z-]*=.\\)/\\1/' eventseal.conf\n"
                  "grep -q '^create=' eventseal.conf\n"
                  "eventseal verify\n"
                  "test -f events/data.mdb");
#endif
}

static void
test_init_overwrites_nothing (void)
{
  static const char *const names[] = { "eventseal.conf", "secret.key",
                                       "events" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
      g_autofree char *pattern =
          g_strconcat ("*/", names[i], ": is there already, *", NULL);
      g_autofree char *text = NULL;

      write_file (folder, names[i], "mine");
      run_fails (folder, "eventseal init", 1, pattern);
      g_assert_cmpuint (count_files (folder), ==, 1);
      text = read_file (folder, names[i]);
      g_assert_cmpstr (text, ==, "mine");
    }
}

static void
test_init_follows_no_link (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  run_fails (folder, "ln -s elsewhere eventseal.conf; eventseal init", 1,
             "*eventseal.conf: is there already, *");
  run_fails (folder, "mv eventseal.conf secret.key; eventseal init", 1,
             "*secret.key: is there already, *");
  g_assert_cmpuint (count_files (folder), ==, 1);
}

static void
test_init_plain_has_no_key (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal init --plain");

  assert_ok (result);
  assert_out (result, "*Nothing is encrypted.\n");
  g_assert_cmpuint (count_files (folder), ==, 1);
  run_ok (folder, "! grep '^cipher' eventseal.conf; eventseal verify");
}

static void
test_init_puts_the_key_elsewhere (void)
{
  g_autoptr (EvsTestFolder) folder =
      initialised ("--key-file 'a key \\ #1' one");

  g_assert_cmphex (get_mode (folder, "a key \\ #1"), ==, 0400);
  g_assert_false (has_file (folder, "one/secret.key"));
  run_ok (folder, "cd one; eventseal verify");
}

static void
test_init_uses_a_key_that_is_there (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("--key-file key one");

  run_ok (folder, "cp key copy; eventseal init --key-file key two >out\n"
                  "cmp key copy; cd two; eventseal verify");
}

/* No file may grow beyond so many blocks of 512 bytes: none takes the
 * configuration, one takes the key. */
static void
test_init_leaves_nothing_half_made (void)
{
  static const struct
  {
    const char *line;
    const char *message;
  } cases[] = {
    { "ulimit -f 0; eventseal init sub", "sub/secret.key: File too large" },
    { "ulimit -f 1; eventseal init sub", "sub/eventseal.conf: File too large" },
    { "ulimit -f 0; eventseal init --plain sub",
      "sub/eventseal.conf: File too large" },
    { "ulimit -f 0; eventseal init --key-file key sub",
      "*/key: File too large" },
    { "ulimit -f 1; eventseal init --key-file key sub",
      "sub/eventseal.conf: File too large" },
  };
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line =
          g_strconcat ("trap '' XFSZ; ", cases[i].line, NULL);

      run_fails (folder, line, 1, cases[i].message);
      g_assert_cmpuint (count_files (folder), ==, 0);
    }
}

static void
test_init_takes_no_file_for_a_key (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  run_fails (folder, "mkdir keys; eventseal init --key-file keys sub", 1,
             "*/keys: *");
  run_fails (folder,
             "echo thesis >text; chmod 600 text\n"
             "eventseal init --key-file text sub",
             1, "*/text: *wanted*");
  run_ok (folder, "test ! -e sub && grep -q thesis text");
}

static void
test_init_names_the_folder_it_cannot_write (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  run_fails (folder, "eventseal init /proc", 1,
             "/proc/secret.key: No such file or directory");
  run_fails (folder, "eventseal init --plain /proc", 1,
             "/proc/eventseal.conf: No such file or directory");
  run_fails (folder, "eventseal init --key-file /proc/key sub", 1,
             "/proc/key: No such file or directory");
  g_assert_cmpuint (count_files (folder), ==, 0);
}

/* --------------------------------------------------------------------- demo */

static void
test_demo_holds (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "TMPDIR=$PWD eventseal demo");
  g_auto (GStrv) lines = NULL;

  assert_ok (result);
  assert_out (result, "*\"secret info\" is not found*\"bar\" is found*"
                      "\nEvery step held.\n");
  lines = g_strsplit (result->out, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 80);
  g_assert_cmpuint (count_files (folder), ==, 0);
}

static void
test_demo_can_be_kept (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) planted = NULL;

  run_ok (folder, "eventseal demo --keep kept >out");
  run_fails (folder, "eventseal demo --keep kept", 1, "kept: File exists");
  g_assert_true (has_file (folder, "kept/mixed.conf"));
  planted = run (folder, "eventseal -c kept/mixed.conf verify");
  assert_fails (planted, 1, "* things wrong, *");
}

/* A cipher that seals nothing must be found out. */
static void
test_demo_tells_when_a_step_does_not_hold (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *line =
      knowing_odd_plugins ("TMPDIR=$PWD eventseal demo >/dev/null");

  run_fails (folder, line, 1,
             "demo: does not hold: the record does not show the text");
  g_assert_cmpuint (count_files (folder), ==, 0);
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/command/wrong-calls-exit-2", test_wrong_calls_exit_2);
  g_test_add_func ("/command/help-fits-a-screen", test_help_fits_a_screen);
  g_test_add_func ("/command/version", test_version);
  g_test_add_func ("/command/messages-hold-nothing-a-terminal-obeys",
                   test_messages_hold_nothing_a_terminal_obeys);
  g_test_add_func ("/command/option-goes-before-environment-before-folder",
                   test_option_goes_before_environment_before_folder);
  g_test_add_func ("/command/missing-key-is-named", test_missing_key_is_named);
  g_test_add_func ("/init/makes-configuration-and-key",
                   test_init_makes_configuration_and_key);
  g_test_add_func ("/init/makes-the-folder", test_init_makes_the_folder);
  g_test_add_func ("/init/two-keys-differ", test_two_keys_differ);
  g_test_add_func ("/init/shows-defaults-that-hold",
                   test_init_shows_defaults_that_hold);
  g_test_add_func ("/init/chooses-the-store", test_init_chooses_the_store);
  g_test_add_func ("/init/overwrites-nothing", test_init_overwrites_nothing);
  g_test_add_func ("/init/follows-no-link", test_init_follows_no_link);
  g_test_add_func ("/init/plain-has-no-key", test_init_plain_has_no_key);
  g_test_add_func ("/init/puts-the-key-elsewhere",
                   test_init_puts_the_key_elsewhere);
  g_test_add_func ("/init/uses-a-key-that-is-there",
                   test_init_uses_a_key_that_is_there);
  g_test_add_func ("/init/leaves-nothing-half-made",
                   test_init_leaves_nothing_half_made);
  g_test_add_func ("/init/takes-no-file-for-a-key",
                   test_init_takes_no_file_for_a_key);
  g_test_add_func ("/init/names-the-folder-it-cannot-write",
                   test_init_names_the_folder_it_cannot_write);
  g_test_add_func ("/demo/holds", test_demo_holds);
  g_test_add_func ("/demo/can-be-kept", test_demo_can_be_kept);
  g_test_add_func ("/demo/tells-when-a-step-does-not-hold",
                   test_demo_tells_when_a_step_does_not_hold);
  return g_test_run ();
}
