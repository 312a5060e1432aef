/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "output.h"
#include "progress.h"
#include "sequences.h"
#include "text.h"

#include <string.h>

/* What one way of reading the store met: how many records, and the sum of a
 * hash of each. Two ways that met the same records have the same census. */
typedef struct
{
  guint64 n;
  guint64 sum;
} Census;

typedef struct
{
  EvsEventStore *store;
  Progress *progress;
  guint64 last; /* the log's end when it began */
  guint64 next; /* position or version */
  guint64 n_wrong;
  guint64 n_sequences;
  guint64 n_sealed;
  guint64 n_plain;
  guint64 n_erased;
  Census log;
  Census sequences;
} Verify;

static void wrong (Verify *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
wrong (Verify *self, const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = text_safe ((EvsSpan){ message, strlen (message) }, 0);
  out_print ("%s\n", line);
  self->n_wrong++;
}

/* Reports when @number is not the one that must come next. */
static void
check_next (Verify *self, const char *what, guint64 number)
{
  if (number < self->next)
    wrong (self, "%s %" G_GUINT64_FORMAT ": after %" G_GUINT64_FORMAT, what,
           number, self->next - 1);
  else if (number > self->next)
    wrong (self,
           "%s %" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT " before it missing",
           what, number, number - self->next);
  self->next = number + 1;
}

static void
count (Verify *self, Census *census, const EvsId *id, guint64 version,
       guint64 position)
{
  guint64 words[4] = { 0, 0, version, position }, hash = 0;

  memcpy (words, id->bytes, sizeof id->bytes);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      hash = (hash ^ words[i]) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
      hash ^= hash >> 29;
    }
  census->n++;
  census->sum += hash;
  progress_set (self->progress, self->log.n + self->sequences.n,
                2 * self->last);
}

/* ---------------------------------------------------------------------- log */

static gboolean
meet (Verify *self, const EvsId *id, guint64 version, guint64 position)
{
  if (position > self->last)
    return FALSE;
  check_next (self, "position", position);
  count (self, &self->log, id, version, position);
  return out_ok ();
}

static gboolean
see_event (const EvsEventView *event, gpointer user_data)
{
  return meet (user_data, &event->id, event->version, event->position);
}

static gboolean
see_unreadable (const EvsRecord *record, const GError *error,
                gpointer user_data)
{
  if (!meet (user_data, &record->id, record->version, record->position))
    return FALSE;
  wrong (user_data, "position %" G_GUINT64_FORMAT ": %s", record->position,
         error->message);
  return TRUE;
}

static gboolean
verify_log (Verify *self, GError **error)
{
  self->next = 1;
  if (!evs_event_store_visit_all_full (self->store, 1, 0, see_event,
                                       see_unreadable, self, error))
    return FALSE;
  if (out_ok () && self->next != self->last + 1)
    wrong (self,
           "the last position is %" G_GUINT64_FORMAT
           ", the log ends at %" G_GUINT64_FORMAT,
           self->last, self->next - 1);
  return TRUE;
}

/* ---------------------------------------------------------------- sequences */

static gboolean
see_record (const EvsRecord *record, gpointer user_data)
{
  char what[EVS_ID_STRING_LENGTH + 16];
  Verify *self = user_data;
  EvsEnvelope envelope;

  if (record->position > self->last)
    return FALSE;
  evs_id_format (&record->id, what);
  g_strlcat (what, " version", sizeof what);
  check_next (self, what, record->version);
  count (self, &self->sequences, &record->id, record->version,
         record->position);

  /* What is no envelope was reported when the log was read. */
  if (evs_envelope_parse (record->data, &envelope, NULL))
    {
      self->n_sealed += envelope.suite != 0;
      self->n_plain += envelope.suite == 0;
      self->n_erased += (envelope.flags & EVS_ENVELOPE_TOMBSTONE) != 0;
    }
  return out_ok ();
}

static gboolean
verify_sequence (const EvsId *id, gpointer user_data, GError **error)
{
  Verify *self = user_data;
  EvsRecordStore *records = evs_event_store_get_record_store (self->store);

  self->next = 0;
  if (!evs_record_store_read_sequence (records, id, 0, G_MAXINT64, 0, FALSE,
                                       see_record, self, error))
    return FALSE;
  self->n_sequences++;
  return TRUE;
}

static void
compare (Verify *self)
{
  if (self->log.sum != self->sequences.sum)
    wrong (self,
           "the log has %" G_GUINT64_FORMAT
           " records, the sequences %" G_GUINT64_FORMAT
           ", and they are not the same",
           self->log.n, self->sequences.n);
}

/* ------------------------------------------------------------------ command */

static void
print_count (const char *name, guint64 number)
{
  g_autofree char *text = text_count (number);

  out_print ("%-11s %15s\n", name, text);
}

static gboolean
verify (EvsEventStore *store, GError **error)
{
  g_autoptr (Progress) progress = progress_new ("verifying");
  Verify self = { .store = store, .progress = progress };

  if (!evs_event_store_last_position (store, &self.last, error)
      || !verify_log (&self, error)
      || !sequences_foreach (self.store, verify_sequence, &self, error))
    return FALSE;
  if (!out_ok ())
    return TRUE;
  compare (&self);
  print_count ("records", self.log.n);
  print_count ("  sealed", self.n_sealed);
  print_count ("  plain", self.n_plain);
  print_count ("  erased", self.n_erased);
  print_count ("sequences", self.n_sequences);
  print_count ("wrong", self.n_wrong);
  if (self.n_wrong == 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
               "%" G_GUINT64_FORMAT " thing%s wrong, listed on standard output",
               self.n_wrong, self.n_wrong == 1 ? "" : "s");
  return FALSE;
}

static gboolean
run (Run *self, GError **error)
{
  g_autoptr (EvsApplication) application = NULL;

  if (!run_parse (self, NULL, error))
    return FALSE;
  application = run_open (self, error);
  if (application == NULL)
    return FALSE;
  return verify (evs_application_get_event_store (application), error);
}

const Command command_verify = {
  .name = "verify",
  .arguments = "",
  .summary = "Read every record and check what can be checked",
  .details = "Checks each record's tag, that positions and versions are "
             "without gaps, and\nthat log and sequences hold the same "
             "records. Lists what is wrong; the exit\nstatus is then 1.\n",
  .run = run,
};
