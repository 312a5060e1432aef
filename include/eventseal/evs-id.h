/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Originator ids: UUIDs as 16 bytes (RFC 9562).
 */

#pragma once

#include <eventseal/evs-error.h>

G_BEGIN_DECLS

/**
 * EVS_ID_STRING_LENGTH:
 *
 * The length of an id as text, without the terminator.
 */
#define EVS_ID_STRING_LENGTH 36

/**
 * EVS_TYPE_ID:
 *
 * The #GType of #EvsId.
 */
#define EVS_TYPE_ID (evs_id_get_type ())

/**
 * evs_id_get_type:
 *
 * Returns: the boxed type of #EvsId
 */
EVS_API GType evs_id_get_type (void);

/**
 * evs_id_init_random:
 * @id: (out caller-allocates): where to put it
 *
 * Makes a random UUID (version 4: RFC 9562, section 5.4) from the system's
 * randomness.
 */
EVS_API void evs_id_init_random (EvsId *id);

/**
 * evs_id_parse:
 * @text: 8-4-4-4-12 hexadecimal digits, in either case
 * @length: the bytes of @text, or -1 if it is terminated
 * @id: (out caller-allocates): where to put it
 * @error: %EVS_ERROR_INVALID
 *
 * Reads a UUID of any version.
 *
 * Returns: whether @text is one
 */
EVS_API gboolean evs_id_parse (const char *text, gssize length, EvsId *id,
                               GError **error);

/**
 * evs_id_format: (skip)
 * @id: an id
 * @text: (out caller-allocates): %EVS_ID_STRING_LENGTH + 1 bytes
 *
 * Writes @id in lower case, terminated.
 */
EVS_API void evs_id_format (const EvsId *id, char *text);

/**
 * evs_id_to_string:
 * @id: an id
 *
 * Writes @id as RFC 9562, section 4, has it.
 *
 * Returns: (transfer full): @id in lower case
 */
EVS_API char *evs_id_to_string (const EvsId *id);

/**
 * evs_id_copy:
 * @id: an id
 *
 * Copies an id into memory of its own; in C, an assignment does as well.
 *
 * Returns: (transfer full): the copy, for evs_id_free ()
 */
EVS_API EvsId *evs_id_copy (const EvsId *id);

/**
 * evs_id_free:
 * @id: (transfer full) (nullable): an id from evs_id_copy ()
 *
 * Frees a copy.
 */
EVS_API void evs_id_free (EvsId *id);

/**
 * evs_id_equal:
 * @a: an id
 * @b: another
 *
 * Compares two ids.
 *
 * Returns: whether they are the same
 */
EVS_API gboolean evs_id_equal (const EvsId *a, const EvsId *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsId, evs_id_free)

G_END_DECLS
