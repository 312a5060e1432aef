/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/*
 * What is wrong, gathered by its cause: how often, where first and where last.
 * Of a fixed size, whatever is wrong: what comes after N_CAUSES different
 * causes counts as "other causes".
 */

#define N_CAUSES 10

typedef struct
{
  char *text;
  guint64 n;
  char *first; /* place */
  char *last;
} Cause;

typedef struct
{
  Cause causes[N_CAUSES + 1];
  guint n_causes;
  guint64 n_wrong; /* in all */
} Causes;

void causes_add (Causes *self, const char *text, const char *place);

/* A line each on standard output. */
void causes_print (const Causes *self);
void causes_clear (Causes *self);
