/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "causes.h"
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
  guint64 n_sequences;
  guint64 n_sealed;
  guint64 n_plain;
  guint64 n_erased;
  guint64 n_no_envelope;
  Causes wrong;
  Census log;
  Census sequences;
} Verify;

/* Where it is: (transfer full). @id: (nullable): of a version. */
static char *
make_place (const EvsId *id, guint64 number)
{
  char text[EVS_ID_STRING_LENGTH + 1];

  if (id == NULL)
    return g_strdup_printf ("position %" G_GUINT64_FORMAT, number);
  evs_id_format (id, text);
  return g_strdup_printf ("%s version %" G_GUINT64_FORMAT, text, number);
}

/* Reports when @number, a position or a version of @id, is not the one that
 * must come next. */
static void
check_next (Verify *self, const EvsId *id, guint64 number)
{
  if (number != self->next)
    {
      const char *what = id == NULL ? "position" : "version";
      g_autofree char *place = make_place (id, number);
      g_autofree char *text = g_strdup_printf (
          number < self->next ? "%s out of order" : "%ss missing before it",
          what);

      causes_add (&self->wrong, text, place);
    }
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
  check_next (self, NULL, position);
  count (self, &self->log, id, version, position);
  return out_ok ();
}

static gboolean
see_event (const EvsEventView *event, gpointer user_data)
{
  return meet (user_data, &event->id, event->version, event->position);
}

/* The reason begins with the event, which is part of the place. */
static gboolean
see_unreadable (const EvsRecord *record, const GError *error,
                gpointer user_data)
{
  Verify *self = user_data;
  g_autofree char *event = make_place (&record->id, record->version);
  g_autofree char *prefix = g_strconcat (event, ": ", NULL);
  g_autofree char *place = NULL;
  const char *reason = error->message;

  if (!meet (self, &record->id, record->version, record->position))
    return FALSE;
  if (g_str_has_prefix (reason, prefix))
    reason += strlen (prefix);
  place = g_strdup_printf ("position %" G_GUINT64_FORMAT " (%s)",
                           record->position, event);
  causes_add (&self->wrong, reason, place);
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
    {
      g_autofree char *text = g_strdup_printf (
          "ends at position %" G_GUINT64_FORMAT ", wanted %" G_GUINT64_FORMAT,
          self->next - 1, self->last);

      causes_add (&self->wrong, text, "the log");
    }
  return TRUE;
}

/* ---------------------------------------------------------------- sequences */

/* Each record counts once. */
static void
classify (Verify *self, EvsSpan data)
{
  EvsEnvelope envelope;

  if (!evs_envelope_parse (data, &envelope, NULL))
    self->n_no_envelope++;
  else if (envelope.flags & EVS_ENVELOPE_TOMBSTONE)
    self->n_erased++;
  else if (envelope.suite != 0)
    self->n_sealed++;
  else
    self->n_plain++;
}

static gboolean
see_record (const EvsRecord *record, gpointer user_data)
{
  Verify *self = user_data;

  if (record->position > self->last)
    return FALSE;
  check_next (self, &record->id, record->version);
  count (self, &self->sequences, &record->id, record->version,
         record->position);
  classify (self, record->data);
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
  g_autofree char *text = NULL;

  if (self->log.sum == self->sequences.sum)
    return;
  text = g_strdup_printf ("%" G_GUINT64_FORMAT " records, %" G_GUINT64_FORMAT
                          " in sequences, and they are not the same",
                          self->log.n, self->sequences.n);
  causes_add (&self->wrong, text, "the log");
}

/* ------------------------------------------------------------------ command */

static void
print_count (const char *name, guint64 number)
{
  g_autofree char *text = text_count (number);

  out_print ("%-13s %13s\n", name, text);
}

static gboolean
read_all (Verify *self, GError **error)
{
  if (!evs_event_store_last_position (self->store, &self->last, error)
      || !verify_log (self, error)
      || !sequences_foreach (self->store, verify_sequence, self, error))
    return FALSE;
  if (out_ok ())
    compare (self);
  return TRUE;
}

static void
print (const Verify *self)
{
  print_count ("records", self->sequences.n);
  print_count ("  sealed", self->n_sealed);
  print_count ("  plain", self->n_plain);
  print_count ("  erased", self->n_erased);
  if (self->n_no_envelope > 0)
    print_count ("  no envelope", self->n_no_envelope);
  print_count ("sequences", self->n_sequences);
  print_count ("wrong", self->wrong.n_wrong);
}

static gboolean
verify (Verify *self, GError **error)
{
  gboolean ok = read_all (self, error);

  g_clear_pointer (&self->progress, progress_free);
  causes_print (&self->wrong);
  if (!ok)
    return FALSE;
  print (self);
  if (self->wrong.n_wrong == 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
               "%" G_GUINT64_FORMAT " thing%s wrong, listed on standard output",
               self->wrong.n_wrong, self->wrong.n_wrong == 1 ? "" : "s");
  return FALSE;
}

static gboolean
run (Run *self, GError **error)
{
  g_autoptr (EvsApplication) application = NULL;
  Verify state = { 0 };
  gboolean ok;

  if (!run_parse (self, NULL, error))
    return FALSE;
  application = run_open (self, error);
  if (application == NULL)
    return FALSE;
  state.store = evs_application_get_event_store (application);
  state.progress = progress_new ("verifying");
  ok = verify (&state, error);
  causes_clear (&state.wrong);
  return ok;
}

const Command command_verify = {
  .name = "verify",
  .arguments = "",
  .summary = "Read every record and check what can be checked",
  .details =
      "Checks each record's tag, that positions and versions are without gaps, "
      "and\nthat log and sequences hold the same records. A line for each "
      "cause says how\noften it was met, where first and where last; the exit "
      "status is then 1.\nEach record is counted once: as sealed, plain, or "
      "erased, sealed or not.\n",
  .run = run,
};
