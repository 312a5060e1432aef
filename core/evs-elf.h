/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-error.h>

/*
 * A module's file, looked at before the dynamic linker maps it: of one that is
 * cut short, the linker would touch pages that are not there, and the process
 * would die of it. elf(5) describes the format.
 */

/* Whether @file is a shared object for this machine and all of it is there.
 * Errors: EVS_ERROR_PLUGIN, "@shown: fact, both sides". */
gboolean _evs_elf_check (const char *file, const char *shown, GError **error);

/* Whether a checked @file was linked with -z nodelete: it then stays loaded
 * whoever closes it. */
gboolean _evs_elf_is_nodelete (const char *file);
