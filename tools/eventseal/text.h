/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* Appends @text, which may be any bytes, so that a terminal shows it in one
 * line and obeys nothing in it. With @columns, what does not fit there is cut
 * off and marked. Returns the columns taken. */
guint text_append_safe (GString *out, EvsSpan text, guint columns);

/* The same in a string of its own. */
char *text_safe (EvsSpan text, guint columns);

/* 1234567 as "1,234,567" (transfer full). */
char *text_count (guint64 number);
