/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A compressor that is good but for one thing: local.mk compiles it once for
 * each way of being broken. BROKEN is its name, of one word; the other macros
 * put something wrong in the place of something right.
 */

#include <eventseal/evs-plugin.h>

#include <string.h>

#pragma GCC diagnostic ignored "-Woverride-init"

#ifndef BREAK /* an initialiser of the descriptor */
#  define BREAK .magic = EVS_PLUGIN_MAGIC
#endif
#ifndef COPY
#  define COPY memcpy
#endif
#ifndef DECOMPRESS
#  define DECOMPRESS decompress
#endif

/* From a library that is not linked. */
void *evs_broken_nowhere (void *to, const void *from, gsize size);

static gsize
bound (gpointer self, gsize size)
{
  return size;
}

static gboolean
compress (gpointer self, EvsSpan in, guint8 *out, gsize *out_size,
          GError **error)
{
  COPY (out, in.data, in.size);
  *out_size = in.size;
  return TRUE;
}

G_GNUC_UNUSED static gboolean
decompress (gpointer self, EvsSpan in, guint8 *out, gsize out_size,
            GError **error)
{
  if (in.size != out_size)
    {
      g_set_error_literal (error, EVS_ERROR, EVS_ERROR_FORMAT,
                           "not of the length wanted");
      return FALSE;
    }
  memcpy (out, in.data, in.size);
  return TRUE;
}

static const EvsCompressorVTable G_PASTE (BROKEN, _vtable) = {
  .struct_size = sizeof (EvsCompressorVTable),
  .wire_id = 15,
  .bound = bound,
  .compress = compress,
  .decompress = DECOMPRESS,
};

EVS_DEFINE_COMPRESSOR (BROKEN, .name = G_STRINGIFY (BROKEN), .version = "1",
                       .summary = "Does nothing, for tests", BREAK)
