/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Example application: an aggregate with one attribute, foo, that can be
 * changed and discarded.
 */

#pragma once

#include <eventseal/eventseal.h>

G_BEGIN_DECLS

typedef struct
{
  char *foo;
} Example;

extern const EvsAggregateType example_type;

/* Makes an Example, saves it, and puts its id into @id. */
gboolean create_new_example (EvsApplication *app, const char *foo, EvsId *id,
                             GError **error);

/* Loads an Example, changes foo, saves it. */
gboolean change_example (EvsApplication *app, const EvsId *id, const char *foo,
                         GError **error);

/* Loads an Example, discards it, saves that. */
gboolean discard_example (EvsApplication *app, const EvsId *id, GError **error);

/* (transfer full): foo, as the repository has it. */
char *get_foo (EvsApplication *app, const EvsId *id, GError **error);

G_END_DECLS
