/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store that is not what it should be: the memory store, which begins with
 * some records and hides those of certain topics from one way of reading. It
 * is full for records of the topic Full, and takes its time for those of the
 * topic Slow.
 */

#include "plugins/store/memory.c"

#include <string.h>

#define TEXT(literal)                                                          \
  {                                                                            \
    (literal), sizeof (literal) - 1                                            \
  }
#define DATA TEXT ("\xE1\x00\x00{}")

static gboolean
has_topic (const EvsRecord *record, const char *topic)
{
  return record->topic.size == strlen (topic)
         && memcmp (record->topic.data, topic, record->topic.size) == 0;
}

/* --------------------------------------------------------------- beginning */

static const EvsRecord beginning[] = {
  { .id = { "AAAAAAAAAAAAAAAA" }, 0, 0, TEXT ("Seen"), DATA },
  { .id = { "AAAAAAAAAAAAAAAA" }, 1, 0, TEXT ("Seen"), DATA },
  { .id = { "AAAAAAAAAAAAAAAA" }, 2, 0, TEXT ("Seen"), DATA },
  { .id = { "BBBBBBBBBBBBBBBB" }, 0, 0, TEXT ("Not.In.Sequence"), DATA },
  { .id = { "BBBBBBBBBBBBBBBB" }, 1, 0, TEXT ("Not.In.Sequence"), DATA },
  { .id = { "BBBBBBBBBBBBBBBB" }, 2, 0, TEXT ("Not.In.Log"), DATA },
  { .id = { "BBBBBBBBBBBBBBBB" }, 3, 0, TEXT ("Seen"), DATA },
  { .id = { "BBBBBBBBBBBBBBBB" }, 4, 0, TEXT ("Not.In.Log"), DATA },
};

/* The store's own properties come first. */
static void
begin (gpointer self)
{
  static const EvsBatch batch = { .inserts = beginning,
                                  .n_inserts = G_N_ELEMENTS (beginning) };
  static const EvsBatch *const batches[] = { &batch };
  EvsBatchResult result = { 0 };
  guint64 position;

  if (memory_vtable.last_position (self, &position, NULL) && position == 0)
    memory_vtable.commit (self, batches, 1, &result);
}

static gboolean
inserts (const EvsBatch *batch, const char *topic)
{
  for (gsize i = 0; i < batch->n_inserts; i++)
    if (has_topic (&batch->inserts[i], topic))
      return TRUE;
  return FALSE;
}

static void
odd_commit (gpointer self, const EvsBatch *const *batches, gsize n_batches,
            EvsBatchResult *results)
{
  for (gsize i = 0; i < n_batches; i++)
    {
      if (inserts (batches[i], "Slow"))
        g_usleep (11 * G_USEC_PER_SEC / 10);
      if (inserts (batches[i], "Full"))
        g_set_error_literal (&results[i].error, EVS_ERROR, EVS_ERROR_NO_SPACE,
                             "no space left");
      else
        memory_vtable.commit (self, &batches[i], 1, &results[i]);
    }
  begin (self);
}

/* ------------------------------------------------------------------- hiding */

typedef struct
{
  const char *hidden;
  EvsRecordVisitor visitor;
  gpointer user_data;
} Filter;

static gboolean
pass (const EvsRecord *record, gpointer user_data)
{
  const Filter *filter = user_data;

  return has_topic (record, filter->hidden)
         || filter->visitor (record, filter->user_data);
}

static gboolean
odd_read_sequence (gpointer self, const EvsId *id, guint64 from, guint64 to,
                   guint64 limit, gboolean descending, EvsRecordVisitor visitor,
                   gpointer user_data, GError **error)
{
  Filter filter = { "Not.In.Sequence", visitor, user_data };

  return memory_vtable.read_sequence (self, id, from, to, limit, descending,
                                      pass, &filter, error);
}

static gboolean
odd_read_log (gpointer self, guint64 from, guint64 limit,
              EvsRecordVisitor visitor, gpointer user_data, GError **error)
{
  Filter filter = { "Not.In.Log", visitor, user_data };

  return memory_vtable.read_log (self, from, limit, pass, &filter, error);
}

const EvsPlugin *evs_plugin_odd_describe (void);

__attribute__ ((visibility ("default"))) const EvsPlugin *
evs_plugin_odd_describe (void)
{
  static EvsStoreVTable vtable;
  static EvsPlugin plugin;

  vtable = memory_vtable;
  vtable.commit = odd_commit;
  vtable.read_sequence = odd_read_sequence;
  vtable.read_log = odd_read_log;
  plugin = *evs_plugin_memory_describe ();
  plugin.name = "odd";
  plugin.vtable.store = &vtable;
  return &plugin;
}
