/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* plugins, and the names that plugins give to what is in a header. */

#include "command.h"

#include <string.h>

/* ------------------------------------------------------------------ plugins */

static void
test_plugins_are_listed (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal plugins");

  assert_ok (result);
  assert_out (result, "kind        name              version  id    summary\n"
                      "cipher      aes-cbc           *  0x03  *\n"
                      "compressor  lz4               *  1     *\n"
                      "store       bdb               *  -     *\n"
                      "store       memory            *  -     *\n"
                      "\nFolders, as EVENTSEAL_PLUGIN_PATH says\n  /*\n*");
}

static void
test_a_plugin_is_shown_with_its_settings (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) cipher = run (folder, "eventseal plugins aes-cbc");
  g_autoptr (Result) store = run (folder, "eventseal plugins bdb");

  assert_ok (cipher);
  assert_out (cipher, "name        aes-cbc\n"
                      "kind        cipher\n*"
                      "\nid          0x03\n"
                      "sizes       key 32, nonce 16, tag 16 bytes\n"
                      "flags       confidential*\n"
                      "settings    none\n");
  assert_ok (store);
  assert_out (store, "*\nsettings\n"
                     "  directory       path    required *"
                     "\n  locks *");
}

static void
test_refused_files_are_listed_with_the_reason (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *broken =
      evs_test_folder_write (folder, "store-broken.so", "no plugin", 0644);
  g_autofree char *stray =
      evs_test_folder_write (folder, "other.so", "no plugin", 0644);
  g_autoptr (Result) result =
      run (folder, "EVENTSEAL_PLUGIN_PATH=$PWD eventseal plugins");
  g_autoptr (Result) json =
      run (folder, "EVENTSEAL_PLUGIN_PATH=$PWD eventseal plugins --json");

  assert_ok (result);
  assert_out (result, "Refused\n"
                      "  /*/other.so: not named cipher-NAME.so, "
                      "compressor-NAME.so or store-NAME.so\n"
                      "  /*/store-broken.so: *\n*");
  assert_ok (json);
  assert_out (json, "*\"plugins\": [\n"
                    "  {\"file\": \"/*/other.so\", \"refused\": \"*\"},\n"
                    "  {\"file\": \"/*/store-broken.so\", \"refused\": "
                    "\"*\"}\n"
                    "]}\n");
}

static void
test_plugins_as_json (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal plugins --json");
  g_autoptr (GError) error = NULL;

  assert_ok (result);
  evs_json_scan ((EvsSpan){ result->out, strlen (result->out) }, NULL, &error);
  g_assert_no_error (error);
  assert_out (result, "*\"kind\": \"cipher\", \"name\": \"aes-cbc\", *"
                      "\"id\": 3, \"key_size\": 32, \"nonce_size\": 16, "
                      "\"tag_size\": 16, \"flags\": [\"confidential\"*");
}

static void
test_plugins_exists_answers_by_its_status (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) there = run (folder, "eventseal plugins --exists lz4");

  assert_ok (there);
  g_assert_cmpstr (there->out, ==, "");
  run_fails (folder, "eventseal plugins --exists lz5", 1,
             "lz5: no such plugin on the path*");
}

static void
test_plugins_show_all_that_a_configuration_may_say (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) text = run (folder, "eventseal plugins");
  g_autoptr (Result) json = run (folder, "eventseal plugins --json");

  assert_ok (text);
  assert_out (text,
              "*\n\n[eventseal]\n"
              "  format          string  required    The *\n"
              "*\n\n[mapper]\n"
              "  always-encrypt  boolean =true       *\n"
              "*\n\n[store LABEL]\n"
              "  plugin *\n"
              "  durability      choice  =sync       *: sync, flush, none\n"
              "\n[compressor LABEL]\n  plugin *\n"
              "\n[cipher LABEL]\n  plugin *\n"
              "  key-file        path    =           *\n");
  assert_ok (json);
  assert_out (json, "{\"folders\": [\"/*\"],\n\"groups\": [\n"
                    "  {\"group\": \"eventseal\", \"settings\": ["
                    "{\"key\": \"format\", \"type\": \"string\", "
                    "\"required\": true, *\"plugins\": [\n*");
}

static void
test_plugins_name_what_they_looked_into (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result =
      run (folder, "EVENTSEAL_PLUGIN_PATH=/none:$PWD/eventseal.conf:$PWD//.\n"
                   "touch eventseal.conf; eventseal plugins");

  assert_ok (result);
  assert_out (result, "\nFolders, as EVENTSEAL_PLUGIN_PATH says\n"
                      "  /none: No such file or directory\n"
                      "  /*/eventseal.conf: Not a directory\n"
                      "  /*\n\n*");
  g_assert_null (strstr (result->out, "//"));
}

static void
test_a_plugin_that_is_there_twice (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result =
      run (folder, "mkdir -m 700 more\n"
                   "cp \"$EVENTSEAL_PLUGIN_PATH\"/compressor-lz4.so more\n"
                   "EVENTSEAL_PLUGIN_PATH=$EVENTSEAL_PLUGIN_PATH:$PWD/more\n"
                   "eventseal plugins lz4");

  assert_ok (result);
  assert_out (result, "name        lz4\n*\nnot used\n"
                      "  /*/more/compressor-lz4.so: hidden by "
                      "/*/compressor-lz4.so\n");
}

static void
test_a_plugin_that_was_refused (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  g_free (evs_test_folder_write (folder, "store-broken.so", "no plugin", 0644));
  run_fails (folder, "EVENTSEAL_PLUGIN_PATH=$PWD eventseal plugins broken", 1,
             "/*/store-broken.so: too short, wanted a shared object");
  run_fails (folder,
             "EVENTSEAL_PLUGIN_PATH=$PWD eventseal plugins --exists broken", 1,
             "/*/store-broken.so: too short, wanted a shared object");
}

/* ---------------------------------------------------------- private plugins */

static void
make_private (GByteArray *data)
{
  static const guint8 sealed[] = { EVS_ENVELOPE_MAGIC, 0x81, 8, 0, 0, 0, 1 };

  g_byte_array_set_size (data, 0);
  g_byte_array_append (data, sealed, sizeof sealed);
}

/* What "eventseal COMMAND" prints of a record with private ids, where @key of
 * the configuration names further plugins. */
static void
check_names (const char *key, const char *command, const char *pattern)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("--plain", LINE (ID_A, "0", "\"state\": 1"));
  g_autofree char *fakes = evs_test_build_file ("tests/certify/.libs");
  g_autoptr (Result) result = NULL;

  replace_data (folder, ID_A, 0, make_private);
  result = run (folder,
                "EVENTSEAL_PLUGIN_PATH=$EVENTSEAL_PLUGIN_PATH:'%s'\n"
                "sed -i '/^store=/a %s' eventseal.conf; eventseal %s",
                fakes, key, command);
  assert_ok (result);
  assert_out (result, pattern);
}

static void
test_raw_names_private_plugins (void)
{
  const char *raw = "raw " ID_A " 0";

  check_names ("compressor=fake-compressor", raw,
               "*\nsuite       81 private\ncompressor  8 fake-compressor\n*");
  check_names ("also-read=fake-compressor", raw,
               "*\nsuite       81 private\ncompressor  8 fake-compressor\n*");
  check_names ("cipher=fake-cipher", raw,
               "*\nsuite       81 fake-cipher\ncompressor  8 private\n*");
  check_names ("# none", raw,
               "*\nsuite       81 private\ncompressor  8 private\n*");
}

static void
test_stats_name_private_plugins (void)
{
  check_names ("also-read=fake-compressor", "stats",
               "*\nby suite\n  0x81 private *\n"
               "by compressor\n  8 fake-compressor *");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/plugins/core",
                   test_plugins_show_all_that_a_configuration_may_say);
  g_test_add_func ("/plugins/folders", test_plugins_name_what_they_looked_into);
  g_test_add_func ("/plugins/twice", test_a_plugin_that_is_there_twice);
  g_test_add_func ("/plugins/refused-one", test_a_plugin_that_was_refused);
  g_test_add_func ("/private/raw", test_raw_names_private_plugins);
  g_test_add_func ("/private/stats", test_stats_name_private_plugins);
  g_test_add_func ("/plugins/list", test_plugins_are_listed);
  g_test_add_func ("/plugins/one", test_a_plugin_is_shown_with_its_settings);
  g_test_add_func ("/plugins/refused",
                   test_refused_files_are_listed_with_the_reason);
  g_test_add_func ("/plugins/json", test_plugins_as_json);
  g_test_add_func ("/plugins/exists",
                   test_plugins_exists_answers_by_its_status);
  return g_test_run ();
}
