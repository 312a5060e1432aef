/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A validating JSON scanner (RFC 8259) that yields byte ranges: it copies
 * nothing, keeps numbers and repeated members as they stand, and allocates
 * no memory.
 */

#pragma once

#include <eventseal/evs-error.h>

G_BEGIN_DECLS

/**
 * EVS_JSON_DEPTH_MAX:
 *
 * How deep arrays and objects may be nested.
 */
#define EVS_JSON_DEPTH_MAX 512

/**
 * EvsJsonType:
 * @EVS_JSON_OBJECT: members, in braces
 * @EVS_JSON_ARRAY: values, in brackets
 * @EVS_JSON_STRING: text, in quotes
 * @EVS_JSON_NUMBER: a number, as it is written
 * @EVS_JSON_TRUE: "true"
 * @EVS_JSON_FALSE: "false"
 * @EVS_JSON_NULL: "null"
 *
 * What a value is (RFC 8259, section 3).
 */
typedef enum
{
  EVS_JSON_OBJECT = 1,
  EVS_JSON_ARRAY,
  EVS_JSON_STRING,
  EVS_JSON_NUMBER,
  EVS_JSON_TRUE,
  EVS_JSON_FALSE,
  EVS_JSON_NULL
} EvsJsonType;

/**
 * EvsJsonValue: (skip)
 * @type: what it is
 * @depth: how deep arrays and objects are nested in it; 0 for a scalar
 * @text: its bytes in the input, without white space around them; a string's
 *   with its quotes
 *
 * A value in the text that was scanned, which must outlive it.
 */
typedef struct
{
  EvsJsonType type;
  guint depth;
  EvsSpan text;
} EvsJsonValue;

/**
 * evs_json_scan: (skip)
 * @text: one JSON value in UTF-8, with white space around it allowed
 * @value: (out caller-allocates) (optional): the value
 * @error: %EVS_ERROR_INVALID, "byte N: what is wrong", counted from 1
 *
 * Checks a text from end to end. Any thread may; nothing is kept.
 *
 * Returns: whether @text is valid JSON
 */
EVS_API gboolean evs_json_scan (EvsSpan text, EvsJsonValue *value,
                                GError **error);

/**
 * evs_json_object_next: (skip)
 * @object: a value of type %EVS_JSON_OBJECT from this scanner
 * @offset: (inout): 0 for the first member; moved behind the member
 * @name: (out caller-allocates): the member's name, a string with its quotes
 * @value: (out caller-allocates): the member's value
 *
 * Walks over the members of an object that was validated. Repeated names
 * come as they stand.
 *
 * Returns: %FALSE when there are no more
 */
EVS_API gboolean evs_json_object_next (const EvsJsonValue *object,
                                       gsize *offset, EvsJsonValue *name,
                                       EvsJsonValue *value);

/**
 * evs_json_string_get: (skip)
 * @string: a value of type %EVS_JSON_STRING
 * @text: where the decoded text is put, terminated; old content goes
 *
 * Resolves escapes. A lone surrogate is refused, for it has no UTF-8;
 * \u0000 is decoded to a zero byte, so look at the length.
 *
 * Returns: whether the string has a UTF-8 form
 */
EVS_API gboolean evs_json_string_get (const EvsJsonValue *string,
                                      GString *text);

/**
 * evs_json_string_append: (skip)
 * @out: where the text is appended
 * @text: UTF-8
 *
 * Writes a string, quoted and escaped as RFC 8259, section 7, asks.
 */
EVS_API void evs_json_string_append (GString *out, EvsSpan text);

G_END_DECLS
