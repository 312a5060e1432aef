/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-mapper.h>

/* The id of the key that the default mapper seals with; 0 for a mapper of the
 * host's own and for one without a cipher. */
guint32 _evs_mapper_get_key_id (EvsMapper *self);

/* (transfer none) (nullable): what evs_mapper_new () got with @iface; NULL for
 * a mapper that was made with another one. */
gpointer _evs_mapper_get_self (EvsMapper *self,
                               const EvsMapperInterface *iface);
