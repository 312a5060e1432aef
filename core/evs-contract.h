/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-handle.h"

/*
 * What every wrapper does with a plugin's answer: a result or an error, never
 * both, never neither; and the plugin's name before its message, once.
 */

/* @answer: (transfer full) (nullable): the error that the plugin set. Returns
 * @ok where the contract was kept; a plugin that broke it has failed. */
gboolean _evs_contract_finish (const EvsHandle *handle, gboolean ok,
                               GError *answer, GError **error);
