/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "flaky.h"

#include "plugins/store/memory.c"

#include <string.h>

/* What the tests set; one commit of records uses it up. */
__attribute__ ((visibility ("default"))) FlakyMode plugin_mode = FLAKY_WORKS;

static void
answer_with (const EvsBatch *const *batches, gsize n_batches,
             EvsBatchResult *results, EvsError code)
{
  for (gsize i = 0; i < n_batches; i++)
    if (results[i].error == NULL)
      {
        results[i].first_position = 0;
        g_set_error_literal (&results[i].error, EVS_ERROR, (int) code,
                             "the test asked for this");
      }
}

static void
flaky_commit (gpointer self, const EvsBatch *const *batches, gsize n_batches,
              EvsBatchResult *results)
{
  FlakyMode mode = plugin_mode;

  if (batches[0]->n_inserts == 0)
    mode = FLAKY_WORKS;
  else
    plugin_mode = FLAKY_WORKS;

  if (mode != FLAKY_BREAKS && mode != FLAKY_IS_FULL)
    memory_vtable.commit (self, batches, n_batches, results);
  if (mode == FLAKY_LOSES_THE_ANSWER || mode == FLAKY_BREAKS)
    answer_with (batches, n_batches, results, EVS_ERROR_IO);
  if (mode == FLAKY_GIVES_NO_POSITION)
    results[0].first_position = 0;
  if (mode == FLAKY_IS_FULL)
    answer_with (batches, n_batches, results, EVS_ERROR_NO_SPACE);
}

/* The version that reading leaves out, as if its row had been removed. */
__attribute__ ((visibility ("default"))) gint64 plugin_hides_version = -1;

typedef struct
{
  EvsRecordVisitor visitor;
  gpointer user_data;
} Hiding;

static gboolean
visit_others (const EvsRecord *record, gpointer user_data)
{
  const Hiding *hiding = user_data;

  return record->version == (guint64) plugin_hides_version
         || hiding->visitor (record, hiding->user_data);
}

static gboolean
flaky_read_sequence (gpointer self, const EvsId *id, guint64 from, guint64 to,
                     guint64 limit, gboolean descending,
                     EvsRecordVisitor visitor, gpointer user_data,
                     GError **error)
{
  Hiding hiding = { visitor, user_data };

  return memory_vtable.read_sequence (self, id, from, to, limit, descending,
                                      visit_others, &hiding, error);
}

const EvsPlugin *evs_plugin_flaky_describe (void);

__attribute__ ((visibility ("default"))) const EvsPlugin *
evs_plugin_flaky_describe (void)
{
  static EvsStoreVTable vtable;
  static EvsPlugin plugin;

  vtable = memory_vtable;
  vtable.commit = flaky_commit;
  vtable.read_sequence = flaky_read_sequence;
  plugin = *evs_plugin_memory_describe ();
  plugin.name = "flaky";
  plugin.vtable.store = &vtable;
  return &plugin;
}
