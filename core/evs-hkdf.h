/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

#define EVS_SHA256_SIZE 32

/* HKDF-SHA256 (RFC 5869). Leaves nothing of @key, or of what was derived from
 * it, in freed memory. @size: at most 255 × EVS_SHA256_SIZE. */
void _evs_hkdf_sha256 (EvsSpan key, EvsSpan salt, EvsSpan info, guint8 *out,
                       gsize size);
