/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Aggregates: objects rebuilt by applying their events in order. An aggregate
 * type is a struct of the host's and a table topic -> apply function.
 */

#pragma once

#include <eventseal/evs-event.h>

G_BEGIN_DECLS

struct json_t;

/**
 * EvsEventType: (skip)
 * @topic: its name in stored records
 * @apply: (nullable): changes @self as an event with these JSON attributes
 *   (jansson's json_t, borrowed) says
 * @apply_state: (nullable): the same for a host with a serialisation of its
 *   own; used when @apply is %NULL
 * @discards: whether this event ends the aggregate
 *
 * A type of event that can happen to an aggregate. Both functions may be
 * missing: the event then changes nothing. Apply functions cannot fail: what
 * was stored has happened.
 */
typedef struct
{
  const char *topic;
  void (*apply) (gpointer self, struct json_t *attributes);
  void (*apply_state) (gpointer self, EvsSpan state);
  gboolean discards;
} EvsEventType;

/**
 * EvsAggregateType: (skip)
 * @name: for messages
 * @size: of the host's struct, which starts zeroed
 * @clear: (nullable): frees what the struct holds, not the struct
 * @event_types: the table
 * @n_event_types: its rows
 *
 * What a kind of aggregate is made of. Lives as long as the aggregates of the
 * type; any thread may read it.
 */
typedef struct
{
  const char *name;
  gsize size;
  void (*clear) (gpointer self);
  const EvsEventType *event_types;
  gsize n_event_types;
} EvsAggregateType;

/**
 * EVS_AGGREGATE_TYPE:
 * @Type: the host's struct
 * @clear_func: (nullable): void (gpointer)
 * @...: rows of #EvsEventType
 *
 * Initialises a static const #EvsAggregateType.
 */
#define EVS_AGGREGATE_TYPE(Type, clear_func, ...)                              \
  {                                                                            \
#    Type, sizeof(Type), (clear_func),                                         \
        (const EvsEventType[]){                                                \
          __VA_ARGS__ },                                                       \
          sizeof((const EvsEventType[]){ __VA_ARGS__ }) / sizeof(EvsEventType) \
  }

/**
 * EVS_EVENT_TYPE_DISCARDS:
 * @name: the topic
 *
 * The type of event that ends the aggregate.
 */
#define EVS_EVENT_TYPE_DISCARDS(name)                                          \
  {                                                                            \
    (name), .discards = TRUE                                                   \
  }

/**
 * EvsAggregate:
 *
 * An aggregate with the events that wait to be saved. Refcounted; one thread
 * at a time.
 */
typedef struct _EvsAggregate EvsAggregate;

/**
 * EVS_TYPE_AGGREGATE:
 *
 * The #GType of #EvsAggregate.
 */
#define EVS_TYPE_AGGREGATE (evs_aggregate_get_type ())

/**
 * evs_aggregate_get_type:
 *
 * Returns: the boxed type of #EvsAggregate
 */
EVS_API GType evs_aggregate_get_type (void);

/**
 * evs_aggregate_new: (skip)
 * @type: lives as long as the aggregate
 *
 * Makes an aggregate with a random id (a UUID of version 4).
 *
 * Returns: (transfer full): an aggregate without events
 */
EVS_API EvsAggregate *evs_aggregate_new (const EvsAggregateType *type);

/**
 * evs_aggregate_new_with_id: (skip)
 * @type: lives as long as the aggregate
 * @id: copied; when a sequence has it already, saving is a conflict
 *
 * Makes an aggregate with an id of the host's choice.
 *
 * Returns: (transfer full): an aggregate without events
 */
EVS_API EvsAggregate *evs_aggregate_new_with_id (const EvsAggregateType *type,
                                                 const EvsId *id);

/**
 * evs_aggregate_ref:
 *
 * Takes a reference; any thread may.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsAggregate *evs_aggregate_ref (EvsAggregate *self);

/**
 * evs_aggregate_unref:
 * @self: (transfer full): an aggregate
 *
 * Gives a reference back. With the last one the host's struct is cleared and
 * freed, and events that were not saved are forgotten.
 */
EVS_API void evs_aggregate_unref (EvsAggregate *self);

/**
 * evs_aggregate_get_id:
 *
 * Tells which sequence of events is the aggregate's.
 *
 * Returns: (transfer none): the originator id
 */
EVS_API const EvsId *evs_aggregate_get_id (EvsAggregate *self);

/**
 * evs_aggregate_get_self: (skip)
 *
 * Gives what the apply functions have made of the events.
 *
 * Returns: (transfer none): the host's struct, to be read; lives as long as
 *   the aggregate
 */
EVS_API gpointer evs_aggregate_get_self (EvsAggregate *self);

/**
 * evs_aggregate_get_version:
 *
 * Tells how far the aggregate has come.
 *
 * Returns: the version of the last event applied, saved or not; -1: none
 */
EVS_API gint64 evs_aggregate_get_version (EvsAggregate *self);

/**
 * evs_aggregate_get_n_pending:
 *
 * Counts the events that were triggered since the last save.
 *
 * Returns: how many events wait to be saved
 */
EVS_API gsize evs_aggregate_get_n_pending (EvsAggregate *self);

/**
 * evs_aggregate_is_discarded:
 *
 * Tells whether the aggregate has ended.
 *
 * Returns: whether its last event, saved or not, is one that discards
 */
EVS_API gboolean evs_aggregate_is_discarded (EvsAggregate *self);

/**
 * evs_aggregate_set_metadata:
 * @json: (nullable): JSON for the events triggered from now on, such as who
 *   acts; %NULL: none; at most %EVS_METADATA_MAX bytes
 * @error: %EVS_ERROR_INVALID: not JSON; %EVS_ERROR_TOO_LARGE
 *
 * Sets what is stored beside the state of each event to come. Events that
 * wait already keep theirs.
 *
 * Returns: whether @json was taken
 */
EVS_API gboolean evs_aggregate_set_metadata (EvsAggregate *self,
                                             const char *json, GError **error);

/**
 * evs_aggregate_trigger_state:
 * @topic: of the type's table
 * @state: the attributes, serialised; JSON where the topic's apply () is used
 * @error: %EVS_ERROR_INVALID: unknown topic, not JSON;
 *   %EVS_ERROR_DISCARDED
 *
 * Makes an event of a state that is serialised already, applies it, and
 * queues it to be saved. What is refused is not applied and leaves nothing
 * behind.
 *
 * Returns: whether the event was made
 */
EVS_API gboolean evs_aggregate_trigger_state (EvsAggregate *self,
                                              const char *topic, GBytes *state,
                                              GError **error);

/**
 * evs_aggregate_discard:
 * @error: %EVS_ERROR_DISCARDED: it is already;
 *   %EVS_ERROR_INVALID: the type has no event that discards
 *
 * Triggers the event that ends the aggregate: the first of the table that
 * discards, with the state "{}". Once it is saved, a repository answers
 * %EVS_ERROR_DISCARDED.
 *
 * Returns: whether the event was made
 */
EVS_API gboolean evs_aggregate_discard (EvsAggregate *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsAggregate, evs_aggregate_unref)

G_END_DECLS
