/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE /* memmem () */

#include "search.h"

#include <string.h>

typedef struct
{
  const char *name;
  guint8 *data;
  gsize size;
} Form;

struct _Search
{
  GArray *forms;
};

static void
form_clear (gpointer data)
{
  Form *form = data;

  g_free (form->data);
}

static void
add (Search *self, const char *name, gpointer data, gsize size)
{
  Form form = { name, data, size };

  g_array_append_val (self->forms, form);
}

static void
add_hexadecimal (Search *self, const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    g_string_append_printf (digits, "%02x", (guint8) *p);
  add (self, "hexadecimal", g_ascii_strup (digits->str, (gssize) digits->len),
       digits->len);
  add (self, "hexadecimal", digits->str, digits->len);
  g_string_free (digits, FALSE);
}

/* Base64 of something of @before bytes, then the text: the digits that only
 * the text decides. */
static void
add_base64 (Search *self, const char *text, gsize before)
{
  g_autofree char *whole = g_strconcat (&"--"[2 - before], text, NULL);
  gsize size = strlen (whole);
  g_autofree char *digits = g_base64_encode ((const guchar *) whole, size);
  gsize from = (before * 8 + 5) / 6, to = size * 8 / 6;

  add (self, "base64", g_strndup (digits + from, to - from), to - from);
}

static void
add_utf16 (Search *self, const char *text, gboolean big)
{
  glong n;
  gunichar2 *units = g_utf8_to_utf16 (text, -1, NULL, &n, NULL);

  for (glong i = 0; units != NULL && i < n; i++)
    units[i] =
        (gunichar2) (big ? GUINT16_TO_BE (units[i]) : GUINT16_TO_LE (units[i]));
  if (units != NULL)
    add (self, "UTF-16", units, (gsize) n * sizeof *units);
}

Search *
search_new (const char *text)
{
  Search *self = g_new0 (Search, 1);

  self->forms = g_array_new (FALSE, FALSE, sizeof (Form));
  g_array_set_clear_func (self->forms, form_clear);
  add (self, "raw", g_strdup (text), strlen (text));
  add_hexadecimal (self, text);
  for (gsize before = 0; before < 3; before++)
    add_base64 (self, text, before);
  add_utf16 (self, text, TRUE);
  add_utf16 (self, text, FALSE);
  return self;
}

void
search_free (Search *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->forms);
  g_free (self);
}

const char *
search_data (Search *self, EvsSpan data)
{
  for (guint i = 0; data.size > 0 && i < self->forms->len; i++)
    {
      const Form *form = &g_array_index (self->forms, Form, i);

      if (memmem (data.data, data.size, form->data, form->size) != NULL)
        return form->name;
    }
  return NULL;
}

static gboolean
search_file (Search *self, const char *path, char **file, GError **error)
{
  g_autoptr (GMappedFile) map = g_mapped_file_new (path, FALSE, error);
  EvsSpan data;

  if (map == NULL)
    return FALSE;
  data.data = g_mapped_file_get_contents (map);
  data.size = g_mapped_file_get_length (map);
  if (*file == NULL && search_data (self, data) != NULL)
    *file = g_strdup (path);
  return TRUE;
}

static gboolean
search_below (Search *self, const char *path, guint *n_files, char **file,
              GError **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;
  gboolean ok = TRUE;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      *n_files += 1;
      return search_file (self, path, file, error);
    }
  dir = g_dir_open (path, 0, error);
  if (dir == NULL)
    return FALSE;
  while (ok && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      ok = search_below (self, child, n_files, file, error);
    }
  return ok;
}

gboolean
search_folder (Search *self, const char *folder, guint *n_files, char **file,
               GError **error)
{
  *n_files = 0;
  *file = NULL;
  return search_below (self, folder, n_files, file, error);
}
