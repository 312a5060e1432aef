/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE /* RTLD_NEXT */

#include "bdb-faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define EXPORTED __attribute__ ((visibility ("default")))

static struct
{
  gint kind;
  pthread_t thread; /* that armed it */
  gint first;
  gint end;
  gint number; /* 0: die */
  gint count;  /* atomic */
} armed;

void
fault_arm (FaultKind kind, int first, int n, int number)
{
  armed.thread = pthread_self ();
  armed.first = first;
  armed.end = first + n;
  armed.number = number;
  g_atomic_int_set (&armed.count, 0);
  g_atomic_int_set (&armed.kind, (gint) kind);
}

void
fault_arm_kill (FaultKind kind, int first)
{
  fault_arm (kind, first, 1, 0);
}

int
fault_disarm (void)
{
  g_atomic_int_set (&armed.kind, 0);
  return g_atomic_int_get (&armed.count);
}

/* ------------------------------------------------------------- in the calls */

static void
die (void)
{
  kill (getpid (), SIGKILL);
}

/* Whether this call is to go wrong. */
static gboolean
is_hit (FaultKind kind)
{
  gint wanted = g_atomic_int_get (&armed.kind);
  int count;

  if (!(wanted & (gint) kind)
      || (wanted & FAULT_ELSEWHERE
          && pthread_equal (armed.thread, pthread_self ())))
    return FALSE;
  count = g_atomic_int_add (&armed.count, 1) + 1;
  return count >= armed.first && count < armed.end;
}

/* Sets errno, or ends the process. */
static int
fail (void)
{
  if (armed.number == 0)
    die ();
  errno = armed.number;
  return -1;
}

#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

EXPORTED int
fsync (int fd)
{
  return is_hit (FAULT_FLUSH) ? fail () : NEXT (fsync) (fd);
}

EXPORTED int
fdatasync (int fd)
{
  return is_hit (FAULT_FLUSH) ? fail () : NEXT (fdatasync) (fd);
}

EXPORTED ssize_t
write (int fd, const void *data, size_t size)
{
  if (fd <= STDERR_FILENO || !is_hit (FAULT_WRITE))
    return NEXT (write) (fd, data, size);
  if (armed.number == 0)
    NEXT (write) (fd, data, size / 2);
  return fail ();
}

/* The kernel stops, if it stops, between two of its pages. */
static size_t
torn_size (size_t size, off_t offset)
{
  off_t end = (offset + (off_t) size / 2) & ~(off_t) 4095;

  return end > offset ? (size_t) (end - offset) : 0;
}

EXPORTED ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  if (!is_hit (FAULT_WRITE))
    return NEXT (pwrite) (fd, data, size, offset);
  if (armed.number == 0)
    NEXT (pwrite) (fd, data, torn_size (size, offset), offset);
  return fail ();
}

EXPORTED int
open (const char *path, int flags, ...)
{
  mode_t mode = 0;

  if (flags & O_CREAT)
    {
      va_list args;

      va_start (args, flags);
      mode = va_arg (args, mode_t);
      va_end (args);
      if (is_hit (FAULT_NAME))
        return fail ();
    }
  return NEXT (open) (path, flags, mode);
}

EXPORTED int
rename (const char *from, const char *to)
{
  return is_hit (FAULT_NAME) ? fail () : NEXT (rename) (from, to);
}

EXPORTED int
unlink (const char *path)
{
  return is_hit (FAULT_NAME) ? fail () : NEXT (unlink) (path);
}

EXPORTED int
mkdir (const char *path, mode_t mode)
{
  return is_hit (FAULT_NAME) ? fail () : NEXT (mkdir) (path, mode);
}
