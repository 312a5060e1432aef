/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-contract.h"

gboolean
_evs_contract_finish (const EvsHandle *handle, gboolean ok, GError *answer,
                      GError **error)
{
  if (ok && answer == NULL)
    return TRUE;

  if (ok)
    {
      g_clear_error (&answer);
      g_set_error_literal (&answer, EVS_ERROR, EVS_ERROR_PLUGIN,
                           "the plugin both succeeded and set an error");
    }
  else if (answer == NULL)
    g_set_error_literal (&answer, EVS_ERROR, EVS_ERROR_PLUGIN,
                         "the plugin failed without an error");

  g_propagate_error (error, answer);
  _evs_handle_prefix_error (handle, error);
  return FALSE;
}
