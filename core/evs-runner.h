/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-error.h>

/*
 * A thread that does jobs in the order in which they are given, beside the
 * thread that gives them. A job that fails stays, ahead of those behind it, and
 * nothing more is done until it is tried again or all are dropped.
 */
typedef struct _EvsRunner EvsRunner;

/* How many jobs there can be, the one that is under way among them: when it is
 * done, the next one is there already. */
#define EVS_RUNNER_MAX 2

/* In the runner's thread. %FALSE: it failed. */
typedef gboolean (*EvsRunnerFunc) (gpointer data, gpointer job);

/* NULL with EVS_ERROR_IO if the system gives no thread. */
EvsRunner *_evs_runner_new (EvsRunnerFunc func, gpointer data, GError **error);

/* Waits, and ends the thread. In a forked child, where the thread is not, only
 * forgets it. */
void _evs_runner_free (EvsRunner *self);

/* Gives a job, once there is room for it. %FALSE, and the job is not taken:
 * one before it failed. */
gboolean _evs_runner_give (EvsRunner *self, gpointer job);

/* Waits until no job is under way; all that it wrote can then be seen. %FALSE:
 * one failed, and is there still. */
gboolean _evs_runner_wait (EvsRunner *self);

/* After a failure, when it was waited for: tries again, or forgets. */
void _evs_runner_resume (EvsRunner *self);
void _evs_runner_drop (EvsRunner *self);
