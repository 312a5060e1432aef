/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "contract-memory.h"
#include "contract-store.h"

G_BEGIN_DECLS

typedef struct
{
  const EvsStoreVTable *vtable;
  EvsContractPlace *place;
  gpointer store;
  GMutex serial; /* for a store that is not concurrent, as the host does it */
} StoreFixture;

void evs_store_set_up (StoreFixture *self, gconstpointer target);
void evs_store_tear_down (StoreFixture *self, gconstpointer target);
void evs_store_reopen (StoreFixture *self);

/* (transfer full): another handle on what @self has open. */
gpointer evs_store_open (const StoreFixture *self);

typedef void (*StoreTest) (StoreFixture *self, gconstpointer target);

void evs_store_add (const EvsContractTarget *target, const char *name,
                    StoreTest test);

/* The tests of each file. */
void evs_store_add_commit_tests (const EvsContractTarget *target);
void evs_store_add_side_tests (const EvsContractTarget *target);
void evs_store_add_read_tests (const EvsContractTarget *target);
void evs_store_add_thread_tests (const EvsContractTarget *target);
void evs_store_add_visitor_tests (const EvsContractTarget *target);
void evs_store_add_lasting_tests (const EvsContractTarget *target);

/* ------------------------------------------------------------------- calls */

/* The functions of the vtable, checked: result or error, never both. */
void evs_store_commit (StoreFixture *self, const EvsBatch *const *batches,
                       gsize n_batches, EvsBatchResult *results);
void evs_store_read_sequence (StoreFixture *self, const EvsId *id, guint64 from,
                              guint64 to, guint64 limit, gboolean descending,
                              EvsRecordVisitor visitor, gpointer user_data);
void evs_store_read_log (StoreFixture *self, guint64 from, guint64 limit,
                         EvsRecordVisitor visitor, gpointer user_data);
void evs_store_read_ids (StoreFixture *self, const EvsId *after, guint64 limit,
                         EvsIdVisitor visitor, gpointer user_data);
gint64 evs_store_last_version (StoreFixture *self, const EvsId *id);
guint64 evs_store_last_position (StoreFixture *self);
void evs_store_side_get (StoreFixture *self, const char *table, EvsSpan key,
                         EvsSideVisitor visitor, gpointer user_data);
void evs_store_side_scan (StoreFixture *self, const char *table, EvsSpan after,
                          guint64 limit, EvsSideVisitor visitor,
                          gpointer user_data);

/* Commits one batch without durability. Returns its first position; 0 if it
 * was a conflict. */
guint64 evs_store_commit_one (StoreFixture *self, const EvsBatch *batch);

/* The id of sequence @letter, and one with @number in it. */
EvsId evs_id_of_letter (char letter);
EvsId evs_id_of_number (guint32 number);

EvsSpan evs_span_of_text (const char *text);

/* ----------------------------------------------------------------- scripts */

/* @text: (transfer full) */
#define evs_assert_text(text, expected)                                        \
  G_STMT_START                                                                 \
  {                                                                            \
    g_autofree char *assert_text = (text);                                     \
                                                                               \
    g_assert_cmpstr (assert_text, ==, expected);                               \
  }                                                                            \
  G_STMT_END

/*
 * What is committed, as text: words of a batch, batches with " | " between.
 *
 *   a0        insert version 0 into sequence a, with "a0" as its data
 *   a0=x      the same, with x as its data
 *   a0:x>y    replace x, the data of a0, by y
 *   t/k=v     put v at key k of side table t (v may be empty)
 *   t/k       delete it
 *
 * At the end of the last two: "!" only if nothing is there, "!x" only if x is.
 *
 * Returns the results in turn: a batch's first position, or "conflict".
 */
char *evs_store_run (StoreFixture *self, const char *script);

#define evs_assert_commit(self, script, results)                               \
  evs_assert_text (evs_store_run (self, script), results)

/*
 * What is read, as text: "1:a0 2:b0=x", the data where it is not the usual
 * one; "a b" for ids; "k=v l=w" for side entries.
 */
char *evs_store_log_text (StoreFixture *self, guint64 from, guint64 limit);
char *evs_store_sequence_text (StoreFixture *self, char letter, guint64 from,
                               guint64 to, guint64 limit, gboolean descending);
char *evs_store_ids_text (StoreFixture *self, char after, guint64 limit);
char *evs_store_side_text (StoreFixture *self, const char *table,
                           const char *after, guint64 limit);
/* "v", or "(absent)". */
char *evs_store_entry_text (StoreFixture *self, const char *table,
                            const char *key);

#define evs_assert_log(self, expected)                                         \
  evs_assert_text (evs_store_log_text (self, 1, 0), expected)
#define evs_assert_sequence(self, letter, from, to, limit, expected)           \
  evs_assert_text (                                                            \
      evs_store_sequence_text (self, letter, from, to, limit, FALSE),          \
      expected)
#define evs_assert_descending(self, letter, from, to, limit, expected)         \
  evs_assert_text (                                                            \
      evs_store_sequence_text (self, letter, from, to, limit, TRUE), expected)
#define evs_assert_ids(self, after, limit, expected)                           \
  evs_assert_text (evs_store_ids_text (self, after, limit), expected)
#define evs_assert_side(self, table, after, limit, expected)                   \
  evs_assert_text (evs_store_side_text (self, table, after, limit), expected)
#define evs_assert_entry(self, table, key, expected)                           \
  evs_assert_text (evs_store_entry_text (self, table, key), expected)

G_END_DECLS
