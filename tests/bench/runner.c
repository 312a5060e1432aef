/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The main () of every contender. Its arguments are settings, NAME=VALUE, and
 * steps, taken in the order in which they stand; a step that measured prints a
 * line: its name, of how many events, and in how many seconds.
 *
 *   describe  print what the contender does and does not
 *   append    append the events
 *   grow      the same; the rate before each power of ten, and how long the
 *             store then takes to open
 *   open      close, open
 *   reopen    the same; the next replay is called reopened
 *   cold      close, have the system forget the files, open; the next replay
 *             is called cold
 *   warm      read sequences, so that they are in the contender's cache
 *   replay    read sequences, get: single events, scan: the log
 *   rss       the most memory so far, in KiB in place of events
 *   kill      end as a crash would
 */

#include "event-file.h"
#include "peer.h"
#include "share.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define GROW_FROM 10000
#define MAX_BATCH 100000

typedef struct
{
  PeerOptions options;
  const char *events_path;
  guint64 n;     /* how many to append; 0: all that are left */
  guint64 skip;  /* how many of the first were appended before */
  guint64 batch; /* a commit */
  guint64 threads;
  guint64 sequences; /* how many to read; 0: all */
  guint64 limit;     /* events of each */

  EventFile events;
  gsize at;                /* the next event to append */
  const char *next_replay; /* what it is called */
  gpointer store;
  gpointer worker;
} Runner;

typedef struct
{
  const char *name;
  void (*run) (Runner *self);
} Step;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
report (const char *name, guint64 n, double seconds)
{
  printf ("%s %" G_GUINT64_FORMAT " %.9f\n", name, n, seconds);
}

/* ----------------------------------------------------------- open and close */

static gpointer
begin (Runner *self)
{
  return peer.begin != NULL ? peer.begin (self->store) : self->store;
}

static void
end (gpointer worker)
{
  if (peer.end != NULL)
    peer.end (worker);
}

static void
open_store (Runner *self)
{
  if (self->store != NULL)
    return;
  if (self->options.folder == NULL || self->options.variant == NULL)
    peer_fail ("variant= and folder= are wanted");
  self->store = peer.open (&self->options);
  self->worker = begin (self);
}

static void
close_store (Runner *self)
{
  if (self->store == NULL)
    return;
  end (self->worker);
  peer.close (self->store);
  self->store = NULL;
}

static void
open_events (Runner *self)
{
  if (self->events.bytes != NULL)
    return;
  if (self->events_path == NULL)
    peer_fail ("events= is wanted");
  event_file_open (&self->events, self->events_path);
}

/* Flushed before, since the system keeps what is not on the disk yet. */
static void
forget_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || fsync (fd) != 0
      || posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
    peer_fail ("%s: %s", path, g_strerror (errno));
  close (fd);
}

static void
cold (Runner *self)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  close_store (self);
  dir = g_dir_open (self->options.folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path =
          g_build_filename (self->options.folder, name, NULL);

      forget_file (path);
    }
  open_store (self);
  self->next_replay = "cold";
}

static void
measure_open (Runner *self, const char *name)
{
  double start;

  close_store (self);
  start = now ();
  open_store (self);
  report (name, 1, now () - start);
}

static void
step_open (Runner *self)
{
  measure_open (self, "open");
}

static void
reopen (Runner *self)
{
  close_store (self);
  open_store (self);
  self->next_replay = "reopened";
}

/* ------------------------------------------------------------------- append */

/* The file is then in memory, and self->at behind what is skipped. */
static guint64
prepare (Runner *self)
{
  EvsEventView event;
  gsize at = 0;
  guint64 i = 0;

  open_events (self);
  open_store (self);
  if (self->batch < 1 || self->batch > MAX_BATCH || self->threads < 1)
    peer_fail ("batch=, threads=: wanted more than 0");
  for (; event_file_next (&self->events, &at, &event); i++)
    if (i + 1 == self->skip)
      self->at = at;
  if (self->skip + self->n > i)
    peer_fail ("%s: has %" G_GUINT64_FORMAT " events", self->events_path, i);
  return self->n > 0 ? self->n : i - self->skip;
}

static void
settle (gpointer worker)
{
  if (peer.settle != NULL)
    peer.settle (worker);
}

static void
append_some (Runner *self, EvsEventView *batch, guint64 n)
{
  while (n > 0)
    {
      gsize n_batch = 0;

      while (n_batch < MIN (self->batch, n)
             && event_file_next (&self->events, &self->at, &batch[n_batch]))
        n_batch++;
      peer.append (self->worker, batch, n_batch);
      n -= n_batch;
    }
  settle (self->worker);
}

typedef struct
{
  Runner *runner;
  GArray *events;
} Share;

static gpointer
append_share (gpointer data)
{
  Share *share = data;
  Runner *self = share->runner;
  gpointer worker = begin (self);
  const EvsEventView *events =
      (const EvsEventView *) (const void *) share->events->data;

  for (guint64 i = 0; i < share->events->len; i += self->batch)
    peer.append (worker, events + i, MIN (self->batch, share->events->len - i));
  settle (worker);
  end (worker);
  return NULL;
}

/* *@n: (inout): how many events there are for all, and how many that were. */
static double
append_threads (Runner *self, guint64 *n)
{
  g_autoptr (GPtrArray) shares =
      share_out (&self->events, &self->at, *n, self->threads);
  g_autofree Share *work = g_new (Share, shares->len);
  g_autofree GThread **threads = g_new (GThread *, shares->len);
  double start;

  for (guint i = 0; i < shares->len; i++)
    work[i] = (Share){ self, g_ptr_array_index (shares, i) };
  *n = shares->len * work[0].events->len;
  start = now ();
  for (guint i = 0; i < shares->len; i++)
    threads[i] = g_thread_new ("append", append_share, &work[i]);
  for (guint i = 0; i < shares->len; i++)
    g_thread_join (threads[i]);
  return now () - start;
}

static void
append (Runner *self)
{
  guint64 n = prepare (self);
  g_autofree EvsEventView *batch = g_new (EvsEventView, self->batch);
  double time;

  if (self->threads > 1)
    time = append_threads (self, &n);
  else
    {
      time = now ();
      append_some (self, batch, n);
      time = now () - time;
    }
  report ("append", n, time);
}

static void
grow (Runner *self)
{
  guint64 n = prepare (self), done = 0;
  g_autofree EvsEventView *batch = g_new (EvsEventView, self->batch);

  for (guint64 size = GROW_FROM; size <= n; size *= 10)
    {
      g_autofree char *rate = g_strdup_printf ("grow@%" G_GUINT64_FORMAT, size);
      g_autofree char *open = g_strdup_printf ("open@%" G_GUINT64_FORMAT, size);
      double start;

      append_some (self, batch, size / 2 - done);
      start = now ();
      append_some (self, batch, size - size / 2);
      report (rate, size - size / 2, now () - start);
      measure_open (self, open);
      done = size;
    }
}

/* -------------------------------------------------------------------- reads */

static guint64
n_sequences (Runner *self)
{
  open_events (self);
  open_store (self);
  return self->sequences > 0 ? MIN (self->sequences, self->events.n_sequences)
                             : self->events.n_sequences;
}

/* A number is worth nothing if not all came back. */
static void
finish_read (const char *name, guint64 expected, const PeerSeen *seen,
             double start)
{
  double time = now () - start;

  if (seen->n != expected)
    peer_fail ("%s: %" G_GUINT64_FORMAT
               " events came back, wanted %" G_GUINT64_FORMAT,
               name, seen->n, expected);
  report (name, seen->n, time);
}

/* How many events are to come back. */
static guint64
read_sequences (Runner *self, guint64 n, PeerSeen *seen)
{
  guint64 expected = 0;

  for (guint64 i = 0; i < n; i++)
    {
      const EventFileSequence *sequence = &self->events.sequences[i];

      peer.replay (self->worker, &sequence->id, self->limit, seen);
      expected += MIN (sequence->length, self->limit);
    }
  return expected;
}

static void
warm (Runner *self)
{
  PeerSeen seen = { 0, 0 };

  read_sequences (self, n_sequences (self), &seen);
}

static void
replay (Runner *self)
{
  guint64 n = n_sequences (self);
  PeerSeen seen = { 0, 0 };
  double start = now ();
  guint64 expected = read_sequences (self, n, &seen);

  finish_read (self->next_replay, expected, &seen, start);
  self->next_replay = "replay";
}

static void
get (Runner *self)
{
  guint64 n = n_sequences (self);
  PeerSeen seen = { 0, 0 };
  double start = now ();

  for (guint64 i = 0; i < n; i++)
    {
      const EventFileSequence *sequence = &self->events.sequences[i];

      peer.get (self->worker, &sequence->id, i % sequence->length, &seen);
    }
  finish_read ("get", n, &seen, start);
}

static void
scan (Runner *self)
{
  PeerSeen seen = { 0, 0 };
  double start;

  n_sequences (self);
  start = now ();
  peer.scan (self->worker, &seen);
  finish_read ("scan", self->events.n_events, &seen, start);
  if (seen.size != self->events.size)
    peer_fail ("scan: other events came back than were appended");
}

/* -------------------------------------------------------------------- others
 */

static void
describe (Runner *self)
{
  g_autofree char *text = NULL;

  if (self->options.variant == NULL)
    peer_fail ("variant= is wanted");
  text = peer.describe (self->options.variant);
  printf ("%s\n", text);
}

static void
rss (Runner *self)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  report ("rss", (guint64) usage.ru_maxrss, 0);
}

static void
end_by_kill (Runner *self)
{
  fflush (stdout);
  raise (SIGKILL);
}

static const Step steps[] = {
  { "describe", describe }, { "append", append }, { "grow", grow },
  { "cold", cold },         { "reopen", reopen }, { "open", step_open },
  { "warm", warm },         { "replay", replay }, { "get", get },
  { "scan", scan },         { "rss", rss },       { "kill", end_by_kill },
};

static void
run_step (Runner *self, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (strcmp (steps[i].name, name) == 0)
      {
        steps[i].run (self);
        return;
      }
  peer_fail ("%s: no such step", name);
}

static guint64
parse (const char *name, const char *value)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &number, NULL))
    peer_fail ("%s=%s: wanted a number", name, value);
  return number;
}

static void
set (Runner *self, const char *name, const char *value)
{
  const struct
  {
    const char *name;
    guint64 *number;
  } numbers[] = { { "n", &self->n },
                  { "skip", &self->skip },
                  { "batch", &self->batch },
                  { "threads", &self->threads },
                  { "cache", &self->options.cache },
                  { "sequences", &self->sequences },
                  { "limit", &self->limit } };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (strcmp (numbers[i].name, name) == 0)
      {
        *numbers[i].number = parse (name, value);
        return;
      }
  if (strcmp (name, "variant") == 0)
    self->options.variant = value;
  else if (strcmp (name, "folder") == 0)
    self->options.folder = value;
  else if (strcmp (name, "events") == 0)
    self->events_path = value;
  else if (strcmp (name, "sync") == 0)
    self->options.sync = parse (name, value) != 0;
  else
    peer_fail ("%s: no such setting", name);
}

int
main (int argc, char *argv[])
{
  Runner self = { .options = { .cache = PEER_CACHE },
                  .batch = 100,
                  .threads = 1,
                  .limit = G_MAXINT64,
                  .next_replay = "replay" };

  for (int i = 1; i < argc; i++)
    {
      char *equals = strchr (argv[i], '=');

      if (equals == NULL)
        {
          run_step (&self, argv[i]);
          continue;
        }
      *equals = '\0';
      set (&self, argv[i], equals + 1);
    }
  close_store (&self);
  if (self.events.bytes != NULL)
    event_file_close (&self.events);
  return 0;
}
