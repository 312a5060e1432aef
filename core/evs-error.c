/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-error.h>

GQuark
evs_error_quark (void)
{
  return EVS_ERROR;
}
