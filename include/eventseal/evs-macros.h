/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

/**
 * EVS_API:
 *
 * Marks what the shared library exports.
 */
#define EVS_API __attribute__ ((visibility ("default"))) extern
