/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-config-text.h"

#include <string.h>

/* Names in the text that are longer are refused, not quoted. */
#define MAX_NAME 64

/* The state of one walk over the text. */
typedef struct
{
  EvsConfigText *text;
  guint line;
  GHashTable *seen; /* "GROUP" and "GROUP KEY=" -> line */
} Walk;

/* ----------------------------------------------------------------- errors */

/* "FILE:LINE: [GROUP] KEY: " (transfer full). */
static GString *
make_place (const EvsConfigText *self, guint line, const char *group,
            const char *key)
{
  GString *message = g_string_new (self->file);

  if (line != 0)
    g_string_append_printf (message, ":%u", line);
  if (group != NULL)
    g_string_append_printf (message, ": [%s]", group);
  if (key != NULL)
    g_string_append_printf (message, "%s %s", group != NULL ? "" : ":", key);
  return g_string_append (message, ": ");
}

void
_evs_config_text_set_error_valist (const EvsConfigText *self, GError **error,
                                   guint line, const char *group,
                                   const char *key, const char *format,
                                   va_list args)
{
  g_autoptr (GString) message = make_place (self, line, group, key);

  g_string_append_vprintf (message, format, args);
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_CONFIG, message->str);
}

void
_evs_config_text_set_error (const EvsConfigText *self, GError **error,
                            guint line, const char *group, const char *key,
                            const char *format, ...)
{
  va_list args;

  va_start (args, format);
  _evs_config_text_set_error_valist (self, error, line, group, key, format,
                                     args);
  va_end (args);
}

void
_evs_config_text_prefix_error (const EvsConfigText *self, GError **error,
                               const char *group, const char *key)
{
  guint line = _evs_config_text_line (self, group, key);
  g_autoptr (GString) place = make_place (self, line, group, key);

  g_prefix_error (error, "%s", place->str);
}

/* ------------------------------------------------------------------ bytes */

static guint
line_of (const char *text, const char *place)
{
  guint line = 1;

  for (; text < place; text++)
    line += *text == '\n';
  return line;
}

static gboolean
is_control (const char *p)
{
  if (*p == '\t' || *p == '\n' || (*p == '\r' && p[1] == '\n'))
    return FALSE;
  return g_ascii_iscntrl (*p);
}

static gboolean
check_bytes (const EvsConfigText *self, const char *text, gsize length,
             GError **error)
{
  const char *bad;

  if (!g_utf8_validate (text, (gssize) length, &bad))
    {
      _evs_config_text_set_error (
          self, error, line_of (text, bad), NULL, NULL, "%s, wanted UTF-8 text",
          *bad == '\0' ? "a zero byte" : "a byte that is not UTF-8");
      return FALSE;
    }
  if (g_str_has_prefix (text, "\xEF\xBB\xBF"))
    {
      _evs_config_text_set_error (self, error, 1, NULL, NULL,
                                  "a byte order mark, wanted none");
      return FALSE;
    }
  for (const char *p = text; *p != '\0'; p++)
    if (is_control (p))
      {
        _evs_config_text_set_error (self, error, line_of (text, p), NULL, NULL,
                                    "a control character (0x%02x)",
                                    (guint) (guchar) *p);
        return FALSE;
      }
  return TRUE;
}

/* ------------------------------------------------------------------ lines */

static EvsConfigSection *
current_section (const Walk *walk)
{
  GArray *sections = walk->text->sections;

  if (sections->len == 0)
    return NULL;
  return &g_array_index (sections, EvsConfigSection, sections->len - 1);
}

static gboolean
name_is_valid (const char *name)
{
  gsize length = strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_");

  return length > 0 && length <= MAX_NAME && name[length] == '\0';
}

/* "NAME", or "KIND LABEL" with one blank between them. */
static gboolean
group_is_valid (const char *name)
{
  g_auto (GStrv) words = g_strsplit (name, " ", 3);

  if (words[0] == NULL || !name_is_valid (words[0]))
    return FALSE;
  return words[1] == NULL || (words[2] == NULL && name_is_valid (words[1]));
}

/* The line that has @name already, or 0; then it has it from now on. */
static guint
first_line (Walk *walk, const char *name)
{
  guint line = GPOINTER_TO_UINT (g_hash_table_lookup (walk->seen, name));

  if (line == 0)
    g_hash_table_insert (walk->seen, g_strdup (name),
                         GUINT_TO_POINTER (walk->line));
  return line;
}

static gboolean
read_group (Walk *walk, char *content, GError **error)
{
  EvsConfigText *text = walk->text;
  EvsConfigSection section = { .line = walk->line };
  char *end = strchr (content, ']');
  guint before;

  if (end != NULL && end[1] != '\0')
    {
      _evs_config_text_set_error (text, error, walk->line, NULL, NULL,
                                  "something stands after the ']' of a group");
      return FALSE;
    }
  if (end != NULL)
    *end = '\0';
  if (end == NULL || !group_is_valid (content + 1))
    {
      _evs_config_text_set_error (
          text, error, walk->line, NULL, NULL,
          "not a group, wanted [NAME] or [KIND LABEL] with one blank");
      return FALSE;
    }

  section.name = g_string_chunk_insert (text->strings, content + 1);
  before = first_line (walk, section.name);
  if (before != 0)
    {
      _evs_config_text_set_error (text, error, walk->line, section.name, NULL,
                                  "repeated, first on line %u", before);
      return FALSE;
    }
  g_array_append_val (text->sections, section);
  return TRUE;
}

static gboolean
check_key (Walk *walk, const char *key, GError **error)
{
  const EvsConfigSection *section = current_section (walk);
  g_autofree char *name = NULL;
  guint before;

  if (section == NULL)
    {
      _evs_config_text_set_error (walk->text, error, walk->line, NULL, NULL,
                                  "a key before the first [GROUP]");
      return FALSE;
    }
  if (!name_is_valid (key))
    {
      _evs_config_text_set_error (
          walk->text, error, walk->line, section->name, NULL,
          strchr (key, '[') != NULL
              ? "a key with a locale, wanted one without"
              : "not a key, wanted at most 64 of a-z, 0-9 and '-'");
      return FALSE;
    }

  name = g_strconcat (section->name, " ", key, "=", NULL);
  before = first_line (walk, name);
  if (before != 0)
    _evs_config_text_set_error (walk->text, error, walk->line, section->name,
                                key, "repeated, first on line %u", before);
  return before == 0;
}

/* @value: from just behind the '='. */
static gboolean
check_value (const Walk *walk, const char *key, const char *value,
             GError **error)
{
  const char *group = current_section (walk)->name;
  gsize length = strlen (value);

  for (gsize i = 1; i < length; i++)
    if (value[i] == '#' && g_ascii_isspace (value[i - 1]))
      {
        _evs_config_text_set_error (
            walk->text, error, walk->line, group, key,
            "a '#' after a blank: a comment needs a line of its own, and a "
            "blank before a '#' in a value is written \\s");
        return FALSE;
      }
  if (length > 0 && g_ascii_isspace (value[length - 1]))
    {
      _evs_config_text_set_error (walk->text, error, walk->line, group, key,
                                  "a blank at the end of the line: a last "
                                  "blank that is meant is written \\s");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_key (Walk *walk, char *content, GError **error)
{
  EvsConfigText *text = walk->text;
  EvsConfigEntry entry = { .line = walk->line };
  char *equals = strchr (content, '=');

  if (equals == NULL)
    {
      _evs_config_text_set_error (
          text, error, walk->line, NULL, NULL,
          "neither a comment, nor [GROUP], nor KEY=VALUE");
      return FALSE;
    }
  *equals = '\0';
  g_strchomp (content);
  if (!check_key (walk, content, error)
      || !check_value (walk, content, equals + 1, error))
    return FALSE;

  entry.key = g_string_chunk_insert (text->strings, content);
  g_array_append_val (text->entries, entry);
  current_section (walk)->n_entries++;
  return TRUE;
}

static gboolean
read_line (Walk *walk, char *content, GError **error)
{
  g_strchug (content);
  if (content[0] == '\0' || content[0] == '#')
    return TRUE;
  if (content[0] == '[')
    return read_group (walk, content, error);
  return read_key (walk, content, error);
}

static gboolean
read_lines (EvsConfigText *self, const char *text, GError **error)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Walk walk = { self, 1, seen };
  const char *end;

  for (; (end = strchr (text, '\n')) != NULL; text = end + 1, walk.line++)
    {
      gboolean crlf = end > text && end[-1] == '\r';
      g_autofree char *content = g_strndup (text, (gsize) (end - text) - crlf);

      if (!read_line (&walk, content, error))
        return FALSE;
    }
  return TRUE;
}

/* ----------------------------------------------------------------- values */

static gboolean
read_value (EvsConfigText *self, GKeyFile *file, const char *group,
            EvsConfigEntry *entry, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *value =
      g_key_file_get_string (file, group, entry->key, &reason);

  /* GLib may give both a value and an error. */
  if (reason != NULL)
    {
      _evs_config_text_set_error (
          self, error, entry->line, group, entry->key,
          "an unknown escape, wanted one of \\s \\t \\n \\r and \\\\");
      return FALSE;
    }
  entry->value = g_string_chunk_insert (self->strings, value);
  return TRUE;
}

static gboolean
read_values (EvsConfigText *self, const char *text, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  guint next = 0;

  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE,
                                  &reason))
    {
      _evs_config_text_set_error (self, error, 0, NULL, NULL, "%s",
                                  reason->message);
      return FALSE;
    }

  for (guint i = 0; i < self->sections->len; i++)
    {
      EvsConfigSection *section =
          &g_array_index (self->sections, EvsConfigSection, i);

      section->entries = &g_array_index (self->entries, EvsConfigEntry, next);
      for (gsize n = 0; n < section->n_entries; n++, next++)
        if (!read_value (self, file, section->name,
                         &g_array_index (self->entries, EvsConfigEntry, next),
                         error))
          return FALSE;
    }
  return TRUE;
}

/* -------------------------------------------------------------- the whole */

/* A copy of @text whose last line ends like the others. */
static char *
copy_text (const EvsConfigText *self, const char *text, gssize length,
           GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *copy = NULL;

  if (size > EVS_CONFIG_MAX_SIZE)
    {
      _evs_config_text_set_error (self, error, 0, NULL, NULL,
                                  "over the limit of 1 MiB");
      return NULL;
    }
  copy = g_malloc (size + 2);
  memcpy (copy, text, size);
  memcpy (copy + size, "\n", 2);
  if (!check_bytes (self, copy, size + 1, error))
    return NULL;
  return g_steal_pointer (&copy);
}

EvsConfigText *
_evs_config_text_new (const char *file, const char *folder, const char *text,
                      gssize length, GError **error)
{
  g_autoptr (EvsConfigText) self = g_new0 (EvsConfigText, 1);
  g_autofree char *copy = NULL;

  self->file = g_strdup (file);
  self->folder = g_strdup (folder);
  self->sections =
      g_array_sized_new (FALSE, FALSE, sizeof (EvsConfigSection), 8);
  self->entries = g_array_sized_new (FALSE, FALSE, sizeof (EvsConfigEntry), 16);
  self->strings = g_string_chunk_new (512);

  copy = copy_text (self, text, length, error);
  if (copy == NULL || !read_lines (self, copy, error)
      || !read_values (self, copy, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
_evs_config_text_free (EvsConfigText *self)
{
  if (self == NULL)
    return;
  g_free (self->file);
  g_free (self->folder);
  g_array_unref (self->sections);
  g_array_unref (self->entries);
  g_string_chunk_free (self->strings);
  g_free (self);
}

const EvsConfigSection *
_evs_config_text_find (const EvsConfigText *self, const char *name)
{
  for (guint i = 0; i < self->sections->len; i++)
    {
      const EvsConfigSection *section =
          &g_array_index (self->sections, EvsConfigSection, i);

      if (strcmp (section->name, name) == 0)
        return section;
    }
  return NULL;
}

const EvsConfigEntry *
_evs_config_section_find (const EvsConfigSection *section, const char *key)
{
  for (gsize i = 0; i < section->n_entries; i++)
    if (strcmp (section->entries[i].key, key) == 0)
      return &section->entries[i];
  return NULL;
}

guint
_evs_config_text_line (const EvsConfigText *self, const char *name,
                       const char *key)
{
  const EvsConfigSection *section = _evs_config_text_find (self, name);
  const EvsConfigEntry *entry =
      section != NULL ? _evs_config_section_find (section, key) : NULL;

  return entry != NULL ? entry->line : 0;
}
