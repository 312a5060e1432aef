/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Compressor 1: one LZ4 block, without a frame. The library keeps the original
 * length.
 */

#include <eventseal/evs-plugin.h>

#include <lz4.h>

typedef struct
{
  int acceleration;
} Lz4;

static const EvsSetting settings_table[] = {
  { .key = "acceleration",
    .type = EVS_SETTING_INTEGER,
    .default_value = "1",
    .help = "1 compresses best; each step is a little faster and worse",
    .minimum = 1,
    .maximum = 65537 }
};

static gpointer
lz4_open (const EvsSettingValue *settings, GError **error)
{
  Lz4 *lz4 = g_new (Lz4, 1);

  lz4->acceleration = (int) settings[0].integer;
  return lz4;
}

static gsize
lz4_bound (gpointer self, gsize size)
{
  if (size > LZ4_MAX_INPUT_SIZE)
    return G_MAXSIZE;

  return (gsize) LZ4_compressBound ((int) size);
}

static gboolean
lz4_compress (gpointer self, EvsSpan in, guint8 *out, gsize *out_size,
              GError **error)
{
  const Lz4 *lz4 = self;
  int written;

  if (in.size > LZ4_MAX_INPUT_SIZE)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
                   "%" G_GSIZE_FORMAT " bytes: an LZ4 block takes at most %d",
                   in.size, LZ4_MAX_INPUT_SIZE);
      return FALSE;
    }

  written =
      LZ4_compress_fast (in.data, (char *) out, (int) in.size,
                         LZ4_compressBound ((int) in.size), lz4->acceleration);
  *out_size = (gsize) written;
  return TRUE;
}

static gboolean
lz4_decompress (gpointer self, EvsSpan in, guint8 *out, gsize out_size,
                GError **error)
{
  /* LZ4 counts in int; what it cannot have written it need not read. */
  if (in.size <= G_MAXINT && out_size <= LZ4_MAX_INPUT_SIZE
      && LZ4_decompress_safe (in.data, (char *) out, (int) in.size,
                              (int) out_size)
             == (int) out_size)
    return TRUE;

  g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
               "%" G_GSIZE_FORMAT " bytes are no LZ4 block of %" G_GSIZE_FORMAT,
               in.size, out_size);
  return FALSE;
}

static const EvsCompressorVTable lz4_vtable = { .struct_size = sizeof (
                                                    EvsCompressorVTable),
                                                .wire_id = 1,
                                                .open = lz4_open,
                                                .close = g_free,
                                                .bound = lz4_bound,
                                                .compress = lz4_compress,
                                                .decompress = lz4_decompress };

EVS_DEFINE_COMPRESSOR (lz4, .name = "lz4", .version = "1.0",
                       .summary = "LZ4 blocks: fast, and light on memory",
                       EVS_PLUGIN_SETTINGS (settings_table))
