/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Domain events: what happened, as the host program sees it.
 */

#pragma once

#include <eventseal/evs-id.h>

G_BEGIN_DECLS

/**
 * EVS_TOPIC_MAX:
 *
 * The longest topic, in bytes. The longest state is the configuration's
 * max-state-size=.
 */
#define EVS_TOPIC_MAX 1024

/**
 * EVS_METADATA_MAX:
 *
 * The longest metadata, in bytes.
 */
#define EVS_METADATA_MAX (64 * 1024)

/**
 * EvsEventView: (skip)
 * @id: the originator id
 * @version: the originator version
 * @position: the place in the log; 0 for an event that is not stored
 * @recorded_at: microseconds since 1970 in UTC; 0: not recorded
 * @erased: whether only a tombstone is left: the state is empty then, time and
 *   metadata say when and why it was erased
 * @topic: UTF-8, not terminated
 * @metadata: JSON; size 0: none
 * @state: the attributes, serialised
 *
 * A domain event in borrowed memory: what mappers and visitors see.
 */
typedef struct
{
  EvsId id;
  guint64 version;
  guint64 position;
  gint64 recorded_at;
  gboolean erased;
  EvsSpan topic;
  EvsSpan metadata;
  EvsSpan state;
} EvsEventView;

/**
 * EvsEventVisitor: (skip)
 * @event: (transfer none): borrowed until the visitor returns
 * @user_data: what the reading function got
 *
 * Sees events one by one, in the reader's thread.
 * Must not call the store that is being read.
 *
 * Returns: %FALSE to stop; stopping is no error
 */
typedef gboolean (*EvsEventVisitor) (const EvsEventView *event,
                                     gpointer user_data);

/**
 * EvsEvent:
 *
 * A domain event that owns its memory. Immutable, refcounted, for any thread.
 */
typedef struct _EvsEvent EvsEvent;

/**
 * EVS_TYPE_EVENT:
 *
 * The #GType of #EvsEvent.
 */
#define EVS_TYPE_EVENT (evs_event_get_type ())

/**
 * evs_event_get_type:
 *
 * Returns: the boxed type of #EvsEvent
 */
EVS_API GType evs_event_get_type (void);

/**
 * evs_event_new:
 * @topic: 1 to %EVS_TOPIC_MAX bytes of UTF-8
 * @state: the attributes, serialised; any bytes
 *
 * Makes an event to append. It gets an id, a version and a time where it is
 * stored, and is checked then; this object never changes.
 *
 * Returns: (transfer full): the event
 */
EVS_API EvsEvent *evs_event_new (const char *topic, GBytes *state);

/**
 * evs_event_new_full:
 * @topic: 1 to %EVS_TOPIC_MAX bytes of UTF-8
 * @state: the attributes, serialised; any bytes
 * @metadata: (nullable): JSON, at most %EVS_METADATA_MAX bytes
 * @recorded_at: microseconds since 1970 in UTC, up to the year 9999; 0: the
 *   time when it is appended
 *
 * Makes an event to append, with metadata and a time of its own.
 *
 * Returns: (transfer full): the event
 */
EVS_API EvsEvent *evs_event_new_full (const char *topic, GBytes *state,
                                      GBytes *metadata, gint64 recorded_at);

/**
 * evs_event_new_from_view: (skip)
 * @view: what to copy
 *
 * Keeps what a visitor sees.
 *
 * Returns: (transfer full): an event with memory of its own
 */
EVS_API EvsEvent *evs_event_new_from_view (const EvsEventView *view);

/**
 * evs_event_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsEvent *evs_event_ref (EvsEvent *self);

/**
 * evs_event_unref:
 * @self: (transfer full): an event
 *
 * Gives a reference back; the last one frees the event.
 */
EVS_API void evs_event_unref (EvsEvent *self);

/**
 * evs_event_get_id:
 *
 * Tells which sequence the event belongs to.
 *
 * Returns: (transfer none): the originator id; all zero for an event that was
 *   not read from a store
 */
EVS_API const EvsId *evs_event_get_id (EvsEvent *self);

/**
 * evs_event_get_version:
 *
 * Tells the event's place in its sequence.
 *
 * Returns: the originator version; 0 for an event that was not read from a
 *   store
 */
EVS_API guint64 evs_event_get_version (EvsEvent *self);

/**
 * evs_event_get_position:
 *
 * Tells the event's place in the log of all events.
 *
 * Returns: the position, from 1; 0 for an event that was not read from a store
 */
EVS_API guint64 evs_event_get_position (EvsEvent *self);

/**
 * evs_event_get_topic:
 *
 * Tells what kind of event it is.
 *
 * Returns: (transfer none): the topic
 */
EVS_API const char *evs_event_get_topic (EvsEvent *self);

/**
 * evs_event_get_state:
 *
 * Gives what happened, in the host's serialisation.
 *
 * Returns: (transfer none): the attributes, serialised; empty when erased
 */
EVS_API GBytes *evs_event_get_state (EvsEvent *self);

/**
 * evs_event_get_metadata:
 *
 * Gives what the host put beside the state, such as who acted.
 *
 * Returns: (transfer none) (nullable): JSON; %NULL: none
 */
EVS_API GBytes *evs_event_get_metadata (EvsEvent *self);

/**
 * evs_event_get_recorded_at:
 *
 * Tells when the event was recorded.
 *
 * Returns: microseconds since 1970 in UTC; 0: not recorded
 */
EVS_API gint64 evs_event_get_recorded_at (EvsEvent *self);

/**
 * evs_event_is_erased:
 *
 * Tells an erased event from one whose state is empty.
 *
 * Returns: whether the event was there and only a tombstone is left
 */
EVS_API gboolean evs_event_is_erased (EvsEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsEvent, evs_event_unref)

G_END_DECLS
