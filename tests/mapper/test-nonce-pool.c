/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-test.h"

#include "evs-nonce-pool.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 16

/* Some thousands, so over several refills. */
static void
test_no_nonce_twice (void)
{
  g_autoptr (EvsNoncePool) pool = _evs_nonce_pool_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (
      g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);

  for (guint i = 0; i < 5000; i++)
    {
      guint8 nonce[SIZE];

      _evs_nonce_pool_take (pool, nonce, SIZE);
      g_assert_true (g_hash_table_add (seen, g_bytes_new (nonce, SIZE)));
    }
}

/* Every byte of every size comes from the system: none stays as it was. */
static void
test_all_sizes (void)
{
  g_autoptr (EvsNoncePool) pool = _evs_nonce_pool_new ();

  for (gsize size = 0; size <= EVS_NONCE_MAX; size++)
    {
      guint8 sum[EVS_NONCE_MAX + 1] = { 0 };

      for (guint i = 0; i < 64; i++)
        {
          guint8 nonce[EVS_NONCE_MAX + 1] = { 0 };

          _evs_nonce_pool_take (pool, nonce, size);
          for (gsize j = 0; j < sizeof nonce; j++)
            sum[j] |= nonce[j];
        }
      for (gsize j = 0; j < sizeof sum; j++)
        g_assert_true ((sum[j] != 0) == (j < size));
    }
}

static void
test_two_pools_differ (void)
{
  g_autoptr (EvsNoncePool) one = _evs_nonce_pool_new ();
  g_autoptr (EvsNoncePool) two = _evs_nonce_pool_new ();
  guint8 a[SIZE];
  guint8 b[SIZE];

  _evs_nonce_pool_take (one, a, SIZE);
  _evs_nonce_pool_take (two, b, SIZE);
  g_assert_cmpint (memcmp (a, b, SIZE), !=, 0);
}

/* Takes one nonce in a child of this process. */
static void
take_in_child (EvsNoncePool *pool, guint8 *nonce)
{
  int ends[2];
  pid_t child;
  int status;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  if (child == 0)
    {
      guint8 own[SIZE];

      _evs_nonce_pool_take (pool, own, SIZE);
      _exit (write (ends[1], own, SIZE) == SIZE ? 0 : 1);
    }
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (read (ends[0], nonce, SIZE), ==, SIZE);
  close (ends[0]);
  close (ends[1]);
}

static void
test_child_has_nonces_of_its_own (void)
{
  g_autoptr (EvsNoncePool) pool = _evs_nonce_pool_new ();
  static const guint8 zeros[SIZE];
  guint8 ours[SIZE];
  guint8 first[SIZE];
  guint8 second[SIZE];

  /* The pool is full when it is forked. */
  _evs_nonce_pool_take (pool, ours, SIZE);
  take_in_child (pool, first);
  take_in_child (pool, second);
  _evs_nonce_pool_take (pool, ours, SIZE);

  g_assert_cmpint (memcmp (first, ours, SIZE), !=, 0);
  g_assert_cmpint (memcmp (second, ours, SIZE), !=, 0);
  g_assert_cmpint (memcmp (first, second, SIZE), !=, 0);
  g_assert_cmpint (memcmp (first, zeros, SIZE), !=, 0);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/nonce-pool/no-nonce-twice", test_no_nonce_twice);
  g_test_add_func ("/nonce-pool/all-sizes", test_all_sizes);
  g_test_add_func ("/nonce-pool/two-pools-differ", test_two_pools_differ);
  g_test_add_func ("/nonce-pool/child-has-its-own",
                   test_child_has_nonces_of_its_own);
  return g_test_run ();
}
