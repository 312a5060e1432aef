/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The contract of a compressor, on every compressor that was built. */

#include "contract-compressor.h"

int
main (int argc, char **argv)
{
#ifdef ENABLE_LZ4
  EvsContractTarget lz4 = { .prefix = "/compressor/lz4" };
#endif

  evs_test_init (&argc, &argv);

#ifdef ENABLE_LZ4
  lz4.plugin = evs_contract_load (EVS_PLUGIN_COMPRESSOR, "lz4");
  evs_contract_compressor_add_tests (&lz4);
#endif

  return g_test_run ();
}
