/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a persistent store keeps. */

#include "contract-store-private.h"

static void
test_reopen (StoreFixture *self, gconstpointer target)
{
  EvsId a = evs_id_of_letter ('a');

  evs_assert_commit (self, "a0 b0 a1 t/k=v t/l=w | b0 | a2", "1 conflict 4");
  evs_assert_commit (self, "a1:a1>new t/l", "0");
  for (guint i = 0; i < 3; i++)
    {
      evs_store_reopen (self);
      evs_assert_log (self, "1:a0 2:b0 3:a1=new 4:a2");
      evs_assert_sequence (self, 'a', 0, 9, 0, "1:a0 3:a1=new 4:a2");
      evs_assert_ids (self, '\0', 0, "a b");
      evs_assert_side (self, "t", "", 0, "k=v");
      g_assert_cmpint (evs_store_last_version (self, &a), ==, 2);
      g_assert_cmpuint (evs_store_last_position (self), ==, 4);
    }
}

static void
test_goes_on (StoreFixture *self, gconstpointer target)
{
  evs_assert_commit (self, "a0 b0", "1");
  evs_store_reopen (self);
  evs_assert_commit (self, "a0", "conflict");
  evs_assert_commit (self, "a2", "conflict");
  evs_assert_commit (self, "a1 b1", "3");
  evs_store_reopen (self);
  evs_assert_commit (self, "a1:a1>x c0", "5");
  evs_assert_log (self, "1:a0 2:b0 3:a1=x 4:b1 5:c0");
}

static void
test_empty_stays_empty (StoreFixture *self, gconstpointer target)
{
  evs_store_reopen (self);
  evs_assert_log (self, "");
  evs_assert_commit (self, "a0", "1");
}

/* Two applications of one process may open the same store. */
static void
test_two_handles (StoreFixture *self, gconstpointer target)
{
  gpointer first = self->store;
  gpointer second = evs_store_open (self);

  evs_assert_commit (self, "a0", "1");
  self->store = second;
  evs_assert_log (self, "1:a0");
  evs_assert_commit (self, "a0", "conflict");
  evs_assert_commit (self, "a1 t/k=v", "2");
  self->store = first;
  evs_assert_log (self, "1:a0 2:a1");
  evs_assert_side (self, "t", "", 0, "k=v");

  self->vtable->close (first);
  self->store = second;
  evs_assert_commit (self, "a2", "3");
  evs_assert_log (self, "1:a0 2:a1 3:a2");
}

void
evs_store_add_lasting_tests (const EvsContractTarget *target)
{
  evs_store_add (target, "lasting/reopen", test_reopen);
  evs_store_add (target, "lasting/goes-on", test_goes_on);
  evs_store_add (target, "lasting/empty-stays-empty", test_empty_stays_empty);
  evs_store_add (target, "lasting/two-handles", test_two_handles);
}
