/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store that fails as it is told: the memory store, with a commit that can
 * be refused, or lose its answer after it was stored.
 */

#include "plugins/store/memory.c"

#include <string.h>

enum
{
  FLAKY_WORKS,
  FLAKY_LOSES_THE_ANSWER, /* stored, but an I/O error is reported */
  FLAKY_BREAKS,           /* not stored, an I/O error is reported */
  FLAKY_IS_FULL,          /* not stored, no space is reported */
  FLAKY_GIVES_NO_POSITION /* stored, but says 0 as its position */
};

/* What the tests set; one commit of records uses it up. */
__attribute__ ((visibility ("default"))) int flaky_mode = FLAKY_WORKS;

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
  int mode = flaky_mode;

  if (batches[0]->n_inserts == 0)
    mode = FLAKY_WORKS;
  else
    flaky_mode = FLAKY_WORKS;

  if (mode != FLAKY_BREAKS && mode != FLAKY_IS_FULL)
    memory_vtable.commit (self, batches, n_batches, results);
  if (mode == FLAKY_LOSES_THE_ANSWER || mode == FLAKY_BREAKS)
    answer_with (batches, n_batches, results, EVS_ERROR_IO);
  if (mode == FLAKY_GIVES_NO_POSITION)
    results[0].first_position = 0;
  if (mode == FLAKY_IS_FULL)
    answer_with (batches, n_batches, results, EVS_ERROR_NO_SPACE);
}

const EvsPlugin *evs_plugin_flaky_describe (void);

__attribute__ ((visibility ("default"))) const EvsPlugin *
evs_plugin_flaky_describe (void)
{
  static EvsStoreVTable vtable;
  static EvsPlugin plugin;

  vtable = memory_vtable;
  vtable.commit = flaky_commit;
  plugin = *evs_plugin_memory_describe ();
  plugin.name = "flaky";
  plugin.vtable.store = &vtable;
  return &plugin;
}
