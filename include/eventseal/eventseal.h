/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * eventseal: event sourcing in C with application-level encryption.
 *
 * Plugins include <eventseal/evs-plugin.h> alone.
 */

#pragma once

#include <eventseal/evs-aggregate.h>
#include <eventseal/evs-appender.h>
#include <eventseal/evs-application.h>
#include <eventseal/evs-buffer.h>
#include <eventseal/evs-config.h>
#include <eventseal/evs-cursor.h>
#include <eventseal/evs-envelope.h>
#include <eventseal/evs-error.h>
#include <eventseal/evs-event-store.h>
#include <eventseal/evs-event.h>
#include <eventseal/evs-id.h>
#include <eventseal/evs-json-scan.h>
#include <eventseal/evs-key.h>
#include <eventseal/evs-macros.h>
#include <eventseal/evs-mapper.h>
#include <eventseal/evs-plugin-list.h>
#include <eventseal/evs-plugin.h>
#include <eventseal/evs-record-store.h>
#include <eventseal/evs-repository.h>
