/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The plugin ABI: the only header of eventseal that a plugin includes.
 *
 * A plugin is one shared object, KIND-NAME.so (cipher-aes-cbc.so), that
 * exports one function, evs_plugin_NAME_describe (), with each '-' of the
 * name written as '_'. The function returns a constant descriptor that the
 * plugin owns. It may be called more than once and must not fail.
 *
 * What holds for every plugin:
 *
 *  - It links GLib and the library that it wraps, never eventseal itself.
 *  - It is never unloaded. Link it with -z nodelete.
 *  - It changes nothing process-wide: no signals, locale, exit handlers or
 *    environment.
 *  - The library checks a descriptor before it uses it: magic, ABI version,
 *    sizes, kind, name, and that every slot marked "must provide" is there.
 *  - Each struct below says whether it may grow. Fields are only ever
 *    appended; struct_size tells the library what a plugin was built with.
 *
 * What holds for every function in a vtable:
 *
 *  - A function with a GError argument either succeeds and leaves it alone,
 *    or fails and sets it; never both, never neither. Use the domain
 *    EVS_ERROR with a code of EvsError. The library puts the plugin's name
 *    before the message.
 *  - Messages never hold a key, plaintext or a stored value.
 *  - Memory passed in is borrowed for the call. Nothing is ever retained.
 *  - Sizes are in bytes.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EVS_PLUGIN_MAGIC:
 *
 * What a descriptor begins with: "EVS1" as a number.
 */
#define EVS_PLUGIN_MAGIC 0x45565331u

/**
 * EVS_PLUGIN_ABI_MAJOR:
 *
 * Rises when a plugin must be built anew. Host and plugin must have the same.
 */
#define EVS_PLUGIN_ABI_MAJOR 1

/**
 * EVS_PLUGIN_ABI_MINOR:
 *
 * Rises when something is appended. A plugin's is at most the library's.
 */
#define EVS_PLUGIN_ABI_MINOR 0

/* ------------------------------------------------------------------ errors */

/**
 * EVS_ERROR:
 *
 * The error domain of the library and of its plugins.
 */
#define EVS_ERROR (g_quark_from_static_string ("evs-error-quark"))

/**
 * EvsError:
 * @EVS_ERROR_FAILED: something underneath failed; the message has its words
 * @EVS_ERROR_CONFIG: the configuration breaks a rule
 * @EVS_ERROR_KEY: a key or key file is missing, malformed, exposed, or not
 *   the one that is needed
 * @EVS_ERROR_PLUGIN: a plugin is missing or was refused
 * @EVS_ERROR_INVALID: an argument that comes from outside (a topic, an id,
 *   JSON) is not what it must be
 * @EVS_ERROR_NOT_FOUND: no such event, sequence or entry
 * @EVS_ERROR_DISCARDED: the aggregate was discarded
 * @EVS_ERROR_ERASED: the event was there and is erased
 * @EVS_ERROR_CONFLICT: an expectation does not hold, a version is taken or
 *   would leave a gap; nothing of the batch is stored
 * @EVS_ERROR_BUSY: the store belongs to another process
 * @EVS_ERROR_TOO_LARGE: over a limit; the message names it
 * @EVS_ERROR_ENCRYPTED: the record is sealed and no cipher is configured
 * @EVS_ERROR_NOT_ENCRYPTED: the record is plain where this configuration
 *   would have sealed it
 * @EVS_ERROR_AUTHENTICATION: a record's tag does not fit its bytes or place
 * @EVS_ERROR_FORMAT: bytes that are not what a format says: magic, version,
 *   suite, compressor, flags or length
 * @EVS_ERROR_DAMAGED: the store's own files are damaged
 * @EVS_ERROR_IO: the system refused; the message has errno's text
 * @EVS_ERROR_NO_SPACE: the disk is full; nothing was stored
 * @EVS_ERROR_LATCHED: an earlier flush failed, so the store takes no more
 *   writes until it is closed and opened again
 * @EVS_ERROR_FORKED: the handle was opened by another process, before fork
 *
 * What a caller can act upon. The message says the rest.
 */
typedef enum
{
  EVS_ERROR_FAILED,
  EVS_ERROR_CONFIG,
  EVS_ERROR_KEY,
  EVS_ERROR_PLUGIN,
  EVS_ERROR_INVALID,
  EVS_ERROR_NOT_FOUND,
  EVS_ERROR_DISCARDED,
  EVS_ERROR_ERASED,
  EVS_ERROR_CONFLICT,
  EVS_ERROR_BUSY,
  EVS_ERROR_TOO_LARGE,
  EVS_ERROR_ENCRYPTED,
  EVS_ERROR_NOT_ENCRYPTED,
  EVS_ERROR_AUTHENTICATION,
  EVS_ERROR_FORMAT,
  EVS_ERROR_DAMAGED,
  EVS_ERROR_IO,
  EVS_ERROR_NO_SPACE,
  EVS_ERROR_LATCHED,
  EVS_ERROR_FORKED
} EvsError;

/* ---------------------------------------------------------------- settings */

/**
 * EvsSettingType:
 * @EVS_SETTING_STRING: UTF-8 text; value in `string`
 * @EVS_SETTING_INTEGER: a decimal number; value in `integer`
 * @EVS_SETTING_SIZE: bytes, with an optional KiB, MiB or GiB; in `size`
 * @EVS_SETTING_BOOLEAN: "true" or "false"; value in `boolean`
 * @EVS_SETTING_CHOICE: one word of `choices`; value in `string`
 * @EVS_SETTING_LIST: words separated by ';'; %NULL-terminated, in `list`
 * @EVS_SETTING_PATH: a path, made absolute by the library (relative ones are
 *   taken from the config file's folder); value in `string`
 *
 * What a setting may be, and which member of #EvsSettingValue holds it.
 */
typedef enum
{
  EVS_SETTING_STRING = 1,
  EVS_SETTING_INTEGER,
  EVS_SETTING_SIZE,
  EVS_SETTING_BOOLEAN,
  EVS_SETTING_CHOICE,
  EVS_SETTING_LIST,
  EVS_SETTING_PATH
} EvsSettingType;

/**
 * EvsSettingFlags:
 * @EVS_SETTING_OPTIONAL: the config may leave it out
 * @EVS_SETTING_REQUIRED: the config must give it
 *
 * What else is to be said of a setting.
 */
typedef enum
{
  EVS_SETTING_OPTIONAL = 0,
  EVS_SETTING_REQUIRED = 1 << 0
} EvsSettingFlags;

/**
 * EvsSetting: (skip)
 * @key: the config file's key, such as "cache-size"
 * @type: an #EvsSettingType
 * @flags: #EvsSettingFlags
 * @default_value: (nullable): as it would stand in the file; %NULL: unset,
 *   which is a %NULL string or list, 0 or %FALSE
 * @help: one line for people, in sentence case, without a full stop
 * @choices: (nullable): for %EVS_SETTING_CHOICE, %NULL-terminated words
 * @minimum: for integers and sizes, the smallest value allowed
 * @maximum: the largest; 0: no bound
 *
 * One setting of a plugin. The library checks the config file against the
 * table, fills in defaults, and shows the table to people. May grow (the
 * descriptor holds its size).
 */
typedef struct
{
  const char *key;
  guint32 type;
  guint32 flags;
  const char *default_value;
  const char *help;
  const char *const *choices;
  gint64 minimum;
  gint64 maximum;
} EvsSetting;

/**
 * EvsSettingValue: (skip)
 * @string: (nullable): of a string, choice or path
 * @list: (nullable): of a list, %NULL-terminated
 * @integer: of an integer
 * @size: of a size, in bytes
 * @boolean: of a boolean
 *
 * A checked value, of the type that its #EvsSetting says. Never grows.
 * Strings are never longer than the config file and live until open returns.
 */
typedef union
{
  const char *string;
  const char *const *list;
  gint64 integer;
  guint64 size;
  gint64 boolean;
} EvsSettingValue;

/* -------------------------------------------------------------- descriptor */

/**
 * EvsPluginKind:
 * @EVS_PLUGIN_CIPHER: seals and opens: #EvsCipherVTable
 * @EVS_PLUGIN_COMPRESSOR: makes bytes fewer: #EvsCompressorVTable
 * @EVS_PLUGIN_STORE: keeps records: #EvsStoreVTable
 *
 * What a plugin can be.
 */
typedef enum
{
  EVS_PLUGIN_CIPHER = 1,
  EVS_PLUGIN_COMPRESSOR = 2,
  EVS_PLUGIN_STORE = 3
} EvsPluginKind;

typedef struct _EvsCipherVTable EvsCipherVTable;
typedef struct _EvsCompressorVTable EvsCompressorVTable;
typedef struct _EvsStoreVTable EvsStoreVTable;

/**
 * EvsPlugin: (skip)
 *
 * What a plugin is. The first 16 bytes never move; the rest may grow.
 */
typedef struct
{
  guint32 magic;       /* EVS_PLUGIN_MAGIC */
  guint16 abi_major;   /* EVS_PLUGIN_ABI_MAJOR: must be the library's */
  guint16 abi_minor;   /* EVS_PLUGIN_ABI_MINOR: at most the library's */
  guint32 struct_size; /* sizeof (EvsPlugin) */
  guint32 kind;        /* EvsPluginKind */

  const char *name;    /* [a-z][a-z0-9-]{0,31}, as in the file's name */
  const char *version; /* the plugin's own, for people */
  const char *summary; /* one line, in sentence case, no full stop */

  const EvsSetting *settings; /* (nullable): what a config file may set */
  guint32 n_settings;         /* how many */
  guint32 setting_size;       /* sizeof (EvsSetting) */

  /* The member of the plugin's kind. */
  union
  {
    const EvsCipherVTable *cipher;
    const EvsCompressorVTable *compressor;
    const EvsStoreVTable *store;
  } vtable;
} EvsPlugin;

/**
 * EVS_PLUGIN_DEFINE:
 * @symbol: the name as part of a C name: aes_cbc
 * @KIND: CIPHER, COMPRESSOR or STORE
 * @member: cipher, compressor or store
 * @...: further initialisers: .name, .version and .summary must be there,
 *   EVS_PLUGIN_SETTINGS (table) if the plugin has settings
 *
 * Defines the plugin's entry point. The vtable is a static const struct called
 * `SYMBOL_vtable`. Use it through EVS_DEFINE_CIPHER and its two siblings.
 */
#define EVS_PLUGIN_DEFINE(symbol, KIND, member, ...)                           \
  __attribute__ ((visibility ("default")))                                     \
  const EvsPlugin *evs_plugin_##symbol##_describe (void);                      \
  const EvsPlugin *evs_plugin_##symbol##_describe (void)                       \
  {                                                                            \
    static const EvsPlugin plugin = { .magic = EVS_PLUGIN_MAGIC,               \
                                      .abi_major = EVS_PLUGIN_ABI_MAJOR,       \
                                      .abi_minor = EVS_PLUGIN_ABI_MINOR,       \
                                      .struct_size = sizeof (EvsPlugin),       \
                                      .kind = EVS_PLUGIN_##KIND,               \
                                      .vtable.member = &symbol##_vtable,       \
                                      __VA_ARGS__ };                           \
                                                                               \
    return &plugin;                                                            \
  }

/**
 * EVS_DEFINE_CIPHER:
 * @symbol: as EVS_PLUGIN_DEFINE
 * @...: as EVS_PLUGIN_DEFINE
 *
 * Defines the entry point of a cipher; `SYMBOL_vtable` is an #EvsCipherVTable.
 */
#define EVS_DEFINE_CIPHER(symbol, ...)                                         \
  EVS_PLUGIN_DEFINE (symbol, CIPHER, cipher, __VA_ARGS__)

/**
 * EVS_DEFINE_COMPRESSOR:
 * @symbol: as EVS_PLUGIN_DEFINE
 * @...: as EVS_PLUGIN_DEFINE
 *
 * Defines the entry point of a compressor; `SYMBOL_vtable` is an
 * #EvsCompressorVTable.
 */
#define EVS_DEFINE_COMPRESSOR(symbol, ...)                                     \
  EVS_PLUGIN_DEFINE (symbol, COMPRESSOR, compressor, __VA_ARGS__)

/**
 * EVS_DEFINE_STORE:
 * @symbol: as EVS_PLUGIN_DEFINE
 * @...: as EVS_PLUGIN_DEFINE
 *
 * Defines the entry point of a record store; `SYMBOL_vtable` is an
 * #EvsStoreVTable.
 */
#define EVS_DEFINE_STORE(symbol, ...)                                          \
  EVS_PLUGIN_DEFINE (symbol, STORE, store, __VA_ARGS__)

/**
 * EVS_PLUGIN_SETTINGS:
 * @table: an array of #EvsSetting
 *
 * The initialiser that puts a settings table into the descriptor. The values
 * arrive in open () in the order of the table.
 */
#define EVS_PLUGIN_SETTINGS(table)                                             \
  .settings = (table), .n_settings = G_N_ELEMENTS (table),                     \
  .setting_size = sizeof (EvsSetting)

/* ------------------------------------------------------------------ memory */

/**
 * EvsSpan: (skip)
 * @data: (nullable): borrowed bytes
 * @size: how many
 *
 * Bytes that belong to somebody else. Never grows.
 */
typedef struct
{
  gconstpointer data;
  gsize size;
} EvsSpan;

/* ------------------------------------------------------------------ cipher */

/**
 * EvsCipherFlags:
 * @EVS_CIPHER_CONFIDENTIAL: the sealed bytes do not show the plaintext
 * @EVS_CIPHER_MISUSE_RESISTANT: a repeated nonce shows no more than that two
 *   plaintexts are equal
 * @EVS_CIPHER_FIPS: made of FIPS-approved parts
 *
 * What a cipher promises beyond authentication, which all of them give.
 */
typedef enum
{
  EVS_CIPHER_CONFIDENTIAL = 1 << 0,
  EVS_CIPHER_MISUSE_RESISTANT = 1 << 1,
  EVS_CIPHER_FIPS = 1 << 2
} EvsCipherFlags;

/**
 * EvsCipherVTable: (skip)
 *
 * A cipher is a pure AEAD (RFC 5116): it authenticates always, has no header
 * and no keyring, does no I/O, and never invents a nonce. Published test
 * vectors run through it as they stand. A handle serves one thread at a time;
 * handles are independent of each other. May grow.
 */
struct _EvsCipherVTable
{
  guint32 struct_size; /* sizeof (EvsCipherVTable) */
  guint32 flags;       /* EvsCipherFlags */

  /* The suite id in stored records: an even number of one bits, never 0;
   * 0x81 to 0xFF are for private use. */
  guint32 suite;
  guint32 key_size;   /* 16 to 64 */
  guint32 nonce_size; /* 0 to 64 */
  guint32 tag_size;   /* 16 to 64 */

  /* Must provide. (transfer full) A handle without a key.
   * @settings: one value for each entry of the settings table */
  gpointer (*open) (const EvsSettingValue *settings, GError **error);

  /* Must provide. Wipes every key and frees the handle. */
  void (*close) (gpointer self);

  /* Must provide. @key_size is the one above. Replaces an earlier key. */
  gboolean (*set_key) (gpointer self, const guint8 *key, gsize key_size,
                       GError **error);

  /* Must provide. The greatest number of bytes that seal may write for
   * @size bytes of plaintext, tag included; G_MAXSIZE when it overflows. */
  gsize (*bound) (gpointer self, gsize size);

  /* Must provide. Writes ciphertext ‖ tag to @out, at most bound (in.size)
   * bytes, and their number to @out_size. @out may be in.data (sealing in
   * place); otherwise the two do not overlap. @nonce has nonce_size bytes,
   * fresh for each call. */
  gboolean (*seal) (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
                    guint8 *out, gsize *out_size, GError **error);

  /* Must provide. @in is ciphertext ‖ tag, of any size and content. Checks
   * the tag, in constant time and before it decrypts where the suite allows,
   * then writes at most in.size bytes of plaintext to @out, which never
   * overlaps @in. Whatever is wrong: EVS_ERROR_AUTHENTICATION, and nothing of
   * the plaintext stays in @out. */
  gboolean (*open_sealed) (gpointer self, const guint8 *nonce, EvsSpan ad,
                           EvsSpan in, guint8 *out, gsize *out_size,
                           GError **error);
};

/* -------------------------------------------------------------- compressor */

/**
 * EvsCompressorVTable: (skip)
 *
 * A compressor makes bytes fewer, if it can, and gives them back as they were.
 * A handle serves one thread at a time; handles are independent. May grow.
 */
struct _EvsCompressorVTable
{
  guint32 struct_size; /* sizeof (EvsCompressorVTable) */

  /* The compressor's id in stored records: 1 to 15; 8 to 15 are for private
   * use. */
  guint32 wire_id;

  /* May provide, both or neither: without them @self is NULL. */
  gpointer (*open) (const EvsSettingValue *settings, GError **error);
  void (*close) (gpointer self);

  /* Must provide. The greatest number of bytes that compress may write for
   * @size bytes; G_MAXSIZE when there is no such number. */
  gsize (*bound) (gpointer self, gsize size);

  /* Must provide. @out has room for bound (in.size) bytes. in.size is at
   * least 1. A result that is no smaller than the input is no error: the
   * library then stores the input. */
  gboolean (*compress) (gpointer self, EvsSpan in, guint8 *out, gsize *out_size,
                        GError **error);

  /* Must provide. @in is of any size and content: trust nothing in it.
   * Writes exactly @out_size bytes or fails with EVS_ERROR_FORMAT. Takes no
   * memory that grows with anything but @out_size. */
  gboolean (*decompress) (gpointer self, EvsSpan in, guint8 *out,
                          gsize out_size, GError **error);
};

/* ------------------------------------------------------------ record store */

/**
 * EvsId:
 * @bytes: the 16 bytes of a UUID in network order (RFC 9562)
 *
 * An originator id. Never grows.
 */
typedef struct
{
  guint8 bytes[16];
} EvsId;

/**
 * EvsRecord: (skip)
 * @id: the originator id
 * @version: the originator version, 0 to %G_MAXINT64
 * @position: the place in the log, from 1; 0 in a record to insert
 * @topic: UTF-8, not terminated
 * @data: the envelope; a store never looks inside
 *
 * A sequenced item: what is stored. Never grows.
 */
typedef struct
{
  EvsId id;
  guint64 version;
  guint64 position;
  EvsSpan topic;
  EvsSpan data;
} EvsRecord;

/**
 * EvsReplacement: (skip)
 * @id: the originator id
 * @version: the originator version
 * @old_data: what must be stored there now
 * @new_data: what is to be stored there
 *
 * Puts @new_data in the place of @old_data, if @old_data is what is stored at
 * (@id, @version); else CONFLICT. Topic and position stay. Never grows.
 */
typedef struct
{
  EvsId id;
  guint64 version;
  EvsSpan old_data;
  EvsSpan new_data;
} EvsReplacement;

/**
 * EvsSideExpectation:
 * @EVS_SIDE_ANY: whatever is there
 * @EVS_SIDE_ABSENT: nothing must be there
 * @EVS_SIDE_EXACTLY: exactly `expected` must be there
 *
 * What a side write expects; when it does not hold, the batch is a CONFLICT.
 */
typedef enum
{
  EVS_SIDE_ANY = 0,
  EVS_SIDE_ABSENT = 1,
  EVS_SIDE_EXACTLY = 2
} EvsSideExpectation;

/**
 * EvsSideWrite: (skip)
 * @table: [a-z][a-z0-9-]{0,31}, terminated
 * @key: 1 to 255 bytes
 * @value: at most 16 MiB; with data %NULL the entry is deleted
 * @expectation: an #EvsSideExpectation
 * @expected: for %EVS_SIDE_EXACTLY
 *
 * Puts or deletes a side entry: a keyed value in a named table, beside the
 * log. Deleting what is not there is no error under %EVS_SIDE_ANY.
 * Never grows.
 */
typedef struct
{
  const char *table;
  EvsSpan key;
  EvsSpan value;
  guint32 expectation;
  EvsSpan expected;
} EvsSideWrite;

/**
 * EvsDurability:
 * @EVS_DURABILITY_SYNC: survives power loss
 * @EVS_DURABILITY_FLUSH: survives the death of the process
 * @EVS_DURABILITY_NONE: may be lost, but never torn or out of order by the
 *   death of the process
 *
 * What a batch has on return. A lower number asks for more. What a loss of
 * power may do to batches that did not ask for %EVS_DURABILITY_SYNC, and to
 * those before them, the store's own manual says.
 */
typedef enum
{
  EVS_DURABILITY_SYNC = 0,
  EVS_DURABILITY_FLUSH = 1,
  EVS_DURABILITY_NONE = 2
} EvsDurability;

/**
 * EvsBatch: (skip)
 * @inserts: (nullable): records to insert
 * @n_inserts: how many
 * @replacements: (nullable): records to replace
 * @n_replacements: how many
 * @side: (nullable): side entries to put or delete
 * @n_side: how many
 * @durability: #EvsDurability
 *
 * What is stored together or not at all. Records to insert take consecutive
 * positions in the order given; several of one sequence stand in rising order
 * of version. No (id, version) stands twice in a batch, and no side
 * entry stands twice. May grow (it is always passed by pointer).
 */
typedef struct
{
  const EvsRecord *inserts;
  gsize n_inserts;
  const EvsReplacement *replacements;
  gsize n_replacements;
  const EvsSideWrite *side;
  gsize n_side;
  guint32 durability;
} EvsBatch;

/**
 * EvsBatchResult: (skip)
 * @first_position: the position of the first inserted record; 0 without one
 * @error: (transfer full) (nullable): why nothing of the batch is stored
 *
 * What became of a batch. Zeroed by the library before the call. Never grows.
 */
typedef struct
{
  guint64 first_position;
  GError *error;
} EvsBatchResult;

/**
 * EvsRecordVisitor: (skip)
 * @record: (transfer none): borrowed until the visitor returns
 * @user_data: what the reading function got
 *
 * Sees records one by one, in the reader's thread. Must not call the store
 * that is being read.
 *
 * Returns: %FALSE to stop; stopping is no error
 */
typedef gboolean (*EvsRecordVisitor) (const EvsRecord *record,
                                      gpointer user_data);

/**
 * EvsIdVisitor: (skip)
 * @id: (transfer none): borrowed until the visitor returns
 * @user_data: what the reading function got
 *
 * Sees originator ids one by one, as an #EvsRecordVisitor sees records.
 *
 * Returns: %FALSE to stop; stopping is no error
 */
typedef gboolean (*EvsIdVisitor) (const EvsId *id, gpointer user_data);

/**
 * EvsSideVisitor: (skip)
 * @key: borrowed until the visitor returns
 * @value: borrowed until the visitor returns
 * @user_data: what the reading function got
 *
 * Sees side entries one by one, as an #EvsRecordVisitor sees records.
 *
 * Returns: %FALSE to stop; stopping is no error
 */
typedef gboolean (*EvsSideVisitor) (EvsSpan key, EvsSpan value,
                                    gpointer user_data);

/**
 * EvsStoreFlags:
 * @EVS_STORE_CONCURRENT: every function but close may run in several threads
 *   at once; without it, the library lets one in at a time
 * @EVS_STORE_MULTI_PROCESS: several processes may open one store
 * @EVS_STORE_PERSISTENT: what was committed is there after close and open
 *
 * What a store can do beyond its contract.
 */
typedef enum
{
  EVS_STORE_CONCURRENT = 1 << 0,
  EVS_STORE_MULTI_PROCESS = 1 << 1,
  EVS_STORE_PERSISTENT = 1 << 2
} EvsStoreFlags;

/**
 * EvsStoreVTable: (skip)
 *
 * The contract of a record store:
 *
 *  - An insert at an existing (id, version), one that would leave a gap (the
 *    version is not one more than the last, or not 0 in a new sequence), and
 *    an expectation that does not hold are CONFLICT: nothing of that batch is
 *    stored, other batches of the call are not touched.
 *  - Positions are 1, 2, 3 … without gaps, in commit order, and a reader
 *    never sees n + 1 before n.
 *  - What a reader sees is as durable as its writer asked for.
 *  - After a failed flush the store refuses writes with EVS_ERROR_LATCHED
 *    until it is closed and opened again.
 *  - A long read never stops a commit, nor a commit a long read: a visitor
 *    runs under no lock, on memory copied out of the database, and the upper
 *    end of what it will see is fixed before its first call.
 *  - Nothing is ever deleted from the log.
 *  - Limit 0 is no limit. Bounds are inclusive.
 *
 * May grow.
 */
struct _EvsStoreVTable
{
  guint32 struct_size; /* sizeof (EvsStoreVTable) */
  guint32 flags;       /* EvsStoreFlags */

  /* Must provide. (transfer full) Makes the store if there is none. Errors:
   * BUSY with the owner's process id, FORMAT for what is not this plugin's
   * store or of a newer format (and then touches nothing), DAMAGED, IO. */
  gpointer (*open) (const EvsSettingValue *settings, GError **error);

  /* Must provide. No other call is under way. */
  void (*close) (gpointer self);

  /* Must provide. Each batch is atomic by itself and gets its own result;
   * one flush serves them all. A later batch of the call sees the earlier
   * ones. @results has @n_batches elements. */
  void (*commit) (gpointer self, const EvsBatch *const *batches,
                  gsize n_batches, EvsBatchResult *results);

  /* Must provide. Records of one sequence with @from <= version <= @to, in
   * rising order of version or, @descending, falling. An unknown sequence
   * has no records; that is no error. */
  gboolean (*read_sequence) (gpointer self, const EvsId *id, guint64 from,
                             guint64 to, guint64 limit, gboolean descending,
                             EvsRecordVisitor visitor, gpointer user_data,
                             GError **error);

  /* Must provide. Records with position >= @from, in rising order. */
  gboolean (*read_log) (gpointer self, guint64 from, guint64 limit,
                        EvsRecordVisitor visitor, gpointer user_data,
                        GError **error);

  /* Must provide. Ids greater than @after (nullable), rising by memcmp. */
  gboolean (*read_ids) (gpointer self, const EvsId *after, guint64 limit,
                        EvsIdVisitor visitor, gpointer user_data,
                        GError **error);

  /* Must provide. @version: -1 for a sequence that does not exist. */
  gboolean (*last_version) (gpointer self, const EvsId *id, gint64 *version,
                            GError **error);

  /* Must provide. @position: 0 in an empty store. */
  gboolean (*last_position) (gpointer self, guint64 *position, GError **error);

  /* Must provide. Calls @visitor once if the entry is there, else never. */
  gboolean (*side_get) (gpointer self, const char *table, EvsSpan key,
                        EvsSideVisitor visitor, gpointer user_data,
                        GError **error);

  /* Must provide. Entries of @table with keys greater than @after (size 0:
   * from the first), rising by memcmp, a shorter key before its extensions.
   * The upper end is not fixed before the first call. */
  gboolean (*side_scan) (gpointer self, const char *table, EvsSpan after,
                         guint64 limit, EvsSideVisitor visitor,
                         gpointer user_data, GError **error);

  /* May provide. @bytes: what the store takes on the disk, its own log files
   * included. */
  gboolean (*disk_size) (gpointer self, guint64 *bytes, GError **error);
};

G_END_DECLS
