/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "contract-target.h"

G_BEGIN_DECLS

/* The contract of a cipher (EvsCipherVTable), as tests. */
void evs_contract_cipher_add_tests (const EvsContractTarget *target);

G_END_DECLS
