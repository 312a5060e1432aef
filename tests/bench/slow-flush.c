/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* To be preloaded: a disk whose flush takes a millisecond more. */

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__ ((visibility ("default")))

static void
dawdle (void)
{
  const struct timespec time = { .tv_nsec = 1000000 };

  nanosleep (&time, NULL);
}

EXPORT int
fsync (int fd)
{
  dawdle ();
  return (int) syscall (SYS_fsync, fd);
}

EXPORT int
fdatasync (int fd)
{
  dawdle ();
  return (int) syscall (SYS_fdatasync, fd);
}
