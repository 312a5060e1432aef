/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <stdlib.h>

#define MAX_LOCKERS 4000

#define ENVIRONMENT_FLAGS                                                      \
  (DB_CREATE | DB_RECOVER | DB_PRIVATE | DB_THREAD | DB_INIT_MPOOL             \
   | DB_INIT_LOG | DB_INIT_TXN | DB_INIT_LOCK)

/* ------------------------------------------------------------------ memory */

static void *
allocate_zeroed (size_t size)
{
  return calloc (1, size);
}

/* Berkeley DB clears no more of a new page than its header, and writes it out
 * whole: to the databases and to its log would go what the host had freed just
 * before, plaintext and all. There is no way to say this for one environment
 * alone, and none that covers recovery; but whoever else in the process uses
 * the library is only given memory that is cleaner than it need be. */
static void
keep_heap_out_of_files (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      db_env_set_func_malloc (allocate_zeroed);
      g_once_init_leave (&done, 1);
    }
}

/* ------------------------------------------------------------- environment */

static int
set_cache (DB_ENV *env, guint64 size)
{
  return env->set_cachesize (env, (guint32) (size >> 30),
                             (guint32) (size & ((1u << 30) - 1)), 1);
}

/* The lock tables are made anew at each opening, so a change takes effect. */
static int
configure (EvsBdb *self, const EvsBdbSettings *settings)
{
  DB_ENV *env = self->env;
  int ret;

  env->app_private = self;
  env->set_errcall (env, _evs_bdb_take_message);
  ret = set_cache (env, settings->cache_size);
  if (ret == 0)
    ret = env->set_lk_detect (env, DB_LOCK_DEFAULT);
  if (ret == 0)
    ret = env->set_lk_max_lockers (env, MAX_LOCKERS);
  if (ret == 0)
    ret = env->set_lk_max_locks (env, settings->locks);
  if (ret == 0)
    ret = env->set_lk_max_objects (env, settings->locks);
  return ret;
}

/* Nobody else can be inside, so that recovery is always safe; without
 * recovery a store that was killed would hang. */
static gboolean
open_environment (EvsBdb *self, const EvsBdbSettings *settings, GError **error)
{
  int ret;

  keep_heap_out_of_files ();
  ret = db_env_create (&self->env, 0);
  if (ret == 0)
    ret = configure (self, settings);
  if (ret == 0)
    ret = self->env->open (self->env, self->directory, ENVIRONMENT_FLAGS, 0600);
  return ret == 0 || _evs_bdb_fail_open (self, NULL, ret, error);
}

/* --------------------------------------------------------------- databases */

static int
set_new (DB *db, gboolean create)
{
  int ret = db->set_flags (db, DB_CHKSUM);

  if (ret == 0 && create)
    ret = db->set_pagesize (db, EVS_BDB_PAGE_SIZE);
  return ret;
}

static gboolean
open_database (EvsBdb *self, DB **db, const char *name, gboolean create,
               GError **error)
{
  guint32 flags = DB_AUTO_COMMIT | DB_THREAD | (create ? DB_CREATE : 0);
  int ret = db_create (db, self->env, 0);

  if (ret == 0)
    ret = set_new (*db, create);
  if (ret == 0)
    ret = (*db)->open (*db, NULL, name, NULL, DB_BTREE, flags, 0600);
  return ret == 0 || _evs_bdb_fail_open (self, name, ret, error);
}

static gboolean
open_databases (EvsBdb *self, gboolean create, GError **error)
{
  DB **const databases[EVS_BDB_N_DATABASES] = { &self->sequences,
                                                &self->records, &self->log,
                                                &self->side };

  for (gsize i = 0; i < EVS_BDB_N_DATABASES; i++)
    if (!open_database (self, databases[i], _evs_bdb_database_files[i], create,
                        error))
      return FALSE;
  return TRUE;
}

/* After this the databases stand on the disk by themselves, whatever becomes
 * of the files of Berkeley DB's log. */
static gboolean
finish_new (EvsBdb *self, const EvsBdbFolder *folder, GError **error)
{
  DBT key = { .data = (void *) _evs_bdb_store_id_key,
              .size = sizeof _evs_bdb_store_id_key };
  DBT value = { .data = (void *) folder->store_id,
                .size = EVS_BDB_STORE_ID_SIZE };
  int ret = self->side->put (self->side, NULL, &key, &value, DB_AUTO_COMMIT);

  if (ret == 0)
    ret = self->env->txn_checkpoint (self->env, 0, 0, DB_FORCE);
  return ret == 0 || _evs_bdb_fail_open (self, "side.db", ret, error);
}

gboolean
_evs_bdb_environment_open (EvsBdb *self, const EvsBdbSettings *settings,
                           const EvsBdbFolder *folder, GError **error)
{
  gboolean create = folder->state != EVS_BDB_FOLDER_READY;

  _evs_bdb_forget_messages ();
  return open_environment (self, settings, error)
         && open_databases (self, create, error)
         && (!create || finish_new (self, folder, error));
}

/* Not before the store is known to be whole: what is in the log may be all
 * that a repair has. */
gboolean
_evs_bdb_environment_remove_logs (EvsBdb *self, GError **error)
{
  int ret = self->env->log_set_config (self->env, DB_LOG_AUTO_REMOVE, 1);

  return ret == 0 || _evs_bdb_fail_open (self, NULL, ret, error);
}

static void
close_database (DB **db, guint32 flags)
{
  if (*db != NULL)
    (*db)->close (*db, flags);
  *db = NULL;
}

/* A close alone would leave the whole log to be replayed by the next open.
 * After a failed flush nothing more is written: pages must not reach the disk
 * before the log that explains them, and it is not known to have done so. */
void
_evs_bdb_environment_close (EvsBdb *self)
{
  guint32 flags = 0;

  if (self->env == NULL)
    return;

  if (self->side != NULL && g_atomic_int_get (&self->trouble) == 0)
    self->env->txn_checkpoint (self->env, 0, 0, DB_FORCE);
  if (g_atomic_int_get (&self->trouble) != 0)
    {
      self->env->set_flags (self->env, DB_NOFLUSH, 1);
      flags = DB_NOSYNC;
    }

  close_database (&self->side, flags);
  close_database (&self->log, flags);
  close_database (&self->records, flags);
  close_database (&self->sequences, flags);
  self->env->close (self->env, 0);
  self->env = NULL;
}
