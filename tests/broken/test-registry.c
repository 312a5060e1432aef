/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-handle.h"
#include "evs-registry.h"
#include "evs-test.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* The linker puts this in the place of getauxval () (see local.mk), so that a
 * test can look like a program with the set-user-id bit. */
unsigned long __wrap_getauxval (unsigned long type);
unsigned long __real_getauxval (unsigned long type);

static gboolean secure;

unsigned long
__wrap_getauxval (unsigned long type)
{
  return secure && type == AT_SECURE ? 1 : __real_getauxval (type);
}

/* ---------------------------------------------------------------- fixture */

/* Two folders: the first empty, the second with the good plugin. The file's
 * name is another in every test, as a process keeps what it has loaded. */
typedef struct
{
  EvsTestFolder *first;
  EvsTestFolder *second;
  char *file; /* in the second */
  char *path; /* "FIRST:SECOND" */
} Place;

static void
copy_good (const char *to)
{
  g_autofree char *good =
      evs_test_build_file ("tests/broken/.libs/compressor-good.so");
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (good, &bytes, &size, &error));
  g_assert_true (g_file_set_contents (to, bytes, (gssize) size, &error));
  g_assert_cmpint (g_chmod (to, 0755), ==, 0);
}

static void
place_set_up (Place *place, gconstpointer unused)
{
  place->first = evs_test_folder_new ();
  place->second = evs_test_folder_new ();
  place->file = evs_test_folder_file (place->second, "compressor-good.so");
  place->path =
      g_strconcat (place->first->path, ":", place->second->path, NULL);
  copy_good (place->file);
  g_setenv ("EVENTSEAL_PLUGIN_PATH", place->path, TRUE);
}

static void
place_tear_down (Place *place, gconstpointer unused)
{
  secure = FALSE;
  g_free (place->path);
  g_free (place->file);
  evs_test_folder_free (place->second);
  evs_test_folder_free (place->first);
}

static const EvsPlugin *
get (const char *name, GError **error)
{
  return _evs_registry_get (EVS_PLUGIN_COMPRESSOR, name, NULL, error);
}

/* --------------------------------------------------------------- the path */

static void
check_path (const char *const *config_path, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) folders = _evs_registry_get_path (config_path, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  joined = g_strjoinv (":", folders);
  if (!g_pattern_match_simple (wanted, joined))
    g_error ("%s, wanted %s", joined, wanted);
}

static const char *const config_path[] = { "/config/a", "/config/b", NULL };

static void
test_environment_replaces_all (Place *place, gconstpointer unused)
{
  check_path (NULL, place->path);
  check_path (config_path, place->path);
  g_setenv ("EVENTSEAL_PLUGIN_PATH", "/alone", TRUE);
  check_path (config_path, "/alone");
}

static void
test_config_before_compiled_in (Place *place, gconstpointer unused)
{
  g_unsetenv ("EVENTSEAL_PLUGIN_PATH");
  check_path (NULL, "/*/eventseal");
  check_path (config_path, "/config/a:/config/b:/*/eventseal");
}

static void
test_folders_are_tidy (Place *place, gconstpointer unused)
{
  g_setenv ("EVENTSEAL_PLUGIN_PATH", "/a//b/./c/:/./d/.:/", TRUE);
  check_path (NULL, "/a/b/c:/d:/");
}

static void
test_secure_ignores_environment (Place *place, gconstpointer unused)
{
  secure = TRUE;
  check_path (NULL, "/*/eventseal");
  check_path (config_path, "/config/a:/config/b:/*/eventseal");
}

static void
test_environment_must_be_absolute (Place *place, gconstpointer unused)
{
  const char *bad[] = { "", "plugins", "/a:", ":/a", "/a::/b", "/a:b" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_setenv ("EVENTSEAL_PLUGIN_PATH", bad[i], TRUE);
      g_assert_null (get ("good", &error));
      evs_assert_error (error, EVS_ERROR_PLUGIN,
                        "EVENTSEAL_PLUGIN_PATH: an empty or relative folder, "
                        "wanted absolute ones with ':' between them");
    }
}

/* ---------------------------------------------------------------- loading */

static void
test_loaded_once (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  const EvsPlugin *plugin = get ("good", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (plugin->name, ==, "good");
  g_assert_true (get ("good", &error) == plugin);
  g_assert_cmpstr (_evs_registry_get_file (plugin), ==, place->file);
  g_assert_null (_evs_registry_get_file (NULL));
}

/* A new file in the place of one that is loaded: the loaded one stays. */
static void
test_replaced_file_is_not_loaded (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  const EvsPlugin *plugin = get ("good", &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (place->file), ==, 0);
  copy_good (place->file);
  g_assert_true (get ("good", &error) == plugin);
}

static void
test_first_folder_wins (Place *place, gconstpointer unused)
{
  g_autofree char *file =
      evs_test_folder_file (place->first, "compressor-good.so");
  g_autoptr (GError) error = NULL;
  const EvsPlugin *second = get ("good", &error);
  const EvsPlugin *first;

  g_assert_no_error (error);
  copy_good (file);
  first = get ("good", &error);
  g_assert_no_error (error);
  g_assert_true (first != second);
  g_assert_cmpstr (_evs_registry_get_file (first), ==, file);
}

/* A plugin that is refused does not give way to one further behind. */
static void
test_refusal_ends_the_search (Place *place, gconstpointer unused)
{
  g_autofree char *file =
      evs_test_folder_write (place->first, "compressor-good.so", "", 0757);
  g_autofree char *message = g_strconcat (file, ": mode 0757 *", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (get ("good", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, message);
}

static void
test_refusal_can_be_mended (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_chmod (place->file, 0757), ==, 0);
  g_assert_null (get ("good", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, "*: mode 0757 *");
  g_assert_cmpint (g_chmod (place->file, 0755), ==, 0);
  g_assert_nonnull (get ("good", &error));
  g_assert_no_error (error);
}

/* Even one that is loaded already. */
static void
test_exposed_file_is_refused (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (get ("good", &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (place->file, 0757), ==, 0);
  g_assert_null (get ("good", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, "*: mode 0757 *");
}

static void
test_not_found (Place *place, gconstpointer unused)
{
  g_autofree char *near =
      g_strdup_printf ("compressor-goood.so: not found in %s, %s, as "
                       "EVENTSEAL_PLUGIN_PATH says; did you mean good?",
                       place->first->path, place->second->path);
  g_autofree char *far = g_strdup_printf (
      "compressor-xyzzy.so: not found in %s, %s, as EVENTSEAL_PLUGIN_PATH says",
      place->first->path, place->second->path);
  g_autoptr (GError) error = NULL;

  /* Nearer, but not a compressor. */
  g_free (evs_test_folder_write (place->second, "store-goood.so", "", 0644));
  g_free (
      evs_test_folder_write (place->second, "compressor-goood.la", "", 0644));
  g_assert_null (get ("goood", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, near);
  g_assert_null (get ("xyzzy", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, far);
  g_assert_null (_evs_registry_get (EVS_PLUGIN_CIPHER, "good", NULL, &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, "cipher-good.so: not found in *");
}

static void
test_nearest_in_any_folder (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_free (evs_test_folder_write (place->first, "compressor-zstd.so", "", 0644));
  g_assert_null (get ("zstandard", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, "*: not found in *");
  g_assert_null (get ("zst", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, "*; did you mean zstd?");
}

static gpointer
get_in_thread (gpointer data)
{
  return (gpointer) get ("good", NULL);
}

static void
test_threads_get_the_same (Place *place, gconstpointer unused)
{
  GThread *threads[8];
  gconstpointer plugins[8];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("get", get_in_thread, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    plugins[i] = g_thread_join (threads[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_assert_nonnull (plugins[i]);
      g_assert_true (plugins[i] == plugins[0]);
    }
}

/* ---------------------------------------------------------------- handles */

static EvsHandle *
handle_of (const char *group, GError **error)
{
  g_autofree char *text = g_strconcat (
      "[eventseal]\nformat=1\nstore=bdb\ncompressor=good\n", group, NULL);
  g_autoptr (EvsConfig) config =
      evs_config_new_from_data (text, -1, NULL, error);

  g_assert_no_error (*error);
  return _evs_handle_new (
      config, _evs_config_get_group (config, EVS_PLUGIN_COMPRESSOR), error);
}

static void
test_handle (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsHandle) handle = handle_of ("", &error);
  EvsHandle *again;

  g_assert_no_error (error);
  g_assert_cmpstr (handle->plugin->name, ==, "good");
  g_assert_cmpuint (handle->settings->n_values, ==, 0);
  again = _evs_handle_ref (handle);
  _evs_handle_unref (again);
  g_assert_cmpstr (handle->plugin->name, ==, "good");
}

static void
test_handle_refuses_setting (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (handle_of ("[compressor good]\nplugn=good\n", &error));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "(data):6: [compressor good] plugn: unknown key; did you "
                    "mean plugin?");
}

static void
test_handle_without_plugin (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (handle_of ("[compressor good]\nplugin=nix\n", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN,
                    "(data):6: [compressor good] plugin: compressor-nix.so: "
                    "not found in *");
}

/* A wrong environment is no fault of the configuration. */
static void
test_handle_with_a_wrong_path (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("EVENTSEAL_PLUGIN_PATH", "relative", TRUE);
  g_assert_null (handle_of ("", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, "EVENTSEAL_PLUGIN_PATH: *");
}

static void
test_prefix_is_put_once (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsHandle) handle = handle_of ("", &error);
  g_autoptr (GError) answer =
      g_error_new (EVS_ERROR, EVS_ERROR_IO, "the disk is gone");

  _evs_handle_prefix_error (handle, &answer);
  _evs_handle_prefix_error (handle, &answer);
  evs_assert_error (answer, EVS_ERROR_IO, "good: the disk is gone");
  _evs_handle_prefix_error (handle, &answer);
  _evs_handle_prefix_error (handle, NULL);
}

static void
add (const char *name, void (*test) (Place *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/registry/", name, NULL);

  g_test_add (path, Place, NULL, place_set_up, test, place_tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("path/environment-replaces-all", test_environment_replaces_all);
  add ("path/config-before-compiled-in", test_config_before_compiled_in);
  add ("path/folders-are-tidy", test_folders_are_tidy);
  add ("path/secure-ignores-environment", test_secure_ignores_environment);
  add ("path/environment-must-be-absolute", test_environment_must_be_absolute);
  add ("loaded-once", test_loaded_once);
  add ("replaced-file-is-not-loaded", test_replaced_file_is_not_loaded);
  add ("first-folder-wins", test_first_folder_wins);
  add ("refusal-ends-the-search", test_refusal_ends_the_search);
  add ("refusal-can-be-mended", test_refusal_can_be_mended);
  add ("exposed-file-is-refused", test_exposed_file_is_refused);
  add ("not-found", test_not_found);
  add ("nearest-in-any-folder", test_nearest_in_any_folder);
  add ("handle", test_handle);
  add ("handle/refuses-setting", test_handle_refuses_setting);
  add ("handle/without-plugin", test_handle_without_plugin);
  add ("handle/with-a-wrong-path", test_handle_with_a_wrong_path);
  add ("handle/prefix-is-put-once", test_prefix_is_put_once);
  /* Last: the others change the environment. */
  add ("threads-get-the-same", test_threads_get_the_same);

  return g_test_run ();
}
