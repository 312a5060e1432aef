/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "hexdump.h"
#include "names.h"
#include "open.h"
#include "output.h"
#include "text.h"

#include <string.h>

static void
print_hex (const char *name, const guint8 *bytes, gsize size)
{
  out_print ("%-11s %" G_GSIZE_FORMAT " bytes%s", name, size,
             size > 0 ? " " : "");
  for (gsize i = 0; i < size; i++)
    out_print ("%02x", bytes[i]);
  out_print ("\n");
}

static void
print_flags (const EvsEnvelope *envelope)
{
  out_print ("flags       %02x", envelope->flags);
  if (envelope->flags == 0)
    out_print (" none");
  if (envelope->flags & EVS_ENVELOPE_METADATA)
    out_print (" time or metadata");
  if (envelope->flags & EVS_ENVELOPE_TOMBSTONE)
    out_print (" erased");
  out_print ("\n");
}

/* Nonce ‖ ciphertext ‖ tag, as far as the suite's sizes are known. */
static void
print_body (const EvsEnvelope *envelope, const EvsSuite *suite)
{
  const guint8 *body = envelope->body.data;
  gsize size = envelope->body.size, sealed;

  if (suite == NULL || size < (gsize) suite->nonce_size + suite->tag_size)
    {
      out_print ("%-11s %" G_GSIZE_FORMAT " bytes\n",
                 envelope->suite == 0 ? "payload" : "sealed", size);
      return;
    }
  sealed = size - suite->nonce_size - suite->tag_size;
  print_hex ("nonce", body, suite->nonce_size);
  out_print ("ciphertext  %" G_GSIZE_FORMAT " bytes\n", sealed);
  print_hex ("tag", body + suite->nonce_size + sealed, suite->tag_size);
}

static void
print_header (EvsConfig *config, const EvsEnvelope *envelope)
{
  const EvsSuite *suite =
      envelope->suite != 0 ? evs_suite_lookup (envelope->suite) : NULL;

  out_print ("format      %02x version 1\n", EVS_ENVELOPE_MAGIC);
  out_print ("suite       %02x %s\n", envelope->suite,
             name_suite (config, envelope->suite));
  out_print ("compressor  %x %s\n", envelope->compressor,
             name_compressor (config, envelope->compressor));
  print_flags (envelope);
  if (envelope->suite != 0)
    out_print ("key id      %08x\n", envelope->key_id);
  print_body (envelope, suite);
}

static gboolean
raw (EvsConfig *config, EvsRecordStore *store, const EvsId *id, guint64 version,
     GError **error)
{
  g_autofree char *topic = NULL;
  g_autofree char *shown = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GString) dump = g_string_new (NULL);
  guint64 position;
  EvsEnvelope envelope;
  EvsSpan span;

  data =
      evs_record_store_get_data (store, id, version, &topic, &position, error);
  if (data == NULL)
    return FALSE;
  span.data = g_bytes_get_data (data, &span.size);
  shown = text_safe ((EvsSpan){ topic, strlen (topic) }, 0);
  out_print ("position    %" G_GUINT64_FORMAT "\ntopic       %s\n", position,
             shown);
  out_print ("size        %" G_GSIZE_FORMAT " bytes\n", span.size);
  if (evs_envelope_parse (span, &envelope, &reason))
    print_header (config, &envelope);
  else
    out_print ("format      %s\n", reason->message);
  hexdump_append (dump, span);
  out_print ("\n");
  out_write (dump->str, dump->len);
  return TRUE;
}

static gpointer
open_store (EvsConfig *config, GError **error)
{
  return evs_record_store_open (config, error);
}

static gboolean
run (Run *self, GError **error)
{
  g_autoptr (EvsConfig) config = NULL;
  g_autoptr (EvsRecordStore) store = NULL;
  guint64 version;
  EvsId id;

  if (!run_parse (self, NULL, error)
      || !parse_id_argument (run_argument (self, 0), &id, error)
      || !parse_version_argument (run_argument (self, 1), &version, error))
    return FALSE;
  config = run_read_config (self, error);
  store = config != NULL ? open_patiently (config, open_store, error) : NULL;
  return store != NULL && raw (config, store, &id, version, error);
}

const Command command_raw = {
  .name = "raw",
  .arguments = "ID VERSION",
  .summary = "Show the stored bytes of one event",
  .details = "Decodes the header, then prints the bytes as hexdump -C does. "
             "Needs neither\ncipher nor key.\n",
  .n_min = 2,
  .n_max = 2,
  .run = run,
};
