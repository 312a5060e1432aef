/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The contract of a record store, on every store that was built. */

#include "contract-store.h"

int
main (int argc, char **argv)
{
  EvsContractTarget memory = { .prefix = "/store/memory" };
  static const char *const name[] = { "name=@folder@", NULL };
  EvsContractTarget shared = { .prefix = "/store/memory-shared",
                               .settings = name };
#if defined ENABLE_BDB || defined ENABLE_LMDB
  static const char *const directory[] = { "directory=@folder@/events", NULL };
#endif
#ifdef ENABLE_BDB
  EvsContractTarget bdb = { .prefix = "/store/bdb", .settings = directory };
#endif
#ifdef ENABLE_LMDB
  EvsContractTarget lmdb = { .prefix = "/store/lmdb", .settings = directory };
#endif

  evs_test_init (&argc, &argv);

  memory.plugin = evs_contract_load (EVS_PLUGIN_STORE, "memory");
  evs_contract_store_add_tests (&memory);
  shared.plugin = memory.plugin;
  evs_contract_store_add_tests (&shared);

#ifdef ENABLE_BDB
  bdb.plugin = evs_contract_load (EVS_PLUGIN_STORE, "bdb");
  evs_contract_store_add_tests (&bdb);
#endif
#ifdef ENABLE_LMDB
  lmdb.plugin = evs_contract_load (EVS_PLUGIN_STORE, "lmdb");
  evs_contract_store_add_tests (&lmdb);
#endif

  return g_test_run ();
}
