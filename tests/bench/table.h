/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* What make bench compares, and how it shows it. */

#define TABLE_MAX_ROUNDS 16

typedef enum
{
  TABLE_BARE,
  TABLE_PLAIN,
  TABLE_LZ4,
  TABLE_AES_CBC,
  TABLE_BOTH,
  TABLE_N_LOOPS
} TableLoop;

typedef enum
{
  TABLE_MANY, /* events a commit */
  TABLE_MANY_SYNC,
  TABLE_ONE,
  TABLE_ONE_SYNC,
  TABLE_REPLAY,
  TABLE_N_AXES
} TableAxis;

/* Rates are events a second; 0 where a loop did not run. */
typedef struct
{
  guint n_rounds;
  double rates[TABLE_N_LOOPS][TABLE_N_AXES][TABLE_MAX_ROUNDS];
  double flush; /* microseconds */
} Table;

/* Ratios first, then rates. */
void table_print (const Table *self);
