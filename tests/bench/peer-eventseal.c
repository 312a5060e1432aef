/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * This library: STORE:plain, STORE:lz4, STORE:aes-cbc, STORE:lz4+aes-cbc. With
 * +submit behind it, a batch is stored while the next one is sealed.
 */

#include "peer.h"
#include "stack.h"

#include <string.h>

typedef struct
{
  EvsApplication *application;
  EvsEventStore *events;
  gboolean submits;
} Store;

typedef struct
{
  EvsEventStore *events;
  EvsAppender *appender;
  gboolean submits;
} Worker;

static void
check (GError *error)
{
  if (error != NULL)
    peer_fail ("%s", error->message);
}

static char *
describe (const char *variant)
{
  gboolean sealed = strstr (variant, "aes-cbc") != NULL;
  gboolean lmdb = g_str_has_prefix (variant, "lmdb");

  return g_strdup_printf (
      "this library|%s|%s|4 KiB, %s|%s|doubles, gaps|"
      "runs, dense%s",
      sealed ? "AES-128-CBC an event" : "none",
      sealed ? "HMAC-SHA256 an event" : "none",
      lmdb ? "not checked" : "checked", lmdb ? "the system's" : "64 MiB",
      strstr (variant, "+submit") != NULL ? "; a thread more, that stores"
                                          : "");
}

static gpointer
open_store (const PeerOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = NULL;
  Store *self = g_new0 (Store, 1);

  config = stack_config (options->variant, options->folder, options->sync,
                         options->cache, &error);
  check (error);
  self->application = evs_application_new (config, &error);
  check (error);
  self->events = evs_application_get_event_store (self->application);
  self->submits = strstr (options->variant, "+submit") != NULL;
  return self;
}

static void
close_store (gpointer store)
{
  Store *self = store;

  evs_application_unref (self->application);
  g_free (self);
}

static gpointer
begin (gpointer store)
{
  Store *self = store;
  Worker *worker = g_new0 (Worker, 1);

  worker->events = self->events;
  worker->submits = self->submits;
  worker->appender = evs_appender_new (self->events);
  return worker;
}

static void
end (gpointer data)
{
  Worker *worker = data;

  evs_appender_unref (worker->appender);
  g_free (worker);
}

static void
append (gpointer data, const EvsEventView *events, gsize n)
{
  Worker *worker = data;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; error == NULL && i < n; i++)
    evs_appender_add (worker->appender, &events[i], &error);
  if (error == NULL && worker->submits)
    evs_appender_submit (worker->appender, &error);
  else if (error == NULL)
    evs_appender_commit (worker->appender, NULL, &error);
  check (error);
}

static void
settle (gpointer data)
{
  Worker *worker = data;
  g_autoptr (GError) error = NULL;

  evs_appender_wait (worker->appender, &error);
  check (error);
}

static gboolean
see (const EvsEventView *event, gpointer user_data)
{
  peer_see (user_data, event->state.size);
  return TRUE;
}

static void
replay (gpointer data, const EvsId *id, guint64 limit, PeerSeen *seen)
{
  Worker *worker = data;
  g_autoptr (GError) error = NULL;

  evs_event_store_visit (worker->events, id, 0, G_MAXINT64, limit, FALSE, see,
                         seen, &error);
  check (error);
}

static void
get_one (gpointer data, const EvsId *id, guint64 version, PeerSeen *seen)
{
  Worker *worker = data;
  g_autoptr (GError) error = NULL;

  evs_event_store_visit (worker->events, id, version, version, 0, FALSE, see,
                         seen, &error);
  check (error);
}

static void
scan (gpointer data, PeerSeen *seen)
{
  Worker *worker = data;
  g_autoptr (GError) error = NULL;

  evs_event_store_visit_all (worker->events, 1, 0, see, seen, &error);
  check (error);
}

const Peer peer = {
  .describe = describe,
  .open = open_store,
  .close = close_store,
  .begin = begin,
  .end = end,
  .append = append,
  .settle = settle,
  .replay = replay,
  .get = get_one,
  .scan = scan,
};
