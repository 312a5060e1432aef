/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "event-line.h"
#include "output.h"
#include "rfc3339.h"
#include "text.h"

#include <string.h>

#define TOPIC_WIDTH 24
#define STATE_WIDTH_MIN 10

/* What stands before the topic. */
#define HEAD "%8s  %-36s  %7s  "
#define HEAD_WIDTH (8 + 2 + 36 + 2 + 7 + 2)

typedef struct
{
  GString *line;
  guint columns; /* the terminal's; 0: none */
  gboolean json;
} Log;

static void
append_state (Log *self, const EvsEventView *event)
{
  static const EvsSpan erased = { "(erased)", 8 };
  guint used = HEAD_WIDTH + TOPIC_WIDTH + 2, width = 0;

  if (self->columns > 0)
    width = self->columns > used + STATE_WIDTH_MIN ? self->columns - used
                                                   : STATE_WIDTH_MIN;
  text_append_safe (self->line, event->erased ? erased : event->state, width);
}

static void
append_event (Log *self, const EvsEventView *event)
{
  char id[EVS_ID_STRING_LENGTH + 1], position[24], version[24];
  guint used;

  evs_id_format (&event->id, id);
  g_snprintf (position, sizeof position, "%" G_GUINT64_FORMAT, event->position);
  g_snprintf (version, sizeof version, "%" G_GUINT64_FORMAT, event->version);
  g_string_append_printf (self->line, HEAD, position, id, version);
  used = text_append_safe (self->line, event->topic, TOPIC_WIDTH);
  g_string_append_printf (self->line, "%*s  ",
                          (int) (TOPIC_WIDTH - MIN (used, TOPIC_WIDTH)), "");
  append_state (self, event);
  g_string_append_c (self->line, '\n');
}

static gboolean
print_event (const EvsEventView *event, gpointer user_data)
{
  Log *self = user_data;

  g_string_truncate (self->line, 0);
  if (self->json)
    {
      g_string_append_printf (self->line,
                              "{\"position\": %" G_GUINT64_FORMAT ", ",
                              event->position);
      event_line_append_members (self->line, event);
    }
  else
    append_event (self, event);
  out_write (self->line->str, self->line->len);
  return out_ok ();
}

static gboolean
run (Run *self, GError **error)
{
  gint64 from = 1, limit = 0;
  gboolean json = FALSE;
  const GOptionEntry entries[] = { { "from", 'f', 0, G_OPTION_ARG_INT64, &from,
                                     "Begin at this position", "N" },
                                   { "limit", 'n', 0, G_OPTION_ARG_INT64,
                                     &limit, "Show at most N events", "N" },
                                   { "json", 'j', 0, G_OPTION_ARG_NONE, &json,
                                     "Lines of JSON, each with its position",
                                     NULL },
                                   { NULL } };
  g_autoptr (EvsApplication) application = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  Log log = { line, out_columns (), FALSE };

  if (!run_parse (self, entries, error))
    return FALSE;
  if (from < 0 || limit < 0)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "log: --from and --limit want a number from 0");
      return FALSE;
    }
  application = run_open (self, error);
  if (application == NULL)
    return FALSE;

  log.json = json;
  if (!json)
    out_print (HEAD "%-*s  state\n", "position", "originator id", "version",
               TOPIC_WIDTH, "topic");
  return evs_event_store_visit_all (
      evs_application_get_event_store (application), (guint64) from,
      (guint64) limit, print_event, &log, error);
}

const Command command_log = {
  .name = "log",
  .arguments = "",
  .summary = "Show the events of all sequences, in the order of the log",
  .details = "On a terminal, the state is shortened to fit. --json prints what "
             "export prints,\nwith \"position\" before it.\n",
  .run = run,
};
