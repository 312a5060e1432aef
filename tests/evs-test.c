/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE /* memmem () */

#include "evs-test.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

/* ----------------------------------------------------------------- set-up */

/* A test that is run by hand, from the top of the build folder, finds the
 * plugins that were built there, as it does under make check. */
void
evs_test_init (int *argc, char ***argv)
{
  g_autofree char *plugins = evs_test_build_file ("plugins/.libs");

  g_setenv ("EVENTSEAL_PLUGIN_PATH", plugins, FALSE);
  g_unsetenv ("EVENTSEAL_CONFIG");
  g_test_init (argc, argv, NULL);
}

void
evs_test_add_plugin_folder (const char *folder)
{
  g_autofree char *path =
      g_strdup_printf ("%s:%s", folder, g_getenv ("EVENTSEAL_PLUGIN_PATH"));

  g_setenv ("EVENTSEAL_PLUGIN_PATH", path, TRUE);
}

static char *
file_below (const char *variable, const char *name)
{
  const char *top = g_getenv (variable);

  return g_canonicalize_filename (name, top);
}

guint
evs_test_rounds (guint n)
{
  return g_getenv ("EVS_TEST_SLOW_MACHINE") != NULL ? (n + 4) / 5 : n;
}

char *
evs_test_source_file (const char *name)
{
  return file_below ("EVS_TEST_SRCDIR", name);
}

char *
evs_test_build_file (const char *name)
{
  return file_below ("EVS_TEST_BUILDDIR", name);
}

/* ---------------------------------------------------------------- folders */

static void
remove_tree (const char *path)
{
  GStatBuf st;

  if (g_lstat (path, &st) == 0 && S_ISDIR (st.st_mode))
    {
      g_autoptr (GDir) dir = NULL;
      const char *name;

      g_chmod (path, 0700);
      dir = g_dir_open (path, 0, NULL);
      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
    }
  g_remove (path);
}

EvsTestFolder *
evs_test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  EvsTestFolder *folder = g_new0 (EvsTestFolder, 1);

  folder->path = g_dir_make_tmp ("eventseal-XXXXXX", &error);
  g_assert_no_error (error);
  return folder;
}

void
evs_test_folder_free (EvsTestFolder *folder)
{
  if (folder == NULL)
    return;
  remove_tree (folder->path);
  g_free (folder->path);
  g_free (folder);
}

char *
evs_test_folder_file (const EvsTestFolder *folder, const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

char *
evs_test_folder_write (const EvsTestFolder *folder, const char *name,
                       const char *text, guint mode)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = evs_test_folder_file (folder, name);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, (int) mode), ==, 0);
  return g_steal_pointer (&path);
}

/* ------------------------------------------------------------------ leaks */

/* One way in which bytes may stand in a file. */
typedef struct
{
  const char *name;
  GBytes *bytes;
} Form;

static void
form_clear (Form *form)
{
  g_bytes_unref (form->bytes);
}

static void
add_form (GArray *forms, const char *name, gpointer data, gsize size)
{
  Form form = { name, g_bytes_new_take (data, size) };

  g_array_append_val (forms, form);
}

static void
add_hexadecimal (GArray *forms, const guint8 *needle, gsize size)
{
  GString *lower = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (lower, "%02x", needle[i]);

  add_form (forms, "upper-case hexadecimal",
            g_ascii_strup (lower->str, (gssize) lower->len), lower->len);
  add_form (forms, "lower-case hexadecimal", lower->str, lower->len);
  g_string_free (lower, FALSE);
}

/* The characters that depend on the needle alone, when @offset bytes of
 * something else stand before it in a group of three. */
static void
add_base64 (GArray *forms, const guint8 *needle, gsize size, gsize offset)
{
  g_autofree guint8 *padded = g_malloc0 (offset + size);
  g_autofree char *text = NULL;
  gsize first = (offset * 8 + 5) / 6;
  gsize end = (offset + size) * 8 / 6;

  /* Fewer than four characters turn up anywhere. */
  if (end < first + 4)
    return;
  memcpy (padded + offset, needle, size);
  text = g_base64_encode (padded, offset + size);
  add_form (forms, "base64", g_strndup (text + first, end - first),
            end - first);
}

static void
add_utf16 (GArray *forms, const guint8 *needle, gsize size)
{
  glong n = 0;
  gunichar2 *little =
      g_utf8_to_utf16 ((const char *) needle, (glong) size, NULL, &n, NULL);
  gunichar2 *big;

  if (little == NULL)
    return;
  big = g_memdup2 (little, (gsize) n * sizeof *little);
  for (glong i = 0; i < n; i++)
    {
      little[i] = GUINT16_TO_LE (little[i]);
      big[i] = GUINT16_TO_BE (big[i]);
    }
  add_form (forms, "little-endian UTF-16", little, (gsize) n * 2);
  add_form (forms, "big-endian UTF-16", big, (gsize) n * 2);
}

static GArray *
forms_new (const guint8 *needle, gsize size)
{
  GArray *forms = g_array_new (FALSE, FALSE, sizeof (Form));

  g_array_set_clear_func (forms, (GDestroyNotify) form_clear);
  add_form (forms, "raw", g_memdup2 (needle, size), size);
  add_hexadecimal (forms, needle, size);
  for (gsize offset = 0; offset < 3; offset++)
    add_base64 (forms, needle, size, offset);
  add_utf16 (forms, needle, size);
  return forms;
}

static const char *
file_shows (const char *path, GArray *forms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &error);
  gsize length;

  g_assert_no_error (error);
  length = g_mapped_file_get_length (file);
  for (guint i = 0; length > 0 && i < forms->len; i++)
    {
      const Form *form = &g_array_index (forms, Form, i);
      gsize size;
      gconstpointer bytes = g_bytes_get_data (form->bytes, &size);

      if (memmem (g_mapped_file_get_contents (file), length, bytes, size))
        return form->name;
    }
  return NULL;
}

static const char *
tree_shows (const char *path, GArray *forms)
{
  g_autoptr (GDir) dir = NULL;
  const char *found = NULL;
  const char *name;
  GStatBuf st;

  g_assert_cmpint (g_lstat (path, &st), ==, 0);
  if (S_ISREG (st.st_mode))
    return file_shows (path, forms);
  if (!S_ISDIR (st.st_mode))
    return NULL;

  dir = g_dir_open (path, 0, NULL);
  g_assert_nonnull (dir);
  while (found == NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      found = tree_shows (child, forms);
    }
  return found;
}

gboolean
evs_test_tree_shows (const char *path, gconstpointer needle, gsize size,
                     const char **form)
{
  g_autoptr (GArray) forms = NULL;
  const char *found;

  g_assert_cmpuint (size, >, 0);
  forms = forms_new (needle, size);
  found = tree_shows (path, forms);
  if (form != NULL)
    *form = found;
  return found != NULL;
}

/* ----------------------------------------------------------------- errors */

void
evs_test_check_error (const char *where, GError **error, EvsError code,
                      const char *pattern)
{
  const GError *e = *error;

  if (e == NULL)
    g_error ("%s: no error, wanted \"%s\"", where, pattern);
  if (!g_error_matches (e, EVS_ERROR, (int) code))
    g_error ("%s: %s %d, wanted code %d: %s", where,
             g_quark_to_string (e->domain), e->code, (int) code, e->message);
  if (!g_pattern_match_simple (pattern, e->message))
    g_error ("%s: \"%s\", wanted \"%s\"", where, e->message, pattern);
  if (strchr (e->message, '\n') || g_str_has_suffix (e->message, ".")
      || strstr (e->message, "failed to"))
    g_error ("%s: not an error of this project's form: \"%s\"", where,
             e->message);
  g_clear_error (error);
}
