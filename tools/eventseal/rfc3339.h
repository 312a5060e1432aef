/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* The length of a time as text, without the terminator. */
#define RFC3339_LENGTH 27

/* Writes microseconds since 1970 as 2008-10-28T20:04:09.000000Z. Returns
 * FALSE for 0, which means none, and for what no event has: a time before 1970
 * or after 9999. */
gboolean rfc3339_format (gint64 time, char text[RFC3339_LENGTH + 1]);

/* Reads the same, with a fraction of 0 to 6 digits. */
gboolean rfc3339_parse (EvsSpan text, gint64 *time);
