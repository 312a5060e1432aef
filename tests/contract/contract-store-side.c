/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Side entries. */

#include "contract-store-private.h"

#include <string.h>

static void
test_put_and_delete (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/k=v", "0");
  evs_assert_entry (self, "t", "k", "v");
  evs_assert_commit (self, "t/k=another-value", "0");
  evs_assert_entry (self, "t", "k", "another-value");
  evs_assert_commit (self, "t/k", "0");
  evs_assert_entry (self, "t", "k", "(absent)");
  evs_assert_commit (self, "t/k", "0");
  evs_assert_side (self, "t", "", 0, "");
}

static void
test_empty_value (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/k=", "0");
  evs_assert_entry (self, "t", "k", "");
  evs_assert_commit (self, "t/k=v!", "conflict");
  evs_assert_side (self, "t", "", 0, "k=");
}

static void
test_only_if_absent (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/k=v!", "0");
  evs_assert_commit (self, "t/k=w!", "conflict");
  evs_assert_entry (self, "t", "k", "v");
  evs_assert_commit (self, "t/k", "0");
  evs_assert_commit (self, "t/k=w!", "0");
  evs_assert_entry (self, "t", "k", "w");
  evs_assert_commit (self, "t/k!", "conflict");
  evs_assert_commit (self, "t/other!", "0");
}

static void
test_only_if_exactly (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/k=w!v", "conflict");
  evs_assert_commit (self, "t/k!v", "conflict");
  evs_assert_commit (self, "t/k=value", "0");
  evs_assert_commit (self, "t/k=w!valu", "conflict");
  evs_assert_commit (self, "t/k=w!values", "conflict");
  evs_assert_commit (self, "t/k!valve", "conflict");
  evs_assert_entry (self, "t", "k", "value");
  evs_assert_commit (self, "t/k=w!value", "0");
  evs_assert_entry (self, "t", "k", "w");
  evs_assert_commit (self, "t/k!w", "0");
  evs_assert_entry (self, "t", "k", "(absent)");
}

static void
test_exactly_nothing (StoreFixture *self, gconstpointer target)
{
  EvsSideWrite write = { .table = "t",
                         .key = evs_span_of_text ("k"),
                         .value = evs_span_of_text ("v"),
                         .expectation = EVS_SIDE_EXACTLY,
                         .expected = evs_span_of_text ("") };
  EvsBatch batch = { .side = &write, .n_side = 1 };
  const EvsBatch *batches = &batch;
  EvsBatchResult result;

  evs_store_commit (self, &batches, 1, &result);
  g_assert_error (result.error, EVS_ERROR, EVS_ERROR_CONFLICT);
  g_clear_error (&result.error);

  evs_assert_commit (self, "t/k=", "0");
  evs_store_commit (self, &batches, 1, &result);
  g_assert_no_error (result.error);
  evs_assert_entry (self, "t", "k", "v");
  evs_store_commit (self, &batches, 1, &result);
  g_assert_error (result.error, EVS_ERROR, EVS_ERROR_CONFLICT);
  g_clear_error (&result.error);
}

static void
test_expectations_of_a_batch (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/k=v t/l=w", "0");
  evs_assert_commit (self, "t/k=x!v t/l=y!z", "conflict");
  evs_assert_commit (self, "t/l=y!w t/m=x t/k=x!", "conflict");
  evs_assert_side (self, "t", "", 0, "k=v l=w");
  evs_assert_commit (self, "t/k=x!v t/l!w t/m=y!", "0");
  evs_assert_side (self, "t", "", 0, "k=x m=y");
}

static void
test_with_records (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 t/k=v!", "1");
  evs_assert_commit (self, "a1 t/k=v!", "conflict");
  evs_assert_commit (self, "a1 t/k=w!v", "2");
  evs_assert_log (self, "1:a0 2:a1");
}

static void
test_order (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/b=1 t/a=2 t/ab=3 t/B=4 t/aa=5 t/abc=6", "0");
  evs_assert_side (self, "t", "", 0, "B=4 a=2 aa=5 ab=3 abc=6 b=1");
}

static void
test_after_and_limit (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/a=1 t/b=2 t/bb=3 t/c=4", "0");
  evs_assert_side (self, "t", "a", 0, "b=2 bb=3 c=4");
  evs_assert_side (self, "t", "aa", 0, "b=2 bb=3 c=4");
  evs_assert_side (self, "t", "b", 0, "bb=3 c=4");
  evs_assert_side (self, "t", "c", 0, "");
  evs_assert_side (self, "t", "z", 0, "");
  evs_assert_side (self, "t", "", 1, "a=1");
  evs_assert_side (self, "t", "a", 2, "b=2 bb=3");
  evs_assert_side (self, "t", "b", 9, "bb=3 c=4");
}

static void
test_tables_are_apart (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "t/k=1 t-a/k=2 ta/k=3 s/k=4 t0/a=5 u/k=6", "0");
  evs_assert_side (self, "t", "", 0, "k=1");
  evs_assert_side (self, "t-a", "", 0, "k=2");
  evs_assert_side (self, "t", "k", 0, "");
  evs_assert_side (self, "v", "", 0, "");
  evs_assert_entry (self, "ta", "k", "3");
  evs_assert_entry (self, "t", "a", "(absent)");
  evs_assert_commit (self, "t/k", "0");
  evs_assert_entry (self, "ta", "k", "3");
}

/* In order: keys are compared as unsigned bytes, and a shorter one comes
 * before its extensions. */
static const guint8 longest_key[255] = { 0x80 };
static const EvsSpan binary_keys[] = {
  { "\x00", 1 },     { "\x00\x00", 2 }, { "\x00\x01", 2 },    { "\x01", 1 },
  { "/", 1 },        { "k", 1 },        { "k\x00", 2 },       { "k\x00k", 3 },
  { "\x7F\xFF", 2 }, { "\x80", 1 },     { longest_key, 255 }, { "\x80\x01", 2 },
  { "\xFF", 1 },     { "\xFF\xFF", 2 }
};

static gboolean
expect_next_key (EvsSpan key, EvsSpan value, gpointer user_data)
{
  gsize *next = user_data;

  g_assert_cmpuint (*next, <, G_N_ELEMENTS (binary_keys));
  evs_assert_same_bytes (key, binary_keys[*next]);
  evs_assert_same_bytes (value, binary_keys[*next]);
  ++*next;
  return TRUE;
}

static void
test_binary_keys (StoreFixture *self, gconstpointer target)
{
  EvsSideWrite writes[G_N_ELEMENTS (binary_keys)] = { 0 };
  EvsBatch batch = { .side = writes, .n_side = G_N_ELEMENTS (writes) };
  gsize next = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (writes); i++)
    {
      writes[i].table = "t";
      writes[i].key = binary_keys[i * 5 % G_N_ELEMENTS (writes)];
      writes[i].value = writes[i].key;
    }
  evs_store_commit_one (self, &batch);
  evs_store_side_scan (self, "t", (EvsSpan){ NULL, 0 }, 0, expect_next_key,
                       &next);
  g_assert_cmpuint (next, ==, G_N_ELEMENTS (binary_keys));

  for (gsize i = 0; i < G_N_ELEMENTS (binary_keys); i++)
    {
      next = i;
      evs_store_side_get (self, "t", binary_keys[i], expect_next_key, &next);
      g_assert_cmpuint (next, ==, i + 1);
      evs_store_side_scan (self, "t", binary_keys[i], 0, expect_next_key,
                           &next);
      g_assert_cmpuint (next, ==, G_N_ELEMENTS (binary_keys));
    }
}

static gboolean
stop_at_second (EvsSpan key, EvsSpan value, gpointer user_data)
{
  return ++*(guint *) user_data < 2;
}

static void
test_visitor_stops (StoreFixture *self, gconstpointer target)
{
  guint calls = 0;

  evs_assert_commit (self, "t/a=1 t/b=2 t/c=3", "0");
  evs_store_side_scan (self, "t", (EvsSpan){ NULL, 0 }, 0, stop_at_second,
                       &calls);
  g_assert_cmpuint (calls, ==, 2);
  calls = 1;
  evs_store_side_get (self, "t", evs_span_of_text ("a"), stop_at_second,
                      &calls);
  g_assert_cmpuint (calls, ==, 2);
}

static gboolean
compare_value (EvsSpan key, EvsSpan value, gpointer user_data)
{
  evs_assert_same_bytes (value, *(const EvsSpan *) user_data);
  ((EvsSpan *) user_data)->data = NULL;
  return TRUE;
}

static void
test_large_value (StoreFixture *self, gconstpointer target)
{
  gsize size = 16 << 20;
  g_autofree guint8 *data = g_malloc (size);
  EvsSideWrite write = { .table = "t", .key = evs_span_of_text ("k") };
  EvsBatch batch = { .side = &write, .n_side = 1 };
  EvsSpan expected = { data, size };

  evs_contract_fill (data, size, 9);
  write.value = expected;
  evs_store_commit_one (self, &batch);
  evs_store_side_get (self, "t", write.key, compare_value, &expected);
  g_assert_null (expected.data);
}

void
evs_store_add_side_tests (const EvsContractTarget *target)
{
  evs_store_add (target, "side/put-and-delete", test_put_and_delete);
  evs_store_add (target, "side/empty-value", test_empty_value);
  evs_store_add (target, "side/only-if-absent", test_only_if_absent);
  evs_store_add (target, "side/only-if-exactly", test_only_if_exactly);
  evs_store_add (target, "side/exactly-nothing", test_exactly_nothing);
  evs_store_add (target, "side/expectations-of-a-batch",
                 test_expectations_of_a_batch);
  evs_store_add (target, "side/with-records", test_with_records);
  evs_store_add (target, "side/order", test_order);
  evs_store_add (target, "side/after-and-limit", test_after_and_limit);
  evs_store_add (target, "side/tables-are-apart", test_tables_are_apart);
  evs_store_add (target, "side/binary-keys", test_binary_keys);
  evs_store_add (target, "side/visitor-stops", test_visitor_stops);
  evs_store_add (target, "side/large-value", test_large_value);
}
