/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/*
 * The store "flaky" fails as it is told: the memory store, with a commit that
 * can be refused, or lose its answer after it was stored, and with records
 * that cannot be seen.
 */
typedef enum
{
  FLAKY_WORKS,
  FLAKY_LOSES_THE_ANSWER, /* stored, but an I/O error is reported */
  FLAKY_BREAKS,           /* not stored, an I/O error is reported */
  FLAKY_IS_FULL,          /* not stored, no space is reported */
  FLAKY_GIVES_NO_POSITION /* stored, but says 0 as its position */
} FlakyMode;

/* In the plugin: how the next commit of records fails, and the version that
 * reading leaves out as if its row had been removed, or -1. */
extern FlakyMode *flaky_mode;
extern gint64 *flaky_hides_version;

/* Finds the plugin, also for the library. */
void flaky_load (void);
