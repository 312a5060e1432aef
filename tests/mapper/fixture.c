/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <string.h>

const EvsId fixture_store_id = { { 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6,
                                   0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD,
                                   0xAE, 0xAF } };
const EvsId fixture_event_id = { { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
                                   0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD,
                                   0xEE, 0xFF } };

void
fixture_init (int *argc, char ***argv)
{
  g_autofree char *real = evs_test_build_file ("plugins/.libs");
  g_autofree char *test = evs_test_build_file ("tests/mapper/.libs");
  g_autofree char *path = g_strconcat (real, ":", test, NULL);

  g_setenv ("EVENTSEAL_PLUGIN_PATH", path, TRUE);
  evs_test_init (argc, argv);
}

GBytes *
fixture_key (guint8 step)
{
  guint8 key[32];

  for (guint8 i = 0; i < sizeof key; i++)
    key[i] = (guint8) (i + step);
  return g_bytes_new (key, sizeof key);
}

EvsConfig *
fixture_config (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = fixture_key (0);
  g_autofree char *all =
      g_strconcat ("[eventseal]\nformat=1\nstore=memory\n", text, NULL);
  EvsConfig *config = evs_config_new_from_data (all, -1, NULL, &error);

  g_assert_no_error (error);
  if (strstr (text, "cipher=") != NULL)
    evs_config_set_key (config, NULL, key, &error);
  g_assert_no_error (error);
  return config;
}

Fixture *
fixture_new_for (EvsConfig *config, const EvsId *store_id)
{
  g_autoptr (GError) error = NULL;
  Fixture *self = g_new0 (Fixture, 1);

  self->mapper = evs_mapper_new_pipeline (config, store_id, &error);
  g_assert_no_error (error);
  g_assert_true (evs_mapper_begin (self->mapper, &self->worker, &error));
  g_assert_no_error (error);
  return self;
}

Fixture *
fixture_new (const char *text)
{
  g_autoptr (EvsConfig) config = fixture_config (text);

  return fixture_new_for (config, &fixture_store_id);
}

void
fixture_free (Fixture *self)
{
  evs_mapper_end (self->mapper, self->worker);
  evs_mapper_unref (self->mapper);
  evs_buffer_clear (&self->data);
  evs_buffer_clear (&self->scratch);
  g_free (self);
}

void
fixture_assert_refused (const char *text, EvsError code, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = fixture_config (text);
  EvsMapper *mapper =
      evs_mapper_new_pipeline (config, &fixture_store_id, &error);

  g_assert_null (mapper);
  evs_assert_error (error, code, pattern);
}

EvsSpan
fixture_span (const char *text)
{
  return (EvsSpan){ text, strlen (text) };
}

EvsEventView
fixture_event (EvsSpan state)
{
  return (EvsEventView){ .id = fixture_event_id,
                         .version = FIXTURE_VERSION,
                         .topic = fixture_span (FIXTURE_TOPIC),
                         .state = state };
}

EvsRecord
fixture_record (gconstpointer data, gsize size)
{
  return (EvsRecord){ .id = fixture_event_id,
                      .version = FIXTURE_VERSION,
                      .position = 1,
                      .topic = fixture_span (FIXTURE_TOPIC),
                      .data = { data, size } };
}

EvsRecord
fixture_map (Fixture *self, const EvsEventView *event)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  self->data.size = 0;
  ok = evs_mapper_map (self->mapper, self->worker, event, &self->data, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  return (EvsRecord){ .id = event->id,
                      .version = event->version,
                      .position = 1,
                      .topic = event->topic,
                      .data = { self->data.data, self->data.size } };
}

gboolean
fixture_unmap (Fixture *self, const EvsRecord *record, EvsEventView *event,
               GError **error)
{
  return evs_mapper_unmap (self->mapper, self->worker, record, &self->scratch,
                           event, error);
}

void
fixture_assert_unreadable (Fixture *self, const EvsRecord *record,
                           EvsError code, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = evs_id_to_string (&record->id);
  g_autofree char *whole = g_strdup_printf (
      "%s version %" G_GUINT64_FORMAT ": %s", id, record->version, pattern);
  EvsEventView event;

  g_assert_false (fixture_unmap (self, record, &event, &error));
  evs_assert_error (error, code, whole);
  g_assert_cmpuint (event.state.size, ==, 0);
  g_assert_null (event.state.data);
}

void
fixture_assert_span (EvsSpan span, gconstpointer bytes, gsize size)
{
  g_assert_cmpuint (span.size, ==, size);
  g_assert_true (size == 0 || memcmp (span.data, bytes, size) == 0);
}
