/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/*
 * Makes events of the shape that real ones have: the history of a source
 * tree, a sequence a file. The states are JSON of about 240 bytes, a third of
 * them hexadecimal digits that nothing compresses; most sequences are short,
 * a few are very long. The same events in every run.
 */
typedef struct _Generator Generator;

Generator *generator_new (void);
void generator_free (Generator *self);

/* The next event, borrowed until the next call. */
const EvsEventView *generator_next (Generator *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Generator, generator_free)
