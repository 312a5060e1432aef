/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "event-file.h"

/* Shares the next @n events at *@at out among @n_shares threads, as many
 * to each, and whole sequences. (transfer full): of GArray of EvsEventView. */
GPtrArray *share_out (const EventFile *file, gsize *at, guint64 n,
                      guint64 n_shares);
