/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the host makes sure of in a descriptor before it uses it. Each case
 * spoils a good plugin in one place.
 */

#include "evs-module.h"
#include "evs-test.h"

#include <string.h>

/* ----------------------------------------------------------- good plugins */

/* Never called: only whether they are there counts. */
static void
function (void)
{
}

#define SLOT(Type, name) .name = (__typeof__ (((Type *) 0)->name)) function

/* Everything that a case may spoil. The settings are of a later host's size. */
typedef struct
{
  EvsPlugin plugin;
  EvsCipherVTable cipher;
  EvsCompressorVTable compressor;
  EvsStoreVTable store;
  struct
  {
    EvsSetting setting;
    gpointer later;
  } settings[2];
} Good;

static const Good good = {
  .plugin = { .magic = EVS_PLUGIN_MAGIC,
              .abi_major = EVS_PLUGIN_ABI_MAJOR,
              .abi_minor = EVS_PLUGIN_ABI_MINOR,
              .struct_size = sizeof (EvsPlugin),
              .name = "good",
              .version = "1",
              .summary = "Does nothing" },
  .cipher = { .struct_size = sizeof (EvsCipherVTable),
              .suite = 0x81,
              .key_size = 32,
              .nonce_size = 12,
              .tag_size = 16,
              SLOT (EvsCipherVTable, open),
              SLOT (EvsCipherVTable, close),
              SLOT (EvsCipherVTable, set_key),
              SLOT (EvsCipherVTable, bound),
              SLOT (EvsCipherVTable, seal),
              SLOT (EvsCipherVTable, open_sealed) },
  .compressor = { .struct_size = sizeof (EvsCompressorVTable),
                  .wire_id = 15,
                  SLOT (EvsCompressorVTable, bound),
                  SLOT (EvsCompressorVTable, compress),
                  SLOT (EvsCompressorVTable, decompress) },
  .store = { .struct_size = sizeof (EvsStoreVTable),
             SLOT (EvsStoreVTable, open),
             SLOT (EvsStoreVTable, close),
             SLOT (EvsStoreVTable, commit),
             SLOT (EvsStoreVTable, read_sequence),
             SLOT (EvsStoreVTable, read_log),
             SLOT (EvsStoreVTable, read_ids),
             SLOT (EvsStoreVTable, last_version),
             SLOT (EvsStoreVTable, last_position),
             SLOT (EvsStoreVTable, side_get),
             SLOT (EvsStoreVTable, side_scan) },
  .settings = { { { .key = "level",
                    .type = EVS_SETTING_INTEGER,
                    .default_value = "3",
                    .help = "How hard to try",
                    .minimum = 1,
                    .maximum = 9 } },
                { { .key = "directory",
                    .type = EVS_SETTING_PATH,
                    .flags = EVS_SETTING_REQUIRED,
                    .help = "Where it is" } } },
};

static void
good_init (Good *g, EvsPluginKind kind)
{
  *g = good;
  g->plugin.kind = kind;
  if (kind == EVS_PLUGIN_CIPHER)
    g->plugin.vtable.cipher = &g->cipher;
  else if (kind == EVS_PLUGIN_COMPRESSOR)
    g->plugin.vtable.compressor = &g->compressor;
  else
    g->plugin.vtable.store = &g->store;
  g->plugin.settings = &g->settings[0].setting;
  g->plugin.n_settings = G_N_ELEMENTS (g->settings);
  g->plugin.setting_size = sizeof g->settings[0];
}

static void
test_good (gconstpointer data)
{
  EvsPluginKind kind = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  Good g;

  good_init (&g, kind);
  g_assert_true (_evs_module_check (&g.plugin, "f.so", kind, "good", &error));
  g_assert_no_error (error);
}

/* ------------------------------------------------------------------ cases */

typedef struct
{
  const char *name;
  EvsPluginKind kind;
  void (*spoil) (Good *g);
  const char *fact;
} Case;

#define SPOIL(name, statement)                                                 \
  static void spoil_##name (Good *g)                                           \
  {                                                                            \
    statement;                                                                 \
  }

SPOIL (magic, g->plugin.magic = 0)
SPOIL (major_older, g->plugin.abi_major = 0)
SPOIL (major_newer, g->plugin.abi_major = 2)
SPOIL (minor_newer, g->plugin.abi_minor = 1)
SPOIL (plugin_size, g->plugin.struct_size--)
SPOIL (kind_other, g->plugin.kind = EVS_PLUGIN_STORE)
SPOIL (kind_zero, g->plugin.kind = 0)
SPOIL (kind_unknown, g->plugin.kind = 4)
SPOIL (no_name, g->plugin.name = NULL)
SPOIL (bad_name, g->plugin.name = "../Good\n")
SPOIL (other_name, g->plugin.name = "better")
SPOIL (no_version, g->plugin.version = NULL)
SPOIL (no_summary, g->plugin.summary = NULL)
SPOIL (no_vtable, g->plugin.vtable.cipher = NULL)
SPOIL (cipher_size, g->cipher.struct_size--)
SPOIL (compressor_size, g->compressor.struct_size = 0)
SPOIL (store_size, g->store.struct_size = 8)
SPOIL (suite_zero, g->cipher.suite = 0)
SPOIL (suite_odd, g->cipher.suite = 0x01)
SPOIL (suite_large, g->cipher.suite = 0x101)
SPOIL (key_small, g->cipher.key_size = 15)
SPOIL (key_large, g->cipher.key_size = 65)
SPOIL (nonce_large, g->cipher.nonce_size = 65)
SPOIL (tag_small, g->cipher.tag_size = 12)
SPOIL (tag_large, g->cipher.tag_size = 65)
SPOIL (wire_id_zero, g->compressor.wire_id = 0)
SPOIL (wire_id_large, g->compressor.wire_id = 16)
SPOIL (open_alone, g->compressor.open = good.cipher.open)
SPOIL (close_alone, g->compressor.close = good.cipher.close)
SPOIL (many_settings, g->plugin.n_settings = 257)
SPOIL (no_settings, g->plugin.settings = NULL)
SPOIL (setting_size, g->plugin.setting_size = sizeof (EvsSetting) - 8)
SPOIL (setting_size_odd, g->plugin.setting_size++)
SPOIL (no_key, g->settings[0].setting.key = NULL)
SPOIL (bad_key, g->settings[1].setting.key = "Directory")
SPOIL (same_key, g->settings[1].setting.key = "level")
SPOIL (host_key, g->settings[0].setting.key = "durability")
SPOIL (plugin_key, g->settings[0].setting.key = "plugin")
SPOIL (no_type, g->settings[0].setting.type = 0)
SPOIL (unknown_type, g->settings[0].setting.type = 8)
SPOIL (no_help, g->settings[0].setting.help = NULL)
SPOIL (no_choices, g->settings[0].setting.type = EVS_SETTING_CHOICE)
SPOIL (range, g->settings[0].setting.minimum = 10)
SPOIL (bad_default, g->settings[0].setting.default_value = "0")
SPOIL (required_default, g->settings[1].setting.default_value = "x")

#define CIPHER EVS_PLUGIN_CIPHER
#define COMPRESSOR EVS_PLUGIN_COMPRESSOR
#define STORE EVS_PLUGIN_STORE

static const Case cases[] = {
  { "magic", STORE, spoil_magic, "magic 0x00000000, wanted 0x45565331" },
  { "major-older", STORE, spoil_major_older,
    "built for plugin ABI 0.0, this library has 1.0" },
  { "major-newer", STORE, spoil_major_newer,
    "built for plugin ABI 2.0, this library has 1.0" },
  { "minor-newer", STORE, spoil_minor_newer,
    "built for plugin ABI 1.1, this library has 1.0" },
  { "size", STORE, spoil_plugin_size,
    "a descriptor of * bytes, wanted at least *" },
  { "kind-other", CIPHER, spoil_kind_other, "a store, wanted a cipher" },
  { "kind-zero", CIPHER, spoil_kind_zero,
    "of the unknown kind 0, wanted a cipher" },
  { "kind-unknown", STORE, spoil_kind_unknown,
    "of the unknown kind 4, wanted a store" },
  { "no-name", STORE, spoil_no_name, "without a valid name, wanted good" },
  { "bad-name", STORE, spoil_bad_name, "without a valid name, wanted good" },
  { "other-name", STORE, spoil_other_name, "named better, wanted good" },
  { "no-version", STORE, spoil_no_version, "without a version, wanted one" },
  { "no-summary", STORE, spoil_no_summary, "without a summary, wanted one" },
  { "no-vtable", STORE, spoil_no_vtable, "without a vtable, wanted one" },
  { "cipher-size", CIPHER, spoil_cipher_size,
    "a vtable of * bytes, wanted at least *" },
  { "compressor-size", COMPRESSOR, spoil_compressor_size,
    "a vtable of 0 bytes, wanted at least *" },
  { "store-size", STORE, spoil_store_size,
    "a vtable of 8 bytes, wanted at least *" },

  { "suite-zero", CIPHER, spoil_suite_zero,
    "suite 0x00, wanted 0x01 to 0xff with an even number of one bits" },
  { "suite-odd", CIPHER, spoil_suite_odd,
    "suite 0x01, wanted 0x01 to 0xff with an even number of one bits" },
  { "suite-large", CIPHER, spoil_suite_large,
    "suite 0x101, wanted 0x01 to 0xff with an even number of one bits" },
  { "key-small", CIPHER, spoil_key_small,
    "a key of 15 bytes, wanted 16 to 64" },
  { "key-large", CIPHER, spoil_key_large,
    "a key of 65 bytes, wanted 16 to 64" },
  { "nonce-large", CIPHER, spoil_nonce_large,
    "a nonce of 65 bytes, wanted at most 64" },
  { "tag-small", CIPHER, spoil_tag_small,
    "a tag of 12 bytes, wanted 16 to 64" },
  { "tag-large", CIPHER, spoil_tag_large,
    "a tag of 65 bytes, wanted 16 to 64" },
  { "wire-id-zero", COMPRESSOR, spoil_wire_id_zero,
    "wire id 0, wanted 1 to 15" },
  { "wire-id-large", COMPRESSOR, spoil_wire_id_large,
    "wire id 16, wanted 1 to 15" },
  { "open-alone", COMPRESSOR, spoil_open_alone,
    "open without close, wanted both or neither" },
  { "close-alone", COMPRESSOR, spoil_close_alone,
    "close without open, wanted both or neither" },

  { "many-settings", STORE, spoil_many_settings,
    "257 settings, wanted at most 256" },
  { "no-settings", STORE, spoil_no_settings,
    "2 settings without a table, wanted one" },
  { "setting-size", STORE, spoil_setting_size,
    "settings of * bytes each, wanted at least *" },
  { "setting-size-odd", STORE, spoil_setting_size_odd,
    "settings of * bytes each, wanted at least *" },
  { "no-key", STORE, spoil_no_key,
    "setting 1: no valid key, wanted at most 32 of a-z, 0-9 and '-', first a "
    "letter" },
  { "bad-key", STORE, spoil_bad_key,
    "setting 2: no valid key, wanted at most 32 of a-z, 0-9 and '-', first a "
    "letter" },
  { "same-key", STORE, spoil_same_key,
    "setting 2: a repeated key, wanted another" },
  { "host-key", STORE, spoil_host_key,
    "setting 1: a key of the host's, wanted another" },
  { "plugin-key", COMPRESSOR, spoil_plugin_key,
    "setting 1: a key of the host's, wanted another" },
  { "no-type", STORE, spoil_no_type, "setting level: of an unknown type" },
  { "unknown-type", STORE, spoil_unknown_type,
    "setting level: of an unknown type" },
  { "no-help", STORE, spoil_no_help,
    "setting level: without help, wanted a line" },
  { "no-choices", STORE, spoil_no_choices,
    "setting level: a choice without choices, wanted some" },
  { "range", STORE, spoil_range, "setting level: a minimum above the maximum" },
  { "bad-default", STORE, spoil_bad_default,
    "setting level: its default: out of range, wanted 1 to 9" },
  { "required-default", STORE, spoil_required_default,
    "setting directory: required and with a default, wanted one of the two" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *message = g_strconcat ("f.so: ", c->fact, NULL);
  g_autoptr (GError) error = NULL;
  Good g;

  good_init (&g, c->kind);
  c->spoil (&g);
  g_assert_false (
      _evs_module_check (&g.plugin, "f.so", c->kind, "good", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, message);
}

/* The ends of what is allowed, all at once. */
static void
test_edges (void)
{
  static const char *const words[] = { "one", NULL };
  g_autoptr (GError) error = NULL;
  Good g;

  good_init (&g, CIPHER);
  g.cipher.suite = 0xFF;
  g.cipher.key_size = 16;
  g.cipher.nonce_size = 64;
  g.cipher.tag_size = 64;
  g.plugin.setting_size = sizeof (EvsSetting);
  g.plugin.n_settings = 1;
  g.settings[0].setting.type = EVS_SETTING_CHOICE;
  g.settings[0].setting.choices = words;
  g.settings[0].setting.default_value = "one";
  g_assert_true (_evs_module_check (&g.plugin, "f.so", CIPHER, "good", &error));
  g_assert_no_error (error);

  g.cipher.key_size = 64;
  g.cipher.nonce_size = 0;
  g.plugin.n_settings = 0;
  g.plugin.settings = NULL;
  g_assert_true (_evs_module_check (&g.plugin, "f.so", CIPHER, "good", &error));
  g_assert_no_error (error);

  good_init (&g, COMPRESSOR);
  g.compressor.wire_id = 1;
  g.compressor.open = good.cipher.open;
  g.compressor.close = good.cipher.close;
  g.settings[0].setting.minimum = 9;
  g.settings[0].setting.default_value = "9";
  g.settings[1].setting.type = EVS_SETTING_STRING;
  g_assert_true (
      _evs_module_check (&g.plugin, "f.so", COMPRESSOR, "good", &error));
  g_assert_no_error (error);

  g.settings[0].setting.minimum = 1;
  g.settings[0].setting.maximum = 0;
  g_assert_true (
      _evs_module_check (&g.plugin, "f.so", COMPRESSOR, "good", &error));
  g_assert_no_error (error);
}

/* ------------------------------------------------------------------ slots */

typedef struct
{
  const char *name;
  EvsPluginKind kind;
  gsize offset; /* in Good */
} Slot;

#define CIPHER_SLOT(name)                                                      \
  {                                                                            \
#    name, CIPHER, G_STRUCT_OFFSET(Good, cipher.name)                          \
  }
#define COMPRESSOR_SLOT(name)                                                  \
  {                                                                            \
#    name, COMPRESSOR, G_STRUCT_OFFSET(Good, compressor.name)                  \
  }
#define STORE_SLOT(name)                                                       \
  {                                                                            \
#    name, STORE, G_STRUCT_OFFSET(Good, store.name)                            \
  }

static const Slot slots[] = {
  CIPHER_SLOT (open),           CIPHER_SLOT (close),
  CIPHER_SLOT (set_key),        CIPHER_SLOT (bound),
  CIPHER_SLOT (seal),           CIPHER_SLOT (open_sealed),
  COMPRESSOR_SLOT (bound),      COMPRESSOR_SLOT (compress),
  COMPRESSOR_SLOT (decompress), STORE_SLOT (open),
  STORE_SLOT (close),           STORE_SLOT (commit),
  STORE_SLOT (read_sequence),   STORE_SLOT (read_log),
  STORE_SLOT (read_ids),        STORE_SLOT (last_version),
  STORE_SLOT (last_position),   STORE_SLOT (side_get),
  STORE_SLOT (side_scan),
};

static void
test_slot (gconstpointer data)
{
  const Slot *slot = data;
  const char *kind = _evs_plugin_kind_to_string (slot->kind);
  g_autofree char *message =
      g_strdup_printf ("f.so: without the function %s, which a %s must "
                       "provide",
                       slot->name, kind);
  g_autoptr (GError) error = NULL;
  Good g;

  good_init (&g, slot->kind);
  memset ((guint8 *) &g + slot->offset, 0, sizeof (gpointer));
  g_assert_false (
      _evs_module_check (&g.plugin, "f.so", slot->kind, "good", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, message);
}

/* ---------------------------------------------------------------- smaller */

/* Behind what a plugin says it has, nothing is read: a tool that watches
 * memory would see it. */
static void
test_size_is_heeded (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *memory = g_malloc (16);
  Good g;

  good_init (&g, STORE);
  g.plugin.struct_size = 16;
  memcpy (memory, &g.plugin, 16);
  g_assert_false (_evs_module_check ((gconstpointer) memory, "f.so", STORE,
                                     "good", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN,
                    "f.so: a descriptor of 16 bytes, wanted at least *");
}

static void
test_vtable_size_is_heeded (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint32 *size = g_new0 (guint32, 1);
  Good g;

  good_init (&g, STORE);
  *size = sizeof *size;
  g.plugin.vtable.store = (gconstpointer) size;
  g_assert_false (_evs_module_check (&g.plugin, "f.so", STORE, "good", &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN,
                    "f.so: a vtable of 4 bytes, wanted at least *");
}

static void
test_names (void)
{
  const char *valid[] = { "a", "lz4", "aes-cbc", "a-",
                          "a2345678901234567890123456789012" };
  const char *invalid[] = {
    "",    "A",   "9z",  "-a",       "a_b",
    "a/b", "a.b", "a\n", "\xC3\xA4", "a23456789012345678901234567890123"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (valid); i++)
    g_assert_true (_evs_plugin_name_is_valid (valid[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (invalid); i++)
    g_assert_false (_evs_plugin_name_is_valid (invalid[i]));
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  for (EvsPluginKind kind = CIPHER; kind <= STORE; kind++)
    {
      g_autofree char *path = g_strconcat (
          "/module-check/good/", _evs_plugin_kind_to_string (kind), NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (kind), test_good);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
          g_strconcat ("/module-check/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      g_autofree char *path = g_strdup_printf (
          "/module-check/slot/%s/%s",
          _evs_plugin_kind_to_string (slots[i].kind), slots[i].name);

      g_test_add_data_func (path, &slots[i], test_slot);
    }
  g_test_add_func ("/module-check/edges", test_edges);
  g_test_add_func ("/module-check/size-is-heeded", test_size_is_heeded);
  g_test_add_func ("/module-check/vtable-size-is-heeded",
                   test_vtable_size_is_heeded);
  g_test_add_func ("/module-check/names", test_names);

  return g_test_run ();
}
