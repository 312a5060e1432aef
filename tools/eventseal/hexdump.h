/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* The bytes in a line of hexdump -C. */
#define HEXDUMP_WIDTH 16

/* Appends @data as hexdump -C prints it. */
void hexdump_append (GString *out, EvsSpan data);

/* Appends the line of the bytes at @offset of @data. */
void hexdump_append_line (GString *out, EvsSpan data, gsize offset);
