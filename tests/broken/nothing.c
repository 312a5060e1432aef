/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An entry point that gives no descriptor. */

#include <eventseal/evs-plugin.h>

__attribute__ ((visibility ("default"))) const EvsPlugin *
evs_plugin_nothing_describe (void);

const EvsPlugin *
evs_plugin_nothing_describe (void)
{
  return NULL;
}
