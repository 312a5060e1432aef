/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Faults of the system, made to order: the test program stands before libc, so
 * that the plugin's and Berkeley DB's calls come here first. Link with
 * -export-dynamic.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  FAULT_FLUSH = 1 << 0, /* fsync, fdatasync */
  FAULT_WRITE = 1 << 1, /* write, pwrite */
  FAULT_NAME = 1 << 2,  /* open that may create, rename, unlink, mkdir */
  FAULT_ANY = FAULT_FLUSH | FAULT_WRITE | FAULT_NAME,
  FAULT_ELSEWHERE = 1 << 3 /* with the others: not in the arming thread */
} FaultKind;

/* From the @first such call on, counted from 1, @n of them fail with
 * @number. Calls on descriptors 0 to 2 do not count. */
void fault_arm (FaultKind kind, int first, int n, int number);

/* The process dies at the @first such call; of a write, part is done. */
void fault_arm_kill (FaultKind kind, int first);

/* Calls of the kind since it was armed. */
int fault_disarm (void);

G_END_DECLS
