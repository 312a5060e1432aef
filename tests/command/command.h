/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-test.h"

#include <eventseal/eventseal.h>

/* What a run of the command gave. */
typedef struct
{
  int status; /* of the exit */
  char *out;
  char *err;
} Result;

/* Runs a line of shell in @folder. In it, "eventseal" is the command that was
 * built, and $eventseal its path. */
Result *run (const EvsTestFolder *folder, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
void result_free (Result *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Result, result_free)

/* Asserts exit status 0 and nothing on standard error. */
#define assert_ok(result) check_ok (G_STRLOC, result)

/* Asserts exit status 1 or 2 and one line on standard error that matches the
 * glob @pattern behind "eventseal: "; with 2, it ends with the way to --help.
 */
#define assert_fails(result, status, pattern)                                  \
  check_fails (G_STRLOC, result, status, pattern)

/* Asserts that standard output matches the glob @pattern. */
#define assert_out(result, pattern) check_out (G_STRLOC, result, pattern)

void check_ok (const char *where, const Result *result);
void check_fails (const char *where, const Result *result, int status,
                  const char *pattern);
void check_out (const char *where, const Result *result, const char *pattern);

/* The same in one line: run, look, forget. */
void run_ok (const EvsTestFolder *folder, const char *line);
void run_fails (const EvsTestFolder *folder, const char *line, int status,
                const char *pattern);

/* A folder in which "init @options" was run. */
EvsTestFolder *initialised (const char *options);

/* The same with events from @lines, which are in the file "in" too. */
EvsTestFolder *imported (const char *options, const char *lines);

/* A folder whose configuration has no more than the store "odd", and a line
 * of shell that makes it known. */
EvsTestFolder *with_odd_store (void);
char *knowing_odd_plugins (const char *line);

/* Whether @name is in @folder; the content of a file there. */
gboolean has_file (const EvsTestFolder *folder, const char *name);
char *read_file (const EvsTestFolder *folder, const char *name);
void write_file (const EvsTestFolder *folder, const char *name,
                 const char *text);

/* Opens the stack of @folder in this process; the command cannot meanwhile. */
EvsApplication *open_here (const EvsTestFolder *folder);

/* Puts a record, or replaces its data, under the event store. */
void put_record (const EvsTestFolder *folder, const EvsRecord *record);
void replace_data (const EvsTestFolder *folder, const char *id, guint64 version,
                   void (*change) (GByteArray *data));

/* For replace_data (): what is no envelope. */
void spoil (GByteArray *data);

#define ID_A "0e9f2f0c-6a54-4d5c-9d13-5f0a4f6b7c01"
#define ID_B "7d1c5b9e-13f2-4a80-8f4e-2b1f6f1d9a02"
#define ID_C "c4a7b1d3-94de-4b6c-a0b7-6c2f0e8d3b03"
#define ID_D "f3e2d1c0-5b6a-4988-b776-655443322104"

/* A line as export writes it. */
#define LINE(id, version, rest)                                                \
  "{\"originator_id\": \"" id "\", \"originator_version\": " version           \
  ", \"topic\": \"T\", " rest "}\n"
