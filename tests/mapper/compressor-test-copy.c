/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For tests: a compressor that takes the id of another one. */

#include <eventseal/evs-plugin.h>

#include <string.h>

static gsize
test_copy_bound (gpointer self, gsize size)
{
  return size;
}

static gboolean
test_copy_compress (gpointer self, EvsSpan in, guint8 *out, gsize *out_size,
                    GError **error)
{
  memcpy (out, in.data, in.size);
  *out_size = in.size;
  return TRUE;
}

static gboolean
test_copy_decompress (gpointer self, EvsSpan in, guint8 *out, gsize out_size,
                      GError **error)
{
  if (in.size == out_size)
    {
      memcpy (out, in.data, in.size);
      return TRUE;
    }
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_FORMAT, "not a copy");
  return FALSE;
}

static const EvsCompressorVTable test_copy_vtable = {
  .struct_size = sizeof (EvsCompressorVTable),
  .wire_id = 1,
  .bound = test_copy_bound,
  .compress = test_copy_compress,
  .decompress = test_copy_decompress,
};

EVS_DEFINE_COMPRESSOR (test_copy, .name = "test-copy", .version = "1.0",
                       .summary = "Takes lz4's id")
