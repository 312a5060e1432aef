/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "peer.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void
peer_fail (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  fputs ("bench: ", stderr);
  vfprintf (stderr, format, arguments);
  fputc ('\n', stderr);
  va_end (arguments);
  _exit (1);
}
