/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-nonce-pool.h"

#include "evs-random.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define POOL_SIZE 4096

/* All of it is in the page that fork wipes: zeros are an empty pool. */
struct _EvsNoncePool
{
  gsize left; /* the last so many of bytes[] were not given yet */
  guint8 bytes[POOL_SIZE - sizeof (gsize)];
};

G_STATIC_ASSERT (sizeof (EvsNoncePool) == POOL_SIZE);

EvsNoncePool *
_evs_nonce_pool_new (void)
{
  void *page = mmap (NULL, POOL_SIZE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (page == MAP_FAILED)
    g_error ("%d bytes of memory for nonces: %s", POOL_SIZE,
             g_strerror (errno));
  /* Without it, parent and child would seal under the same nonces. */
  if (madvise (page, POOL_SIZE, MADV_WIPEONFORK) != 0
      && madvise (page, POOL_SIZE, MADV_DONTFORK) != 0)
    g_error ("memory that fork does not copy: %s", g_strerror (errno));
  return page;
}

void
_evs_nonce_pool_free (EvsNoncePool *self)
{
  if (self == NULL)
    return;
  explicit_bzero (self, POOL_SIZE);
  (void) munmap (self, POOL_SIZE);
}

void
_evs_nonce_pool_take (EvsNoncePool *self, guint8 *nonce, gsize size)
{
  guint8 *next;

  g_assert (size <= EVS_NONCE_MAX);

  if (self->left < size)
    {
      _evs_random_fill (self->bytes, sizeof self->bytes);
      self->left = sizeof self->bytes;
    }
  next = self->bytes + sizeof self->bytes - self->left;
  memcpy (nonce, next, size);
  self->left -= size;
}
