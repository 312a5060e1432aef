/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Faults of the system, made to order: this program stands before libc, so
 * that LMDB's calls come here first.
 */

#define _GNU_SOURCE /* RTLD_NEXT, fallocate */

#include "store-fixture.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORTED __attribute__ ((visibility ("default")))
#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))
#define PAGE 4096

/* -------------------------------------------------------------- the faults */

/* What is to go wrong, until it is set to nothing again. */
static struct
{
  int flush; /* errno, once */
  int meta;  /* errno, once: of the page that makes a commit count */
  int write; /* errno */
  gboolean full;
} fault;

EXPORTED int
fdatasync (int fd)
{
  if (fault.flush == 0)
    return NEXT (fdatasync) (fd);
  errno = fault.flush;
  fault.flush = 0;
  return -1;
}

/* A write of which no more than a part fits. */
static gssize
write_in_part (int fd, const struct iovec *part, off_t offset)
{
  if (fault.write != 0)
    errno = fault.write;
  else if (part->iov_len > PAGE)
    return NEXT (pwrite) (fd, part->iov_base, PAGE, offset);
  else
    errno = ENOSPC;
  return -1;
}

EXPORTED ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  struct iovec part = { (void *) data, size };

  if (offset < 2 * PAGE && fault.meta != 0)
    {
      errno = fault.meta;
      fault.meta = 0;
      return -1;
    }
  if (offset >= 2 * PAGE && (fault.full || fault.write != 0))
    return write_in_part (fd, &part, offset);
  return NEXT (pwrite) (fd, data, size, offset);
}

EXPORTED ssize_t
writev (int fd, const struct iovec *parts, int n)
{
  if (!fault.full && fault.write == 0)
    return NEXT (writev) (fd, parts, n);
  if (fault.full && n > 1)
    return NEXT (writev) (fd, parts, n - 1);
  return write_in_part (fd, parts, lseek (fd, 0, SEEK_CUR));
}

EXPORTED int
fallocate (int fd, int mode, off_t offset, off_t size)
{
  if (!fault.full)
    return NEXT (fallocate) (fd, mode, offset, size);
  errno = ENOSPC;
  return -1;
}

/* ----------------------------------------------------------------- fixture */

static void
set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_set_up_open (fixture, data);
  store_append (fixture->store, 1, 0, "before", &error);
  g_assert_no_error (error);
}

static void
tear_down (StoreFixture *fixture, gconstpointer data)
{
  memset (&fault, 0, sizeof fault);
  store_tear_down (fixture, data);
}

/* @store takes no writes, but is read, whatever the fault was. */
static void
assert_latched (gpointer store)
{
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < 3; i++)
    {
      store_append (store, 1, 1, "later", &error);
      evs_assert_error (error, EVS_ERROR_LATCHED,
                        "*/events: an earlier flush failed; nothing more is "
                        "written until the store is closed and opened again");
    }
  g_assert_cmpuint (store_check_all (store), ==, 1);
}

static void
assert_reopens (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  store_close (fixture->store);
  fixture->store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 1);
  store_append (fixture->store, 1, 1, "after", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 2);
}

/* ------------------------------------------------------------------- tests */

/* Once is enough: the kernel reports a lost page once, and takes it for
 * written from then on. */
static void
test_failed_flush_latches (StoreFixture *fixture, gconstpointer number)
{
  gpointer other = store_must_open (fixture->directory);
  g_autoptr (GError) error = NULL;

  fault.flush = GPOINTER_TO_INT (number);
  store_append (fixture->store, 1, 1, "lost", &error);
  g_assert_cmpint (fault.flush, ==, 0);
  g_assert_nonnull (error);
  g_assert_true (
      g_str_has_suffix (error->message, g_strerror (GPOINTER_TO_INT (number))));
  assert_latched (fixture->store);
  assert_latched (other);
  store_close (other);
  assert_reopens (fixture);
}

static void
test_failed_flush_fails_each_batch (StoreFixture *fixture, gconstpointer data)
{
  EvsRecord records[] = { { .id = store_id (2), .topic = store_text ("Test") },
                          { .id = store_id (1), .topic = store_text ("Test") },
                          { .id = store_id (3),
                            .topic = store_text ("Test") } };
  EvsBatch batches[] = { { .inserts = &records[0], .n_inserts = 1 },
                         { .inserts = &records[1], .n_inserts = 1 },
                         { .inserts = &records[2], .n_inserts = 1 } };
  const EvsBatch *const pointers[] = { &batches[0], &batches[1], &batches[2] };
  EvsBatchResult results[3] = { { 0, NULL } };

  fault.flush = EIO;
  store_vtable ()->commit (fixture->store, pointers, 3, results);
  for (gsize i = 0; i < 3; i++)
    {
      g_assert_cmpuint (results[i].first_position, ==, 0);
      evs_assert_error (results[i].error, EVS_ERROR_IO,
                        "*/events: Input/output error");
    }
  g_assert_cmpint (store_last_version (fixture->store, 2), ==, -1);
}

static void
test_failed_write_latches (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault.write = EIO;
  store_append (fixture->store, 1, 1, "lost", &error);
  evs_assert_error (error, EVS_ERROR_IO, "*/events: Input/output error");
  fault.write = 0;
  assert_latched (fixture->store);
  assert_reopens (fixture);
}

/* The page that makes a commit count holds what it held before, but LMDB
 * itself goes no further. */
static void
test_failed_last_page_latches (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 position;

  fault.meta = EIO;
  store_append (fixture->store, 1, 1, "lost", &error);
  evs_assert_error (error, EVS_ERROR_IO, "*/events: Input/output error");
  store_append (fixture->store, 1, 1, "later", &error);
  evs_assert_error (error, EVS_ERROR_LATCHED, "*/events: an earlier *");
  g_assert_false (
      store_vtable ()->last_position (fixture->store, &position, &error));
  evs_assert_error (error, EVS_ERROR_LATCHED,
                    "*/events: an earlier error stopped the store until it is "
                    "closed and opened again");
  assert_reopens (fixture);
}

/* LMDB reports a write of which a part fits as an I/O error. */
static void
test_full_disk_passes (StoreFixture *fixture, gconstpointer n)
{
  gsize n_records = GPOINTER_TO_SIZE (n);
  g_autoptr (GError) error = NULL;

  fault.full = TRUE;
  for (int i = 0; i < 5; i++)
    {
      g_assert_false (store_append_many (fixture->store, 2, 0, n_records, 1000,
                                         EVS_DURABILITY_SYNC, &error));
      evs_assert_error (error, EVS_ERROR_NO_SPACE,
                        "*/events: No space left on device");
      g_assert_cmpuint (store_check_all (fixture->store), ==, 1);
    }

  fault.full = FALSE;
  store_append_many (fixture->store, 2, 0, n_records, 1000, EVS_DURABILITY_SYNC,
                     &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 1 + n_records);
}

/* A flush that fails on a full disk is still a flush that failed. */
static void
test_failed_flush_on_a_full_disk_latches (StoreFixture *fixture,
                                          gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault.full = TRUE;
  fault.flush = EIO; /* met when the reason of the failure is looked for */
  store_append_many (fixture->store, 2, 0, 100, 1000, EVS_DURABILITY_SYNC,
                     &error);
  g_assert_nonnull (error);
  g_clear_error (&error);
  fault.full = FALSE;
  assert_latched (fixture->store);
  assert_reopens (fixture);
}

static void
add (const char *name, gconstpointer data,
     void (*test) (StoreFixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/lmdb/faults/", name, NULL);

  g_test_add (path, StoreFixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("failed-flush-latches/io", GINT_TO_POINTER (EIO),
       test_failed_flush_latches);
  add ("failed-flush-latches/no-space", GINT_TO_POINTER (ENOSPC),
       test_failed_flush_latches);
  add ("failed-flush-fails-each-batch", NULL,
       test_failed_flush_fails_each_batch);
  add ("failed-write-latches", NULL, test_failed_write_latches);
  add ("failed-last-page-latches", NULL, test_failed_last_page_latches);
  add ("full-disk-passes/small", GSIZE_TO_POINTER (1), test_full_disk_passes);
  add ("full-disk-passes/large", GSIZE_TO_POINTER (2000),
       test_full_disk_passes);
  add ("failed-flush-on-a-full-disk-latches", NULL,
       test_failed_flush_on_a_full_disk_latches);
  return g_test_run ();
}
