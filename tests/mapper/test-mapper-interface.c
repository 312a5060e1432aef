/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A mapper of the host's own. */

#include "fixture.h"

#include "evs-mapper-private.h"

#include <string.h>

typedef struct
{
  guint n_begun;
  guint n_freed;
  gboolean fails;
} Host;

static gpointer
host_begin (gpointer self, GError **error)
{
  Host *host = self;

  if (host->fails)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FAILED, "no worker today");
      return NULL;
    }
  host->n_begun++;
  return NULL;
}

static void
host_end (gpointer self, gpointer worker)
{
  ((Host *) self)->n_begun--;
}

static gboolean
host_map (gpointer self, gpointer worker, const EvsEventView *event,
          EvsBuffer *data, GError **error)
{
  evs_buffer_append (data, event->state.data, event->state.size);
  if (!((Host *) self)->fails)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_FAILED, "no mapping today");
  return FALSE;
}

static gboolean
host_unmap (gpointer self, gpointer worker, const EvsRecord *record,
            EvsBuffer *scratch, EvsEventView *event, GError **error)
{
  g_assert_cmpuint (scratch->size, ==, 0);
  if (((Host *) self)->fails)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT, "no unmapping today");
      return FALSE;
    }
  evs_buffer_append (scratch, record->data.data, record->data.size);
  event->state = (EvsSpan){ scratch->data, scratch->size };
  return TRUE;
}

static void
host_free (gpointer self)
{
  ((Host *) self)->n_freed++;
}

static const EvsMapperInterface iface = { .struct_size =
                                              sizeof (EvsMapperInterface),
                                          .begin = host_begin,
                                          .end = host_end,
                                          .map = host_map,
                                          .unmap = host_unmap,
                                          .free = host_free };
static const EvsMapperInterface least = { .struct_size =
                                              sizeof (EvsMapperInterface),
                                          .map = host_map,
                                          .unmap = host_unmap };

static void
test_lifetime (void)
{
  Host host = { 0 };
  EvsMapper *mapper = evs_mapper_new (&iface, &host);
  EvsMapper *again = g_boxed_copy (EVS_TYPE_MAPPER, mapper);

  g_assert_cmphex (evs_mapper_get_key_id (mapper), ==, 0);
  evs_mapper_unref (mapper);
  g_assert_cmpuint (host.n_freed, ==, 0);
  g_boxed_free (EVS_TYPE_MAPPER, again);
  g_assert_cmpuint (host.n_freed, ==, 1);
}

/* NULL is a worker like any other. */
static void
test_worker (void)
{
  Host host = { 0 };
  g_autoptr (EvsMapper) mapper = evs_mapper_new (&iface, &host);
  g_autoptr (GError) error = NULL;
  gpointer worker;

  g_assert_true (evs_mapper_begin (mapper, &worker, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (host.n_begun, ==, 1);
  evs_mapper_end (mapper, worker);
  g_assert_cmpuint (host.n_begun, ==, 0);

  host.fails = TRUE;
  g_assert_false (evs_mapper_begin (mapper, &worker, &error));
  evs_assert_error (error, EVS_ERROR_FAILED, "no worker today");
}

static void
assert_there_and_back (const EvsMapperInterface *interface)
{
  Host host = { 0 };
  g_autoptr (EvsMapper) mapper = evs_mapper_new (interface, &host);
  g_auto (EvsBuffer) data = { NULL, 0, 0 };
  g_auto (EvsBuffer) scratch = { NULL, 0, 0 };
  g_autoptr (GError) error = NULL;
  EvsEventView event = fixture_event (fixture_span ("state"));
  EvsEventView again;
  EvsRecord record;
  gpointer worker;

  g_assert_true (evs_mapper_begin (mapper, &worker, &error));
  g_assert_true (evs_mapper_map (mapper, worker, &event, &data, &error));
  record = fixture_record (data.data, data.size);
  evs_buffer_append (&scratch, "old", 3);
  g_assert_true (
      evs_mapper_unmap (mapper, worker, &record, &scratch, &again, &error));
  evs_mapper_end (mapper, worker);
  g_assert_no_error (error);
  fixture_assert_span (again.state, "state", 5);
  g_assert_cmpuint (again.version, ==, FIXTURE_VERSION);
  fixture_assert_span (again.topic, FIXTURE_TOPIC, strlen (FIXTURE_TOPIC));
}

static void
test_there_and_back (void)
{
  assert_there_and_back (&iface);
  assert_there_and_back (&least);
}

static void
test_failures (void)
{
  Host host = { .fails = TRUE };
  g_autoptr (EvsMapper) mapper = evs_mapper_new (&iface, &host);
  g_auto (EvsBuffer) data = { NULL, 0, 0 };
  g_auto (EvsBuffer) scratch = { NULL, 0, 0 };
  g_autoptr (GError) error = NULL;
  EvsEventView event = fixture_event (fixture_span ("state"));
  EvsRecord record = fixture_record ("state", 5);

  evs_buffer_append (&data, "before", 6);
  g_assert_false (evs_mapper_map (mapper, NULL, &event, &data, &error));
  evs_assert_error (error, EVS_ERROR_FAILED, "no mapping today");
  fixture_assert_span ((EvsSpan){ data.data, data.size }, "before", 6);

  g_assert_false (
      evs_mapper_unmap (mapper, NULL, &record, &scratch, &event, &error));
  evs_assert_error (error, EVS_ERROR_FORMAT,
                    "00112233-4455-6677-8899-aabbccddeeff version 7: "
                    "no unmapping today");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/mapper-interface/lifetime", test_lifetime);
  g_test_add_func ("/mapper-interface/worker", test_worker);
  g_test_add_func ("/mapper-interface/there-and-back", test_there_and_back);
  g_test_add_func ("/mapper-interface/failures", test_failures);
  return g_test_run ();
}
