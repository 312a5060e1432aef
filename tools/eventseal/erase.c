/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* On a terminal somebody may still change their mind. */
static gboolean
confirm (const char *id, guint64 version, GError **error)
{
  char answer[16];

  if (!isatty (STDIN_FILENO))
    return TRUE;
  fprintf (stderr,
           "Erase %s version %" G_GUINT64_FORMAT
           "? It cannot be undone. Type yes: ",
           id, version);
  if (fgets (answer, sizeof answer, stdin) != NULL
      && strcmp (answer, "yes\n") == 0)
    return TRUE;
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_FAILED,
                       "nothing was erased");
  return FALSE;
}

/* (transfer full) (nullable): the reason as metadata of the tombstone. */
static GBytes *
make_metadata (const char *reason)
{
  GString *json;

  if (reason == NULL)
    return NULL;
  json = g_string_new ("{\"reason\": ");
  evs_json_string_append (json, (EvsSpan){ reason, strlen (reason) });
  g_string_append_c (json, '}');
  return g_string_free_to_bytes (json);
}

static gboolean
check_reason (const char *reason, GError **error)
{
  if (reason == NULL || g_utf8_validate (reason, -1, NULL))
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "--reason: wanted text in UTF-8");
  return FALSE;
}

static gboolean
run (Run *self, GError **error)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 'r', 0, G_OPTION_ARG_STRING, &reason,
      "Why; kept with what is left of the event", "TEXT" },
    { NULL }
  };
  g_autoptr (EvsApplication) application = NULL;
  g_autoptr (EvsEvent) event = NULL;
  g_autoptr (GBytes) metadata = NULL;
  EvsEventStore *events;
  guint64 version;
  EvsId id;

  if (!run_parse (self, entries, error)
      || !parse_id_argument (run_argument (self, 0), &id, error)
      || !parse_version_argument (run_argument (self, 1), &version, error)
      || !check_reason (reason, error))
    return FALSE;
  application = run_open (self, error);
  if (application == NULL)
    return FALSE;
  events = evs_application_get_event_store (application);
  event = evs_event_store_get (events, &id, version, error);
  if (event == NULL || !confirm (run_argument (self, 0), version, error))
    return FALSE;

  metadata = make_metadata (reason);
  if (!evs_event_store_erase (events, &id, version, metadata, error))
    return FALSE;
  out_print ("Erased: id, version, position and topic stay.\n");
  return TRUE;
}

const Command command_erase = {
  .name = "erase",
  .arguments = "ID VERSION",
  .summary = "Replace an event by a tombstone",
  .details = "State and metadata are gone; readers see that an event was "
             "there. Asks first\non a terminal. What the event was may be in "
             "the store's own log files for a\nwhile, and is in every "
             "backup.\n",
  .n_min = 2,
  .n_max = 2,
  .run = run,
};
