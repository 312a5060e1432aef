/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* How many files of Berkeley DB's log there are. */
gsize bdb_count_logs (const char *directory);
