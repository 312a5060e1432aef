/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * aggregates STACK FOLDER EVENTS: loads aggregates from a store that has the
 * events, keeps them all, and prints how many they are and the bytes that one
 * of them takes with a host's struct of eight.
 */

#include "event-file.h"
#include "peer.h"
#include "stack.h"

#include <malloc.h>
#include <stdio.h>

#define N_MAX 1000

typedef struct
{
  guint64 n_changes;
} Count;

static void
count (gpointer self, EvsSpan state)
{
  Count *changed = self;

  changed->n_changes++;
}

static const EvsEventType event_types[] = {
  { .topic = "File.Created", .apply_state = count },
  { .topic = "File.Changed", .apply_state = count },
};

static const EvsAggregateType type = { .name = "Count",
                                       .size = sizeof (Count),
                                       .event_types = event_types,
                                       .n_event_types =
                                           G_N_ELEMENTS (event_types) };

static EvsAggregate *
load (EvsApplication *application, const EvsId *id)
{
  g_autoptr (GError) error = NULL;
  EvsAggregate *aggregate =
      evs_application_load (application, &type, id, &error);

  if (aggregate == NULL)
    peer_fail ("%s", error->message);
  return aggregate;
}

/* The caches are full when the memory is first looked at. */
static void
run (EvsApplication *application, const EventFile *events)
{
  gsize n = MIN (events->n_sequences, N_MAX), before;
  EvsAggregate *open[N_MAX];

  for (gsize i = 0; i < n; i++)
    evs_aggregate_unref (load (application, &events->sequences[i].id));
  before = mallinfo2 ().uordblks;
  for (gsize i = 0; i < n; i++)
    open[i] = load (application, &events->sequences[i].id);
  printf ("aggregate %" G_GSIZE_FORMAT " %.1f\n", n,
          (double) (mallinfo2 ().uordblks - before) / (double) n);
  for (gsize i = 0; i < n; i++)
    evs_aggregate_unref (open[i]);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = NULL;
  g_autoptr (EvsApplication) application = NULL;
  EventFile events;

  if (argc != 4)
    peer_fail ("wanted a stack, its folder and a file");
  config = stack_config (argv[1], argv[2], FALSE, 0, &error);
  if (config != NULL)
    application = evs_application_new (config, &error);
  if (application == NULL)
    peer_fail ("%s", error->message);
  event_file_open (&events, argv[3]);
  run (application, &events);
  event_file_close (&events);
  return 0;
}
