/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-mapper.h>

/* (transfer none) (nullable): what evs_mapper_new () got with @iface; NULL for
 * a mapper that was made with another one. */
gpointer _evs_mapper_get_self (EvsMapper *self,
                               const EvsMapperInterface *iface);
