/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a store gives back: bounds, limits, directions. */

#include "contract-store-private.h"

#include <string.h>

static void
test_sequence_bounds (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 b0 a1 a2 b1 a3", "1");
  evs_assert_sequence (self, 'a', 0, G_MAXUINT64, 0, "1:a0 3:a1 4:a2 6:a3");
  evs_assert_sequence (self, 'a', 0, G_MAXINT64, 0, "1:a0 3:a1 4:a2 6:a3");
  evs_assert_sequence (self, 'a', 0, 3, 0, "1:a0 3:a1 4:a2 6:a3");
  evs_assert_sequence (self, 'a', 1, 2, 0, "3:a1 4:a2");
  evs_assert_sequence (self, 'a', 2, 2, 0, "4:a2");
  evs_assert_sequence (self, 'a', 0, 0, 0, "1:a0");
  evs_assert_sequence (self, 'a', 3, 9, 0, "6:a3");
  evs_assert_sequence (self, 'a', 4, 9, 0, "");
  evs_assert_sequence (self, 'a', G_MAXUINT64, G_MAXUINT64, 0, "");
  evs_assert_sequence (self, 'a', 2, 1, 0, "");
}

static void
test_sequence_limit (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 b0 a1 a2 b1 a3", "1");
  evs_assert_sequence (self, 'a', 0, 9, 1, "1:a0");
  evs_assert_sequence (self, 'a', 1, 9, 2, "3:a1 4:a2");
  evs_assert_sequence (self, 'a', 0, 1, 3, "1:a0 3:a1");
  evs_assert_sequence (self, 'a', 2, 9, G_MAXUINT64, "4:a2 6:a3");
}

static void
test_sequence_descending (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 b0 a1 a2 b1 a3", "1");
  evs_assert_descending (self, 'a', 0, G_MAXUINT64, 0, "6:a3 4:a2 3:a1 1:a0");
  evs_assert_descending (self, 'a', 1, 2, 0, "4:a2 3:a1");
  evs_assert_descending (self, 'a', 0, 9, 1, "6:a3");
  evs_assert_descending (self, 'a', 0, 2, 2, "4:a2 3:a1");
  evs_assert_descending (self, 'a', 3, 9, 0, "6:a3");
  evs_assert_descending (self, 'a', 4, 9, 0, "");
  evs_assert_descending (self, 'a', 2, 1, 0, "");
}

static void
test_unknown_sequence (StoreFixture *self, gconstpointer target)
{
  EvsId b = evs_id_of_letter ('b');

  evs_assert_sequence (self, 'b', 0, G_MAXUINT64, 0, "");
  evs_assert_commit (self, "a0 c0", "1");
  evs_assert_sequence (self, 'b', 0, G_MAXUINT64, 0, "");
  evs_assert_descending (self, 'b', 0, G_MAXUINT64, 0, "");
  g_assert_cmpint (evs_store_last_version (self, &b), ==, -1);
}

static void
test_log_bounds (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 b0 a1", "1");
  evs_assert_text (evs_store_log_text (self, 0, 0), "1:a0 2:b0 3:a1");
  evs_assert_text (evs_store_log_text (self, 1, 0), "1:a0 2:b0 3:a1");
  evs_assert_text (evs_store_log_text (self, 2, 0), "2:b0 3:a1");
  evs_assert_text (evs_store_log_text (self, 3, 0), "3:a1");
  evs_assert_text (evs_store_log_text (self, 4, 0), "");
  evs_assert_text (evs_store_log_text (self, G_MAXUINT64, 0), "");
  evs_assert_text (evs_store_log_text (self, 1, 1), "1:a0");
  evs_assert_text (evs_store_log_text (self, 2, 1), "2:b0");
  evs_assert_text (evs_store_log_text (self, 2, 9), "2:b0 3:a1");
}

static void
test_ids (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "d0 b0 a0 b1 c0 d1", "1");
  evs_assert_ids (self, '\0', 0, "a b c d");
  evs_assert_ids (self, 'b', 0, "c d");
  evs_assert_ids (self, 'B', 0, "a b c d");
  evs_assert_ids (self, 'd', 0, "");
  evs_assert_ids (self, 'z', 0, "");
  evs_assert_ids (self, '\0', 2, "a b");
  evs_assert_ids (self, 'a', 1, "b");
  evs_assert_ids (self, 'b', 9, "c d");
}

static gboolean
expect_number (const EvsId *id, gpointer user_data)
{
  guint32 *number = user_data;
  EvsId expected = evs_id_of_number (++*number);

  g_assert_cmpmem (id, sizeof *id, &expected, sizeof expected);
  return TRUE;
}

/* Rising by memcmp, which compares unsigned bytes. */
static void
test_order_of_ids (StoreFixture *self, gconstpointer target)
{
  enum
  {
    N = 700
  };
  g_autofree EvsRecord *records = g_new0 (EvsRecord, N);
  EvsBatch batch = { .inserts = records, .n_inserts = N };
  EvsId after = evs_id_of_number (300);
  guint32 last = 0;

  for (guint32 i = 0; i < N; i++)
    {
      records[i].id = evs_id_of_number (i * 101 % N + 1);
      records[i].topic = evs_span_of_text ("Test.Created");
    }
  evs_store_commit_one (self, &batch);
  evs_store_read_ids (self, NULL, 0, expect_number, &last);
  g_assert_cmpuint (last, ==, N);
  last = 300;
  evs_store_read_ids (self, &after, 0, expect_number, &last);
  g_assert_cmpuint (last, ==, N);
}

/* Sequences of ids that differ in one byte are kept apart. The last differs
 * from each of the others. */
static void
test_ids_alike (StoreFixture *self, gconstpointer target)
{
  for (gsize i = 0; i <= 16; i++)
    {
      EvsRecord record = { .topic = evs_span_of_text ("Test.Created") };
      EvsBatch batch = { .inserts = &record, .n_inserts = 1 };

      memset (&record.id, 0xFF, sizeof record.id);
      if (i < 16)
        record.id.bytes[i] = 0x7F;
      g_assert_cmpint (evs_store_last_version (self, &record.id), ==, -1);
      g_assert_cmpuint (evs_store_commit_one (self, &batch), ==, i + 1);
      g_assert_cmpint (evs_store_last_version (self, &record.id), ==, 0);
    }
}

/* ------------------------------------------------------------------ stopping
 */

static gboolean
stop_at_second_record (const EvsRecord *record, gpointer user_data)
{
  return ++*(guint *) user_data < 2;
}

static gboolean
stop_at_second_id (const EvsId *id, gpointer user_data)
{
  return ++*(guint *) user_data < 2;
}

static void
test_visitor_stops (StoreFixture *self, gconstpointer target)
{
  EvsId a = evs_id_of_letter ('a');
  guint calls[4] = { 0 };

  evs_assert_commit (self, "a0 a1 a2 b0 c0 d0", "1");
  evs_store_read_sequence (self, &a, 0, 9, 0, FALSE, stop_at_second_record,
                           &calls[0]);
  evs_store_read_sequence (self, &a, 0, 9, 0, TRUE, stop_at_second_record,
                           &calls[1]);
  evs_store_read_log (self, 1, 0, stop_at_second_record, &calls[2]);
  evs_store_read_ids (self, NULL, 0, stop_at_second_id, &calls[3]);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_assert_cmpuint (calls[i], ==, 2);
  evs_assert_commit (self, "a3", "7");
}

/* ---------------------------------------------------------- long and in parts
 */

static gboolean
follow (const EvsRecord *record, gpointer user_data)
{
  guint64 *last = user_data;

  g_assert_cmpuint (record->position, ==, *last + 1);
  *last = record->position;
  return TRUE;
}

/* A store copies out in chunks: what it reads in one go and what it reads in
 * pages of any size must be the same. */
static void
test_pages (StoreFixture *self, gconstpointer target)
{
  static const guint64 pages[] = { 1, 2, 3, 7, 64, 100, 255, 256, 257, 1000 };
  enum
  {
    N = 1500
  };
  g_autofree EvsRecord *records = g_new0 (EvsRecord, N);
  g_autofree guint8 *data = g_malloc (N);
  EvsBatch batch = { .inserts = records, .n_inserts = N };

  evs_contract_fill (data, N, 6);
  for (guint i = 0; i < N; i++)
    {
      records[i].version = i;
      records[i].topic = evs_span_of_text ("Test.Paged");
      records[i].data = (EvsSpan){ data, i };
    }
  evs_store_commit_one (self, &batch);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      guint64 last = 0, before;

      do
        {
          before = last;
          evs_store_read_log (self, last + 1, pages[i], follow, &last);
          g_assert_cmpuint (last - before, <=, pages[i]);
        }
      while (last > before);
      g_assert_cmpuint (last, ==, N);
    }
}

static gboolean
count_down (const EvsRecord *record, gpointer user_data)
{
  guint64 *next = user_data;

  g_assert_cmpuint (record->version, ==, --*next);
  g_assert_cmpuint (record->data.size, ==, record->version % 50);
  return TRUE;
}

static gboolean
count_up (const EvsRecord *record, gpointer user_data)
{
  guint64 *next = user_data;

  g_assert_cmpuint (record->version, ==, (*next)++);
  g_assert_cmpuint (record->data.size, ==, record->version % 50);
  return TRUE;
}

static void
test_long_sequence (StoreFixture *self, gconstpointer target)
{
  enum
  {
    N = 3000
  };
  static const guint8 data[50];
  EvsId id = evs_id_of_letter ('a');
  guint64 next;

  for (guint i = 0; i < N; i++)
    {
      EvsRecord record = { .id = id, .version = i, .data = { data, i % 50 } };
      EvsBatch batch = { .inserts = &record,
                         .n_inserts = 1,
                         .durability = EVS_DURABILITY_NONE };

      record.topic = evs_span_of_text ("Test.Counted");
      g_assert_cmpuint (evs_store_commit_one (self, &batch), ==, i + 1);
    }
  next = 0;
  evs_store_read_sequence (self, &id, 0, G_MAXUINT64, 0, FALSE, count_up,
                           &next);
  g_assert_cmpuint (next, ==, N);
  evs_store_read_sequence (self, &id, 0, G_MAXUINT64, 0, TRUE, count_down,
                           &next);
  g_assert_cmpuint (next, ==, 0);
  next = 255;
  evs_store_read_sequence (self, &id, 255, 258, 0, FALSE, count_up, &next);
  g_assert_cmpuint (next, ==, 259);
}

void
evs_store_add_read_tests (const EvsContractTarget *target)
{
  evs_store_add (target, "read/sequence-bounds", test_sequence_bounds);
  evs_store_add (target, "read/sequence-limit", test_sequence_limit);
  evs_store_add (target, "read/sequence-descending", test_sequence_descending);
  evs_store_add (target, "read/unknown-sequence", test_unknown_sequence);
  evs_store_add (target, "read/log-bounds", test_log_bounds);
  evs_store_add (target, "read/ids", test_ids);
  evs_store_add (target, "read/order-of-ids", test_order_of_ids);
  evs_store_add (target, "read/ids-alike", test_ids_alike);
  evs_store_add (target, "read/visitor-stops", test_visitor_stops);
  evs_store_add (target, "read/pages", test_pages);
  evs_store_add (target, "read/long-sequence", test_long_sequence);
}
