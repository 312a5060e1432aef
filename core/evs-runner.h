/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/*
 * A thread that does one job again and again, each time it is told to, beside
 * the thread that tells it. Belongs to that one thread.
 */
typedef struct _EvsRunner EvsRunner;

EvsRunner *_evs_runner_new (void (*job) (gpointer data), gpointer data);

/* Ends the thread, after the job that is under way. In a forked child, where
 * the thread is not, only forgets it. */
void _evs_runner_free (EvsRunner *self);

/* Begins the job; the one before it must have been waited for. */
void _evs_runner_start (EvsRunner *self);

/* Waits until no job is under way; all that it wrote can then be seen. */
void _evs_runner_wait (EvsRunner *self);
