/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-settings.h"
#include "evs-test.h"

/* ------------------------------------------------------------ single values */

typedef struct
{
  GPtrArray *owned;
  EvsSettingValue value;
  char *reason;
} Parsed;

static void
parsed_clear (Parsed *parsed)
{
  g_ptr_array_unref (parsed->owned);
  g_free (parsed->reason);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parsed, parsed_clear)

static gboolean
parse (const EvsSetting *setting, const char *text, Parsed *parsed)
{
  parsed->owned = g_ptr_array_new_with_free_func (g_free);
  return _evs_setting_parse (setting, text, "/base", parsed->owned,
                             &parsed->value, &parsed->reason);
}

static void
refuse (const EvsSetting *setting, const char *text, const char *reason)
{
  g_auto (Parsed) parsed = { 0 };

  g_assert_false (parse (setting, text, &parsed));
  g_assert_cmpstr (parsed.reason, ==, reason);
}

static void
take_integer (const EvsSetting *setting, const char *text, gint64 number)
{
  g_auto (Parsed) parsed = { 0 };

  g_assert_true (parse (setting, text, &parsed));
  g_assert_cmpint (parsed.value.integer, ==, number);
}

static void
take_size (const EvsSetting *setting, const char *text, guint64 size)
{
  g_auto (Parsed) parsed = { 0 };

  g_assert_true (parse (setting, text, &parsed));
  g_assert_cmpuint (parsed.value.size, ==, size);
}

static void
test_integer (void)
{
  const EvsSetting any = { .type = EVS_SETTING_INTEGER };
  const EvsSetting level = { .type = EVS_SETTING_INTEGER,
                             .minimum = -5,
                             .maximum = 22 };
  const char *none[] = { "",    " ",   "+1",  "-1",  "-",   "1 ",   " 1",
                         "1 0", "0x1", "1.0", "1e3", "ten", "1 KiB" };

  take_integer (&any, "0", 0);
  take_integer (&any, "9223372036854775807", G_MAXINT64);
  take_integer (&level, "-5", -5);
  take_integer (&level, "22", 22);

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    refuse (&any, none[i],
            "wanted a whole number, in digits alone, such as 10");
  refuse (&any, "9223372036854775808",
          "out of range, wanted 0 to 9223372036854775807");
  refuse (&any, "18446744073709551617",
          "out of range, wanted 0 to 9223372036854775807");
  refuse (&level, "-6", "out of range, wanted -5 to 22");
  refuse (&level, "23", "out of range, wanted -5 to 22");
  refuse (&level, "--1", "wanted a whole number, in digits alone, such as 10");
  refuse (&level, "-18446744073709551615", "out of range, wanted -5 to 22");
}

static void
test_size (void)
{
  const EvsSetting any = { .type = EVS_SETTING_SIZE };
  const EvsSetting cache = { .type = EVS_SETTING_SIZE,
                             .minimum = 1536,
                             .maximum = 4LL * 1024 * 1024 * 1024 };
  const char *none[] = { "",        "MiB", "1  MiB", "1 MB",   "1 mib",
                         "1MiB ",   "-1",  "+1",     "1 0",    "1,5 GiB",
                         "1 KiB 1", "1 ",  " 1",     "1.5 GiB" };

  take_size (&any, "0", 0);
  take_size (&any, "4096", 4096);
  take_size (&any, "3KiB", 3 * 1024);
  take_size (&any, "16 MiB", 16 * 1024 * 1024);
  take_size (&any, "2 GiB", 2LL * 1024 * 1024 * 1024);
  take_size (&cache, "1536", 1536);
  take_size (&cache, "4 GiB", 4LL * 1024 * 1024 * 1024);

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    refuse (&any, none[i],
            "not a size, wanted bytes or one such as 16 MiB; the units are "
            "KiB, MiB and GiB");
  refuse (&cache, "1 KiB", "out of range, wanted 1536 to 4 GiB");
  refuse (&cache, "5 GiB", "out of range, wanted 1536 to 4 GiB");
  refuse (&cache, "17179869184 GiB", "out of range, wanted 1536 to 4 GiB");
  refuse (&any, "9223372036854775808",
          "out of range, wanted 0 to 9223372036854775807");
  refuse (&any, "17179869184 GiB",
          "out of range, wanted 0 to 9223372036854775807");
  refuse (&any, "99999999999999999999",
          "out of range, wanted 0 to 9223372036854775807");
}

static void
test_boolean (void)
{
  const EvsSetting setting = { .type = EVS_SETTING_BOOLEAN };
  const char *none[] = { "", "yes", "1", "True", "true ", "on" };
  g_auto (Parsed) yes = { 0 };
  g_auto (Parsed) no = { 0 };

  g_assert_true (parse (&setting, "true", &yes));
  g_assert_cmpint (yes.value.boolean, ==, TRUE);
  g_assert_true (parse (&setting, "false", &no));
  g_assert_cmpint (no.value.boolean, ==, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    refuse (&setting, none[i], "wanted true or false");
}

static void
test_choice (void)
{
  const char *const words[] = { "fast", "small", NULL };
  const EvsSetting setting = { .type = EVS_SETTING_CHOICE, .choices = words };
  g_auto (Parsed) parsed = { 0 };

  g_assert_true (parse (&setting, "small", &parsed));
  g_assert_true (parsed.value.string == words[1]);
  refuse (&setting, "", "wanted one of fast, small");
  refuse (&setting, "Fast", "wanted one of fast, small");
}

static void
take_list (const char *text, const char *words)
{
  const EvsSetting setting = { .type = EVS_SETTING_LIST };
  g_auto (Parsed) parsed = { 0 };
  g_autofree char *joined = NULL;

  g_assert_true (parse (&setting, text, &parsed));
  joined = g_strjoinv ("|", (char **) parsed.value.list);
  g_assert_cmpstr (joined, ==, words);
}

static void
test_list (void)
{
  const EvsSetting setting = { .type = EVS_SETTING_LIST };
  const char *reason = "an empty word, wanted a list such as one;two";

  take_list ("", "");
  take_list (" ", "");
  take_list ("one", "one");
  take_list ("one;two", "one|two");
  take_list (" one ; two words ; ", "one|two words");
  refuse (&setting, ";", reason);
  refuse (&setting, "one;;two", reason);
  refuse (&setting, ";one", reason);
  refuse (&setting, "one;;", reason);
}

static void
test_string_and_path (void)
{
  const EvsSetting string = { .type = EVS_SETTING_STRING };
  const EvsSetting path = { .type = EVS_SETTING_PATH };
  g_auto (Parsed) any = { 0 };
  g_auto (Parsed) relative = { 0 };
  g_auto (Parsed) absolute = { 0 };

  g_assert_true (parse (&string, " any; thing ", &any));
  g_assert_cmpstr (any.value.string, ==, " any; thing ");
  g_assert_true (parse (&path, "events", &relative));
  g_assert_cmpstr (relative.value.string, ==, "/base/events");
  g_assert_true (parse (&path, "/var/events", &absolute));
  g_assert_cmpstr (absolute.value.string, ==, "/var/events");
  refuse (&path, "", "empty, wanted a path");
}

/* ------------------------------------------------------------------- tables */

/* As from a host of a later minor version. */
typedef struct
{
  EvsSetting setting;
  gint64 later;
} LaterSetting;

static const LaterSetting later_settings[] = {
  { { .key = "directory",
      .type = EVS_SETTING_PATH,
      .flags = EVS_SETTING_REQUIRED },
    -1 },
  { { .key = "cache-size",
      .type = EVS_SETTING_SIZE,
      .default_value = "64 MiB",
      .minimum = 1024 * 1024 },
    -1 },
  { { .key = "fill", .type = EVS_SETTING_STRING }, -1 },
};

static const EvsSettingTable later_table = { &later_settings[0].setting,
                                             G_N_ELEMENTS (later_settings),
                                             sizeof (LaterSetting) };

static EvsSettings *
read_table (const char *text, GError **error)
{
  g_autoptr (EvsConfigText) parsed =
      _evs_config_text_new ("a.conf", "/base", text, -1, error);

  g_assert_no_error (*error);
  return _evs_settings_read (parsed, _evs_config_text_find (parsed, "store x"),
                             &later_table,
                             _evs_setting_host_table (EVS_PLUGIN_STORE), error);
}

static void
test_table (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsSettings) settings =
      read_table ("[store x]\ncache-size=1 GiB\ndirectory=events\n", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (settings->n_values, ==, 3);
  g_assert_cmpstr (settings->values[0].string, ==, "/base/events");
  g_assert_cmpuint (settings->values[1].size, ==, 1024 * 1024 * 1024);
  g_assert_null (settings->values[2].string);
}

static void
test_table_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsSettings) settings =
      read_table ("[store x]\ndirectory=/e\nfill=\n", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (settings->values[1].size, ==, 64 * 1024 * 1024);
  g_assert_cmpstr (settings->values[2].string, ==, "");
}

static void
refuse_table (const char *text, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_table (text, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG, message);
}

static void
test_table_unknown_key (void)
{
  refuse_table ("[store x]\ndirectory=e\n\ncach-size=1\n",
                "a.conf:4: [store x] cach-size: unknown key; did you mean "
                "cache-size?");
  /* The host's own keys may be meant too. */
  refuse_table ("[store x]\ndurabilty=none\n",
                "a.conf:2: [store x] durabilty: unknown key; did you mean "
                "durability?");
  refuse_table ("[store x]\nxyzzy=1\n",
                "a.conf:2: [store x] xyzzy: unknown key");
}

static void
test_table_missing_key (void)
{
  refuse_table ("\n[store x]\ncache-size=4 MiB\n",
                "a.conf:2: [store x] directory: missing, and must be "
                "given");
}

static void
test_table_bad_value (void)
{
  refuse_table ("[store x]\ndirectory=e\ncache-size=1\n",
                "a.conf:3: [store x] cache-size: out of range, wanted 1 MiB "
                "to 9223372036854775807");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/setting/integer", test_integer);
  g_test_add_func ("/setting/size", test_size);
  g_test_add_func ("/setting/boolean", test_boolean);
  g_test_add_func ("/setting/choice", test_choice);
  g_test_add_func ("/setting/list", test_list);
  g_test_add_func ("/setting/string-and-path", test_string_and_path);

  g_test_add_func ("/settings/table", test_table);
  g_test_add_func ("/settings/defaults", test_table_defaults);
  g_test_add_func ("/settings/unknown-key", test_table_unknown_key);
  g_test_add_func ("/settings/missing-key", test_table_missing_key);
  g_test_add_func ("/settings/bad-value", test_table_bad_value);

  return g_test_run ();
}
