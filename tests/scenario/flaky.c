/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "flaky.h"

#include "evs-test.h"

#include <gmodule.h>

FlakyMode *flaky_mode;
gint64 *flaky_hides_version;

void
flaky_load (void)
{
  g_autofree char *folder = evs_test_build_file ("tests/scenario/.libs");
  g_autofree char *file = g_build_filename (folder, "store-flaky.so", NULL);
  GModule *module = g_module_open (file, G_MODULE_BIND_LOCAL);

  g_assert_nonnull (module);
  g_module_make_resident (module);
  g_assert_true (
      g_module_symbol (module, "plugin_mode", (gpointer *) &flaky_mode));
  g_assert_true (g_module_symbol (module, "plugin_hides_version",
                                  (gpointer *) &flaky_hides_version));
  evs_test_add_plugin_folder (folder);
}
