/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "contract-compressor.h"

#include "contract-memory.h"

#include <string.h>

typedef struct
{
  const EvsCompressorVTable *vtable;
  EvsContractPlace *place;
  gpointer handle;
} Fixture;

static gpointer
open_handle (const Fixture *self)
{
  g_autoptr (GError) error = NULL;
  gpointer handle = NULL;

  if (self->vtable->open != NULL)
    {
      handle = self->vtable->open (self->place->values, &error);
      g_assert_no_error (error);
      g_assert_nonnull (handle);
    }
  return handle;
}

static void
close_handle (const Fixture *self, gpointer handle)
{
  if (self->vtable->close != NULL)
    self->vtable->close (handle);
}

static void
set_up (Fixture *self, gconstpointer target)
{
  self->place = evs_contract_place_new (target);
  self->vtable = self->place->target->plugin->vtable.compressor;
  self->handle = open_handle (self);
}

static void
tear_down (Fixture *self, gconstpointer target)
{
  close_handle (self, self->handle);
  evs_contract_place_free (self->place);
}

/* (transfer full): @in, compressed into memory of bound () bytes. */
static EvsGuarded *
compress (const Fixture *self, EvsSpan in)
{
  g_autoptr (GError) error = NULL;
  gsize bound = self->vtable->bound (self->handle, in.size);
  g_autoptr (EvsGuarded) out = evs_guarded_new (bound);
  gsize out_size = 0;
  gboolean ok =
      self->vtable->compress (self->handle, in, out->data, &out_size, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpuint (out_size, <=, bound);
  return evs_guarded_new_copy (out->data, out_size);
}

/* (transfer full): what @in yields; NULL if it was refused as it must be. */
static EvsGuarded *
decompress_onto (const Fixture *self, EvsSpan in, gsize size, guint8 byte)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsGuarded) out = evs_guarded_new (size);
  gboolean ok;

  memset (out->data, byte, size);
  ok = self->vtable->decompress (self->handle, in, out->data, size, &error);
  evs_contract_assert_answer (ok, error);
  if (ok)
    return g_steal_pointer (&out);

  g_assert_error (error, EVS_ERROR, EVS_ERROR_FORMAT);
  g_assert_null (strchr (error->message, '\n'));
  return NULL;
}

/* The same, twice, onto different memory: a byte that was not written shows
 * itself by being different. */
static EvsGuarded *
decompress (const Fixture *self, EvsSpan in, gsize size)
{
  g_autoptr (EvsGuarded) first = decompress_onto (self, in, size, 0x00);
  g_autoptr (EvsGuarded) second = decompress_onto (self, in, size, 0xFF);

  g_assert_cmpint (first == NULL, ==, second == NULL);
  if (first != NULL)
    evs_assert_same_bytes (evs_guarded_span (first), evs_guarded_span (second));
  return g_steal_pointer (&first);
}

static void
decompress_anything (const Fixture *self, EvsSpan in, gsize size)
{
  evs_guarded_free (decompress (self, in, size));
}

/* ------------------------------------------------------------------- shapes */

static void
fill_zeroes (EvsGuarded *data)
{
  memset (data->data, 0, data->size);
}

static void
fill_noise (EvsGuarded *data)
{
  evs_contract_fill (data->data, data->size, 7);
}

/* Words of an event, in an order that looks random. */
static void
fill_text (EvsGuarded *data)
{
  static const char *const words[] = {
    "{\"author\":", "\"path\":\"", "src/", "include/", "commit", "\",",
    "tree",         "2011-04-",    "T12:", "}",        "blob",   "0"
  };
  guint8 choice[64];
  gsize end = 0;

  evs_contract_fill (choice, sizeof choice, 11);
  for (gsize i = 0; end < data->size; i++)
    {
      guint8 n = (guint8) (choice[i % sizeof choice] + i / sizeof choice);
      const char *word = words[n % G_N_ELEMENTS (words)];
      gsize size = MIN (strlen (word), data->size - end);

      memcpy (data->data + end, word, size);
      end += size;
    }
}

static void
fill_period (EvsGuarded *data)
{
  for (gsize i = 0; i < data->size; i++)
    data->data[i] = (guint8) (i % 7);
}

/* Noise and zeroes by turns, each stretch longer than the one before. */
static void
fill_stretches (EvsGuarded *data)
{
  gsize stretch = 1;

  fill_noise (data);
  for (gsize i = 0; i < data->size; i += stretch, stretch++)
    if (stretch % 2 == 0)
      memset (data->data + i, 0, MIN (stretch, data->size - i));
}

static void (*const fillers[]) (EvsGuarded *) = { fill_zeroes, fill_noise,
                                                  fill_text, fill_period,
                                                  fill_stretches };

/* -------------------------------------------------------------- round trips */

static void
check_round_trip (const Fixture *self, const EvsGuarded *data)
{
  g_autoptr (EvsGuarded) packed = compress (self, evs_guarded_span (data));
  g_autoptr (EvsGuarded) unpacked =
      decompress (self, evs_guarded_span (packed), data->size);

  g_assert_nonnull (unpacked);
  evs_assert_same_bytes (evs_guarded_span (unpacked), evs_guarded_span (data));
}

static void
check_shapes (const Fixture *self, gsize size)
{
  g_autoptr (EvsGuarded) data = evs_guarded_new (size);

  for (gsize i = 0; i < G_N_ELEMENTS (fillers); i++)
    {
      fillers[i](data);
      check_round_trip (self, data);
    }
}

static void
test_small_sizes (Fixture *self, gconstpointer target)
{
  for (gsize size = 1; size <= 300; size++)
    check_shapes (self, size);
}

static void
test_powers_of_two (Fixture *self, gconstpointer target)
{
  for (gsize size = 512; size <= 1 << 17; size *= 2)
    {
      check_shapes (self, size - 1);
      check_shapes (self, size);
      check_shapes (self, size + 1);
    }
}

static void
test_large_sizes (Fixture *self, gconstpointer target)
{
  check_shapes (self, 1 << 20);
  check_shapes (self, 16 << 20);
  check_shapes (self, (16 << 20) + 1);
}

static void
test_zeroes_shrink (Fixture *self, gconstpointer target)
{
  g_autoptr (EvsGuarded) data = evs_guarded_new (1 << 16);
  g_autoptr (EvsGuarded) packed = NULL;

  fill_zeroes (data);
  packed = compress (self, evs_guarded_span (data));
  g_assert_cmpuint (packed->size, <, data->size);
}

static void
test_bound_overflow (Fixture *self, gconstpointer target)
{
  for (gsize bit = 0; bit < sizeof (gsize) * 8; bit++)
    {
      gsize size = G_MAXSIZE >> bit;

      g_assert_cmpuint (self->vtable->bound (self->handle, size), >=, size);
      g_assert_cmpuint (self->vtable->bound (self->handle, size - size / 2), >=,
                        size - size / 2);
    }
}

static gpointer
pack_and_unpack (gpointer data)
{
  Fixture mine = *(const Fixture *) data;

  mine.handle = open_handle (&mine);
  for (gsize size = 1; size <= 300; size++)
    check_shapes (&mine, size);
  close_handle (&mine, mine.handle);
  return NULL;
}

static void
test_threads (Fixture *self, gconstpointer target)
{
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("packer", pack_and_unpack, self);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
}

/* ------------------------------------------------------------ hostile input */

static void
test_random_input (Fixture *self, gconstpointer target)
{
  for (gsize size = 0; size <= 600; size++)
    {
      g_autoptr (EvsGuarded) noise = evs_guarded_new (size);

      for (guint64 seed = 1; seed <= 8; seed++)
        {
          evs_contract_fill (noise->data, size, seed * 1000 + size);
          decompress_anything (self, evs_guarded_span (noise), 250);
          decompress_anything (self, evs_guarded_span (noise), 1 << 16);
        }
    }
}

static void
test_repeated_bytes (Fixture *self, gconstpointer target)
{
  for (gsize size = 0; size <= 300; size++)
    {
      g_autoptr (EvsGuarded) same = evs_guarded_new (size);

      for (guint byte = 0; byte < 256; byte += 15)
        {
          memset (same->data, (int) byte, size);
          decompress_anything (self, evs_guarded_span (same), 250);
          decompress_anything (self, evs_guarded_span (same), 1);
        }
    }
}

static void
check_cuts (const Fixture *self, const EvsGuarded *packed, gsize size)
{
  for (gsize kept = 0; kept < packed->size; kept++)
    {
      g_autoptr (EvsGuarded) head = evs_guarded_new_copy (packed->data, kept);
      g_autoptr (EvsGuarded) tail =
          evs_guarded_new_copy (packed->data + packed->size - kept, kept);

      decompress_anything (self, evs_guarded_span (head), size);
      decompress_anything (self, evs_guarded_span (tail), size);
    }
}

static void
check_flips (const Fixture *self, EvsGuarded *packed, gsize size)
{
  for (gsize bit = 0; bit < packed->size * 8; bit++)
    {
      packed->data[bit / 8] ^= (guint8) (1 << bit % 8);
      decompress_anything (self, evs_guarded_span (packed), size);
      packed->data[bit / 8] ^= (guint8) (1 << bit % 8);
    }
}

static void
test_cut_input (Fixture *self, gconstpointer target)
{
  g_autoptr (EvsGuarded) data = evs_guarded_new (250);

  for (gsize i = 0; i < G_N_ELEMENTS (fillers); i++)
    {
      g_autoptr (EvsGuarded) packed = NULL;

      fillers[i](data);
      packed = compress (self, evs_guarded_span (data));
      check_cuts (self, packed, data->size);
    }
}

static void
test_flipped_bits (Fixture *self, gconstpointer target)
{
  g_autoptr (EvsGuarded) data = evs_guarded_new (250);

  for (gsize i = 0; i < G_N_ELEMENTS (fillers); i++)
    {
      g_autoptr (EvsGuarded) packed = NULL;

      fillers[i](data);
      packed = compress (self, evs_guarded_span (data));
      check_flips (self, packed, data->size);
      check_round_trip (self, data);
    }
}

static void
test_wrong_size (Fixture *self, gconstpointer target)
{
  g_autoptr (EvsGuarded) data = evs_guarded_new (250);

  for (gsize i = 0; i < G_N_ELEMENTS (fillers); i++)
    {
      g_autoptr (EvsGuarded) packed = NULL;

      fillers[i](data);
      packed = compress (self, evs_guarded_span (data));
      for (gsize size = 0; size <= 600; size++)
        decompress_anything (self, evs_guarded_span (packed), size);
      decompress_anything (self, evs_guarded_span (packed), 1 << 20);
    }
}

static void
test_nothing (Fixture *self, gconstpointer target)
{
  decompress_anything (self, (EvsSpan){ NULL, 0 }, 0);
  g_assert_null (decompress (self, (EvsSpan){ NULL, 0 }, 250));
}

/* --------------------------------------------------------------------- add */

static void
add (const EvsContractTarget *target, const char *name,
     void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = evs_contract_path (target, name);

  g_test_add (path, Fixture, target, set_up, test, tear_down);
}

void
evs_contract_compressor_add_tests (const EvsContractTarget *target)
{
  evs_contract_add_descriptor_test (target);
  add (target, "round-trip-of-small-sizes", test_small_sizes);
  add (target, "round-trip-around-powers-of-two", test_powers_of_two);
  add (target, "round-trip-of-large-sizes", test_large_sizes);
  add (target, "zeroes-shrink", test_zeroes_shrink);
  add (target, "bound-never-wraps", test_bound_overflow);
  add (target, "a-handle-a-thread", test_threads);
  add (target, "random-input-does-no-harm", test_random_input);
  add (target, "repeated-bytes-do-no-harm", test_repeated_bytes);
  add (target, "cut-input-does-no-harm", test_cut_input);
  add (target, "flipped-bits-do-no-harm", test_flipped_bits);
  add (target, "wrong-size-does-no-harm", test_wrong_size);
  add (target, "nothing-does-no-harm", test_nothing);
}
