/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-test.h"
#include <eventseal/eventseal.h>

/* A folder with a key, and applications opened on one store in it. */
typedef struct
{
  EvsTestFolder *folder;
  const char *store; /* the plugin */
} Stack;

void stack_set_up (Stack *stack, gconstpointer store);
void stack_tear_down (Stack *stack, gconstpointer store);

/* The group of the store, for a configuration. */
char *stack_store_group (const Stack *stack);

/* The whole of a configuration: "encrypted" or "plain", and what [mapper] is
 * to say. */
char *stack_config_text (const Stack *stack, const char *which,
                         const char *mapper);

/* Opens an application; asserts that it opens. */
EvsApplication *stack_open (const Stack *stack, const char *which);
EvsApplication *stack_open_with (const Stack *stack, const char *which,
                                 const char *mapper);

/* Asserts that the stored record of (@id, @version) shows @text, or that it
 * does not. */
void stack_assert_record_shows (EvsApplication *app, const EvsId *id,
                                guint64 version, const char *text,
                                gboolean shows);

/* Asserts that the log ends at @expected. */
void stack_assert_last_position (EvsApplication *app, guint64 expected);
