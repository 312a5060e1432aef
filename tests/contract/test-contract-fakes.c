/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The contract suites themselves: each lets a fake that keeps the contract
 * pass, and catches every one that does not.
 */

#include "contract-cipher.h"
#include "contract-compressor.h"
#include "contract-fakes.h"
#include "contract-store.h"
#include "evs-test.h"

#include <sys/resource.h>

/* A fault, and the tests of which each must see it. */
typedef struct
{
  const char *fault;
  const char *tests[6];
} Fault;

static const Fault cipher_faults[] = {
  { "accepts-any-tag",
    { "every-bit-of-sealed-counts", "cut-is-refused", "extended-is-refused",
      "wrong-key-is-refused", "large-forgery-is-refused" } },
  { "checks-half-the-tag", { "every-bit-of-sealed-counts", "cut-is-refused" } },
  { "ignores-ad", { "every-bit-of-ad-counts", "length-of-ad-counts" } },
  { "ignores-nonce", { "every-bit-of-nonce-counts" } },
  { "joins-ad-and-text", { "limits-do-not-move" } },
  { "leaves-secrets", { "every-bit-of-sealed-counts" } },
  { "says-why", { "cut-is-refused", "random-bytes-are-refused" } },
  { "sets-no-error", { "every-bit-of-sealed-counts" } },
  { "writes-past-bound",
    { "round-trip-of-small-sizes", "sealing-in-place-is-the-same" } },
  { "bound-wraps", { "bound-never-wraps" } },
  { "does-not-encrypt", { "shows-nothing", "nonce-matters" } },
  { "draws-a-nonce",
    { "same-input-same-output", "sealing-in-place-is-the-same" } },
  { "shares-key", { "handles-are-independent" } },
  { "shares-state", { "a-handle-a-thread" } },
  { "keeps-key", { "key-is-copied" } },
  { "keeps-first-key", { "key-is-replaced" } },
  { NULL }
};

static const Fault compressor_faults[] = {
  { "trusts-length",
    { "random-input-does-no-harm", "flipped-bits-do-no-harm",
      "repeated-bytes-do-no-harm", "wrong-size-does-no-harm" } },
  { "reads-past-input",
    { "cut-input-does-no-harm", "random-input-does-no-harm" } },
  { "stops-short",
    { "wrong-size-does-no-harm", "cut-input-does-no-harm",
      "nothing-does-no-harm" } },
  { "bound-wraps", { "bound-never-wraps" } },
  { "writes-past-bound", { "round-trip-of-small-sizes" } },
  { "loses-long-runs",
    { "round-trip-of-small-sizes", "round-trip-around-powers-of-two" } },
  { "finds-no-runs", { "zeroes-shrink" } },
  { "shares-state", { "a-handle-a-thread" } },
  { "wrong-code", { "random-input-does-no-harm" } },
  { "sets-no-error", { "random-input-does-no-harm" } },
  { "sets-error-too", { "round-trip-of-small-sizes" } },
  { NULL }
};

static const Fault store_faults[] = {
  { "loses-second-half",
    { "positions-are-dense", "ten-thousand-events", "read/pages" } },
  { "repeats-positions", { "positions-are-dense", "threads/log-is-dense" } },
  { "shows-later-first",
    { "threads/one-winner-each", "threads/log-is-dense" } },
  { "ignores-expectations",
    { "side/only-if-absent", "side/only-if-exactly", "side/exactly-nothing",
      "side/expectations-of-a-batch" } },
  { "ignores-old-data", { "replacement-conflict" } },
  { "splits-batches", { "all-or-nothing", "side/with-records" } },
  { "stops-at-conflict", { "batches-stand-alone", "many-batches" } },
  { "takes-gaps", { "gap", "new-sequence-begins-at-0" } },
  { "ignores-limit", { "read/sequence-limit", "read/log-bounds" } },
  { "excludes-upper-bound", { "read/sequence-bounds" } },
  { "never-stops", { "read/visitor-stops" } },
  { "moves-end-of-log", { "visitors/end-of-log-is-fixed" } },
  { "moves-end-of-sequence", { "visitors/end-of-sequence-is-fixed" } },
  { "moves-end-of-ids", { "visitors/end-of-ids-is-fixed" } },
  { "lends-its-own-memory", { "visitors/memory-is-theirs" } },
  { "sets-no-error", { "taken-version", "gap" } },
  { NULL }
};

/* One kind's fake. */
typedef struct
{
  const char *name;
  const EvsPlugin *(*describe) (void);
  void (*add_tests) (const EvsContractTarget *target);
  const Fault *faults;
} Fake;

static const Fake fakes[] = {
  { "cipher", evs_plugin_fake_cipher_describe, evs_contract_cipher_add_tests,
    cipher_faults },
  { "compressor", evs_plugin_fake_compressor_describe,
    evs_contract_compressor_add_tests, compressor_faults },
  { "store", evs_plugin_fake_store_describe, evs_contract_store_add_tests,
    store_faults },
  { "serial-store", evs_plugin_fake_serial_store_describe,
    evs_contract_store_add_tests, NULL }
};

/* To the end of the program: the tests point into it. */
static gpointer
keep (GPtrArray *kept, gpointer memory)
{
  g_ptr_array_add (kept, memory);
  return memory;
}

/* Adds the suite for @fake with @fault, below @prefix. */
static void
add_suite (const Fake *fake, const char *fault, const char *prefix,
           GPtrArray *kept)
{
  EvsContractTarget *target = keep (kept, g_new0 (EvsContractTarget, 1));
  const char **settings = keep (kept, g_new0 (const char *, 2));

  settings[0] = keep (kept, g_strconcat ("fault=", fault, NULL));
  target->prefix = prefix;
  target->plugin = fake->describe ();
  target->settings = settings;
  fake->add_tests (target);
}

/* The child dies before it can tidy up: its folders are made in one of ours. */
static void
test_is_caught (gconstpointer path)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  g_setenv ("TMPDIR", folder->path, TRUE);
  g_test_trap_subprocess (path, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

/* GLib runs what has "/subprocess" in its path only when it is asked for, in
 * a process of its own. */
static void
add_fault (const Fake *fake, const Fault *fault, GPtrArray *kept)
{
  const char *prefix = keep (kept, g_strdup_printf ("/fakes/%s/%s/subprocess",
                                                    fake->name, fault->fault));

  add_suite (fake, fault->fault, prefix, kept);
  for (const char *const *test = fault->tests; *test != NULL; test++)
    {
      const char *hidden = keep (kept, g_strconcat (prefix, "/", *test, NULL));
      g_autofree char *name = g_strdup_printf ("/fakes/%s/%s/is-caught-by/%s",
                                               fake->name, fault->fault, *test);

      g_test_add_data_func (name, hidden, test_is_caught);
    }
}

static void
add_fake (const Fake *fake, GPtrArray *kept)
{
  const char *prefix =
      keep (kept, g_strdup_printf ("/fakes/%s/none", fake->name));

  add_suite (fake, "none", prefix, kept);
  for (const Fault *fault = fake->faults; fault != NULL && fault->fault != NULL;
       fault++)
    add_fault (fake, fault, kept);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  const struct rlimit no_core = { 0, 0 };

  evs_test_init (&argc, &argv);
  setrlimit (RLIMIT_CORE, &no_core);
  for (gsize i = 0; i < G_N_ELEMENTS (fakes); i++)
    add_fake (&fakes[i], kept);
  return g_test_run ();
}
