/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static gsize
whole_pages (gsize size)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);

  return (size + page - 1) / page * page;
}

/* Each of these is a second line of defence, and a system may refuse it (the
 * limit on locked memory is small in many containers), so no key is refused
 * for its sake. */
static void
shield (void *pages, gsize length)
{
  (void) mlock (pages, length);
  (void) madvise (pages, length, MADV_DONTDUMP);
  if (madvise (pages, length, MADV_WIPEONFORK) != 0)
    (void) madvise (pages, length, MADV_DONTFORK);
}

EvsSecret *
_evs_secret_new (gsize size)
{
  gsize length = whole_pages (size);
  EvsSecret *secret;
  void *pages;

  g_return_val_if_fail (size > 0 && length >= size, NULL);

  pages = mmap (NULL, length, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    g_error ("%" G_GSIZE_FORMAT " bytes of memory for a key: %s", length,
             g_strerror (errno));
  shield (pages, length);

  secret = g_new (EvsSecret, 1);
  secret->data = pages;
  secret->size = size;
  return secret;
}

EvsSecret *
_evs_secret_new_copy (gconstpointer data, gsize size)
{
  EvsSecret *secret = _evs_secret_new (size);

  if (secret != NULL)
    memcpy (secret->data, data, size);
  return secret;
}

void
_evs_secret_free (EvsSecret *secret)
{
  gsize length;

  if (secret == NULL)
    return;
  length = whole_pages (secret->size);
  explicit_bzero (secret->data, length);
  (void) munmap (secret->data, length);
  g_free (secret);
}
