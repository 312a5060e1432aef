/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-config-private.h"
#include "evs-test.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAIN "[eventseal]\nformat=1\nstore=bdb\n"
#define CIPHER MAIN "cipher=aes-cbc\n"

static EvsConfig *
config_new (const char *text)
{
  g_autoptr (GError) error = NULL;
  EvsConfig *config = evs_config_new_from_data (text, -1, "/base", &error);

  g_assert_no_error (error);
  return config;
}

/* ---------------------------------------------------------- what is taken */

static void
test_example (void)
{
  g_autoptr (EvsConfig) config = config_new ("[eventseal]\n"
                                             "format=1\n"
                                             "store=bdb\n"
                                             "compressor=lz4\n"
                                             "cipher=aes-cbc\n"
                                             "\n"
                                             "[store bdb]\n"
                                             "directory=events\n"
                                             "\n"
                                             "[cipher aes-cbc]\n"
                                             "key-file=secret.key\n");
  const EvsConfigGroup *store =
      _evs_config_get_group (config, EVS_PLUGIN_STORE);
  const EvsConfigGroup *cipher =
      _evs_config_get_group (config, EVS_PLUGIN_CIPHER);
  const EvsConfigGroup *compressor =
      _evs_config_get_group (config, EVS_PLUGIN_COMPRESSOR);

  g_assert_cmpstr (store->plugin, ==, "bdb");
  g_assert_cmpuint (store->line, ==, 7);
  g_assert_cmpuint (store->n_entries, ==, 1);
  g_assert_cmpstr (store->entries[0].key, ==, "directory");
  g_assert_cmpstr (store->entries[0].value, ==, "events");
  g_assert_cmpuint (store->entries[0].line, ==, 8);
  g_assert_cmpstr (cipher->key_file, ==, "/base/secret.key");
  g_assert_cmpuint (cipher->n_entries, ==, 0);
  /* Named, but without a group of its own: the line is that of its name. */
  g_assert_cmpstr (compressor->name, ==, "compressor lz4");
  g_assert_cmpuint (compressor->line, ==, 4);
  g_assert_cmpuint (compressor->n_entries, ==, 0);
}

static void
test_defaults (void)
{
  g_autoptr (EvsConfig) config = config_new (MAIN);
  const EvsMapperSettings *mapper = _evs_config_get_mapper (config);

  g_assert_true (mapper->always_encrypt);
  g_assert_null (mapper->encrypt_topics);
  g_assert_false (mapper->read_any);
  g_assert_cmpuint (mapper->min_size, ==, 128);
  g_assert_cmpuint (mapper->max_state_size, ==, 16 * 1024 * 1024);
  g_assert_true (mapper->record_time);
  g_assert_cmpint (_evs_config_get_durability (config), ==,
                   EVS_DURABILITY_SYNC);
  g_assert_null (_evs_config_get_group (config, EVS_PLUGIN_CIPHER));
  g_assert_null (_evs_config_get_group (config, EVS_PLUGIN_COMPRESSOR));
  g_assert_null (_evs_config_get_plugin_path (config));
  g_assert_null (_evs_config_get_also_read (config));
}

static void
test_mapper (void)
{
  g_autoptr (EvsConfig) config = config_new (CIPHER "[mapper]\n"
                                                    "always-encrypt=false\n"
                                                    "encrypt-topics=A.B; C.D;\n"
                                                    "read=any\n"
                                                    "min-size=0\n"
                                                    "max-state-size=1 GiB\n"
                                                    "record-time=false\n");
  const EvsMapperSettings *mapper = _evs_config_get_mapper (config);

  g_assert_false (mapper->always_encrypt);
  g_assert_cmpstr (mapper->encrypt_topics[0], ==, "A.B");
  g_assert_cmpstr (mapper->encrypt_topics[1], ==, "C.D");
  g_assert_null (mapper->encrypt_topics[2]);
  g_assert_true (mapper->read_any);
  g_assert_cmpuint (mapper->min_size, ==, 0);
  g_assert_cmpuint (mapper->max_state_size, ==, 1024 * 1024 * 1024);
  g_assert_false (mapper->record_time);
}

static void
test_durability (void)
{
  g_autoptr (EvsConfig) flush =
      config_new (MAIN "[store bdb]\ndurability=flush\n");
  g_autoptr (EvsConfig) none =
      config_new (MAIN "[store bdb]\ndurability=none\n");

  g_assert_cmpint (_evs_config_get_durability (flush), ==,
                   EVS_DURABILITY_FLUSH);
  g_assert_cmpint (_evs_config_get_durability (none), ==, EVS_DURABILITY_NONE);
}

static void
test_labels (void)
{
  g_autoptr (EvsConfig) config = config_new ("[eventseal]\n"
                                             "format=1\n"
                                             "store=main\n"
                                             "[store main]\n"
                                             "plugin=bdb\n"
                                             "durability=sync\n"
                                             "directory=/events\n");
  const EvsConfigGroup *store =
      _evs_config_get_group (config, EVS_PLUGIN_STORE);

  g_assert_cmpstr (store->label, ==, "main");
  g_assert_cmpstr (store->plugin, ==, "bdb");
  g_assert_cmpuint (store->n_entries, ==, 1);
  g_assert_true (_evs_config_find_group (config, EVS_PLUGIN_STORE, "bdb")
                 == store);
  g_assert_null (_evs_config_find_group (config, EVS_PLUGIN_STORE, "main"));
}

static void
test_also_read (void)
{
  g_autoptr (EvsConfig) config =
      config_new (CIPHER "also-read=aes-gcm;zstd;lz4\n"
                         "[cipher old]\n"
                         "plugin=aes-gcm\n"
                         "key-file=/old.key\n"
                         "[compressor zstd]\n"
                         "level=3\n");
  const EvsConfigGroup *old =
      _evs_config_find_group (config, EVS_PLUGIN_CIPHER, "aes-gcm");
  const EvsConfigGroup *lz4 =
      _evs_config_find_group (config, EVS_PLUGIN_COMPRESSOR, "lz4");

  g_assert_cmpstr (old->label, ==, "old");
  g_assert_cmpstr (old->key_file, ==, "/old.key");
  g_assert_cmpstr (
      _evs_config_find_group (config, EVS_PLUGIN_COMPRESSOR, "zstd")
          ->entries[0]
          .key,
      ==, "level");
  g_assert_cmpuint (lz4->line, ==, 5);
  /* also-read= does not tell the kind. */
  g_assert_nonnull (_evs_config_find_group (config, EVS_PLUGIN_CIPHER, "lz4"));
  /* A group does, and a record must not choose another plugin. */
  g_assert_null (
      _evs_config_find_group (config, EVS_PLUGIN_COMPRESSOR, "aes-gcm"));
  g_assert_null (_evs_config_find_group (config, EVS_PLUGIN_CIPHER, "null"));
}

static void
test_layout (void)
{
  g_autoptr (EvsConfig) config = config_new ("# comment\r\n"
                                             "\r\n"
                                             "  [eventseal]\r\n"
                                             "\t# another\n"
                                             "  format = 1\r\n"
                                             "store=\tbdb\n"
                                             "[store bdb]\n"
                                             "directory=a#b\\s#\\sc\\\\d");

  g_assert_cmpstr (
      _evs_config_get_group (config, EVS_PLUGIN_STORE)->entries[0].value, ==,
      "a#b # c\\d");
}

static void
test_length_is_heeded (void)
{
  const char text[] = MAIN "what follows is not part of it";
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config =
      evs_config_new_from_data (text, strlen (MAIN), NULL, &error);
  g_autofree char *here = g_get_current_dir ();

  g_assert_no_error (error);
  g_assert_cmpstr (_evs_config_get_name (config), ==, "(data)");
  g_assert_cmpstr (_evs_config_get_folder (config), ==, here);

  g_assert_null (evs_config_new_from_data (text, 0, NULL, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "(data): no group [eventseal], wanted one with "
                    "format= and store=");
}

static void
test_groups_in_any_order (void)
{
  g_autoptr (EvsConfig) config =
      config_new ("[store bdb]\ndirectory=/events\n" MAIN);

  g_assert_cmpuint (_evs_config_get_group (config, EVS_PLUGIN_STORE)->n_entries,
                    ==, 1);
}

static void
test_boxed (void)
{
  g_autoptr (EvsConfig) config = config_new (MAIN);
  EvsConfig *copy = g_boxed_copy (EVS_TYPE_CONFIG, config);

  g_assert_true (copy == config);
  g_boxed_free (EVS_TYPE_CONFIG, copy);
}

/* ------------------------------------------------------------------ files */

static void
test_file (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_write (
      folder, "a.conf", CIPHER "[cipher aes-cbc]\nkey-file=k/../x.key\n", 0600);
  g_autofree char *key = evs_test_folder_file (folder, "k/../x.key");
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = evs_config_new_from_file (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (_evs_config_get_name (config), ==, path);
  g_assert_cmpstr (_evs_config_get_folder (config), ==, folder->path);
  /* The system resolves "..": k may be a link. */
  g_assert_cmpstr (_evs_config_get_group (config, EVS_PLUGIN_CIPHER)->key_file,
                   ==, key);
}

static void
test_file_by_relative_path (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path =
      evs_test_folder_write (folder, "a.conf", MAIN "typo=1\n", 0600);
  g_autofree char *here = g_get_current_dir ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (chdir (folder->path), ==, 0);
  g_assert_null (evs_config_new_from_file ("a.conf", &error));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "a.conf:4: [eventseal] typo: unknown key");
  g_assert_cmpint (truncate (path, strlen (MAIN)), ==, 0);
  {
    g_autoptr (EvsConfig) config = evs_config_new_from_file ("a.conf", &error);

    g_assert_no_error (error);
    g_assert_cmpint (chdir (here), ==, 0);
    g_assert_true (g_path_is_absolute (_evs_config_get_folder (config)));
  }
}

static void
refuse_file (const char *path, EvsError code, const char *what)
{
  g_autofree char *message = g_strconcat (path, ": ", what, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (evs_config_new_from_file (path, &error));
  evs_assert_error (error, code, message);
}

static void
test_no_such_file (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "none.conf");

  refuse_file (path, EVS_ERROR_IO, "No such file or directory");
}

static void
test_folder_is_no_file (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  refuse_file (folder->path, EVS_ERROR_CONFIG, "a folder, wanted a file");
}

/* And nobody waits for its other end. */
static void
test_pipe_is_no_file (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "pipe");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  refuse_file (path, EVS_ERROR_CONFIG, "not a regular file, wanted a file");
}

static void
test_size_limit (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path =
      evs_test_folder_write (folder, "a.conf", MAIN "#", 0600);
  g_autofree char *text = g_strnfill (1024 * 1024 - strlen (MAIN), '#');
  g_autofree char *most = g_strconcat (MAIN, text, NULL);
  g_autofree char *more = g_strconcat (most, "#", NULL);
  g_autoptr (EvsConfig) config = config_new (most);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (config);
  g_assert_null (evs_config_new_from_data (more, -1, NULL, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG, "(data): over the limit of 1 MiB");
  g_assert_cmpint (truncate (path, 1024 * 1024 + 1), ==, 0);
  refuse_file (path, EVS_ERROR_CONFIG, "over the limit of 1 MiB");
}

static void
test_name_is_one_line (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path =
      evs_test_folder_write (folder, "a\nb\xFF.conf", "", 0600);
  g_autoptr (GError) error = NULL;

  g_assert_null (evs_config_new_from_file (path, &error));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "*/a?b*.conf: no group [eventseal], wanted *");
}

/* ------------------------------------------------------------------- keys */

static GBytes *
key_of (gsize size, guint8 last)
{
  guint8 *key = g_malloc0 (size);

  key[size - 1] = last;
  return g_bytes_new_take (key, size);
}

static void
test_key (void)
{
  g_autoptr (EvsConfig) config = config_new (CIPHER "also-read=aes-gcm\n");
  const EvsConfigGroup *cipher =
      _evs_config_get_group (config, EVS_PLUGIN_CIPHER);
  g_autoptr (GBytes) first = key_of (16, 1);
  g_autoptr (GBytes) second = key_of (32, 2);
  g_autoptr (GError) error = NULL;

  g_assert_null (cipher->key);
  g_assert_true (evs_config_set_key (config, NULL, first, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (cipher->key->size, ==, 16);

  g_assert_true (evs_config_set_key (config, "aes-cbc", second, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (cipher->key->data, (int) cipher->key->size,
                   g_bytes_get_data (second, NULL), 32);

  g_assert_true (evs_config_set_key (config, "aes-gcm", first, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (
      _evs_config_find_group (config, EVS_PLUGIN_CIPHER, "aes-gcm")->key->size,
      ==, 16);
}

static void
test_key_sizes (void)
{
  g_autoptr (EvsConfig) config = config_new (CIPHER);

  for (gsize size = 1; size < 80; size++)
    {
      g_autoptr (GBytes) key = key_of (size, 1);
      g_autofree char *message =
          g_strdup_printf ("(data): [cipher aes-cbc]: a key of %" G_GSIZE_FORMAT
                           " bytes, not of 16, 24 or 32",
                           size);
      g_autoptr (GError) error = NULL;

      if (evs_config_set_key (config, NULL, key, &error))
        g_assert_true (size == 16 || size == 24 || size == 32);
      else
        evs_assert_error (error, EVS_ERROR_KEY, message);
    }
}

static void
refuse_key (const char *text, const char *label, guint8 last, EvsError code,
            const char *message)
{
  g_autoptr (EvsConfig) config = config_new (text);
  g_autoptr (GBytes) key = key_of (32, last);
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_config_set_key (config, label, key, &error));
  evs_assert_error (error, code, message);
}

/* One byte of it is enough, wherever it is. */
static void
test_key_of_zeros (void)
{
  g_autoptr (EvsConfig) config = config_new (CIPHER);
  guint8 bytes[32] = { 1 };
  g_autoptr (GBytes) key = g_bytes_new (bytes, sizeof bytes);

  g_assert_true (evs_config_set_key (config, NULL, key, NULL));
  refuse_key (CIPHER, NULL, 0, EVS_ERROR_KEY,
              "(data): [cipher aes-cbc]: a key of zeros only, not of "
              "random bytes");
}

static void
test_key_without_cipher (void)
{
  refuse_key (MAIN, NULL, 1, EVS_ERROR_CONFIG,
              "(data): [eventseal] cipher: missing, so no cipher needs a key");
}

static void
test_key_for_unknown_label (void)
{
  refuse_key (CIPHER, "aes-cbd", 1, EVS_ERROR_CONFIG,
              "(data): no cipher of the label that was given; did you mean "
              "aes-cbc?");
}

static void
test_key_beside_key_file (void)
{
  refuse_key (CIPHER "[cipher aes-cbc]\n\nkey-file=x\n", NULL, 1,
              EVS_ERROR_CONFIG,
              "(data):7: [cipher aes-cbc] key-file: given as well as a key "
              "from code, wanted one of the two");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/config/example", test_example);
  g_test_add_func ("/config/defaults", test_defaults);
  g_test_add_func ("/config/mapper", test_mapper);
  g_test_add_func ("/config/durability", test_durability);
  g_test_add_func ("/config/labels", test_labels);
  g_test_add_func ("/config/also-read", test_also_read);
  g_test_add_func ("/config/layout", test_layout);
  g_test_add_func ("/config/length-is-heeded", test_length_is_heeded);
  g_test_add_func ("/config/groups-in-any-order", test_groups_in_any_order);
  g_test_add_func ("/config/boxed", test_boxed);
  g_test_add_func ("/config/file", test_file);
  g_test_add_func ("/config/file/by-relative-path", test_file_by_relative_path);
  g_test_add_func ("/config/file/none", test_no_such_file);
  g_test_add_func ("/config/file/folder", test_folder_is_no_file);
  g_test_add_func ("/config/file/pipe", test_pipe_is_no_file);
  g_test_add_func ("/config/file/size-limit", test_size_limit);
  g_test_add_func ("/config/file/name-is-one-line", test_name_is_one_line);

  g_test_add_func ("/config/key", test_key);
  g_test_add_func ("/config/key/sizes", test_key_sizes);
  g_test_add_func ("/config/key/zeros", test_key_of_zeros);
  g_test_add_func ("/config/key/without-cipher", test_key_without_cipher);
  g_test_add_func ("/config/key/unknown-label", test_key_for_unknown_label);
  g_test_add_func ("/config/key/beside-key-file", test_key_beside_key_file);

  return g_test_run ();
}
