/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"

#include <string.h>
#include <sys/wait.h>

/* ------------------------------------------------------------------ running */

static Result *
run_script (const EvsTestFolder *folder, const char *script)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = evs_test_build_file ("eventseal");
  g_autofree char *whole =
      g_strdup_printf ("eventseal='%s'\n"
                       "eventseal () { \"$eventseal\" \"$@\"; }\n%s\n",
                       program, script);
  const char *argv[] = { "/bin/sh", "-c", whole, NULL };
  Result *result = g_new0 (Result, 1);
  int status;

  g_spawn_sync (folder->path, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                &result->out, &result->err, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  result->status = WEXITSTATUS (status);
  return result;
}

Result *
run (const EvsTestFolder *folder, const char *format, ...)
{
  g_autofree char *script = NULL;
  va_list arguments;

  va_start (arguments, format);
  script = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return run_script (folder, script);
}

void
result_free (Result *result)
{
  if (result == NULL)
    return;
  g_free (result->out);
  g_free (result->err);
  g_free (result);
}

void
check_ok (const char *where, const Result *result)
{
  if (result->status != 0 || *result->err != '\0')
    g_error ("%s: status %d: %s", where, result->status, result->err);
}

void
check_fails (const char *where, const Result *result, int status,
             const char *pattern)
{
  g_autofree char *whole =
      g_strconcat ("eventseal: ", pattern,
                   status == 2 ? "*ee 'eventseal* --help'\n" : "\n", NULL);
  const char *end = strchr (result->err, '\n');

  if (result->status != status)
    g_error ("%s: status %d, wanted %d: %s", where, result->status, status,
             result->err);
  if (end == NULL || end[1] != '\0')
    g_error ("%s: wanted one line: %s", where, result->err);
  if (!g_pattern_match_simple (whole, result->err))
    g_error ("%s: \"%s\", wanted \"%s\"", where, result->err, whole);
}

void
check_out (const char *where, const Result *result, const char *pattern)
{
  if (!g_pattern_match_simple (pattern, result->out))
    g_error ("%s: \"%s\", wanted \"%s\"", where, result->out, pattern);
}

void
run_ok (const EvsTestFolder *folder, const char *line)
{
  g_autoptr (Result) result = run_script (folder, line);

  check_ok (line, result);
}

void
run_fails (const EvsTestFolder *folder, const char *line, int status,
           const char *pattern)
{
  g_autoptr (Result) result = run_script (folder, line);

  check_fails (line, result, status, pattern);
}

/* -------------------------------------------------------------------- files */

EvsTestFolder *
initialised (const char *options)
{
  EvsTestFolder *folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal init %s", options);

  assert_ok (result);
  return folder;
}

EvsTestFolder *
imported (const char *options, const char *lines)
{
  EvsTestFolder *folder = initialised (options);

  write_file (folder, "in", lines);
  run_ok (folder, "eventseal import in >summary");
  return folder;
}

EvsTestFolder *
with_odd_store (void)
{
  EvsTestFolder *folder = evs_test_folder_new ();

  write_file (folder, "eventseal.conf",
              "[eventseal]\nformat=1\nstore=odd\n[store odd]\n");
  return folder;
}

char *
knowing_odd_plugins (const char *line)
{
  g_autofree char *plugins = evs_test_build_file ("tests/command/.libs");

  return g_strdup_printf (
      "EVENTSEAL_PLUGIN_PATH='%s':$EVENTSEAL_PLUGIN_PATH\n%s", plugins, line);
}

gboolean
has_file (const EvsTestFolder *folder, const char *name)
{
  g_autofree char *path = evs_test_folder_file (folder, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

char *
read_file (const EvsTestFolder *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = evs_test_folder_file (folder, name);
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

void
write_file (const EvsTestFolder *folder, const char *name, const char *text)
{
  g_free (evs_test_folder_write (folder, name, text, 0600));
}

/* ------------------------------------------------------------------ records */

EvsApplication *
open_here (const EvsTestFolder *folder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = evs_test_folder_file (folder, "eventseal.conf");
  EvsApplication *application = evs_application_open (path, &error);

  g_assert_no_error (error);
  return application;
}

static void
commit (EvsApplication *application, const EvsBatch *batch)
{
  g_autoptr (GError) error = NULL;
  EvsEventStore *events = evs_application_get_event_store (application);

  evs_record_store_commit (evs_event_store_get_record_store (events), batch,
                           NULL, &error);
  g_assert_no_error (error);
}

void
put_record (const EvsTestFolder *folder, const EvsRecord *record)
{
  g_autoptr (EvsApplication) application = open_here (folder);
  EvsBatch batch = { .inserts = record, .n_inserts = 1 };

  commit (application, &batch);
}

void
replace_data (const EvsTestFolder *folder, const char *id, guint64 version,
              void (*change) (GByteArray *data))
{
  g_autoptr (EvsApplication) application = open_here (folder);
  EvsEventStore *events = evs_application_get_event_store (application);
  g_autoptr (GByteArray) new = g_byte_array_new ();
  g_autoptr (GBytes) old = NULL;
  g_autoptr (GError) error = NULL;
  EvsReplacement replacement = { .version = version };
  EvsBatch batch = { .replacements = &replacement, .n_replacements = 1 };

  g_assert_true (evs_id_parse (id, -1, &replacement.id, NULL));
  old =
      evs_record_store_get_data (evs_event_store_get_record_store (events),
                                 &replacement.id, version, NULL, NULL, &error);
  g_assert_no_error (error);
  replacement.old_data.data =
      g_bytes_get_data (old, &replacement.old_data.size);
  g_byte_array_append (new, replacement.old_data.data,
                       (guint) replacement.old_data.size);
  change (new);
  replacement.new_data = (EvsSpan){ new->data, new->len };
  commit (application, &batch);
}

void
spoil (GByteArray *data)
{
  static const guint8 no_envelope[] = { 0xE2, 0, 0, 1 };

  g_byte_array_set_size (data, 0);
  g_byte_array_append (data, no_envelope, sizeof no_envelope);
}
