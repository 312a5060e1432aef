/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* How the demo looks: headings, and rows of two columns in 80 columns. */

void stage_heading (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* @label may be empty. What is too long goes on in the next line. */
void stage_row (const char *label, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* The first bytes of @data as hexdump -C prints them. */
void stage_dump (EvsSpan data);
