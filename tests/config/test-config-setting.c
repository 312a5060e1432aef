/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a host reads of a configuration, and sets in it from code. */

#include "evs-config-private.h"
#include "evs-test.h"

#define MAIN "[eventseal]\nformat=1\nstore=bdb\n"

static EvsConfig *
config_new (const char *text)
{
  g_autoptr (GError) error = NULL;
  EvsConfig *config = evs_config_new_from_data (text, -1, "/base", &error);

  g_assert_no_error (error);
  return config;
}

#define BDB MAIN "[store bdb]\ndirectory=events\n"

static void
test_setting_from_code (void)
{
  g_autoptr (EvsConfig) config = config_new (BDB "create=true\n");
  const EvsConfigGroup *store;

  g_assert_cmpstr (evs_config_get_setting (config, EVS_PLUGIN_STORE, "create"),
                   ==, "true");
  g_assert_true (
      evs_config_set_setting (config, EVS_PLUGIN_STORE, "create", "false"));
  g_assert_true (
      evs_config_set_setting (config, EVS_PLUGIN_STORE, "locks", "1000"));
  g_assert_cmpstr (evs_config_get_setting (config, EVS_PLUGIN_STORE, "create"),
                   ==, "false");
  g_assert_cmpstr (evs_config_get_setting (config, EVS_PLUGIN_STORE, "locks"),
                   ==, "1000");

  store = _evs_config_get_group (config, EVS_PLUGIN_STORE);
  g_assert_cmpuint (store->n_entries, ==, 3);
  g_assert_cmpstr (store->entries[1].value, ==, "false");
  g_assert_cmpuint (store->entries[1].line, ==, 6);
  g_assert_cmpstr (store->entries[2].key, ==, "locks");
  g_assert_cmpuint (store->entries[2].line, ==, 4);
}

static void
test_setting_of_nobody (void)
{
  g_autoptr (EvsConfig) config = config_new (BDB);

  g_assert_null (evs_config_get_setting (config, EVS_PLUGIN_STORE, "create"));
  g_assert_null (
      evs_config_get_setting (config, EVS_PLUGIN_CIPHER, "key-file"));
  g_assert_false (
      evs_config_set_setting (config, EVS_PLUGIN_CIPHER, "rounds", "1"));
  g_assert_false (
      evs_config_set_setting (config, EVS_PLUGIN_STORE, "plugin", "memory"));
}

static void
test_also_read_is_told (void)
{
  g_autoptr (EvsConfig) none = config_new (MAIN);
  g_autoptr (EvsConfig) two = config_new (MAIN "also-read=lz4;zstd\n");

  g_assert_cmpuint (g_strv_length ((char **) evs_config_get_also_read (none)),
                    ==, 0);
  g_assert_cmpstr (evs_config_get_also_read (two)[1], ==, "zstd");
}

static void
test_paths_are_tidy (void)
{
  g_autoptr (EvsConfig) config = config_new (
      MAIN "cipher=aes-cbc\n[cipher aes-cbc]\nkey-file=.//keys/./../a//\n");

  g_assert_cmpstr (_evs_config_get_group (config, EVS_PLUGIN_CIPHER)->key_file,
                   ==, "/base/keys/../a");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/config/setting/from-code", test_setting_from_code);
  g_test_add_func ("/config/setting/of-nobody", test_setting_of_nobody);
  g_test_add_func ("/config/also-read-is-told", test_also_read_is_told);
  g_test_add_func ("/config/paths-are-tidy", test_paths_are_tidy);
  return g_test_run ();
}
