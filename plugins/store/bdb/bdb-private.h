/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "buffer.h"
#include "heads.h"

#include <sys/types.h>

G_BEGIN_DECLS

/*
 * The store plugin `bdb`: an environment of Berkeley DB in a folder that
 * belongs to one process at a time.
 *
 * Four trees, their integers big-endian so that memcmp's order is theirs:
 *
 *   sequences  originator id -> number of the sequence, from 1
 *   records    number ‖ version -> position ‖ id ‖ u16 length ‖ topic ‖ data
 *   log        last position of a run -> at most 60 × (number ‖ version)
 *   side       table ‖ 0 ‖ key -> value
 *
 * Some entries stand apart, by which files are known that do not belong
 * together. In side, under keys that no table can have: the store's id, and
 * how many transactions have changed side. In log, under position 0: that
 * number again.
 *
 * Sequences are numbered in the order in which they begin, so a record lands
 * at the right-hand edge of its tree or near it, however random its id is.
 * The log has one entry a commit, not one an event.
 */

/* A larger page can be torn: the kernel may stop between two of its own pages
 * when it kills a process that writes, and a disk may when the power fails.
 * Berkeley DB cannot mend that. */
#define EVS_BDB_PAGE_SIZE 4096

#define EVS_BDB_NUMBER_SIZE 8
#define EVS_BDB_KEY_SIZE 16    /* number ‖ version */
#define EVS_BDB_RUN_LENGTH 60  /* keys in one entry of the log: fits a page */
#define EVS_BDB_HEADER_SIZE 26 /* of a record: all that precedes the topic */
#define EVS_BDB_SIDE_KEY_SIZE (32 + 1 + 255)
#define EVS_BDB_STORE_ID_SIZE 16
#define EVS_BDB_MAX_DATA ((gsize) 64 * 1024 * 1024)

typedef struct
{
  const char *directory;
  gboolean create;
  guint busy_timeout; /* milliseconds */
  guint64 cache_size;
  guint locks;
  guint64 checkpoint_size;
  gboolean remove_logs;
} EvsBdbSettings;

/* What is wrong with an environment, for as long as it is open. */
typedef enum
{
  EVS_BDB_FLUSH_FAILED = 1 << 0, /* no writes */
  EVS_BDB_PANIC = 1 << 1,        /* no reads either */
  EVS_BDB_CHECKSUM = 1 << 2      /* a page is not what was written */
} EvsBdbTrouble;

typedef enum
{
  EVS_BDB_OPENING,
  EVS_BDB_OPEN,
  EVS_BDB_CLOSING
} EvsBdbState;

/* The last of each that was given. */
typedef struct
{
  guint64 position;
  guint64 number;
  guint64 side_count; /* transactions that have changed side.db */
} EvsBdbLast;

/* All that commit () changes, behind one mutex. */
typedef struct
{
  GMutex mutex;
  EvsBdbLast last;
  guint64 batch_count;
  EvsBdbHeads heads;
  EvsBdbBuffer old_value;
  EvsBdbBuffer new_value;
  guint8 run[EVS_BDB_RUN_LENGTH * EVS_BDB_KEY_SIZE];
  gsize run_length;      /* keys in it */
  gsize n_bytes;         /* put in this transaction */
  gboolean changes_side; /* this transaction does */
} EvsBdbWriter;

typedef struct
{
  GThread *thread;
  GMutex mutex;
  GCond changed;
  gboolean stop;
  guint64 size;
  guint64 n_bytes; /* put since the last look */
} EvsBdbCheckpointer;

typedef struct _EvsBdb EvsBdb;
struct _EvsBdb
{
  /* Behind the mutex of the table of open environments. */
  EvsBdb *next;
  EvsBdbState state;
  guint n_users;

  char *directory;
  dev_t device;
  ino_t inode;
  pid_t pid;
  gint lock_fd;     /* atomic */
  gint trouble;     /* atomic; EvsBdbTrouble */
  gint record_size; /* atomic; about that of what was read */

  DB_ENV *env;
  DB *sequences;
  DB *records;
  DB *log;
  DB *side;

  EvsBdbWriter writer;
  EvsBdbCheckpointer checkpointer;
  EvsBdbPool pool;
};

/* The environment in a folder, shared by all that open it in this process. */
EvsBdb *_evs_bdb_open (const EvsBdbSettings *settings, GError **error);
void _evs_bdb_close (gpointer self);

/* ------------------------------------------------------------------ folder */

typedef enum
{
  EVS_BDB_FOLDER_EMPTY,      /* nothing in it, or only the lock */
  EVS_BDB_FOLDER_UNFINISHED, /* the process that made it died over it */
  EVS_BDB_FOLDER_READY
} EvsBdbFolderState;

typedef struct
{
  EvsBdbFolderState state;
  guint8 store_id[EVS_BDB_STORE_ID_SIZE]; /* also in side.db, to compare */
} EvsBdbFolder;

/* Makes the folder if there is none and @create is set; tells which it is. */
gboolean _evs_bdb_folder_prepare (const char *directory, gboolean create,
                                  dev_t *device, ino_t *inode, GError **error);

/* Looks without touching. What is no store of ours is EVS_ERROR_FORMAT, a
 * store with files missing EVS_ERROR_DAMAGED. */
gboolean _evs_bdb_folder_examine (const char *directory, EvsBdbFolder *folder,
                                  GError **error);

/* Removes what an unfinished creation left behind. */
gboolean _evs_bdb_folder_sweep (const char *directory, GError **error);

/* (transfer full): the folder, to be listed. */
GDir *_evs_bdb_folder_open (const char *directory, GError **error);

/* Flushes the folder's own entries. */
gboolean _evs_bdb_folder_flush (const char *directory, GError **error);

/* The descriptor that holds the folder's lock, or -1. */
int _evs_bdb_folder_lock (const char *directory, guint busy_timeout,
                          GError **error);

/* For the owner: whoever waits gets the lock, whatever copies there are. */
void _evs_bdb_folder_unlock (int fd);

/* Keys that nothing else can have: of side.db, with a table whose name is
 * empty, and of log.db, where no position is 0. */
static const guint8 _evs_bdb_store_id_key[1] = { 0 };
static const guint8 _evs_bdb_side_count_key[2] = { 0, 'n' };
static const guint8 _evs_bdb_log_count_key[8] = { 0 };

#define EVS_BDB_N_DATABASES 4
extern const char *const _evs_bdb_database_files[EVS_BDB_N_DATABASES];

/* The marker is the file that says what the folder is, and whether the store
 * in it was ever finished. Reading leaves @folder alone if there is none. */
gboolean _evs_bdb_marker_read (const char *directory, EvsBdbFolder *folder,
                               GError **error);
gboolean _evs_bdb_marker_write (const char *directory,
                                const EvsBdbFolder *folder, GError **error);

#define EVS_BDB_LOCK_FILE "lock"
#define EVS_BDB_MARKER_FILE "eventseal-bdb"
#define EVS_BDB_MARKER_FILE_NEW "eventseal-bdb.new"

/* --------------------------------------------------------------- databases */

/* Opens environment and databases, and makes them unless @folder is ready. */
gboolean _evs_bdb_environment_open (EvsBdb *self,
                                    const EvsBdbSettings *settings,
                                    const EvsBdbFolder *folder, GError **error);
void _evs_bdb_environment_close (EvsBdb *self);

/* From now on, log files that recovery does not need are removed. */
gboolean _evs_bdb_environment_remove_logs (EvsBdb *self, GError **error);

/* Whether log, records and sequences end alike and side is of this store;
 * fills in the last position and the last number. */
gboolean _evs_bdb_check_ends (EvsBdb *self, const EvsBdbFolder *folder,
                              GError **error);

gboolean _evs_bdb_checkpointer_start (EvsBdb *self, guint64 size,
                                      GError **error);
void _evs_bdb_checkpointer_stop (EvsBdb *self);

/* To be called after a commit that put @n_bytes. */
void _evs_bdb_checkpointer_tell (EvsBdb *self, gsize n_bytes);

/* ------------------------------------------------------------------ errors */

typedef enum
{
  EVS_BDB_READ,
  EVS_BDB_WRITE
} EvsBdbAccess;

/* What every call begins with: refuses a process that was forked off, and an
 * environment in trouble. */
gboolean _evs_bdb_enter (EvsBdb *self, EvsBdbAccess access, GError **error);

/* Says what a return value of Berkeley DB means to the caller, and latches
 * the environment if it must be. Returns %FALSE. */
gboolean _evs_bdb_fail (EvsBdb *self, EvsBdbAccess access, int ret,
                        GError **error);

/* The same while the environment is being opened; @name: (nullable): which of
 * its files. */
gboolean _evs_bdb_fail_open (EvsBdb *self, const char *name, int ret,
                             GError **error);

/* What is stored contradicts itself. Returns %FALSE. */
gboolean _evs_bdb_fail_damaged (EvsBdb *self, const char *what, GError **error);

/* An errno about a file. Returns %FALSE. */
gboolean _evs_bdb_fail_errno (const char *path, int number, GError **error);

/* Whether @ret says to try again, which is so at most a hundred times. A
 * reader or writer may be chosen to give way though neither did wrong. */
gboolean _evs_bdb_is_deadlock (int ret, guint *tries);

/* Berkeley DB's messages go here. */
void _evs_bdb_take_message (const DB_ENV *env, const char *prefix,
                            const char *message);
void _evs_bdb_forget_messages (void);

/* --------------------------------------------------------------- the trees */

static inline void
_evs_bdb_put_u64 (guint8 *out, guint64 number)
{
  guint64 big = GUINT64_TO_BE (number);

  memcpy (out, &big, sizeof big);
}

static inline guint64
_evs_bdb_get_u64 (const guint8 *in)
{
  guint64 big;

  memcpy (&big, in, sizeof big);
  return GUINT64_FROM_BE (big);
}

static inline void
_evs_bdb_put_key (guint8 *out, guint64 number, guint64 version)
{
  _evs_bdb_put_u64 (out, number);
  _evs_bdb_put_u64 (out + EVS_BDB_NUMBER_SIZE, version);
}

/* @size bytes in the caller's memory, which has room for @room. */
static inline DBT
_evs_bdb_dbt (void *data, gsize size, gsize room)
{
  return (DBT){ .data = data,
                .size = (guint32) size,
                .ulen = (guint32) room,
                .flags = DB_DBT_USERMEM };
}

/* For a get that is after the key alone. */
static inline DBT
_evs_bdb_no_value (void)
{
  return (DBT){ .flags = DB_DBT_USERMEM | DB_DBT_PARTIAL };
}

/* A stored record, in the memory of @buffer. Returns 0 or ENOMEM. */
int _evs_bdb_compose_record (EvsBdbBuffer *buffer, const EvsRecord *record,
                             guint64 position, EvsSpan *stored);

/* Takes a stored record apart; %FALSE if it is not one. */
gboolean _evs_bdb_parse_record (EvsSpan stored, EvsRecord *record);

/* The number of @id's sequence, 0 if there is none. @txn is nullable here and
 * below; all return 0 or an error of Berkeley DB. */
int _evs_bdb_find_number (EvsBdb *self, DB_TXN *txn, const EvsId *id,
                          guint64 *number);

/* The version that sequence @number takes next. */
int _evs_bdb_find_next (EvsBdb *self, DB_TXN *txn, guint64 number,
                        guint64 *next);

/* The last key of a tree whose keys have @size bytes; DB_NOTFOUND. */
int _evs_bdb_find_last (DB *db, guint8 *key, gsize size);

/* table ‖ 0 ‖ key. Returns its size; 0 with EVS_ERROR_INVALID. */
gsize _evs_bdb_side_key (guint8 *out, const char *table, EvsSpan key,
                         GError **error);

/* Reads the record at the place of @replacement, and its key, into memory of
 * the writer's. Returns 0 or an error of Berkeley DB, such as DB_NOTFOUND. */
int _evs_bdb_get_old (EvsBdb *self, DB_TXN *txn,
                      const EvsReplacement *replacement, guint8 *key,
                      EvsRecord *old);

/* Checks a batch against what is stored and what the transaction has put so
 * far. Returns 0 or an error of Berkeley DB; what is wrong with the batch
 * itself goes to @error. */
int _evs_bdb_check_batch (EvsBdb *self, DB_TXN *txn, const EvsBatch *batch,
                          GError **error);

/* Puts a batch that was checked just now. */
int _evs_bdb_put_batch (EvsBdb *self, DB_TXN *txn, const EvsBatch *batch);

/* Puts what a transaction ends with: the entry of the log that is being
 * gathered, and the count of changes of side.db, if there is one. */
int _evs_bdb_put_end (EvsBdb *self, DB_TXN *txn);

/* ------------------------------------------------------------------ vtable */

void _evs_bdb_commit (gpointer self, const EvsBatch *const *batches,
                      gsize n_batches, EvsBatchResult *results);
gboolean _evs_bdb_read_sequence (gpointer self, const EvsId *id, guint64 from,
                                 guint64 to, guint64 limit, gboolean descending,
                                 EvsRecordVisitor visitor, gpointer user_data,
                                 GError **error);
gboolean _evs_bdb_read_log (gpointer self, guint64 from, guint64 limit,
                            EvsRecordVisitor visitor, gpointer user_data,
                            GError **error);
gboolean _evs_bdb_read_ids (gpointer self, const EvsId *after, guint64 limit,
                            EvsIdVisitor visitor, gpointer user_data,
                            GError **error);
gboolean _evs_bdb_last_version (gpointer self, const EvsId *id, gint64 *version,
                                GError **error);
gboolean _evs_bdb_last_position (gpointer self, guint64 *position,
                                 GError **error);
gboolean _evs_bdb_side_get (gpointer self, const char *table, EvsSpan key,
                            EvsSideVisitor visitor, gpointer user_data,
                            GError **error);
gboolean _evs_bdb_side_scan (gpointer self, const char *table, EvsSpan after,
                             guint64 limit, EvsSideVisitor visitor,
                             gpointer user_data, GError **error);
gboolean _evs_bdb_disk_size (gpointer self, guint64 *bytes, GError **error);

G_END_DECLS
