/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The plugin lz4: that what it reads and writes is the LZ4 block format, and
 * sizes that an int does not hold.
 */

#include "contract-memory.h"
#include "contract-target.h"

#include <string.h>

static const EvsCompressorVTable *lz4;
static gpointer handle;

/* LZ4_MAX_INPUT_SIZE of lz4.h. */
#define LARGEST 0x7E000000

/* Cut down to an int, the last three are numbers that fit a test below. */
static const gsize too_large[] = { LARGEST + 1,
                                   (gsize) G_MAXINT + 1,
                                   G_MAXSIZE,
#if GLIB_SIZEOF_SIZE_T > 4
                                   (gsize) G_MAXUINT + 1 + 10,
                                   (gsize) G_MAXUINT + 1 + 16,
                                   (gsize) G_MAXUINT + 1 + 21
#endif
};

/* One literal, a match of 15 bytes at offset 1, five last literals. */
static const guint8 block[] = { 0x1B, 'a', 0x01, 0x00, 0x50,
                                'a',  'b', 'c',  'd',  'e' };
static const char text[] = "aaaaaaaaaaaaaaaaabcde";

static void
test_reads_the_format (void)
{
  g_autoptr (GError) error = NULL;
  guint8 out[sizeof text - 1];

  lz4->decompress (handle, (EvsSpan){ block, sizeof block }, out, sizeof out,
                   &error);
  g_assert_no_error (error);
  g_assert_cmpmem (out, sizeof out, text, sizeof text - 1);
}

static void
test_bound (void)
{
  g_assert_cmpuint (lz4->bound (handle, LARGEST), >=, LARGEST);
  g_assert_cmpuint (lz4->bound (handle, LARGEST), <, G_MAXINT);
  for (gsize i = 0; i < G_N_ELEMENTS (too_large); i++)
    g_assert_cmpuint (lz4->bound (handle, too_large[i]), ==, G_MAXSIZE);
}

/* The sizes are a lie: who believes them leaves the memory. */
static void
test_too_large_to_compress (void)
{
  g_autoptr (EvsGuarded) memory = evs_guarded_new (16);

  for (gsize i = 0; i < G_N_ELEMENTS (too_large); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize size;

      g_assert_false (lz4->compress (handle,
                                     (EvsSpan){ memory->data, too_large[i] },
                                     memory->data, &size, &error));
      evs_assert_error (error, EVS_ERROR_TOO_LARGE,
                        "*: an LZ4 block takes at most 2113929216");
    }
}

static void
test_too_large_to_decompress (void)
{
  g_autoptr (EvsGuarded) memory = evs_guarded_new_copy (block, sizeof block);
  EvsSpan in = evs_guarded_span (memory);

  for (gsize i = 0; i < G_N_ELEMENTS (too_large); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          lz4->decompress (handle, in, memory->data, too_large[i], &error));
      evs_assert_error (error, EVS_ERROR_FORMAT, "10 bytes are no LZ4 block*");
    }
}

static void
test_too_large_input (void)
{
  g_autoptr (EvsGuarded) memory = evs_guarded_new_copy (block, sizeof block);
  guint8 out[sizeof text - 1];

  for (gsize i = 1; i < G_N_ELEMENTS (too_large); i++)
    {
      g_autoptr (GError) error = NULL;
      EvsSpan in = { memory->data, too_large[i] };

      g_assert_false (lz4->decompress (handle, in, out, sizeof out, &error));
      evs_assert_error (error, EVS_ERROR_FORMAT, "*are no LZ4 block of 21");
    }
}

int
main (int argc, char **argv)
{
  const EvsSettingValue acceleration = { .integer = 1 };
  int status;

  evs_test_init (&argc, &argv);
  lz4 = evs_contract_load (EVS_PLUGIN_COMPRESSOR, "lz4")->vtable.compressor;
  handle = lz4->open (&acceleration, NULL);

  g_test_add_func ("/lz4/reads-the-block-format", test_reads_the_format);
  g_test_add_func ("/lz4/bound-of-too-much", test_bound);
  g_test_add_func ("/lz4/too-large-to-compress", test_too_large_to_compress);
  g_test_add_func ("/lz4/too-large-to-decompress",
                   test_too_large_to_decompress);
  g_test_add_func ("/lz4/too-large-input", test_too_large_input);
  status = g_test_run ();
  lz4->close (handle);
  return status;
}
