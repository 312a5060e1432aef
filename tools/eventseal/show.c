/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "output.h"
#include "rfc3339.h"
#include "text.h"

#include <string.h>

#define TOPIC_WIDTH_MAX 40
#define STATE_WIDTH_MIN 10

/* What stands before the topic. */
#define HEAD "%7s  %8s  %-19s  "
#define HEAD_WIDTH (7 + 2 + 8 + 2 + 19 + 2)

typedef struct
{
  GString *line;
  guint columns; /* the terminal's; 0: none */
  guint topic_width;
  guint64 n_events;
} Show;

static gboolean
measure (const EvsEventView *event, gpointer user_data)
{
  Show *self = user_data;
  guint width;

  g_string_truncate (self->line, 0);
  width = text_append_safe (self->line, event->topic, TOPIC_WIDTH_MAX);
  self->topic_width = MAX (self->topic_width, width);
  self->n_events++;
  return TRUE;
}

static void
append_padded (GString *line, EvsSpan text, guint width)
{
  guint used = text_append_safe (line, text, width);

  g_string_append_printf (line, "%*s", (int) (width - used), "");
}

static void
append_head (GString *line, const EvsEventView *event)
{
  char version[24], position[24], time[RFC3339_LENGTH + 1];

  g_snprintf (version, sizeof version, "%" G_GUINT64_FORMAT, event->version);
  g_snprintf (position, sizeof position, "%" G_GUINT64_FORMAT, event->position);
  if (rfc3339_format (event->recorded_at, time))
    {
      time[strlen ("0000-00-00")] = ' ';
      time[strlen ("0000-00-00 00:00:00")] = '\0';
    }
  else
    strcpy (time, "-");
  g_string_append_printf (line, HEAD, version, position, time);
}

static gboolean
print_event (const EvsEventView *event, gpointer user_data)
{
  static const EvsSpan erased = { "(erased)", 8 };
  Show *self = user_data;
  guint used = HEAD_WIDTH + self->topic_width + 2, width = 0;

  if (self->columns > 0)
    width = self->columns > used + STATE_WIDTH_MIN ? self->columns - used
                                                   : STATE_WIDTH_MIN;
  g_string_truncate (self->line, 0);
  append_head (self->line, event);
  append_padded (self->line, event->topic, self->topic_width);
  g_string_append (self->line, "  ");
  text_append_safe (self->line, event->erased ? erased : event->state, width);
  g_string_append_c (self->line, '\n');
  out_write (self->line->str, self->line->len);
  return out_ok ();
}

/* Reads twice, so that the columns fit without keeping what is in them. */
static gboolean
show (EvsEventStore *store, const EvsId *id, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  Show self = { line, out_columns (), strlen ("topic"), 0 };
  char text[EVS_ID_STRING_LENGTH + 1];

  if (!evs_event_store_visit (store, id, 0, G_MAXINT64, 0, FALSE, measure,
                              &self, error))
    return FALSE;
  evs_id_format (id, text);
  if (self.n_events == 0)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND,
                   "%s: no such sequence", text);
      return FALSE;
    }
  out_print (HEAD "%-*s  state\n", "version", "position", "recorded (UTC)",
             (int) self.topic_width, "topic");
  return evs_event_store_visit (store, id, 0, G_MAXINT64, 0, FALSE, print_event,
                                &self, error);
}

static gboolean
run (Run *self, GError **error)
{
  g_autoptr (EvsApplication) application = NULL;
  EvsId id;

  if (!run_parse (self, NULL, error)
      || !parse_id_argument (run_argument (self, 0), &id, error))
    return FALSE;
  application = run_open (self, error);
  if (application == NULL)
    return FALSE;
  return show (evs_application_get_event_store (application), &id, error);
}

const Command command_show = {
  .name = "show",
  .arguments = "ID",
  .summary = "Show the events of one sequence",
  .details = "ID is the originator id. On a terminal, the state is shortened "
             "to fit.\n",
  .n_min = 1,
  .n_max = 1,
  .run = run,
};
