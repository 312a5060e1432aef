/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

enum
{
  DIRECTORY,
  CREATE,
  BUSY_TIMEOUT,
  CACHE_SIZE,
  CHECKPOINT_SIZE,
  REMOVE_LOGS,
  LOCKS
};

static const EvsSetting settings_table[] = {
  [DIRECTORY] = { .key = "directory",
                  .type = EVS_SETTING_PATH,
                  .flags = EVS_SETTING_REQUIRED,
                  .help = "Folder of the store, which belongs to it alone" },
  [CREATE] = { .key = "create",
               .type = EVS_SETTING_BOOLEAN,
               .default_value = "true",
               .help = "Make the store if there is none" },
  [BUSY_TIMEOUT] = { .key = "busy-timeout",
                     .type = EVS_SETTING_INTEGER,
                     .default_value = "5000",
                     .help = "Milliseconds to wait for a process that has the "
                             "store open",
                     .maximum = 24 * 60 * 60 * 1000 },
  [CACHE_SIZE] = { .key = "cache-size",
                   .type = EVS_SETTING_SIZE,
                   .default_value = "64 MiB",
                   .help = "Memory for pages of the store",
                   .minimum = 1024 * 1024,
                   .maximum = G_GINT64_CONSTANT (1) << 40 },
  [CHECKPOINT_SIZE] = { .key = "checkpoint-size",
                        .type = EVS_SETTING_SIZE,
                        .default_value = "32 MiB",
                        .help = "What may be logged between checkpoints; more "
                                "makes opening "
                                "after a crash slower",
                        .minimum = 64 * 1024,
                        .maximum = G_GINT64_CONSTANT (1) << 40 },
  [REMOVE_LOGS] = { .key = "remove-logs",
                    .type = EVS_SETTING_BOOLEAN,
                    .default_value = "true",
                    .help = "Remove log files that are no longer needed to "
                            "recover" },
  [LOCKS] = { .key = "locks",
              .type = EVS_SETTING_INTEGER,
              .default_value = "40000",
              .help = "Page locks; a commit needs about one for each record",
              .minimum = 1000,
              .maximum = 10 * 1000 * 1000 },
};

static gpointer
open_store (const EvsSettingValue *values, GError **error)
{
  EvsBdbSettings settings = {
    .directory = values[DIRECTORY].string,
    .create = values[CREATE].boolean != 0,
    .busy_timeout = (guint) values[BUSY_TIMEOUT].integer,
    .cache_size = values[CACHE_SIZE].size,
    .checkpoint_size = values[CHECKPOINT_SIZE].size,
    .remove_logs = values[REMOVE_LOGS].boolean != 0,
    .locks = (guint) values[LOCKS].integer,
  };

  return _evs_bdb_open (&settings, error);
}

static const EvsStoreVTable bdb_vtable = {
  .struct_size = sizeof (EvsStoreVTable),
  .flags = EVS_STORE_CONCURRENT | EVS_STORE_PERSISTENT,
  .open = open_store,
  .close = _evs_bdb_close,
  .commit = _evs_bdb_commit,
  .read_sequence = _evs_bdb_read_sequence,
  .read_log = _evs_bdb_read_log,
  .read_ids = _evs_bdb_read_ids,
  .last_version = _evs_bdb_last_version,
  .last_position = _evs_bdb_last_position,
  .side_get = _evs_bdb_side_get,
  .side_scan = _evs_bdb_side_scan,
  .disk_size = _evs_bdb_disk_size,
};

EVS_DEFINE_STORE (bdb, .name = "bdb", .version = "1.0",
                  .summary = "Berkeley DB 5.3: transactional, durable, one "
                             "process at a time",
                  EVS_PLUGIN_SETTINGS (settings_table))
