/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-module.h"
#include "evs-setting.h"

#include <string.h>

/*
 * A plugin may have been built with an older minor version, and then its
 * structs end earlier. Nothing has grown since 1.0, so today the smallest size
 * allowed is that of the whole struct. When a field is appended, it becomes
 * the offset of the first field that 1.0 did not have, and whoever reads such
 * a field looks at struct_size first.
 */
#define MIN_PLUGIN_SIZE sizeof (EvsPlugin)
#define MIN_SETTING_SIZE sizeof (EvsSetting)

/* More than any plugin has; a count that is garbage is seen by it. */
#define MAX_SETTINGS 256

static gboolean refuse (GError **error, const char *file, const char *format,
                        ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError **error, const char *file, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN, "%s: %s", file, reason);
  return FALSE;
}

/* ------------------------------------------------------------- descriptor */

/* The first 16 bytes, whose place never changes. */
static gboolean
check_header (const EvsPlugin *plugin, const char *file, EvsPluginKind kind,
              GError **error)
{
  const char *wanted = _evs_plugin_kind_to_string (kind);

  if (plugin->magic != EVS_PLUGIN_MAGIC)
    return refuse (error, file, "magic 0x%08x, wanted 0x%08x", plugin->magic,
                   EVS_PLUGIN_MAGIC);
  if (plugin->abi_major != EVS_PLUGIN_ABI_MAJOR
      || plugin->abi_minor > EVS_PLUGIN_ABI_MINOR)
    return refuse (error, file,
                   "built for plugin ABI %u.%u, this library has %u.%u",
                   plugin->abi_major, plugin->abi_minor, EVS_PLUGIN_ABI_MAJOR,
                   EVS_PLUGIN_ABI_MINOR);
  if (plugin->struct_size < MIN_PLUGIN_SIZE)
    return refuse (error, file,
                   "a descriptor of %u bytes, wanted at least %" G_GSIZE_FORMAT,
                   plugin->struct_size, MIN_PLUGIN_SIZE);
  if (plugin->kind < EVS_PLUGIN_CIPHER || plugin->kind > EVS_PLUGIN_STORE)
    return refuse (error, file, "of the unknown kind %u, wanted a %s",
                   plugin->kind, wanted);
  if (plugin->kind != kind)
    return refuse (error, file, "a %s, wanted a %s",
                   _evs_plugin_kind_to_string (plugin->kind), wanted);
  return TRUE;
}

static gboolean
check_texts (const EvsPlugin *plugin, const char *file, const char *name,
             GError **error)
{
  if (plugin->name == NULL || !_evs_plugin_name_is_valid (plugin->name))
    return refuse (error, file, "without a valid name, wanted %s", name);
  if (strcmp (plugin->name, name) != 0)
    return refuse (error, file, "named %s, wanted %s", plugin->name, name);
  if (plugin->version == NULL)
    return refuse (error, file, "without a version, wanted one");
  if (plugin->summary == NULL)
    return refuse (error, file, "without a summary, wanted one");
  return TRUE;
}

/* ---------------------------------------------------------------- vtables */

/* A function that a plugin must provide. */
typedef struct
{
  const char *name;
  gsize offset;
} Slot;

typedef struct
{
  gsize min_size; /* as above */
  const Slot *slots;
  gsize n_slots;
} Contract;

#define SLOT(Type, name)                                                       \
  {                                                                            \
#    name, G_STRUCT_OFFSET(Type, name)                                         \
  }

static const Slot cipher_slots[] = {
  SLOT (EvsCipherVTable, open),    SLOT (EvsCipherVTable, close),
  SLOT (EvsCipherVTable, set_key), SLOT (EvsCipherVTable, bound),
  SLOT (EvsCipherVTable, seal),    SLOT (EvsCipherVTable, open_sealed),
};

static const Slot compressor_slots[] = {
  SLOT (EvsCompressorVTable, bound),
  SLOT (EvsCompressorVTable, compress),
  SLOT (EvsCompressorVTable, decompress),
};

static const Slot store_slots[] = {
  SLOT (EvsStoreVTable, open),         SLOT (EvsStoreVTable, close),
  SLOT (EvsStoreVTable, commit),       SLOT (EvsStoreVTable, read_sequence),
  SLOT (EvsStoreVTable, read_log),     SLOT (EvsStoreVTable, read_ids),
  SLOT (EvsStoreVTable, last_version), SLOT (EvsStoreVTable, last_position),
  SLOT (EvsStoreVTable, side_get),     SLOT (EvsStoreVTable, side_scan),
};

static const Contract contracts[] = {
  [EVS_PLUGIN_CIPHER] = { sizeof (EvsCipherVTable), cipher_slots,
                          G_N_ELEMENTS (cipher_slots) },
  [EVS_PLUGIN_COMPRESSOR] = { sizeof (EvsCompressorVTable), compressor_slots,
                              G_N_ELEMENTS (compressor_slots) },
  [EVS_PLUGIN_STORE] = { sizeof (EvsStoreVTable), store_slots,
                         G_N_ELEMENTS (store_slots) },
};

/* Every vtable begins with its size, and the union's members are pointers. */
static gboolean
check_vtable (const EvsPlugin *plugin, const char *file, GError **error)
{
  const Contract *contract = &contracts[plugin->kind];
  const guint32 *size = (gconstpointer) plugin->vtable.cipher;

  if (size == NULL)
    return refuse (error, file, "without a vtable, wanted one");
  if (*size < contract->min_size)
    return refuse (error, file,
                   "a vtable of %u bytes, wanted at least %" G_GSIZE_FORMAT,
                   *size, contract->min_size);

  for (gsize i = 0; i < contract->n_slots; i++)
    {
      const Slot *slot = &contract->slots[i];

      if (G_STRUCT_MEMBER (gpointer, size, slot->offset) == NULL)
        return refuse (error, file,
                       "without the function %s, which a %s must provide",
                       slot->name, _evs_plugin_kind_to_string (plugin->kind));
    }
  return TRUE;
}

static gboolean
check_cipher (const EvsCipherVTable *vtable, const char *file, GError **error)
{
  if (vtable->suite == 0 || vtable->suite > 0xFF
      || __builtin_parity (vtable->suite) != 0)
    return refuse (error, file,
                   "suite 0x%02x, wanted 0x01 to 0xff with an even number of "
                   "one bits",
                   vtable->suite);
  if (vtable->key_size < 16 || vtable->key_size > 64)
    return refuse (error, file, "a key of %u bytes, wanted 16 to 64",
                   vtable->key_size);
  if (vtable->nonce_size > 64)
    return refuse (error, file, "a nonce of %u bytes, wanted at most 64",
                   vtable->nonce_size);
  if (vtable->tag_size < 16 || vtable->tag_size > 64)
    return refuse (error, file, "a tag of %u bytes, wanted 16 to 64",
                   vtable->tag_size);
  return TRUE;
}

static gboolean
check_compressor (const EvsCompressorVTable *vtable, const char *file,
                  GError **error)
{
  if (vtable->wire_id < 1 || vtable->wire_id > 15)
    return refuse (error, file, "wire id %u, wanted 1 to 15", vtable->wire_id);
  if ((vtable->open == NULL) != (vtable->close == NULL))
    return refuse (error, file, "%s, wanted both or neither",
                   vtable->open == NULL ? "close without open"
                                        : "open without close");
  return TRUE;
}

/* --------------------------------------------------------------- settings */

static const char *
check_key (const EvsSettingTable *table, gsize index, EvsPluginKind kind)
{
  const char *key = _evs_setting_table_get (table, index)->key;

  if (key == NULL || !_evs_plugin_name_is_valid (key))
    return "no valid key, wanted " EVS_PLUGIN_NAME_RULE;
  if (_evs_setting_table_find (_evs_setting_host_table (kind), key) >= 0)
    return "a key of the host's, wanted another";
  if (_evs_setting_table_find (table, key) != (gssize) index)
    return "a repeated key, wanted another";
  return NULL;
}

static const char *
check_shape (const EvsSetting *setting)
{
  gboolean choice = setting->type == EVS_SETTING_CHOICE;

  if (setting->type < EVS_SETTING_STRING || setting->type > EVS_SETTING_PATH)
    return "of an unknown type";
  if (setting->help == NULL)
    return "without help, wanted a line";
  if (choice && (setting->choices == NULL || setting->choices[0] == NULL))
    return "a choice without choices, wanted some";
  if (setting->maximum != 0 && setting->minimum > setting->maximum)
    return "a minimum above the maximum";
  if ((setting->flags & EVS_SETTING_REQUIRED) && setting->default_value != NULL)
    return "required and with a default, wanted one of the two";
  return NULL;
}

static char *
check_default (const EvsSetting *setting)
{
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  EvsSettingValue value;
  char *reason = NULL;

  if (setting->default_value != NULL)
    _evs_setting_parse (setting, setting->default_value, "/", owned, &value,
                        &reason);
  return reason;
}

static gboolean
check_setting (const EvsPlugin *plugin, const char *file,
               const EvsSettingTable *table, gsize index, GError **error)
{
  const EvsSetting *setting = _evs_setting_table_get (table, index);
  const char *wrong = check_key (table, index, plugin->kind);
  g_autofree char *reason = NULL;

  if (wrong != NULL)
    return refuse (error, file, "setting %" G_GSIZE_FORMAT ": %s", index + 1,
                   wrong);
  wrong = check_shape (setting);
  if (wrong != NULL)
    return refuse (error, file, "setting %s: %s", setting->key, wrong);
  reason = check_default (setting);
  if (reason != NULL)
    return refuse (error, file, "setting %s: its default: %s", setting->key,
                   reason);
  return TRUE;
}

static gboolean
check_settings (const EvsPlugin *plugin, const char *file, GError **error)
{
  EvsSettingTable table = { plugin->settings, plugin->n_settings,
                            plugin->setting_size };

  if (plugin->n_settings == 0)
    return TRUE;
  if (plugin->n_settings > MAX_SETTINGS)
    return refuse (error, file, "%u settings, wanted at most %d",
                   plugin->n_settings, MAX_SETTINGS);
  if (plugin->settings == NULL)
    return refuse (error, file, "%u settings without a table, wanted one",
                   plugin->n_settings);
  if (plugin->setting_size < MIN_SETTING_SIZE
      || plugin->setting_size % G_ALIGNOF (EvsSetting) != 0)
    return refuse (
        error, file,
        "settings of %u bytes each, wanted at least %" G_GSIZE_FORMAT,
        plugin->setting_size, MIN_SETTING_SIZE);

  for (gsize i = 0; i < table.n_settings; i++)
    if (!check_setting (plugin, file, &table, i, error))
      return FALSE;
  return TRUE;
}

gboolean
_evs_module_check (const EvsPlugin *plugin, const char *file,
                   EvsPluginKind kind, const char *name, GError **error)
{
  if (!check_header (plugin, file, kind, error)
      || !check_texts (plugin, file, name, error)
      || !check_vtable (plugin, file, error)
      || !check_settings (plugin, file, error))
    return FALSE;
  if (kind == EVS_PLUGIN_CIPHER)
    return check_cipher (plugin->vtable.cipher, file, error);
  if (kind == EVS_PLUGIN_COMPRESSOR)
    return check_compressor (plugin->vtable.compressor, file, error);
  return TRUE;
}
