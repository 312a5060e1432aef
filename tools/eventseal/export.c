/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "event-line.h"
#include "output.h"

typedef struct
{
  GString *line;
  guint64 n_events;
} Export;

static gboolean
write_event (const EvsEventView *event, gpointer user_data)
{
  Export *self = user_data;

  g_string_truncate (self->line, 0);
  event_line_append (self->line, event);
  out_write (self->line->str, self->line->len);
  self->n_events++;
  return out_ok ();
}

static gboolean
export_events (EvsEventStore *store, const EvsId *id, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  Export self = { line, 0 };
  char text[EVS_ID_STRING_LENGTH + 1];
  gboolean ok;

  if (id == NULL)
    ok = evs_event_store_visit_all (store, 1, 0, write_event, &self, error);
  else
    ok = evs_event_store_visit (store, id, 0, G_MAXINT64, 0, FALSE, write_event,
                                &self, error);
  if (ok && id != NULL && self.n_events == 0 && out_ok ())
    {
      evs_id_format (id, text);
      g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND,
                   "%s: no such sequence", text);
      return FALSE;
    }
  return ok;
}

static gboolean
run (Run *self, GError **error)
{
  g_autofree char *originator = NULL;
  const GOptionEntry entries[] = { { "originator", 'o', 0, G_OPTION_ARG_STRING,
                                     &originator,
                                     "Only the events of this sequence", "ID" },
                                   { NULL } };
  g_autoptr (EvsApplication) application = NULL;
  EvsId id;

  if (!run_parse (self, entries, error)
      || (originator != NULL && !parse_id_argument (originator, &id, error)))
    return FALSE;
  application = run_open (self, error);
  if (application == NULL)
    return FALSE;
  return export_events (evs_application_get_event_store (application),
                        originator != NULL ? &id : NULL, error);
}

const Command command_export = {
  .name = "export",
  .arguments = "",
  .summary = "Write events as the lines that import reads",
  .details =
      "The order is that of the log. The state is what went in, byte for byte; "
      "where\nit is not one line of JSON, state_base64 stands in its place. An "
      "event whose\nstate was erased has \"erased\": true instead.\n",
  .run = run,
};
