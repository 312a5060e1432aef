/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an event costs: no allocation, and no waiting for other threads'. */

#define _GNU_SOURCE /* RTLD_NEXT */

#include "fixture.h"

#include <dlfcn.h>
#include <string.h>

#define SEALED "cipher=aes-cbc\n"
#define LZ4 "compressor=lz4\n"

/* ------------------------------------------------------------------ counting
 */

/* A sanitizer has its own malloc (), which must not be replaced. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define COUNTING 0
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define COUNTING 0
#  endif
#endif
#ifndef COUNTING
#  define COUNTING 1
#endif

static gboolean is_counting;
static guint n_allocations;

#if COUNTING

/* libgcrypt allocates 32 bytes whenever it ends an HMAC, which is nothing of
 * ours. */
static void
count (gconstpointer caller)
{
  Dl_info info;

  if (is_counting
      && (dladdr (caller, &info) == 0
          || strstr (info.dli_fname, "libgcrypt") == NULL))
    n_allocations++;
}

/* These stand before the C library's for all of this process, plugins and
 * their libraries too. */
#  pragma GCC visibility push(default)

void *
malloc (size_t size)
{
  static void *(*next) (size_t);

  if (next == NULL)
    *(void **) &next = dlsym (RTLD_NEXT, "malloc");
  count (__builtin_return_address (0));
  return next (size);
}

void *
realloc (void *memory, size_t size)
{
  static void *(*next) (void *, size_t);

  if (next == NULL)
    *(void **) &next = dlsym (RTLD_NEXT, "realloc");
  count (__builtin_return_address (0));
  return next (memory, size);
}

void *
calloc (size_t n, size_t size)
{
  static void *(*next) (size_t, size_t);

  if (next == NULL)
    *(void **) &next = dlsym (RTLD_NEXT, "calloc");
  count (__builtin_return_address (0));
  return next (n, size);
}

#  pragma GCC visibility pop

#endif

static void
there_and_back (Fixture *self, const EvsEventView *event)
{
  EvsRecord record = fixture_map (self, event);
  g_autoptr (GError) error = NULL;
  EvsEventView again;

  fixture_unmap (self, &record, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again.state.size, ==, event->state.size);
}

/* A worker is lent for a batch, so that belongs to what is counted. */
static void
lend_again (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  evs_mapper_end (self->mapper, self->worker);
  g_assert_true (evs_mapper_begin (self->mapper, &self->worker, &error));
}

static void
assert_no_allocation (const char *config)
{
  g_autofree char *state = g_strnfill (1000, 's');
  g_autoptr (Fixture) self = fixture_new (config);
  EvsEventView event = fixture_event ((EvsSpan){ state, 1000 });

  event.recorded_at = 1;
  event.metadata = fixture_span ("{\"actor\":\"me\"}");
  there_and_back (self, &event);
  lend_again (self);

  n_allocations = 0;
  is_counting = TRUE;
  for (guint i = 0; i < 1000; i++)
    {
      event.version = i;
      event.state.size = i;
      there_and_back (self, &event);
      if (i % 100 == 0)
        lend_again (self);
    }
  is_counting = FALSE;
  g_assert_cmpuint (n_allocations, ==, 0);
}

static void
test_no_allocation (void)
{
  /* Valgrind comes by LD_PRELOAD. */
  if (!COUNTING || g_getenv ("LD_PRELOAD") != NULL)
    {
      g_test_skip ("a memory checker has its own malloc ()");
      return;
    }
  is_counting = TRUE;
  g_free (g_malloc (100));
  is_counting = FALSE;
  g_assert_cmpuint (n_allocations, ==, 1);

  assert_no_allocation ("");
  assert_no_allocation (LZ4);
  assert_no_allocation (SEALED);
  assert_no_allocation (SEALED LZ4);
}

/* ------------------------------------------------------------------- threads
 */

#define N_THREADS 8
#define N_BATCHES 50
#define N_EVENTS 40

static void
run_batch (EvsMapper *mapper, guint thread, guint batch)
{
  g_auto (EvsBuffer) data = { NULL, 0, 0 };
  g_auto (EvsBuffer) scratch = { NULL, 0, 0 };
  g_autoptr (GError) error = NULL;
  gpointer worker;

  g_assert_true (evs_mapper_begin (mapper, &worker, &error));
  for (guint i = 0; i < N_EVENTS; i++)
    {
      g_autofree char *state = g_strnfill (i * 20, (char) ('a' + thread));
      EvsEventView event = fixture_event (fixture_span (state));
      EvsEventView again;
      EvsRecord record;

      event.version = (guint64) batch * N_EVENTS + i;
      data.size = 0;
      evs_mapper_map (mapper, worker, &event, &data, &error);
      g_assert_no_error (error);
      record = fixture_record (data.data, data.size);
      record.version = event.version;
      evs_mapper_unmap (mapper, worker, &record, &scratch, &again, &error);
      g_assert_no_error (error);
      fixture_assert_span (again.state, state, i * 20);
    }
  evs_mapper_end (mapper, worker);
}

typedef struct
{
  EvsMapper *mapper;
  guint number;
} Thread;

static gpointer
run_thread (gpointer data)
{
  const Thread *thread = data;

  for (guint i = 0; i < N_BATCHES; i++)
    run_batch (thread->mapper, thread->number, i);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED LZ4);
  GThread *threads[N_THREADS];
  Thread jobs[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    {
      jobs[i] = (Thread){ self->mapper, i };
      threads[i] = g_thread_new ("worker", run_thread, &jobs[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

static void
test_workers_are_not_shared (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GError) error = NULL;
  gpointer other;
  gpointer first = self->worker;

  g_assert_true (evs_mapper_begin (self->mapper, &other, &error));
  g_assert_true (other != first);
  evs_mapper_end (self->mapper, other);
  lend_again (self);
  g_assert_true (self->worker == first || self->worker == other);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  g_test_add_func ("/hot-path/no-allocation", test_no_allocation);
  g_test_add_func ("/hot-path/threads", test_threads);
  g_test_add_func ("/hot-path/workers-are-not-shared",
                   test_workers_are_not_shared);
  return g_test_run ();
}
