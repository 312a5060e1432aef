/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* How a child ended. */
typedef struct
{
  int status; /* as waitpid () has it */
  gboolean stuck;
} ChildEnd;

/* Sees a line of a child's standard output, without its end. */
typedef void (*ChildVisitor) (const char *line, gpointer user_data);

/* Runs a program to its end, with @folder for its temporary files. It leaves
 * no core dump, and does not outlive this process. One that is silent for
 * @patience seconds is stuck, and killed. Errors: it could not be run. */
gboolean child_run (const char *const *argv, const char *folder, int patience,
                    ChildVisitor visitor, gpointer user_data, ChildEnd *end,
                    GError **error);

/* Whether it ended with status 0. */
gboolean child_end_is_good (const ChildEnd *end);

/* (transfer full): "ended with status 3". */
char *child_end_text (const ChildEnd *end);
