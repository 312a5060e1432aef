/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

#include <lmdb.h>
#include <pthread.h>
#include <string.h>
#include <sys/types.h>

G_BEGIN_DECLS

/*
 * The store plugin `lmdb`: an environment of LMDB in a folder that any number
 * of processes may have open.
 *
 * Four databases, their integers big-endian so that memcmp's order is theirs:
 *
 *   sequences  originator id -> number of the sequence, from 1
 *   records    number ‖ version -> position ‖ id ‖ u16 length ‖ topic ‖ data
 *   log        last position of a run -> at most 120 × (number ‖ version)
 *   side       table ‖ 0 ‖ key -> value
 *
 * Sequences are numbered in the order in which they begin, so a record lands
 * at the right-hand edge of its tree or near it, however random its id is.
 * The log has one entry a commit, not one an event.
 */

#define EVS_LMDB_DATA_FILE "data.mdb"
#define EVS_LMDB_LOCK_FILE "lock.mdb"
#define EVS_LMDB_NEW_FILE "data.mdb.new"

#define EVS_LMDB_NUMBER_SIZE 8
#define EVS_LMDB_KEY_SIZE 16    /* number ‖ version */
#define EVS_LMDB_RUN_LENGTH 120 /* keys in an entry of the log: half a page */
#define EVS_LMDB_HEADER_SIZE 26 /* of a record: all that precedes the topic */
#define EVS_LMDB_SIDE_KEY_SIZE (32 + 1 + 255)
#define EVS_LMDB_MAX_DATA ((gsize) 64 * 1024 * 1024)
#define EVS_LMDB_HEADS 4096 /* a power of two */

typedef struct
{
  const char *directory;
  gboolean create;
} EvsLmdbSettings;

typedef enum
{
  EVS_LMDB_SEQUENCES,
  EVS_LMDB_RECORDS,
  EVS_LMDB_LOG,
  EVS_LMDB_SIDE,
  EVS_LMDB_N_TREES
} EvsLmdbTree;

/* What is wrong with an environment, for as long as it is open. */
typedef enum
{
  EVS_LMDB_FLUSH_FAILED = 1 << 0, /* no writes */
  EVS_LMDB_STOPPED = 1 << 1       /* no reads either */
} EvsLmdbTrouble;

/* What the writer knows of a sequence. */
typedef struct
{
  EvsId id;
  gboolean used;
  guint64 number; /* 0: there is no such sequence yet */
  guint64 next;   /* the version that it takes next */
} EvsLmdbHead;

/* All that commit () changes, behind one mutex. What it knows of the store is
 * true as long as no other process commits. */
typedef struct
{
  GMutex mutex;
  gsize txn_id;     /* of the commit after which it was so; 0: never */
  guint64 position; /* the last one given */
  guint64 number;   /* the last one given */
  EvsLmdbHead *heads;
  guint8 run[EVS_LMDB_RUN_LENGTH * EVS_LMDB_KEY_SIZE];
  gsize run_length; /* keys in it */
  gboolean unsynced;
} EvsLmdbWriter;

/* A transaction to read in, with the memory that its pairs are copied into.
 * It belongs to one thread at a time and is used again and again. */
typedef struct _EvsLmdbReader EvsLmdbReader;
struct _EvsLmdbReader
{
  EvsLmdbReader *next;
  MDB_txn *txn;
  MDB_cursor *cursors[EVS_LMDB_N_TREES];
  guint8 *data;
  gsize size;
  gsize used;
  guint64 n_items;
};

typedef struct
{
  GMutex mutex;
  EvsLmdbReader *first;
  guint length;
} EvsLmdbPool;

typedef struct _EvsLmdb EvsLmdb;
struct _EvsLmdb
{
  /* Behind the mutex of the table of open environments. */
  EvsLmdb *next;
  gboolean is_open; /* else it is being opened or closed */
  guint n_users;

  char *directory;
  dev_t device;
  ino_t inode;
  int folder; /* open, so that no other folder gets its number */
  pid_t pid;
  gint trouble; /* atomic; EvsLmdbTrouble */

  MDB_env *env;
  MDB_dbi trees[EVS_LMDB_N_TREES];

  /* Shared by every transaction; alone may the map change its size. */
  pthread_rwlock_t map;

  EvsLmdbWriter writer;
  EvsLmdbPool pool;
};

/* The environment in a folder, shared by all that open it in this process. */
EvsLmdb *_evs_lmdb_open (const EvsLmdbSettings *settings, GError **error);
void _evs_lmdb_close (gpointer self);

/* ------------------------------------------------------------------ folder */

/* Makes the folder if there is none and @create is set; tells which it is. */
gboolean _evs_lmdb_folder_prepare (const char *directory, gboolean create,
                                   dev_t *device, ino_t *inode, GError **error);

/* Keeps other processes from opening the folder; -1 on error. The descriptor
 * stays open behind its unlocking. */
int _evs_lmdb_folder_lock (const char *directory, GError **error);
void _evs_lmdb_folder_unlock (int fd);

/* Looks without touching whether there is a store, and tells in *@found. What
 * is no store of ours is EVS_ERROR_FORMAT, one with its file missing
 * EVS_ERROR_DAMAGED. */
gboolean _evs_lmdb_folder_examine (const char *directory, gboolean *found,
                                   GError **error);

/* Makes an empty store, wholly or not at all. */
gboolean _evs_lmdb_folder_create (const char *directory, GError **error);

/* Makes the lock file, if there is none. */
gboolean _evs_lmdb_folder_make_lock (const char *directory, GError **error);

/* Opens @env, of which all is set, and says what is wrong if it cannot. */
gboolean _evs_lmdb_env_open (MDB_env *env, const char *directory, guint32 flags,
                             GError **error);

/* Whether the store is ours and of our format. */
gboolean _evs_lmdb_check_marker (MDB_txn *txn, const char *directory,
                                 GError **error);

/* Whether the file may lack pages. */
gboolean _evs_lmdb_is_short (MDB_env *env);

/* Whether the file has all its pages: a missing one would be a SIGBUS. */
gboolean _evs_lmdb_check_size (MDB_env *env, const char *directory,
                               GError **error);

/* Opens the databases; with MDB_CREATE makes them. Returns 0 or an error of
 * LMDB. */
int _evs_lmdb_open_trees (MDB_txn *txn, guint32 flags, MDB_dbi *trees);

gboolean _evs_lmdb_disk_size (gpointer store, guint64 *bytes, GError **error);

/* ------------------------------------------------------------------ errors */

typedef enum
{
  EVS_LMDB_READ,
  EVS_LMDB_WRITE
} EvsLmdbAccess;

/* What every call begins with: refuses a process that was forked off, and an
 * environment in trouble. */
gboolean _evs_lmdb_enter (EvsLmdb *self, EvsLmdbAccess access, GError **error);

/* Says what a return value of LMDB means to the caller, and latches the
 * environment if it must be. Returns %FALSE. */
gboolean _evs_lmdb_fail (EvsLmdb *self, EvsLmdbAccess access, int ret,
                         GError **error);

/* The same where there is no environment yet. */
gboolean _evs_lmdb_fail_path (const char *path, int ret, GError **error);

/* What is stored contradicts itself. Returns %FALSE. */
gboolean _evs_lmdb_fail_damaged (const char *path, const char *what,
                                 GError **error);

/* ------------------------------------------------------------ transactions */

/* Between these two the reader's transaction is open. Return 0 or an error of
 * LMDB. */
int _evs_lmdb_reader_begin (EvsLmdb *self, EvsLmdbReader *reader);
void _evs_lmdb_reader_end (EvsLmdb *self, EvsLmdbReader *reader);

/* A cursor of the transaction. Returns 0 or an error of LMDB. */
int _evs_lmdb_reader_cursor (EvsLmdb *self, EvsLmdbReader *reader,
                             EvsLmdbTree tree, MDB_cursor **cursor);

/* Copies a pair behind the others; MDB_MAP_FULL if they would become more
 * than @room bytes, unless it is the first. */
int _evs_lmdb_reader_keep (EvsLmdbReader *reader, gsize room, guint64 tag,
                           const MDB_val *key, const MDB_val *value);

typedef struct
{
  guint64 tag;
  EvsSpan key;
  EvsSpan value;
} EvsLmdbItem;

/* The item at *@offset, which moves on; %FALSE at the end. */
gboolean _evs_lmdb_reader_next (const EvsLmdbReader *reader, gsize *offset,
                                EvsLmdbItem *item);

EvsLmdbReader *_evs_lmdb_reader_lease (EvsLmdb *self);
void _evs_lmdb_reader_return (EvsLmdb *self, EvsLmdbReader *reader);
void _evs_lmdb_readers_clear (EvsLmdb *self);

/* The transaction that writes; after it was ended, the map may be grown. */
int _evs_lmdb_write_begin (EvsLmdb *self, MDB_txn **txn);
int _evs_lmdb_write_commit (EvsLmdb *self, MDB_txn *txn, guint32 durability);
void _evs_lmdb_write_abort (EvsLmdb *self, MDB_txn *txn);
int _evs_lmdb_grow (EvsLmdb *self);

/* Begins a transaction before anybody else in the process has one. Another
 * process may have grown the store. */
int _evs_lmdb_begin_early (MDB_env *env, guint flags, MDB_txn **txn);

/* Gives back the slots of readers that died. Returns 0 or an error of LMDB. */
int _evs_lmdb_check_readers (EvsLmdb *self, int *n_dead);

/* Waits for this process's turn with one of LMDB's mutexes (F_WRLCK), or lets
 * go of it (F_UNLCK). */
void _evs_lmdb_take_turn (EvsLmdb *self, EvsLmdbAccess access, short type);

/* --------------------------------------------------------------- the trees */

static inline void
_evs_lmdb_put_u64 (guint8 *out, guint64 number)
{
  guint64 big = GUINT64_TO_BE (number);

  memcpy (out, &big, sizeof big);
}

static inline guint64
_evs_lmdb_get_u64 (const void *in)
{
  guint64 big;

  memcpy (&big, in, sizeof big);
  return GUINT64_FROM_BE (big);
}

static inline void
_evs_lmdb_put_key (guint8 *out, guint64 number, guint64 version)
{
  _evs_lmdb_put_u64 (out, number);
  _evs_lmdb_put_u64 (out + EVS_LMDB_NUMBER_SIZE, version);
}

static inline MDB_val
_evs_lmdb_val (const void *data, gsize size)
{
  return (MDB_val){ .mv_size = size, .mv_data = (void *) data };
}

/* Takes a stored record apart; %FALSE if it is not one. */
gboolean _evs_lmdb_parse_record (EvsSpan stored, EvsRecord *record);

/* The number of @id's sequence, 0 if there is none. These return 0 or an
 * error of LMDB. */
int _evs_lmdb_find_number (EvsLmdb *self, MDB_txn *txn, const EvsId *id,
                           guint64 *number);

/* The version that sequence @number takes next. */
int _evs_lmdb_find_next (MDB_cursor *records, guint64 number, guint64 *next);

/* What the last key begins with; 0 in an empty tree. */
int _evs_lmdb_find_last (MDB_cursor *cursor, guint64 *last);

/* table ‖ 0 ‖ key. Returns its size; 0 with EVS_ERROR_INVALID. */
gsize _evs_lmdb_side_key (guint8 *out, const char *table, EvsSpan key,
                          GError **error);

/* ------------------------------------------------------------------ vtable */

void _evs_lmdb_commit (gpointer self, const EvsBatch *const *batches,
                       gsize n_batches, EvsBatchResult *results);
gboolean _evs_lmdb_read_sequence (gpointer self, const EvsId *id, guint64 from,
                                  guint64 to, guint64 limit,
                                  gboolean descending, EvsRecordVisitor visitor,
                                  gpointer user_data, GError **error);
gboolean _evs_lmdb_read_log (gpointer self, guint64 from, guint64 limit,
                             EvsRecordVisitor visitor, gpointer user_data,
                             GError **error);
gboolean _evs_lmdb_read_ids (gpointer self, const EvsId *after, guint64 limit,
                             EvsIdVisitor visitor, gpointer user_data,
                             GError **error);
gboolean _evs_lmdb_last_version (gpointer self, const EvsId *id,
                                 gint64 *version, GError **error);
gboolean _evs_lmdb_last_position (gpointer self, guint64 *position,
                                  GError **error);
gboolean _evs_lmdb_side_get (gpointer self, const char *table, EvsSpan key,
                             EvsSideVisitor visitor, gpointer user_data,
                             GError **error);
gboolean _evs_lmdb_side_scan (gpointer self, const char *table, EvsSpan after,
                              guint64 limit, EvsSideVisitor visitor,
                              gpointer user_data, GError **error);

G_END_DECLS
