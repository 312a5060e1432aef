/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * mapper STACK EVENTS: what mapping an event takes, and mapping it back, in
 * events and seconds. No store is opened.
 */

#include "event-file.h"
#include "peer.h"
#include "stack.h"

#include <stdio.h>
#include <time.h>

#define AT_A_TIME 100 /* as many as a commit would take */
#define MAX_EVENTS 1000000

typedef struct
{
  EvsMapper *mapper;
  gpointer worker;
  EventFile events;
  EvsEventView *views;
  EvsBuffer mapped;
  EvsBuffer scratch;
  double map;
  double unmap;
} Bench;

static void
check (GError *error)
{
  if (error != NULL)
    peer_fail ("%s", error->message);
}

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
map (Bench *self, const EvsEventView *events, gsize n, gsize *ends)
{
  double start = now ();

  self->mapped.size = 0;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;

      evs_mapper_map (self->mapper, self->worker, &events[i], &self->mapped,
                      &error);
      check (error);
      ends[i] = self->mapped.size;
    }
  self->map += now () - start;
}

static void
unmap (Bench *self, const EvsEventView *events, gsize n, const gsize *ends)
{
  double start = now ();
  gsize at = 0;

  for (gsize i = 0; i < n; at = ends[i++])
    {
      const EvsRecord record = { .id = events[i].id,
                                 .version = events[i].version,
                                 .topic = events[i].topic,
                                 .data = { self->mapped.data + at,
                                           ends[i] - at } };
      g_autoptr (GError) error = NULL;
      EvsEventView event;

      evs_mapper_unmap (self->mapper, self->worker, &record, &self->scratch,
                        &event, &error);
      check (error);
      if (event.state.size != events[i].state.size)
        peer_fail ("an event did not come back");
    }
  self->unmap += now () - start;
}

static void
open_mapper (Bench *self, const char *variant)
{
  static const EvsId store_id;
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = stack_config (variant, ".", FALSE, 0, &error);

  check (error);
  self->mapper = evs_mapper_new_pipeline (config, &store_id, &error);
  check (error);
  evs_mapper_begin (self->mapper, &self->worker, &error);
  check (error);
}

static void
run (Bench *self)
{
  gsize n = MIN (self->events.n_events, MAX_EVENTS), at = 0;
  gsize ends[AT_A_TIME];

  self->views = g_new (EvsEventView, n);
  for (gsize i = 0; i < n; i++)
    event_file_next (&self->events, &at, &self->views[i]);
  for (gsize i = 0; i < n; i += AT_A_TIME)
    {
      map (self, self->views + i, MIN (AT_A_TIME, n - i), ends);
      unmap (self, self->views + i, MIN (AT_A_TIME, n - i), ends);
    }
  printf ("map %" G_GSIZE_FORMAT " %.9f\n", n, self->map);
  printf ("unmap %" G_GSIZE_FORMAT " %.9f\n", n, self->unmap);
}

int
main (int argc, char *argv[])
{
  Bench self = { 0 };

  if (argc != 3)
    peer_fail ("wanted a stack and a file");
  open_mapper (&self, argv[1]);
  event_file_open (&self.events, argv[2]);
  run (&self);
  event_file_close (&self.events);
  evs_mapper_end (self.mapper, self.worker);
  evs_mapper_unref (self.mapper);
  evs_buffer_clear (&self.mapped);
  evs_buffer_clear (&self.scratch);
  g_free (self.views);
  return 0;
}
