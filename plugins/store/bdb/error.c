/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>
#include <unistd.h>

#define MAX_TRIES 100

/* The first message of a call says what happened; later ones that the
 * environment is in a panic because of it. */
static _Thread_local char message_of_call[256];

void
_evs_bdb_forget_messages (void)
{
  message_of_call[0] = '\0';
}

/* Whether @message is "BDB0000 @start…"; the number may be missing. */
static gboolean
begins (const char *message, const char *start)
{
  const char *space = strchr (message, ' ');

  return g_str_has_prefix (message, start)
         || (space != NULL && g_str_has_prefix (space + 1, start));
}

/* A flush that failed must never be taken for a write that may be tried
 * again; the numbers that Berkeley DB returns are the same, its words not. */
void
_evs_bdb_take_message (const DB_ENV *env, const char *prefix,
                       const char *message)
{
  EvsBdb *self = env->app_private;

  if (begins (message, "fsync:"))
    g_atomic_int_or (&self->trouble, EVS_BDB_FLUSH_FAILED);
  if (begins (message, "checksum error"))
    g_atomic_int_or (&self->trouble, EVS_BDB_CHECKSUM);

  if (message_of_call[0] == '\0')
    {
      g_strlcpy (message_of_call, message, sizeof message_of_call);
      g_strdelimit (message_of_call, "\r\n", ' ');
    }
}

/* The words of Berkeley DB, or what the number means. */
static const char *
words (int ret)
{
  return message_of_call[0] != '\0' ? message_of_call : db_strerror (ret);
}

static gboolean
fail (GError **error, EvsError code, const char *path, const char *text)
{
  g_set_error (error, EVS_ERROR, code, "%s: %s", path, text);
  return FALSE;
}

gboolean
_evs_bdb_fail_errno (const char *path, int number, GError **error)
{
  EvsError code =
      number == ENOSPC || number == EDQUOT ? EVS_ERROR_NO_SPACE : EVS_ERROR_IO;

  return fail (error, code, path, g_strerror (number));
}

gboolean
_evs_bdb_fail_damaged (EvsBdb *self, const char *what, GError **error)
{
  g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
               "%s: the store is damaged: %s", self->directory, what);
  return FALSE;
}

gboolean
_evs_bdb_is_deadlock (int ret, guint *tries)
{
  return ret == DB_LOCK_DEADLOCK && ++*tries < MAX_TRIES;
}

/* ------------------------------------------------------- of an open store */

static gboolean
refuse (EvsBdb *self, EvsBdbTrouble trouble, GError **error)
{
  if (trouble & EVS_BDB_CHECKSUM)
    return _evs_bdb_fail_damaged (self, "a page has a wrong checksum", error);

  return fail (error, EVS_ERROR_LATCHED, self->directory,
               trouble & EVS_BDB_PANIC
                   ? "an earlier error stopped the store until it is closed "
                     "and opened again"
                   : "an earlier flush failed; nothing more is written until "
                     "the store is closed and opened again");
}

gboolean
_evs_bdb_enter (EvsBdb *self, EvsBdbAccess access, GError **error)
{
  gint trouble = g_atomic_int_get (&self->trouble);

  _evs_bdb_forget_messages ();
  if (self->pid != getpid ())
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORKED,
                   "%s: opened by process %ld before it forked this one",
                   self->directory, (long) self->pid);
      return FALSE;
    }

  if (access == EVS_BDB_READ)
    trouble &= ~EVS_BDB_FLUSH_FAILED;
  return trouble == 0 || refuse (self, trouble, error);
}

/* Whether a system call that failed with @number started the trouble. */
static gboolean
began_with (int number)
{
  return g_str_has_suffix (message_of_call, db_strerror (number));
}

static gboolean
fail_with_panic (EvsBdb *self, EvsBdbAccess access, GError **error)
{
  gint before = (gint) g_atomic_int_or (&self->trouble, EVS_BDB_PANIC);

  if (before & EVS_BDB_CHECKSUM)
    return _evs_bdb_fail_damaged (self, words (DB_RUNRECOVERY), error);
  /* A write that was under way may have landed: it is not merely refused. */
  return fail (error,
               before & EVS_BDB_PANIC && access == EVS_BDB_READ
                   ? EVS_ERROR_LATCHED
                   : EVS_ERROR_IO,
               self->directory, words (DB_RUNRECOVERY));
}

/* Berkeley DB calls it a lack of memory when it cannot write out a page to
 * make room for another. */
static gboolean
fail_without_memory (EvsBdb *self, GError **error)
{
  if (began_with (ENOSPC))
    return _evs_bdb_fail_errno (self->directory, ENOSPC, error);
  if (began_with (EIO))
    return _evs_bdb_fail_errno (self->directory, EIO, error);
  g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
               "%s: out of memory, or of page locks, whose number locks= "
               "sets: %s",
               self->directory, words (ENOMEM));
  return FALSE;
}

gboolean
_evs_bdb_fail (EvsBdb *self, EvsBdbAccess access, int ret, GError **error)
{
  if (ret == DB_RUNRECOVERY)
    return fail_with_panic (self, access, error);

  if (access == EVS_BDB_WRITE && ret == EIO)
    g_atomic_int_or (&self->trouble, EVS_BDB_FLUSH_FAILED);
  if (access == EVS_BDB_WRITE
      && g_atomic_int_get (&self->trouble) & EVS_BDB_FLUSH_FAILED)
    return fail (error, EVS_ERROR_IO, self->directory, words (ret));

  switch (ret)
    {
    case EINVAL:          /* what Berkeley DB says of a strange page, */
    case DB_BUFFER_SMALL: /* and where it fits unless something is wrong */
    case DB_NOTFOUND:
    case DB_PAGE_NOTFOUND:
    case DB_VERIFY_BAD:
      return _evs_bdb_fail_damaged (self, words (ret), error);
    case ENOMEM:
      return fail_without_memory (self, error);
    case DB_LOCK_DEADLOCK:
    case DB_LOCK_NOTGRANTED:
      return fail (error, EVS_ERROR_FAILED, self->directory, words (ret));
    default:
      if (ret > 0)
        return _evs_bdb_fail_errno (self->directory, ret, error);
      return fail (error, EVS_ERROR_FAILED, self->directory, words (ret));
    }
}

/* ------------------------------------------------------------ while opening */

/* Recovery that meets a full or failing disk panics as if all were lost. */
static int
look_behind_panic (int ret)
{
  if (ret == DB_RUNRECOVERY && began_with (ENOSPC))
    return ENOSPC;
  if (ret == DB_RUNRECOVERY && began_with (EFBIG))
    return EFBIG;
  if (ret == DB_RUNRECOVERY && began_with (EIO))
    return EIO;
  return ret;
}

gboolean
_evs_bdb_fail_open (EvsBdb *self, const char *name, int ret, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);

  if (ret == DB_RUNRECOVERY)
    g_atomic_int_or (&self->trouble, EVS_BDB_PANIC);

  ret = look_behind_panic (ret);
  switch (ret)
    {
    case DB_OLD_VERSION:
    case DB_VERSION_MISMATCH:
      return fail (error, EVS_ERROR_FORMAT, path, words (ret));
    case DB_RUNRECOVERY:
    case DB_PAGE_NOTFOUND:
    case DB_NOTFOUND:
    case DB_VERIFY_BAD:
    case DB_LOG_VERIFY_BAD:
    case ENOENT:
    case EINVAL:
      g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
                   "%s: the store is damaged: %s", path, words (ret));
      return FALSE;
    default:
      if (ret > 0)
        return _evs_bdb_fail_errno (path, ret, error);
      return fail (error, EVS_ERROR_FAILED, path, words (ret));
    }
}
