/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lmdb-private.h"

enum
{
  DIRECTORY,
  CREATE
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
};

static gpointer
open_store (const EvsSettingValue *values, GError **error)
{
  EvsLmdbSettings settings = {
    .directory = values[DIRECTORY].string,
    .create = values[CREATE].boolean != 0,
  };

  return _evs_lmdb_open (&settings, error);
}

static const EvsStoreVTable lmdb_vtable = {
  .struct_size = sizeof (EvsStoreVTable),
  .flags =
      EVS_STORE_CONCURRENT | EVS_STORE_MULTI_PROCESS | EVS_STORE_PERSISTENT,
  .open = open_store,
  .close = _evs_lmdb_close,
  .commit = _evs_lmdb_commit,
  .read_sequence = _evs_lmdb_read_sequence,
  .read_log = _evs_lmdb_read_log,
  .read_ids = _evs_lmdb_read_ids,
  .last_version = _evs_lmdb_last_version,
  .last_position = _evs_lmdb_last_position,
  .side_get = _evs_lmdb_side_get,
  .side_scan = _evs_lmdb_side_scan,
  .disk_size = _evs_lmdb_disk_size,
};

EVS_DEFINE_STORE (lmdb, .name = "lmdb", .version = "1.0",
                  .summary = "LMDB: fast to read, for several processes at "
                             "once",
                  EVS_PLUGIN_SETTINGS (settings_table))
