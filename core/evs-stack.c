/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-stack.h"

#include "evs-envelope-private.h"
#include "evs-key.h"
#include "evs-registry.h"

#include <string.h>

/* The first wire id of a compressor that is left to third parties. */
#define COMPRESSOR_PRIVATE 8

static void
stack_cipher_free (EvsStackCipher *cipher)
{
  if (cipher->handle != NULL)
    _evs_handle_unref (cipher->handle);
  _evs_secret_free (cipher->key);
  _evs_secret_free (cipher->subkey);
  g_free (cipher);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsStackCipher, stack_cipher_free)

/* --------------------------------------------------------------------- keys */

/* After fork the child has zeros in its place: nothing must ever be sealed
 * with them. */
static gboolean
is_wiped (const EvsSecret *key)
{
  return _evs_key_is_zero ((EvsSpan){ key->data, key->size });
}

static EvsSecret *
copy_key (const EvsConfigGroup *group, GError **error)
{
  if (!is_wiped (group->key))
    return _evs_secret_new_copy (group->key->data, group->key->size);
  g_set_error (error, EVS_ERROR, EVS_ERROR_FORKED,
               "[%s]: the key was set by another process, before fork",
               group->name);
  return NULL;
}

static EvsSecret *
load_key_file (EvsConfig *config, const EvsConfigGroup *group, GError **error)
{
  EvsSecret *key = _evs_key_file_load (group->key_file, error);

  if (key == NULL)
    _evs_config_prefix_error (config, error, group->name, "key-file");
  return key;
}

static EvsSecret *
load_key (EvsConfig *config, const EvsConfigGroup *group, GError **error)
{
  if (group->key != NULL)
    return copy_key (group, error);
  if (group->key_file != NULL)
    return load_key_file (config, group, error);
  _evs_config_set_error (config, error, group->line, group->name, "key-file",
                         "missing, and no key was set from code");
  return NULL;
}

/* A record names its key by this id alone. */
static gboolean
check_distinct (const EvsStack *self, const EvsStackCipher *cipher,
                GError **error)
{
  for (guint i = 0; i < self->ciphers->len; i++)
    {
      const EvsStackCipher *other = g_ptr_array_index (self->ciphers, i);

      if (other->key_id == cipher->key_id
          && (other->key->size != cipher->key->size
              || memcmp (other->key->data, cipher->key->data, other->key->size)
                     != 0))
        {
          g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
                       "the keys of %s and %s differ and have one id, %08x; "
                       "one of them must be made anew",
                       other->handle->plugin->name,
                       cipher->handle->plugin->name, cipher->key_id);
          return FALSE;
        }
    }
  return TRUE;
}

/* ------------------------------------------------------------------ plugins */

static gboolean
check_suite (const EvsPlugin *plugin, GError **error)
{
  const EvsCipherVTable *vtable = plugin->vtable.cipher;
  const EvsSuite *suite = evs_suite_lookup ((guint8) vtable->suite);

  if (suite == NULL && vtable->suite < EVS_SUITE_PRIVATE)
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "%s: suite 0x%02X is assigned to no cipher", plugin->name,
                 vtable->suite);
  else if (suite != NULL
           && (suite->nonce_size != vtable->nonce_size
               || suite->tag_size != vtable->tag_size))
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "%s: suite 0x%02X has a nonce of %d bytes and a tag of %d, "
                 "the plugin's have %u and %u",
                 plugin->name, vtable->suite, suite->nonce_size,
                 suite->tag_size, vtable->nonce_size, vtable->tag_size);
  else
    return TRUE;
  return FALSE;
}

/* A record names its compressor by this id alone. @handle: (transfer full) */
static gboolean
add_compressor (EvsStack *self, EvsHandle *handle, GError **error)
{
  const EvsPlugin *plugin = handle->plugin;
  guint32 id = plugin->vtable.compressor->wire_id;
  const char *owner =
      id < COMPRESSOR_PRIVATE ? evs_compressor_name ((guint8) id) : NULL;

  for (guint i = 0; i < self->compressors->len; i++)
    {
      const EvsHandle *other = g_ptr_array_index (self->compressors, i);

      if (other->plugin->vtable.compressor->wire_id == id)
        owner = other->plugin->name;
    }
  g_ptr_array_add (self->compressors, handle);
  if (owner == NULL || strcmp (owner, plugin->name) == 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: compressor %u is %s; a plugin of one's own takes one of "
               "%d to 15",
               plugin->name, id, owner, COMPRESSOR_PRIVATE);
  return FALSE;
}

static gboolean
refuse_second_suite (const EvsStackCipher *first, const EvsStackCipher *second,
                     GError **error)
{
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: suite 0x%02X is %s already", second->handle->plugin->name,
               second->vtable->suite, first->handle->plugin->name);
  return FALSE;
}

/* @handle: (transfer full) */
static gboolean
add_cipher (EvsStack *self, EvsConfig *config, const EvsConfigGroup *group,
            EvsHandle *handle, const EvsId *store_id, GError **error)
{
  g_autoptr (EvsStackCipher) cipher = g_new0 (EvsStackCipher, 1);

  cipher->handle = handle;
  cipher->vtable = handle->plugin->vtable.cipher;
  if (!check_suite (handle->plugin, error))
    return FALSE;
  for (guint i = 0; i < self->ciphers->len; i++)
    {
      const EvsStackCipher *other = g_ptr_array_index (self->ciphers, i);

      if (other->vtable->suite == cipher->vtable->suite)
        return refuse_second_suite (other, cipher, error);
    }
  cipher->key = load_key (config, group, error);
  if (cipher->key == NULL)
    return FALSE;
  cipher->key_id = _evs_key_get_id (cipher->key);
  if (!check_distinct (self, cipher, error))
    return FALSE;
  cipher->subkey = _evs_key_derive (cipher->key, store_id, EVS_KEY_PURPOSE_SEAL,
                                    handle->plugin, "");
  g_ptr_array_add (self->ciphers, g_steal_pointer (&cipher));
  return TRUE;
}

static gboolean
add_configured (EvsStack *self, EvsConfig *config, const EvsId *store_id,
                GError **error)
{
  const EvsConfigGroup *cipher =
      _evs_config_get_group (config, EVS_PLUGIN_CIPHER);
  const EvsConfigGroup *compressor =
      _evs_config_get_group (config, EVS_PLUGIN_COMPRESSOR);
  EvsHandle *handle;

  if (cipher != NULL)
    {
      handle = _evs_handle_new (config, cipher, error);
      if (handle == NULL
          || !add_cipher (self, config, cipher, handle, store_id, error))
        return FALSE;
      self->has_cipher = TRUE;
    }
  if (compressor != NULL)
    {
      handle = _evs_handle_new (config, compressor, error);
      if (handle == NULL)
        return FALSE;
      if (!add_compressor (self, handle, error))
        return FALSE;
      self->has_compressor = TRUE;
    }
  return TRUE;
}

/* (nullable): also-read= does not say of which kind a plugin is: it is that of
 * the file that is there. */
static const EvsConfigGroup *
find_also_read (EvsConfig *config, const char *name)
{
  static const EvsPluginKind kinds[] = { EVS_PLUGIN_CIPHER,
                                         EVS_PLUGIN_COMPRESSOR };
  const char *const *path = _evs_config_get_plugin_path (config);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const EvsConfigGroup *group =
          _evs_config_find_group (config, kinds[i], name);

      if (group != NULL && _evs_registry_has (group->kind, name, path))
        return group;
    }
  return NULL;
}

static gboolean
add_also_read (EvsStack *self, EvsConfig *config, const char *name,
               const EvsId *store_id, GError **error)
{
  const EvsConfigGroup *group = find_also_read (config, name);
  EvsHandle *handle;

  if (group == NULL)
    {
      _evs_registry_set_no_reader (config, name, error);
      return FALSE;
    }
  handle = _evs_handle_new (config, group, error);
  if (handle == NULL)
    return FALSE;
  return group->kind == EVS_PLUGIN_CIPHER
             ? add_cipher (self, config, group, handle, store_id, error)
             : add_compressor (self, handle, error);
}

static gboolean
is_configured (EvsConfig *config, EvsPluginKind kind, const char *name)
{
  const EvsConfigGroup *group = _evs_config_get_group (config, kind);

  return group != NULL && strcmp (group->plugin, name) == 0;
}

static gboolean
add_all_also_read (EvsStack *self, EvsConfig *config, const EvsId *store_id,
                   GError **error)
{
  const char *const *names = _evs_config_get_also_read (config);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    if (!is_configured (config, EVS_PLUGIN_CIPHER, names[i])
        && !is_configured (config, EVS_PLUGIN_COMPRESSOR, names[i])
        && !add_also_read (self, config, names[i], store_id, error))
      return FALSE;
  return TRUE;
}

/* ----------------------------------------------------------------- lifetime */

EvsStack *
_evs_stack_new (EvsConfig *config, const EvsId *store_id, GError **error)
{
  g_autoptr (EvsStack) self = g_new0 (EvsStack, 1);

  self->ciphers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) stack_cipher_free);
  self->compressors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) _evs_handle_unref);
  if (!add_configured (self, config, store_id, error)
      || !add_all_also_read (self, config, store_id, error))
    return NULL;

  for (guint i = 0; i < self->ciphers->len; i++)
    {
      EvsStackCipher *cipher = g_ptr_array_index (self->ciphers, i);

      g_clear_pointer (&cipher->key, _evs_secret_free);
    }
  return g_steal_pointer (&self);
}

void
_evs_stack_free (EvsStack *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->ciphers);
  g_ptr_array_unref (self->compressors);
  g_free (self);
}

gboolean
_evs_stack_is_forked (const EvsStack *self)
{
  const EvsStackCipher *cipher;

  if (self->ciphers->len == 0)
    return FALSE;
  cipher = g_ptr_array_index (self->ciphers, 0);
  return is_wiped (cipher->subkey);
}

/* ------------------------------------------------------------------ finding */

const EvsStackCipher *
_evs_stack_get_cipher (const EvsStack *self)
{
  return self->has_cipher ? g_ptr_array_index (self->ciphers, 0) : NULL;
}

/* An id with an odd number of one bits is a damaged one. */
static const char *
suite_name (guint8 id)
{
  const EvsSuite *suite = evs_suite_lookup (id);

  if (suite != NULL)
    return suite->name;
  return id >= EVS_SUITE_PRIVATE && __builtin_popcount (id) % 2 == 0 ? "private"
                                                                     : NULL;
}

static void
set_no_cipher (const EvsStack *self, guint8 suite, guint32 key_id,
               GError **error)
{
  const char *name = suite_name (suite);

  if (name == NULL)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT, "unknown suite 0x%02X",
                 suite);
  else if (self->ciphers->len == 0)
    g_set_error (error, EVS_ERROR, EVS_ERROR_ENCRYPTED,
                 "encrypted with suite 0x%02X (%s), key %08x, "
                 "no cipher configured",
                 suite, name, key_id);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "encrypted with suite 0x%02X (%s), key %08x, "
                 "which neither cipher= nor also-read= names",
                 suite, name, key_id);
}

gint
_evs_stack_find_cipher (const EvsStack *self, guint8 suite, guint32 key_id,
                        GError **error)
{
  const EvsStackCipher *other = NULL;

  for (guint i = 0; i < self->ciphers->len; i++)
    {
      const EvsStackCipher *cipher = g_ptr_array_index (self->ciphers, i);

      if (cipher->vtable->suite == suite && cipher->key_id == key_id)
        return (gint) i;
      if (cipher->vtable->suite == suite)
        other = cipher;
    }
  if (other == NULL)
    set_no_cipher (self, suite, key_id, error);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
                 "encrypted with key %08x, the configured key is %08x", key_id,
                 other->key_id);
  return -1;
}

gint
_evs_stack_find_compressor (const EvsStack *self, guint8 wire_id,
                            GError **error)
{
  const char *name = evs_compressor_name (wire_id);

  for (guint i = 0; i < self->compressors->len; i++)
    {
      const EvsHandle *handle = g_ptr_array_index (self->compressors, i);

      if (handle->plugin->vtable.compressor->wire_id == wire_id)
        return (gint) i;
    }
  if (name == NULL && wire_id < COMPRESSOR_PRIVATE)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT, "unknown compressor %d",
                 wire_id);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "compressed with compressor %d (%s), "
                 "which neither compressor= nor also-read= names",
                 wire_id, name != NULL ? name : "private");
  return -1;
}
