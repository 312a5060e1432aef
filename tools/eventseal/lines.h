/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* The longest line: a state of the largest size that a configuration allows,
 * and all that may stand around it. */
#define LINE_MAX_SIZE ((gsize) 2048 * 1024 * 1024)

/* Reads a file line by line, into memory that is reused. */
typedef struct
{
  char *name; /* for messages */
  int fd;
  char *data;
  gsize capacity;
  gsize start; /* of what was read and not yet given */
  gsize end;
  guint64 offset; /* of @start in the file */
  guint64 size;   /* the file's; 0: unknown */
} Lines;

/* @path: (nullable): "-" and NULL are standard input */
Lines *lines_open (const char *path, GError **error);
void lines_free (Lines *self);

/* The next line, without its end, borrowed until the next call. At the end of
 * the file @line->data is NULL. An error does not name the file. */
gboolean lines_next (Lines *self, EvsSpan *line, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lines, lines_free)
