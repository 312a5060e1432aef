/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A visitor that takes its time while another thread writes. The visitor
 * waits for the write: a store that keeps a lock for it never lets it go on,
 * and is given up after a while.
 */

#include "contract-store-private.h"

#include <string.h>

#define PATIENCE_SECONDS 60

/* A thread beside a visitor, and the visitor's notes. */
typedef struct
{
  StoreFixture *store;
  const char *const *scripts; /* one at each call, while there are any */
  GMutex mutex;
  GCond cond;
  gboolean written;
  GString *seen;
} Mate;

static gpointer
write_script (gpointer data)
{
  Mate *self = data;

  g_free (evs_store_run (self->store, *self->scripts));
  g_mutex_lock (&self->mutex);
  self->written = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* From a visitor: lets the other thread write, and waits until it has. */
static void
let_write (Mate *self)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_SECONDS * G_TIME_SPAN_SECOND;
  GThread *thread;

  if (*self->scripts == NULL)
    return;
  self->written = FALSE;
  thread = g_thread_new ("mate", write_script, self);
  g_mutex_lock (&self->mutex);
  while (!self->written && g_cond_wait_until (&self->cond, &self->mutex, end))
    ;
  g_assert_true (self->written);
  g_mutex_unlock (&self->mutex);
  g_thread_join (thread);
  self->scripts++;
}

static void
mate_init (Mate *self, StoreFixture *store, const char *const *scripts)
{
  self->store = store;
  self->scripts = scripts;
  self->seen = g_string_new (NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
}

/* All was written, and the visitor saw @expected. */
static void
mate_finish (Mate *self, const char *expected)
{
  g_assert_null (*self->scripts);
  g_assert_cmpstr (self->seen->str, ==, expected);
  g_string_free (self->seen, TRUE);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

static gboolean
note_record (const EvsRecord *record, gpointer user_data)
{
  Mate *self = user_data;

  let_write (self);
  g_string_append_printf (self->seen, "%c%" G_GUINT64_FORMAT " ",
                          record->id.bytes[0], record->version);
  return TRUE;
}

static gboolean
note_id (const EvsId *id, gpointer user_data)
{
  Mate *self = user_data;

  let_write (self);
  g_string_append_printf (self->seen, "%c ", id->bytes[0]);
  return TRUE;
}

static gboolean
note_entry (EvsSpan key, EvsSpan value, gpointer user_data)
{
  Mate *self = user_data;

  let_write (self);
  g_string_append_printf (self->seen, "%.*s=%.*s ", (int) key.size,
                          (const char *) key.data, (int) value.size,
                          (const char *) value.data);
  return TRUE;
}

/* ------------------------------------------------------------------- tests */

static const char *const more_records[] = { "a2 b1", "a3 c0", "b2 a4", NULL };

static void
test_log (StoreFixture *self, gconstpointer target)
{
  Mate mate = { 0 };

  mate_init (&mate, self, more_records);
  evs_assert_commit (self, "a0 b0 a1", "1");
  evs_store_read_log (self, 1, 0, note_record, &mate);
  mate_finish (&mate, "a0 b0 a1 ");
  g_assert_cmpuint (evs_store_last_position (self), ==, 9);
}

static void
test_sequence (StoreFixture *self, gconstpointer target)
{
  EvsId a = evs_id_of_letter ('a');
  Mate mate = { 0 };

  mate_init (&mate, self, more_records);
  evs_assert_commit (self, "a0 b0 a1", "1");
  evs_store_read_sequence (self, &a, 0, G_MAXUINT64, 0, FALSE, note_record,
                           &mate);
  evs_store_read_sequence (self, &a, 0, G_MAXUINT64, 0, TRUE, note_record,
                           &mate);
  mate_finish (&mate, "a0 a1 a3 a2 a1 a0 ");
}

static void
test_ids (StoreFixture *self, gconstpointer target)
{
  static const char *const more_ids[] = { "e0", "f0 a1", "g0", NULL };
  Mate mate = { 0 };

  mate_init (&mate, self, more_ids);
  evs_assert_commit (self, "a0 b0 d0", "1");
  evs_store_read_ids (self, NULL, 0, note_id, &mate);
  mate_finish (&mate, "a b d ");
}

/* A scan goes on with what is there when it gets there. */
static void
test_side (StoreFixture *self, gconstpointer target)
{
  static const char *const writes[] = { "t/a=2", "a0 t/a", "t/0=1", NULL };
  Mate mate = { 0 };

  mate_init (&mate, self, writes);
  evs_assert_commit (self, "t/a=1 t/k=v", "0");
  evs_store_side_scan (self, "t", (EvsSpan){ NULL, 0 }, 0, note_entry, &mate);
  evs_store_side_get (self, "t", evs_span_of_text ("k"), note_entry, &mate);
  mate_finish (&mate, "a=1 k=v k=v ");
  evs_assert_side (self, "t", "", 0, "0=1 k=v");
}

/* What a visitor holds is its own until it returns, whatever is written. */
static gboolean
hold_record (const EvsRecord *record, gpointer user_data)
{
  Mate *self = user_data;
  g_autofree guint8 *data = g_memdup2 (record->data.data, record->data.size);

  let_write (self);
  evs_assert_same_bytes (record->data, ((EvsSpan){ data, record->data.size }));
  g_string_append_len (self->seen, record->data.data,
                       (gssize) record->data.size);
  return TRUE;
}

static void
test_memory (StoreFixture *self, gconstpointer target)
{
  static const char *const writes[] = { "a0:old>new",
                                        "a0:new>much-longer-than-before",
                                        "a0:much-longer-than-before>", NULL };
  Mate mate = { 0 };

  mate_init (&mate, self, writes);
  evs_assert_commit (self, "a0=old", "1");
  for (guint i = 0; i < 4; i++)
    evs_store_read_log (self, 1, 0, hold_record, &mate);
  mate_finish (&mate, "oldnewmuch-longer-than-before");
}

void
evs_store_add_visitor_tests (const EvsContractTarget *target)
{
  evs_store_add (target, "visitors/end-of-log-is-fixed", test_log);
  evs_store_add (target, "visitors/end-of-sequence-is-fixed", test_sequence);
  evs_store_add (target, "visitors/end-of-ids-is-fixed", test_ids);
  evs_store_add (target, "visitors/side-entries", test_side);
  evs_store_add (target, "visitors/memory-is-theirs", test_memory);
}
