/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The contract of a cipher, on every cipher that was built. */

#include "contract-cipher.h"

int
main (int argc, char **argv)
{
#ifdef ENABLE_AES_CBC
  EvsContractTarget aes_cbc = { .prefix = "/cipher/aes-cbc" };
#endif

  evs_test_init (&argc, &argv);

#ifdef ENABLE_AES_CBC
  aes_cbc.plugin = evs_contract_load (EVS_PLUGIN_CIPHER, "aes-cbc");
  evs_contract_cipher_add_tests (&aes_cbc);
#endif

  return g_test_run ();
}
