/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "dataset.h"

/* What bench measures, and what it says about it. */

#define BENCH_BATCH 100

typedef enum
{
  BENCH_APPEND_MANY, /* BENCH_BATCH a commit */
  BENCH_APPEND_ONE,  /* one a commit */
  BENCH_REPLAY,
  BENCH_SCAN,
  BENCH_N_AXES
} BenchAxis;

typedef enum
{
  BENCH_MAP,
  BENCH_COMPRESS,
  BENCH_SEAL,
  BENCH_STORE,
  BENCH_N_STEPS
} BenchStep;

/* Medians of all rounds. */
typedef struct
{
  const char *plugins[EVS_PLUGIN_STORE + 1]; /* (nullable) by kind */
  const char *durability;
  const char *input; /* (nullable): the file; NULL: generated */
  const Dataset *data;
  guint n_rounds;
  gsize n_single;             /* how many were appended one a commit */
  double rates[BENCH_N_AXES]; /* events a second */
  double plain[BENCH_N_AXES]; /* without cipher and compressor */
  double ratios[BENCH_N_AXES];
  double steps[BENCH_N_STEPS]; /* microseconds an event */
  double flush;                /* microseconds; 0: there is no disk */
} BenchResult;

void bench_print (const BenchResult *result);
void bench_print_json (const BenchResult *result);
