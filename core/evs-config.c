/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-config-private.h"

#include "evs-config-rules.h"
#include "evs-key.h"
#include "evs-nearest-name.h"
#include "evs-path.h"
#include "evs-plugin-name.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_BOXED_TYPE (EvsConfig, evs_config, evs_config_ref, evs_config_unref)

/* ---------------------------------------------------------------- reading */

static EvsConfig *
config_new (const char *file, const char *folder, const char *text,
            gssize length, GError **error)
{
  g_autoptr (EvsConfig) self = g_new0 (EvsConfig, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->groups =
      g_ptr_array_new_with_free_func ((GDestroyNotify) _evs_plugin_group_free);
  self->text = _evs_config_text_new (file, folder, text, length, error);
  if (self->text == NULL || !_evs_config_apply_rules (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

EvsConfig *
evs_config_new_from_data (const char *text, gssize length, const char *folder,
                          GError **error)
{
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *absolute = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  absolute = _evs_path_resolve (folder != NULL ? folder : here, here);
  return config_new ("(data)", absolute, text, length, error);
}

/* -1 with an error if @path cannot be opened or is no regular file. A pipe
 * must not make the caller wait. */
static int
open_file (const char *path, const char *name, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", name,
                 g_strerror (errno));
  else if (!S_ISREG (st.st_mode))
    g_set_error (error, EVS_ERROR, EVS_ERROR_CONFIG, "%s: %s, wanted a file",
                 name,
                 S_ISDIR (st.st_mode) ? "a folder" : "not a regular file");
  else
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Stops soon after the limit, which whoever gets the text checks. */
static gboolean
read_file (int fd, GString *text)
{
  char buffer[4096];
  gssize n;

  do
    {
      n = read (fd, buffer, sizeof buffer);
      if (n > 0)
        g_string_append_len (text, buffer, n);
    }
  while ((n > 0 && text->len <= EVS_CONFIG_MAX_SIZE)
         || (n < 0 && errno == EINTR));
  return n >= 0;
}

EvsConfig *
evs_config_new_from_file (const char *path, GError **error)
{
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *name = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *absolute = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  name = _evs_path_display (path);
  fd = open_file (path, name, error);
  if (fd < 0)
    return NULL;
  if (!read_file (fd, text))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", name,
                   g_strerror (errno));
      close (fd);
      return NULL;
    }
  close (fd);

  folder = g_path_get_dirname (path);
  absolute = _evs_path_resolve (folder, here);
  return config_new (name, absolute, text->str, (gssize) text->len, error);
}

EvsConfig *
evs_config_ref (EvsConfig *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_config_unref (EvsConfig *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->groups);
  _evs_settings_free (self->mapper_values);
  _evs_settings_free (self->main_values);
  _evs_config_text_free (self->text);
  g_free (self);
}

/* ------------------------------------------------------------------- keys */

static EvsPluginGroup *
find_cipher (EvsConfig *self, const char *label, GError **error)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  EvsPluginGroup *group =
      label != NULL ? _evs_config_find_label (self, EVS_PLUGIN_CIPHER, label)
                    : self->configured[EVS_PLUGIN_CIPHER];

  if (group != NULL)
    return group;
  if (label == NULL)
    {
      _evs_config_text_set_error (self->text, error, 0, "eventseal", "cipher",
                                  "missing, so no cipher needs a key");
      return NULL;
    }

  for (guint i = 0; i < self->groups->len; i++)
    {
      group = g_ptr_array_index (self->groups, i);
      if (group->group.kind == EVS_PLUGIN_CIPHER)
        g_ptr_array_add (labels, (gpointer) group->group.label);
    }
  g_ptr_array_add (labels, NULL);
  hint = _evs_nearest_hint (label, (const char *const *) labels->pdata);
  _evs_config_text_set_error (self->text, error, 0, NULL, NULL,
                              "no cipher of the label that was given%s", hint);
  return NULL;
}

gboolean
evs_config_set_key (EvsConfig *self, const char *label, GBytes *key,
                    GError **error)
{
  EvsPluginGroup *group;
  gconstpointer bytes;
  gsize size;

  g_return_val_if_fail (self != NULL && key != NULL, FALSE);

  group = find_cipher (self, label, error);
  if (group == NULL)
    return FALSE;
  if (group->group.key_file != NULL)
    {
      _evs_config_text_set_error (
          self->text, error,
          _evs_config_text_line (self->text, group->name, "key-file"),
          group->name, "key-file",
          "given as well as a key from code, wanted one of the two");
      return FALSE;
    }

  bytes = g_bytes_get_data (key, &size);
  if (!_evs_key_check ((EvsSpan){ bytes, size }, error))
    {
      g_prefix_error (error, "%s: [%s]: ", self->text->file, group->name);
      return FALSE;
    }
  _evs_plugin_group_set_key (group, bytes, size);
  return TRUE;
}

/* --------------------------------------------------------------- settings */

static EvsConfigEntry *
find_entry (EvsPluginGroup *group, const char *key)
{
  for (guint i = 0; i < group->entries->len; i++)
    {
      EvsConfigEntry *entry =
          &g_array_index (group->entries, EvsConfigEntry, i);

      if (strcmp (entry->key, key) == 0)
        return entry;
    }
  return NULL;
}

gboolean
evs_config_set_setting (EvsConfig *self, EvsPluginKind kind, const char *key,
                        const char *value)
{
  EvsConfigEntry entry = { NULL };
  EvsConfigEntry *there;
  EvsPluginGroup *group;

  g_return_val_if_fail (self != NULL && key != NULL && value != NULL, FALSE);
  g_return_val_if_fail (kind >= EVS_PLUGIN_CIPHER && kind <= EVS_PLUGIN_STORE,
                        FALSE);

  group = self->configured[kind];
  if (group == NULL
      || _evs_setting_table_find (_evs_setting_host_table (kind), key) >= 0)
    return FALSE;
  entry.key = g_string_chunk_insert (self->text->strings, key);
  entry.value = g_string_chunk_insert (self->text->strings, value);
  entry.line = group->group.line;
  there = find_entry (group, key);
  if (there != NULL)
    there->value = entry.value;
  else
    g_array_append_val (group->entries, entry);
  group->group.entries = (gconstpointer) group->entries->data;
  group->group.n_entries = group->entries->len;
  return TRUE;
}

/* -------------------------------------------------------- what it says */

const char *
evs_config_get_file (EvsConfig *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return _evs_config_get_name (self);
}

const char *
evs_config_get_plugin (EvsConfig *self, EvsPluginKind kind)
{
  const EvsConfigGroup *group;

  g_return_val_if_fail (self != NULL, NULL);

  group = _evs_config_get_group (self, kind);
  return group != NULL ? group->plugin : NULL;
}

const char *
evs_config_get_setting (EvsConfig *self, EvsPluginKind kind, const char *key)
{
  const EvsConfigEntry *entry = NULL;

  g_return_val_if_fail (self != NULL && key != NULL, NULL);
  g_return_val_if_fail (kind >= EVS_PLUGIN_CIPHER && kind <= EVS_PLUGIN_STORE,
                        NULL);

  if (self->configured[kind] != NULL)
    entry = find_entry (self->configured[kind], key);
  return entry != NULL ? entry->value : NULL;
}

const char *const *
evs_config_get_also_read (EvsConfig *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (self != NULL, NULL);

  return self->also_read != NULL ? self->also_read : none;
}

/* ----------------------------------------------- for the rest of the core */

const char *
_evs_config_get_name (EvsConfig *self)
{
  return self->text->file;
}

const EvsConfigText *
_evs_config_get_text (EvsConfig *self)
{
  return self->text;
}

const char *
_evs_config_get_folder (EvsConfig *self)
{
  return self->text->folder;
}

const char *const *
_evs_config_get_plugin_path (EvsConfig *self)
{
  return self->plugin_path;
}

const char *const *
_evs_config_get_also_read (EvsConfig *self)
{
  return self->also_read;
}

const EvsMapperSettings *
_evs_config_get_mapper (EvsConfig *self)
{
  return &self->mapper;
}

EvsDurability
_evs_config_get_durability (EvsConfig *self)
{
  return self->durability;
}

const EvsConfigGroup *
_evs_config_get_group (EvsConfig *self, EvsPluginKind kind)
{
  const EvsPluginGroup *group = self->configured[kind];

  return group != NULL ? &group->group : NULL;
}

void
_evs_config_set_error (EvsConfig *self, GError **error, guint line,
                       const char *group, const char *key, const char *format,
                       ...)
{
  va_list args;

  va_start (args, format);
  _evs_config_text_set_error_valist (self->text, error, line, group, key,
                                     format, args);
  va_end (args);
}

void
_evs_config_prefix_error (EvsConfig *self, GError **error, const char *group,
                          const char *key)
{
  _evs_config_text_prefix_error (self->text, error, group, key);
}

void
_evs_config_prefix_plugin_error (EvsConfig *self, GError **error,
                                 const EvsConfigGroup *group)
{
  const EvsPluginGroup *configured = self->configured[group->kind];

  if (_evs_config_text_line (self->text, group->name, "plugin") != 0)
    _evs_config_prefix_error (self, error, group->name, "plugin");
  else
    _evs_config_prefix_error (self, error, "eventseal",
                              configured != NULL && group == &configured->group
                                  ? _evs_plugin_kind_to_string (group->kind)
                                  : "also-read");
}
