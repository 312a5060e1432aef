/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a program and prints how long it took in seconds, and the most memory
 * it had in KiB. What it writes goes nowhere. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
become (char *argv[])
{
  int fd = open ("/dev/null", O_WRONLY | O_CLOEXEC);

  if (fd < 0 || dup2 (fd, STDOUT_FILENO) < 0)
    _exit (126);
  execvp (argv[0], argv);
  perror (argv[0]);
  _exit (127);
}

int
main (int argc, char *argv[])
{
  double start = now ();
  struct rusage usage;
  int status;
  pid_t pid;

  if (argc < 2)
    return 2;
  pid = fork ();
  if (pid == 0)
    become (argv + 1);
  if (pid < 0 || wait4 (pid, &status, 0, &usage) != pid || status != 0)
    {
      fprintf (stderr, "%s: ended badly\n", argv[1]);
      return 1;
    }
  printf ("%.9f %ld\n", now () - start, usage.ru_maxrss);
  return 0;
}
