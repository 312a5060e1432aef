/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-fixture.h"

static void
append (StoreFixture *fixture, guint64 id, gsize n, gsize size)
{
  g_autoptr (GError) error = NULL;
  guint64 version = (guint64) (store_last_version (fixture->store, id) + 1);

  store_append_many (fixture->store, id, version, n, size, EVS_DURABILITY_NONE,
                     &error);
  g_assert_no_error (error);
}

/* --------------------------------------------- commits during a long read */

typedef struct
{
  StoreFixture *fixture;
  guint64 n;
  guint64 next_id;
} During;

/* One more record of the sequence that is read, and a new sequence. */
static gpointer
append_both (gpointer data)
{
  During *during = data;

  append (during->fixture, 1, 1, 100);
  append (during->fixture, during->next_id++, 1, 100);
  return NULL;
}

/* Waits for the other thread, which would wait for ever if this one were
 * holding what it needs. */
static void
commit_meanwhile (During *during)
{
  if (during->n < 50)
    g_thread_join (g_thread_new ("writer", append_both, during));
  during->n++;
}

static gboolean
visit_record (const EvsRecord *record, gpointer data)
{
  commit_meanwhile (data);
  return TRUE;
}

static gboolean
visit_id (const EvsId *id, gpointer data)
{
  commit_meanwhile (data);
  return TRUE;
}

static gboolean
visit_side (EvsSpan key, EvsSpan value, gpointer data)
{
  commit_meanwhile (data);
  return TRUE;
}

/* Where a read ends in its first chunk, at its edge, and far behind. */
static const guint lengths[] = { 1, 2, 20, 31, 32, 33, 50, 60, 300, 3000 };

static void
test_end_of_sequence_is_fixed (StoreFixture *fixture, gconstpointer data)
{
  gboolean descending = data != NULL;
  EvsId id = store_id (1);
  During during = { fixture, 0, 1000 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 last = store_last_version (fixture->store, 1);

      if (last + 1 < lengths[i])
        append (fixture, 1, (gsize) (lengths[i] - last - 1), 200);
      last = store_last_version (fixture->store, 1);

      during.n = 0;
      store_vtable ()->read_sequence (fixture->store, &id, 0, G_MAXUINT64, 0,
                                      descending, visit_record, &during,
                                      &error);
      g_assert_no_error (error);
      g_assert_cmpuint (during.n, ==, last + 1);
      g_assert_cmpint (store_last_version (fixture->store, 1), >, last);
    }
}

static void
test_end_of_log_is_fixed (StoreFixture *fixture, gconstpointer data)
{
  During during = { fixture, 0, 1000 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 last = store_last_position (fixture->store);

      if (last < lengths[i])
        append (fixture, 1, lengths[i] - last, 200);
      last = store_last_position (fixture->store);

      during.n = 0;
      store_vtable ()->read_log (fixture->store, 0, 0, visit_record, &during,
                                 &error);
      g_assert_no_error (error);
      g_assert_cmpuint (during.n, ==, last);
      g_assert_cmpuint (store_last_position (fixture->store), >, last);
    }
}

static void
test_end_of_ids_is_fixed (StoreFixture *fixture, gconstpointer data)
{
  During during = { fixture, 0, 100000 };
  g_autoptr (GError) error = NULL;

  for (guint64 id = 0; id < 4000; id++)
    append (fixture, id, 1, 10);
  store_vtable ()->read_ids (fixture->store, NULL, 0, visit_id, &during,
                             &error);
  g_assert_no_error (error);
  g_assert_cmpuint (during.n, ==, 4000);
}

static void
put_side (StoreFixture *fixture, const char *table, guint n, gsize size)
{
  g_autofree char *value = g_malloc0 (size + 1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      guint32 key = GUINT32_TO_BE (i);
      EvsSideWrite write = { .table = table,
                             .key = { &key, sizeof key },
                             .value = { value, size } };
      EvsBatch batch = { .side = &write,
                         .n_side = 1,
                         .durability = EVS_DURABILITY_NONE };

      store_commit (fixture->store, &batch, NULL, &error);
      g_assert_no_error (error);
    }
}

static void
test_side_scan_stops_no_commit (StoreFixture *fixture, gconstpointer data)
{
  During during = { fixture, 0, 1000 };
  g_autoptr (GError) error = NULL;

  put_side (fixture, "tracking", 10, 10);
  store_vtable ()->side_scan (fixture->store, "tracking", (EvsSpan){ NULL, 0 },
                              0, visit_side, &during, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (during.n, ==, 10);
}

/* ---------------------------------------------------- chunks and their edges
 */

/* Records of every size that a chunk treats in its own way. */
static const gsize sizes[] = { 0, 1, 300, 990, 5000, 20000, 70000, 300000 };

#define N_MIXED 60

static gsize
mixed_size (guint64 version)
{
  return sizes[version * 5 % G_N_ELEMENTS (sizes)] + version % 3;
}

static void
append_mixed (StoreFixture *fixture)
{
  for (guint64 version = 0; version < N_MIXED; version++)
    {
      append (fixture, 7, 1, 10);
      append (fixture, 1, 1, mixed_size (version));
      append (fixture, 8, 1, 10);
    }
}

typedef struct
{
  guint64 next;
  gint64 step;
  guint64 n;
} Expected;

static gboolean
check_mixed (const EvsRecord *record, gpointer data)
{
  Expected *expected = data;

  g_assert_cmpuint (record->version, ==, expected->next);
  g_assert_cmpuint (record->position, ==, 3 * record->version + 2);
  g_assert_cmpuint (record->data.size, ==, mixed_size (record->version));
  g_assert_cmpmem (record->topic.data, (int) record->topic.size, "Test.Filled",
                   11);
  expected->next += (guint64) expected->step;
  expected->n++;
  return TRUE;
}

static void
check_read (StoreFixture *fixture, guint64 from, guint64 to, guint64 limit,
            gboolean descending)
{
  guint64 top = MIN (to, N_MIXED - 1);
  guint64 n = from <= top ? top - from + 1 : 0;
  Expected expected = { descending ? top : from, descending ? -1 : 1, 0 };
  EvsId id = store_id (1);
  g_autoptr (GError) error = NULL;

  store_vtable ()->read_sequence (fixture->store, &id, from, to, limit,
                                  descending, check_mixed, &expected, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (expected.n, ==, limit != 0 ? MIN (n, limit) : n);
}

static void
test_every_range_of_a_sequence (StoreFixture *fixture, gconstpointer data)
{
  static const guint64 tops[] = { 0, 1, 30, 58, 59, 60, G_MAXUINT64 };
  static const guint64 limit_list[] = { 0, 1, 2, 31, 33, 100 };

  append_mixed (fixture);
  for (guint64 from = 0; from <= N_MIXED; from += 3)
    for (gsize i = 0; i < G_N_ELEMENTS (tops); i++)
      for (gsize j = 0; j < G_N_ELEMENTS (limit_list); j++)
        {
          check_read (fixture, from, tops[i], limit_list[j], FALSE);
          check_read (fixture, from, tops[i], limit_list[j], TRUE);
        }
}

static gboolean
check_position (const EvsRecord *record, gpointer data)
{
  Expected *expected = data;

  g_assert_cmpuint (record->position, ==, expected->next++);
  expected->n++;
  return TRUE;
}

/* Commits of one record, of many, and of more than one entry of the log. */
static void
test_every_range_of_the_log (StoreFixture *fixture, gconstpointer data)
{
  guint64 last;

  append_mixed (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    append (fixture, 100 + i, MIN (lengths[i], 300), 100);
  last = store_check_all (fixture->store);

  for (guint64 from = 0; from <= last + 1; from += 7)
    for (guint64 limit = 0; limit < 400; limit += 57)
      {
        guint64 n = from <= last ? last - MAX (from, 1) + 1 : 0;
        Expected expected = { MAX (from, 1), 1, 0 };
        g_autoptr (GError) error = NULL;

        store_vtable ()->read_log (fixture->store, from, limit, check_position,
                                   &expected, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (expected.n, ==, limit != 0 ? MIN (n, limit) : n);
      }
}

static gboolean
take_id (const EvsId *id, gpointer data)
{
  g_array_append_val ((GArray *) data, *id);
  return TRUE;
}

static void
test_ids_page_by_page (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (EvsId));
  g_autoptr (GArray) paged = g_array_new (FALSE, FALSE, sizeof (EvsId));
  g_autoptr (GError) error = NULL;
  guint before;

  for (guint64 id = 0; id < 3000; id++)
    append (fixture, id, 1, 10);
  store_vtable ()->read_ids (fixture->store, NULL, 0, take_id, all, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 3000);

  do
    {
      EvsId after = { { 0 } };

      before = paged->len;
      if (before > 0)
        after = g_array_index (paged, EvsId, before - 1);
      store_vtable ()->read_ids (fixture->store, before > 0 ? &after : NULL, 7,
                                 take_id, paged, &error);
      g_assert_no_error (error);
    }
  while (paged->len > before);
  g_assert_cmpmem (all->data, (int) (all->len * sizeof (EvsId)), paged->data,
                   (int) (paged->len * sizeof (EvsId)));
}

typedef struct
{
  guint32 next;
  gsize size;
} Side;

static gboolean
check_side (EvsSpan key, EvsSpan value, gpointer data)
{
  Side *side = data;
  guint32 big;

  g_assert_cmpuint (key.size, ==, sizeof big);
  memcpy (&big, key.data, sizeof big);
  g_assert_cmpuint (GUINT32_FROM_BE (big), ==, side->next++);
  g_assert_cmpuint (value.size, ==, side->size);
  return TRUE;
}

static void
check_side_table (StoreFixture *fixture, const char *table, guint n, gsize size)
{
  Side side = { 0, size };
  g_autoptr (GError) error = NULL;

  store_vtable ()->side_scan (fixture->store, table, (EvsSpan){ NULL, 0 }, 0,
                              check_side, &side, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (side.next, ==, n);

  for (guint i = 0; i < n; i += 13)
    {
      guint32 after = GUINT32_TO_BE (i);

      side.next = i + 1;
      store_vtable ()->side_scan (fixture->store, table,
                                  (EvsSpan){ &after, sizeof after }, 5,
                                  check_side, &side, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (side.next, ==, MIN (i + 6, n));
    }
}

static void
test_side_tables_of_any_size (StoreFixture *fixture, gconstpointer data)
{
  put_side (fixture, "a", 1000, 100);
  put_side (fixture, "aa", 300, 2000);
  put_side (fixture, "b", 10, 300000);
  put_side (fixture, "empty-values", 300, 0);
  check_side_table (fixture, "a", 1000, 100);
  check_side_table (fixture, "aa", 300, 2000);
  check_side_table (fixture, "b", 10, 300000);
  check_side_table (fixture, "empty-values", 300, 0);
  check_side_table (fixture, "c", 0, 0);
}

#define add(name, data, function)                                              \
  g_test_add ("/bdb/read/" name, StoreFixture, data, store_set_up_open,        \
              function, store_tear_down)

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("end-of-sequence-is-fixed/ascending", NULL,
       test_end_of_sequence_is_fixed);
  add ("end-of-sequence-is-fixed/descending", "",
       test_end_of_sequence_is_fixed);
  add ("end-of-log-is-fixed", NULL, test_end_of_log_is_fixed);
  add ("end-of-ids-is-fixed", NULL, test_end_of_ids_is_fixed);
  add ("side-scan-stops-no-commit", NULL, test_side_scan_stops_no_commit);
  add ("every-range-of-a-sequence", NULL, test_every_range_of_a_sequence);
  add ("every-range-of-the-log", NULL, test_every_range_of_the_log);
  add ("ids-page-by-page", NULL, test_ids_page_by_page);
  add ("side-tables-of-any-size", NULL, test_side_tables_of_any_size);
  return g_test_run ();
}
