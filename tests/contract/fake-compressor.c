/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A compressor for tests: each run of equal bytes becomes its length, 1 to
 * 255, and the byte.
 */

#include "contract-fakes.h"

#include <string.h>

static const char *const faults[] = { "none",
                                      "trusts-length",
                                      "reads-past-input",
                                      "stops-short",
                                      "bound-wraps",
                                      "writes-past-bound",
                                      "loses-long-runs",
                                      "finds-no-runs",
                                      "shares-state",
                                      "wrong-code",
                                      "sets-no-error",
                                      "sets-error-too",
                                      NULL };

static const EvsSetting settings_table[] = { { .key = "fault",
                                               .type = EVS_SETTING_CHOICE,
                                               .default_value = "none",
                                               .help = "What it does wrong",
                                               .choices = faults } };

static gboolean
has (gconstpointer self, const char *fault)
{
  return strcmp (self, fault) == 0;
}

/* The handle is the fault's name. */
static gpointer
fake_open (const EvsSettingValue *settings, GError **error)
{
  return g_strdup (settings[0].string);
}

static gsize
fake_bound (gpointer self, gsize size)
{
  if (has (self, "writes-past-bound"))
    return size;
  if (size > G_MAXSIZE / 2 && !has (self, "bound-wraps"))
    return G_MAXSIZE;
  return size * 2;
}

/* How long a run may be; looked up once, as there may be millions of them. */
static gsize
longest_run (gpointer self)
{
  if (has (self, "loses-long-runs"))
    return 257;
  return has (self, "finds-no-runs") ? 1 : 255;
}

/* @shared: (nullable): what threads meet in. */
static gsize
count_run (const guint8 *bytes, gsize size, gsize *shared)
{
  gsize own_run;
  gsize *run = shared != NULL ? shared : &own_run;

  for (*run = 1; *run < size; ++*run)
    if (bytes[*run] != bytes[0])
      break;
  if (shared != NULL)
    g_thread_yield ();
  return *run;
}

static gboolean
fake_compress (gpointer self, EvsSpan in, guint8 *out, gsize *out_size,
               GError **error)
{
  static gsize shared_run;
  gsize *shared = has (self, "shares-state") ? &shared_run : NULL;
  gsize longest = longest_run (self);
  const guint8 *bytes = in.data;
  guint8 *end = out;

  for (gsize i = 0; i < in.size; i += end[-2])
    {
      gsize run = count_run (bytes + i, MIN (longest, in.size - i), shared);

      *end++ = (guint8) run;
      *end++ = bytes[i];
    }
  *out_size = (gsize) (end - out);
  return TRUE;
}

static gboolean
refuse (gpointer self, GError **error)
{
  if (!has (self, "sets-no-error"))
    g_set_error_literal (error, EVS_ERROR,
                         has (self, "wrong-code") ? EVS_ERROR_FAILED
                                                  : EVS_ERROR_FORMAT,
                         "no runs of that length");
  return FALSE;
}

static gboolean
fake_decompress (gpointer self, EvsSpan in, guint8 *out, gsize out_size,
                 GError **error)
{
  const guint8 *bytes = in.data;
  gsize left = out_size;
  gsize pair = has (self, "reads-past-input") ? 0 : 1;
  gboolean trusts = has (self, "trusts-length");
  gsize i = 0;

  for (; i + pair < in.size; i += 2)
    {
      gsize run = bytes[i];

      if (run > left && !trusts)
        return refuse (self, error);
      memset (out, bytes[i + 1], run);
      out += run;
      left -= run;
    }
  if (has (self, "sets-error-too"))
    refuse (self, error);
  if ((left > 0 || i != in.size) && !has (self, "stops-short"))
    return refuse (self, error);
  return TRUE;
}

static const EvsCompressorVTable fake_compressor_vtable = {
  .struct_size = sizeof (EvsCompressorVTable),
  .wire_id = 8,
  .open = fake_open,
  .close = g_free,
  .bound = fake_bound,
  .compress = fake_compress,
  .decompress = fake_decompress
};

EVS_DEFINE_COMPRESSOR (fake_compressor, .name = "fake-compressor",
                       .version = "1.0", .summary = "A compressor for tests",
                       EVS_PLUGIN_SETTINGS (settings_table))
