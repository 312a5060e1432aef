/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "contract-target.h"

G_BEGIN_DECLS

/* The contract of a compressor (EvsCompressorVTable), as tests. */
void evs_contract_compressor_add_tests (const EvsContractTarget *target);

G_END_DECLS
