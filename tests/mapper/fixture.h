/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-test.h"

#include <eventseal/evs-mapper.h>

/* A default mapper with one worker, and the memory that it maps into. */
typedef struct
{
  EvsMapper *mapper;
  gpointer worker;
  EvsBuffer data;
  EvsBuffer scratch;
} Fixture;

/* The golden records' key, store and place. */
extern const EvsId fixture_store_id;
extern const EvsId fixture_event_id;
#define FIXTURE_VERSION 7
#define FIXTURE_TOPIC "Example.Created"
#define FIXTURE_KEY_ID 0x517DFCB9

/* What main () of each of these programs calls first: evs_test_init (), and
 * test-only plugins beside the real ones. */
void fixture_init (int *argc, char ***argv);

/* 32 bytes: the golden records' key, each byte plus @step. */
GBytes *fixture_key (guint8 step);

/* (transfer full): a configuration of @text behind "[eventseal]", format and
 * store; the cipher that cipher= names, if any, gets fixture_key (0). */
EvsConfig *fixture_config (const char *text);

Fixture *fixture_new (const char *text);
Fixture *fixture_new_for (EvsConfig *config, const EvsId *store_id);
void fixture_free (Fixture *self);

/* Asserts that no mapper comes of @text. */
void fixture_assert_refused (const char *text, EvsError code,
                             const char *pattern);

EvsSpan fixture_span (const char *text);

/* @state at the golden place, without time or metadata. */
EvsEventView fixture_event (EvsSpan state);

/* Maps @event, which must succeed, to the record to be stored. It points into
 * self->data, so it holds until the next one. */
EvsRecord fixture_map (Fixture *self, const EvsEventView *event);

/* A record of @data at the golden place. */
EvsRecord fixture_record (gconstpointer data, gsize size);

gboolean fixture_unmap (Fixture *self, const EvsRecord *record,
                        EvsEventView *event, GError **error);

/* Asserts that @record cannot be read: "*: PATTERN" behind the place. */
void fixture_assert_unreadable (Fixture *self, const EvsRecord *record,
                                EvsError code, const char *pattern);

void fixture_assert_span (EvsSpan span, gconstpointer bytes, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)
