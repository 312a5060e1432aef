/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lmdb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (GError **error, EvsError code, const char *path, const char *text)
{
  g_set_error (error, EVS_ERROR, code, "%s: %s", path, text);
  return FALSE;
}

gboolean
_evs_lmdb_fail_damaged (const char *path, const char *what, GError **error)
{
  g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
               "%s: the store is damaged: %s", path, what);
  return FALSE;
}

/* LMDB's numbers are negative, the system's are not. */
gboolean
_evs_lmdb_fail_path (const char *path, int ret, GError **error)
{
  const char *words = ret > 0 ? g_strerror (ret) : mdb_strerror (ret);

  switch (ret)
    {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_NOTFOUND:
    case MDB_KEYEXIST:
    case MDB_INVALID:
      return _evs_lmdb_fail_damaged (path, words, error);
    case MDB_VERSION_MISMATCH:
      return fail (error, EVS_ERROR_FORMAT, path, words);
    case MDB_TXN_FULL:
      return fail (error, EVS_ERROR_TOO_LARGE, path, words);
    case MDB_READERS_FULL:
      return fail (error, EVS_ERROR_BUSY, path,
                   "as many reads are under way as there can be");
    case ENOSPC:
    case EDQUOT:
      return fail (error, EVS_ERROR_NO_SPACE, path, words);
    default:
      return fail (error, ret > 0 ? EVS_ERROR_IO : EVS_ERROR_FAILED, path,
                   words);
    }
}

/* ------------------------------------------------------- of an open store */

gboolean
_evs_lmdb_enter (EvsLmdb *self, EvsLmdbAccess access, GError **error)
{
  gint trouble = g_atomic_int_get (&self->trouble);

  if (self->pid != getpid ())
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORKED,
                   "%s: opened by process %ld before it forked this one",
                   self->directory, (long) self->pid);
      return FALSE;
    }
  if (trouble & EVS_LMDB_STOPPED)
    return fail (error, EVS_ERROR_LATCHED, self->directory,
                 "an earlier error stopped the store until it is closed and "
                 "opened again");
  if (trouble & EVS_LMDB_FLUSH_FAILED && access == EVS_LMDB_WRITE)
    return fail (error, EVS_ERROR_LATCHED, self->directory,
                 "an earlier flush failed; nothing more is written until the "
                 "store is closed and opened again");
  return TRUE;
}

gboolean
_evs_lmdb_fail (EvsLmdb *self, EvsLmdbAccess access, int ret, GError **error)
{
  if (ret == MDB_PANIC)
    {
      g_atomic_int_or (&self->trouble, EVS_LMDB_STOPPED);
      return _evs_lmdb_enter (self, access, error);
    }
  return _evs_lmdb_fail_path (self->directory, ret, error);
}
