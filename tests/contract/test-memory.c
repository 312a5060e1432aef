/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The plugin memory: who shares a store with whom. */

#include "contract-store-private.h"

static EvsContractTarget target;

static void
test_same_name (StoreFixture *self, gconstpointer data)
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

  self->vtable->close (second);
  evs_assert_log (self, "1:a0 2:a1");
}

static void
test_last_close (StoreFixture *self, gconstpointer data)
{
  gpointer second = evs_store_open (self);

  evs_assert_commit (self, "a0", "1");
  self->vtable->close (self->store);
  self->store = second;
  evs_assert_log (self, "1:a0");
  evs_store_reopen (self);
  evs_assert_log (self, "");
}

static void
test_other_name (StoreFixture *self, gconstpointer data)
{
  gpointer first = self->store;
  EvsSettingValue other = { .string = "other" };

  evs_assert_commit (self, "a0", "1");
  self->store = self->vtable->open (&other, NULL);
  evs_assert_log (self, "");
  self->vtable->close (self->store);
  self->store = first;
}

static void
test_no_name (StoreFixture *self, gconstpointer data)
{
  gpointer named = self->store;
  EvsSettingValue unset = { .string = NULL };
  gpointer first = self->vtable->open (&unset, NULL);
  gpointer second = self->vtable->open (&unset, NULL);

  self->store = first;
  evs_assert_commit (self, "a0", "1");
  self->store = second;
  evs_assert_log (self, "");
  self->store = named;
  evs_assert_log (self, "");
  self->vtable->close (first);
  self->vtable->close (second);
}

int
main (int argc, char **argv)
{
  static const char *const name[] = { "name=@folder@", NULL };

  evs_test_init (&argc, &argv);
  target.prefix = "/memory";
  target.plugin = evs_contract_load (EVS_PLUGIN_STORE, "memory");
  target.settings = name;

  evs_store_add (&target, "same-name-same-store", test_same_name);
  evs_store_add (&target, "gone-with-the-last-handle", test_last_close);
  evs_store_add (&target, "other-name-other-store", test_other_name);
  evs_store_add (&target, "no-name-nobody-else", test_no_name);
  return g_test_run ();
}
