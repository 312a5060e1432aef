/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The search for leaks on which the claim "the disk holds none of it" rests.
 */

#include "evs-test.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

#define SECRET "secret info"

static void
write_bytes (const EvsTestFolder *folder, const char *name, const void *bytes,
             gsize size)
{
  g_autofree char *path = evs_test_folder_file (folder, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, (gssize) size, &error);
  g_assert_no_error (error);
}

/* What is found when @text stands in the middle of a file. */
static const char *
form_of (const void *text, gsize size)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const char *form = "untouched";

  g_byte_array_append (bytes, (const guint8 *) "\0before ", 8);
  g_byte_array_append (bytes, text, (guint) size);
  g_byte_array_append (bytes, (const guint8 *) " after\n", 7);
  write_bytes (folder, "file", bytes->data, bytes->len);
  g_assert_cmpint (
      evs_test_tree_shows (folder->path, SECRET, strlen (SECRET), &form), ==,
      form != NULL);
  return form;
}

static void
test_raw (void)
{
  g_assert_cmpstr (form_of (SECRET, strlen (SECRET)), ==, "raw");
}

static void
test_hexadecimal (void)
{
  g_assert_cmpstr (form_of ("73656372657420696e666f", 22), ==,
                   "lower-case hexadecimal");
  g_assert_cmpstr (form_of ("73656372657420696E666F", 22), ==,
                   "upper-case hexadecimal");
}

/* Between other bytes, so that its first and last characters depend on them. */
static void
test_base64 (void)
{
  for (gsize before = 0; before < 6; before++)
    for (gsize after = 0; after < 3; after++)
      {
        g_autofree char *left = g_strnfill (before, '\xFF');
        g_autofree char *right = g_strnfill (after, '\xFF');
        g_autofree char *text = g_strconcat (left, SECRET, right, NULL);
        g_autofree char *encoded =
            g_base64_encode ((const guint8 *) text, strlen (text));

        g_assert_cmpstr (form_of (encoded, strlen (encoded)), ==, "base64");
      }
}

static void
test_utf16 (void)
{
  g_assert_cmpstr (form_of ("s\0e\0c\0r\0e\0t\0 \0i\0n\0f\0o\0", 22), ==,
                   "little-endian UTF-16");
  g_assert_cmpstr (form_of ("\0s\0e\0c\0r\0e\0t\0 \0i\0n\0f\0o", 22), ==,
                   "big-endian UTF-16");
}

static void
test_nothing (void)
{
  g_assert_null (form_of ("Secret info", 11));
  g_assert_null (form_of ("", 0));
}

static void
test_folders_below (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *below = evs_test_folder_file (folder, "a/b");

  g_assert_cmpint (g_mkdir_with_parents (below, 0700), ==, 0);
  write_bytes (folder, "empty", "", 0);
  g_assert_false (
      evs_test_tree_shows (folder->path, SECRET, strlen (SECRET), NULL));
  write_bytes (folder, "a/b/file", SECRET, strlen (SECRET));
  g_assert_true (
      evs_test_tree_shows (folder->path, SECRET, strlen (SECRET), NULL));
}

/* With what is locked, and without following links out of it. */
static void
test_folder_is_removed (void)
{
  g_autoptr (EvsTestFolder) other = evs_test_folder_new ();
  g_autofree char *kept = evs_test_folder_write (other, "kept", "", 0600);
  EvsTestFolder *folder = evs_test_folder_new ();
  g_autofree char *path = g_strdup (folder->path);
  g_autofree char *locked = evs_test_folder_file (folder, "locked");
  g_autofree char *below = evs_test_folder_file (folder, "locked/below");
  g_autofree char *link = evs_test_folder_file (folder, "link");

  g_assert_cmpint (g_mkdir_with_parents (below, 0700), ==, 0);
  g_assert_cmpint (g_chmod (locked, 0500), ==, 0);
  g_assert_cmpint (symlink (other->path, link), ==, 0);
  evs_test_folder_free (folder);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/leak-search/raw", test_raw);
  g_test_add_func ("/leak-search/hexadecimal", test_hexadecimal);
  g_test_add_func ("/leak-search/base64", test_base64);
  g_test_add_func ("/leak-search/utf-16", test_utf16);
  g_test_add_func ("/leak-search/nothing", test_nothing);
  g_test_add_func ("/leak-search/folders-below", test_folders_below);
  g_test_add_func ("/leak-search/folder-is-removed", test_folder_is_removed);

  return g_test_run ();
}
