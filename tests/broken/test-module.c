/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plugins that are refused, and the words in which they are. Each is a file
 * of its own (see local.mk), broken in one way.
 */

#include "evs-module.h"
#include "evs-test.h"

#include <glib/gstdio.h>

#include <unistd.h>

/* ---------------------------------------------------------- broken inside */

typedef struct
{
  const char *name;
  const char *fact; /* a glob for what stands behind the file */
} Broken;

static const Broken broken[] = {
  { "magic", "magic 0x21212121, wanted 0x45565331" },
  { "major", "built for plugin ABI 9.0, this library has 1.0" },
  { "minor", "built for plugin ABI 1.7, this library has 1.0" },
  { "size", "a descriptor of 16 bytes, wanted at least *" },
  { "kind", "a store, wanted a compressor" },
  { "name", "named other, wanted name" },
  { "slot",
    "without the function decompress, which a compressor must provide" },
  { "absent", "no symbol evs_plugin_absent_describe, wanted the entry point of "
              "a plugin" },
  { "null", "the symbol evs_plugin_null_describe is NULL, wanted a function" },
  { "nothing", "describes nothing, wanted a descriptor" },
  { "unresolved", "undefined symbol: evs_broken_nowhere" },
};

static const EvsPlugin *
load (const char *folder, const char *name, GError **error)
{
  g_autofree char *file =
      _evs_module_locate (folder, EVS_PLUGIN_COMPRESSOR, name, error);

  if (file == NULL)
    return NULL;
  return _evs_module_open (file, EVS_PLUGIN_COMPRESSOR, name, error);
}

static void
test_broken (gconstpointer data)
{
  const Broken *b = data;
  g_autofree char *folder = evs_test_build_file ("tests/broken/.libs");
  g_autofree char *message =
      g_strdup_printf ("%s/compressor-%s.so: %s", folder, b->name, b->fact);
  g_autoptr (GError) error = NULL;

  g_assert_null (load (folder, b->name, &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, message);
}

/* -------------------------------------------------------- files and modes */

/* A folder with a copy of the good plugin, both fit to be loaded from. */
typedef struct
{
  EvsTestFolder *folder;
  char *plugins;
  char *file;
} Place;

static void
place_set_up (Place *place, gconstpointer unused)
{
  g_autofree char *good =
      evs_test_build_file ("tests/broken/.libs/compressor-good.so");
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  place->folder = evs_test_folder_new ();
  place->plugins = evs_test_folder_file (place->folder, "plugins");
  place->file = g_build_filename (place->plugins, "compressor-good.so", NULL);
  g_assert_cmpint (g_mkdir (place->plugins, 0755), ==, 0);
  g_assert_true (g_file_get_contents (good, &bytes, &size, &error));
  g_assert_true (
      g_file_set_contents (place->file, bytes, (gssize) size, &error));
  g_assert_cmpint (g_chmod (place->plugins, 0755), ==, 0);
  g_assert_cmpint (g_chmod (place->file, 0755), ==, 0);
}

static void
place_tear_down (Place *place, gconstpointer unused)
{
  g_free (place->file);
  g_free (place->plugins);
  evs_test_folder_free (place->folder);
}

static void
accept (const char *folder)
{
  g_autoptr (GError) error = NULL;
  const EvsPlugin *plugin = load (folder, "good", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (plugin->name, ==, "good");
}

/* @path: what stands first in the message. */
static void
refuse (const char *folder, EvsError code, const char *path, const char *fact)
{
  g_autofree char *message = g_strconcat (path, ": ", fact, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (load (folder, "good", &error));
  evs_assert_error (error, code, message);
}

static void
test_good (Place *place, gconstpointer unused)
{
  accept (place->plugins);
}

static void
test_slash_at_end (Place *place, gconstpointer unused)
{
  g_autofree char *folder = g_strconcat (place->plugins, "//", NULL);

  accept (folder);
}

static void
test_no_file (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_unlink (place->file), ==, 0);
  refuse (place->plugins, EVS_ERROR_NOT_FOUND, place->file,
          "No such file or directory");
}

/* Whatever the folder is like, nothing would be loaded from it. */
static void
test_no_file_in_bad_folder (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_unlink (place->file), ==, 0);
  g_assert_cmpint (g_chmod (place->plugins, 0777), ==, 0);
  refuse (place->plugins, EVS_ERROR_NOT_FOUND, place->file,
          "No such file or directory");
}

static void
test_no_folder (Place *place, gconstpointer unused)
{
  refuse ("/nonexistent", EVS_ERROR_NOT_FOUND,
          "/nonexistent/compressor-good.so", "No such file or directory");
}

static void
test_file_others_write (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_chmod (place->file, 0757), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "mode 0757 lets others write, wanted its owner alone");
}

static void
test_folder_others_write (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_chmod (place->plugins, 01777), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->plugins,
          "mode 1777 lets others write, wanted its owner alone");
}

/* A developer's own build tree under umask 002 is fine; root's is not. */
static void
test_file_group_writes (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_chmod (place->file, 0775), ==, 0);
  if (geteuid () == 0)
    refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
            "mode 0775 lets its group write, wanted its owner alone");
  else
    accept (place->plugins);
}

static void
test_folder_group_writes (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_chmod (place->plugins, 0775), ==, 0);
  if (geteuid () == 0)
    refuse (place->plugins, EVS_ERROR_PLUGIN, place->plugins,
            "mode 0775 lets its group write, wanted its owner alone");
  else
    accept (place->plugins);
}

static void
test_owner (Place *place, gconstpointer unused)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  g_assert_cmpint (chown (place->file, 4711, (gid_t) -1), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "owned by user 4711, wanted root");
  g_assert_cmpint (chown (place->plugins, 4712, (gid_t) -1), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->plugins,
          "owned by user 4712, wanted root");
}

/* And of a user that is not root: neither another's nor a group's is right. */
static void
test_owner_for_a_user (Place *place, gconstpointer unused)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root can become another user");
      return;
    }
  g_assert_cmpint (g_chmod (place->folder->path, 0755), ==, 0);
  g_assert_cmpint (seteuid (4711), ==, 0);
  accept (place->plugins);
  g_assert_cmpint (seteuid (0), ==, 0);

  g_assert_cmpint (g_chmod (place->file, 0775), ==, 0);
  g_assert_cmpint (seteuid (4711), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "mode 0775 lets its group write, wanted its owner alone");
  g_assert_cmpint (seteuid (0), ==, 0);

  g_assert_cmpint (chown (place->file, 4711, (gid_t) -1), ==, 0);
  g_assert_cmpint (seteuid (4711), ==, 0);
  accept (place->plugins);
  g_assert_cmpint (seteuid (0), ==, 0);

  g_assert_cmpint (chown (place->file, 4712, (gid_t) -1), ==, 0);
  g_assert_cmpint (seteuid (4711), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "owned by user 4712, wanted root or user 4711");
  g_assert_cmpint (seteuid (0), ==, 0);
}

static void
test_file_is_link (Place *place, gconstpointer unused)
{
  g_autofree char *target = g_strconcat (place->file, ".real", NULL);

  g_assert_cmpint (g_rename (place->file, target), ==, 0);
  g_assert_cmpint (symlink (target, place->file), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "a link, wanted a file itself");
}

/* It is there, though what it means is not. */
static void
test_file_is_link_to_nothing (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_unlink (place->file), ==, 0);
  g_assert_cmpint (symlink ("nothing", place->file), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "a link, wanted a file itself");
}

static void
test_folder_is_link (Place *place, gconstpointer unused)
{
  g_autofree char *link = evs_test_folder_file (place->folder, "link");
  g_autofree char *slash = g_strconcat (link, "/", NULL);

  g_assert_cmpint (symlink (place->plugins, link), ==, 0);
  refuse (link, EVS_ERROR_PLUGIN, link, "a link, wanted a folder itself");
  refuse (slash, EVS_ERROR_PLUGIN, link, "a link, wanted a folder itself");
}

static void
test_file_is_folder (Place *place, gconstpointer unused)
{
  g_assert_cmpint (g_unlink (place->file), ==, 0);
  g_assert_cmpint (g_mkdir (place->file, 0755), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "a folder, wanted a file itself");
}

static void
test_folder_is_file (Place *place, gconstpointer unused)
{
  refuse (place->file, EVS_ERROR_PLUGIN, place->file,
          "a file, wanted a folder itself");
}

static void
test_not_a_library (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (place->file, "text", -1, &error));
  g_assert_cmpint (g_chmod (place->file, 0755), ==, 0);
  refuse (place->plugins, EVS_ERROR_PLUGIN, place->file,
          "too short, wanted a shared object");
}

static void
add_place (const char *name, void (*test) (Place *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/module/", name, NULL);

  g_test_add (path, Place, NULL, place_set_up, test, place_tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *path =
          g_strconcat ("/module/broken/", broken[i].name, NULL);

      g_test_add_data_func (path, &broken[i], test_broken);
    }

  add_place ("good", test_good);
  add_place ("slash-at-end", test_slash_at_end);
  add_place ("no-file", test_no_file);
  add_place ("no-file-in-bad-folder", test_no_file_in_bad_folder);
  add_place ("no-folder", test_no_folder);
  add_place ("file-others-write", test_file_others_write);
  add_place ("folder-others-write", test_folder_others_write);
  add_place ("file-group-writes", test_file_group_writes);
  add_place ("folder-group-writes", test_folder_group_writes);
  add_place ("owner", test_owner);
  add_place ("owner-for-a-user", test_owner_for_a_user);
  add_place ("file-is-link", test_file_is_link);
  add_place ("file-is-link-to-nothing", test_file_is_link_to_nothing);
  add_place ("folder-is-link", test_folder_is_link);
  add_place ("file-is-folder", test_file_is_folder);
  add_place ("folder-is-file", test_folder_is_file);
  add_place ("not-a-library", test_not_a_library);

  return g_test_run ();
}
