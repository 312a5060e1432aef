/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a store takes, what it refuses, and which positions it gives. */

#include "contract-store-private.h"

#include <string.h>

/* --------------------------------------------------------------- positions */

static void
test_empty (StoreFixture *self, gconstpointer target)
{
  EvsId id = evs_id_of_letter ('a');

  g_assert_cmpuint (evs_store_last_position (self), ==, 0);
  g_assert_cmpint (evs_store_last_version (self, &id), ==, -1);
  evs_assert_log (self, "");
  evs_assert_ids (self, '\0', 0, "");
  evs_assert_side (self, "t", "", 0, "");
}

static void
test_dense_positions (StoreFixture *self, gconstpointer target)
{
  EvsId a = evs_id_of_letter ('a');

  evs_assert_commit (self, "a0 a1 b0 a2 c0", "1");
  evs_assert_commit (self, "b1", "6");
  evs_assert_commit (self, "a3 b2", "7");
  evs_assert_log (self, "1:a0 2:a1 3:b0 4:a2 5:c0 6:b1 7:a3 8:b2");
  evs_assert_sequence (self, 'a', 0, G_MAXUINT64, 0, "1:a0 2:a1 4:a2 7:a3");
  g_assert_cmpuint (evs_store_last_position (self), ==, 8);
  g_assert_cmpint (evs_store_last_version (self, &a), ==, 3);
}

static void
test_conflict_takes_no_position (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0", "1");
  evs_assert_commit (self, "b0 b1 b2 a0", "conflict");
  evs_assert_commit (self, "a1", "2");
  evs_assert_log (self, "1:a0 2:a1");
}

/* --------------------------------------------------------------- conflicts */

static void
test_taken (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 a1", "1");
  evs_assert_commit (self, "a0=x", "conflict");
  evs_assert_commit (self, "a1=x", "conflict");
  evs_assert_commit (self, "a1 a2", "conflict");
  evs_assert_log (self, "1:a0 2:a1");
}

static void
test_gap (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0", "1");
  evs_assert_commit (self, "a2", "conflict");
  evs_assert_commit (self, "a1 a3", "conflict");
  evs_assert_commit (self, "a9223372036854775807", "conflict");
  evs_assert_log (self, "1:a0");
}

static void
test_new_sequence_begins_at_0 (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a1", "conflict");
  evs_assert_commit (self, "a1 a2", "conflict");
  evs_assert_commit (self, "a9223372036854775807", "conflict");
  evs_assert_log (self, "");
  evs_assert_ids (self, '\0', 0, "");
}

static void
test_order_in_a_batch (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a1 a0", "conflict");
  evs_assert_commit (self, "a0 a0", "conflict");
  evs_assert_commit (self, "a0 b0 a2 a1", "conflict");
  evs_assert_log (self, "");
}

static void
test_all_or_nothing (StoreFixture *self, gconstpointer target)
{
  EvsId b = evs_id_of_letter ('b');

  evs_assert_commit (self, "a0 t/k=v", "1");
  evs_assert_commit (self, "b0 a1 a0:a0>x t/k=w t/l=v a3", "conflict");
  evs_assert_commit (self, "b0 a0:a0>x t/k=w t/l!x", "conflict");
  evs_assert_commit (self, "b0 a0:x>y t/k=w", "conflict");
  evs_assert_log (self, "1:a0");
  evs_assert_ids (self, '\0', 0, "a");
  evs_assert_side (self, "t", "", 0, "k=v");
  g_assert_cmpint (evs_store_last_version (self, &b), ==, -1);
  evs_assert_commit (self, "b0 a1 a0:a0>x t/k=w t/l=v", "2");
}

/* ------------------------------------------------------- batches in a call */

static void
test_batches_stand_alone (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 | b1 | b0 | a0 b1 | c0 c1",
                     "1 conflict 2 conflict 3");
  evs_assert_log (self, "1:a0 2:b0 3:c0 4:c1");
}

static void
test_later_batch_sees_earlier (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 t/k=v | a1 | a0:a0>x | a0:a0>y | a0:x>z",
                     "1 2 0 conflict 0");
  evs_assert_commit (self, "t/k=w!v | t/k=x!v | t/k!w | t/k=y!",
                     "0 conflict 0 0");
  evs_assert_log (self, "1:a0=z 2:a1");
  evs_assert_side (self, "t", "", 0, "k=y");
}

static void
test_many_batches (StoreFixture *self, gconstpointer target)
{
  g_autoptr (GString) script = g_string_new ("a0");
  g_autoptr (GString) results = g_string_new ("1");

  for (guint i = 1; i < 300; i++)
    {
      g_string_append_printf (script, " | a%u | a0", i);
      g_string_append_printf (results, " %u conflict", i + 1);
    }
  evs_assert_commit (self, script->str, results->str);
  g_assert_cmpuint (evs_store_last_position (self), ==, 300);
}

/* ------------------------------------------------------------- replacements */

static void
test_replacement (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 b0 a1", "1");
  evs_assert_commit (self, "a0:a0>new", "0");
  evs_assert_log (self, "1:a0=new 2:b0 3:a1");
  evs_assert_sequence (self, 'a', 0, 9, 0, "1:a0=new 3:a1");
  evs_assert_commit (self, "a0:new>a-much-longer-one-than-before b0:b0>", "0");
  evs_assert_log (self, "1:a0=a-much-longer-one-than-before 2:b0= 3:a1");
  evs_assert_commit (self, "b0:>b0 a2", "4");
  evs_assert_log (self, "1:a0=a-much-longer-one-than-before 2:b0 3:a1 4:a2");
}

static void
test_replacement_conflict (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0=old", "1");
  evs_assert_commit (self, "a0:other>new", "conflict");
  evs_assert_commit (self, "a0:ol>new", "conflict");
  evs_assert_commit (self, "a0:older>new", "conflict");
  evs_assert_commit (self, "a0:>new", "conflict");
  evs_assert_commit (self, "a1:old>new", "conflict");
  evs_assert_commit (self, "b0:old>new", "conflict");
  evs_assert_commit (self, "a0:old>new a1:old>new", "conflict");
  evs_assert_log (self, "1:a0=old");
  evs_assert_ids (self, '\0', 0, "a");
}

/* ------------------------------------------------------------------- sizes */

static gboolean
count_record (const EvsRecord *record, gpointer user_data)
{
  guint64 *count = user_data;

  g_assert_cmpuint (record->position, ==, ++*count);
  return TRUE;
}

static void
test_ten_thousand_events (StoreFixture *self, gconstpointer target)
{
  enum
  {
    N = 10000
  };
  g_autofree EvsRecord *records = g_new0 (EvsRecord, N);
  EvsBatch batch = { .inserts = records, .n_inserts = N };
  guint64 count = 0;

  for (guint i = 0; i < N; i++)
    {
      records[i].id = evs_id_of_number (i / 20);
      records[i].version = i % 20;
      records[i].topic = evs_span_of_text ("Test.Happened");
      records[i].data = evs_span_of_text ("ten thousand in one batch");
    }
  g_assert_cmpuint (evs_store_commit_one (self, &batch), ==, 1);
  evs_store_read_log (self, 1, 0, count_record, &count);
  g_assert_cmpuint (count, ==, N);
}

static gboolean
expect_record (const EvsRecord *record, gpointer user_data)
{
  const EvsRecord **expected = user_data;
  const EvsRecord *want = (*expected)++;

  g_assert_cmpmem (&record->id, sizeof (EvsId), &want->id, sizeof (EvsId));
  g_assert_cmpuint (record->version, ==, want->version);
  g_assert_cmpuint (record->position, ==, want->version + 1);
  evs_assert_same_bytes (record->topic, want->topic);
  evs_assert_same_bytes (record->data, want->data);
  return TRUE;
}

static void
test_a_hundred_mebibytes (StoreFixture *self, gconstpointer target)
{
  enum
  {
    N = 100,
    SIZE = 1 << 20
  };
  g_autofree guint8 *data = g_malloc (SIZE);
  EvsRecord records[N] = { 0 };
  EvsBatch batch = { .inserts = records, .n_inserts = N };
  const EvsRecord *expected = records;

  evs_contract_fill (data, SIZE, 1);
  for (guint i = 0; i < N; i++)
    {
      records[i].version = i;
      records[i].topic = evs_span_of_text ("Test.Large");
      records[i].data = (EvsSpan){ data, SIZE };
    }
  g_assert_cmpuint (evs_store_commit_one (self, &batch), ==, 1);
  evs_store_read_log (self, 1, 0, expect_record, &expected);
  g_assert_true (expected == records + N);
}

/* Any bytes at all in data, from none to 1 MiB, and topics of any length that
 * an envelope's associated data can hold. */
static void
test_sizes (StoreFixture *self, gconstpointer target)
{
  static const gsize data_sizes[] = {
    0,    1,    2,    255,   256,     257,     1000,          4000,
    4096, 8192, 9000, 20000, 1 << 16, 1 << 20, (1 << 20) + 1, 0
  };
  static const gsize topic_sizes[] = { 1, 2, 100, 255, 256, 1000, 65535, 1 };
  g_autofree guint8 *data = g_malloc ((1 << 20) + 1);
  g_autofree char *topic = g_strnfill (65535, 't');
  EvsRecord records[G_N_ELEMENTS (data_sizes)] = { 0 };
  const EvsRecord *expected = records;
  EvsBatch batch = { .inserts = records, .n_inserts = G_N_ELEMENTS (records) };

  evs_contract_fill (data, (1 << 20) + 1, 3);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      records[i].id = evs_id_of_number (77);
      records[i].version = i;
      records[i].topic =
          (EvsSpan){ topic, topic_sizes[i % G_N_ELEMENTS (topic_sizes)] };
      records[i].data = (EvsSpan){ data, data_sizes[i] };
    }
  g_assert_cmpuint (evs_store_commit_one (self, &batch), ==, 1);
  evs_store_read_log (self, 1, 0, expect_record, &expected);
  g_assert_true (expected == records + G_N_ELEMENTS (records));
  expected = records;
  evs_store_read_sequence (self, &records[0].id, 0, G_MAXUINT64, 0, FALSE,
                           expect_record, &expected);
  g_assert_true (expected == records + G_N_ELEMENTS (records));
}

static void
test_replaced_size (StoreFixture *self, gconstpointer target)
{
  static const gsize sizes[] = { 1, 1 << 20, 0, 20000, 3 };
  g_autofree guint8 *data = g_malloc (1 << 20);
  EvsRecord record = { .topic = evs_span_of_text ("Test.Changed") };
  EvsBatch insert = { .inserts = &record, .n_inserts = 1 };
  EvsReplacement replacement = { .version = 0 };
  EvsBatch replace = { .replacements = &replacement, .n_replacements = 1 };

  evs_contract_fill (data, 1 << 20, 4);
  evs_store_commit_one (self, &insert);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const EvsRecord *expected = &record;
      EvsBatchResult result;
      const EvsBatch *batch = &replace;

      replacement.old_data = record.data;
      replacement.new_data = (EvsSpan){ data, sizes[i] };
      evs_store_commit (self, &batch, 1, &result);
      g_assert_no_error (result.error);
      record.data = replacement.new_data;
      evs_store_read_log (self, 1, 0, expect_record, &expected);
      g_assert_true (expected == &record + 1);
    }
}

static void
test_durabilities (StoreFixture *self, gconstpointer target)
{
  for (guint32 i = EVS_DURABILITY_SYNC; i <= EVS_DURABILITY_NONE; i++)
    {
      EvsRecord record = { .version = i, .topic = evs_span_of_text ("a") };
      EvsBatch batch = { .inserts = &record, .n_inserts = 1, .durability = i };

      record.id = evs_id_of_letter ('a');
      g_assert_cmpuint (evs_store_commit_one (self, &batch), ==, i + 1);
    }
  evs_assert_log (self, "1:a0= 2:a1= 3:a2=");
}

/* Nothing that was passed in may be needed once the call is over. */
static void
test_memory_is_copied (StoreFixture *self, gconstpointer target)
{
  char data[] = "data", topic[] = "a", table[] = "t", key[] = "k",
       value[] = "v";
  EvsRecord record = { .topic = { topic, 1 }, .data = { data, 4 } };
  EvsSideWrite side = { .table = table,
                        .key = { key, 1 },
                        .value = { value, 1 } };
  EvsBatch batch = {
    .inserts = &record, .n_inserts = 1, .side = &side, .n_side = 1
  };

  record.id = evs_id_of_letter ('a');
  g_assert_cmpuint (evs_store_commit_one (self, &batch), ==, 1);
  memset (data, 'x', 4);
  topic[0] = table[0] = key[0] = value[0] = 'x';
  memset (&record, 'x', sizeof record);

  evs_assert_log (self, "1:a0=data");
  evs_assert_side (self, "t", "", 0, "k=v");
}

void
evs_store_add_commit_tests (const EvsContractTarget *target)
{
  evs_store_add (target, "empty", test_empty);
  evs_store_add (target, "positions-are-dense", test_dense_positions);
  evs_store_add (target, "conflict-takes-no-position",
                 test_conflict_takes_no_position);
  evs_store_add (target, "taken-version", test_taken);
  evs_store_add (target, "gap", test_gap);
  evs_store_add (target, "new-sequence-begins-at-0",
                 test_new_sequence_begins_at_0);
  evs_store_add (target, "order-in-a-batch", test_order_in_a_batch);
  evs_store_add (target, "all-or-nothing", test_all_or_nothing);
  evs_store_add (target, "batches-stand-alone", test_batches_stand_alone);
  evs_store_add (target, "later-batch-sees-earlier",
                 test_later_batch_sees_earlier);
  evs_store_add (target, "many-batches", test_many_batches);
  evs_store_add (target, "replacement", test_replacement);
  evs_store_add (target, "replacement-conflict", test_replacement_conflict);
  evs_store_add (target, "ten-thousand-events", test_ten_thousand_events);
  evs_store_add (target, "a-hundred-mebibytes", test_a_hundred_mebibytes);
  evs_store_add (target, "sizes", test_sizes);
  evs_store_add (target, "replaced-size", test_replaced_size);
  evs_store_add (target, "durabilities", test_durabilities);
  evs_store_add (target, "memory-is-copied", test_memory_is_copied);
}
