/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lmdb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARKER "eventseal-lmdb"
#define FORMAT 1
#define MAP_AT_FIRST ((gsize) 16 * 1024 * 1024)
#define LOCK_SIZE (64 * 1024) /* a thousand readers */

/* What a file of LMDB has behind the header of its first page. */
#define MAGIC 0xBEEFC0DEu
#define MAGIC_OFFSET 16

static const char *const tree_names[] = { "sequences", "records", "log",
                                          "side" };

/* ----------------------------------------------------------------- prepare */

static gboolean
flush_folder (const char *directory, GError **error)
{
  int fd = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int number;

  if (fd < 0)
    return _evs_lmdb_fail_path (directory, errno, error);
  number = fsync (fd) == 0 ? 0 : errno;
  close (fd);

  /* Some file systems have nothing to flush in a folder, and say so. */
  return number == 0 || number == EINVAL
         || _evs_lmdb_fail_path (directory, number, error);
}

static gboolean
make_folder (const char *directory, gboolean create, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (directory);

  if (!create)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND,
                   "%s: there is no store, and create=false", directory);
      return FALSE;
    }
  if (g_mkdir (directory, 0700) != 0 && errno != EEXIST)
    return _evs_lmdb_fail_path (directory, errno, error);
  return flush_folder (parent, error);
}

gboolean
_evs_lmdb_folder_prepare (const char *directory, gboolean create, dev_t *device,
                          ino_t *inode, GError **error)
{
  struct stat info;
  int ret = stat (directory, &info);

  if (ret != 0 && errno == ENOENT)
    {
      if (!make_folder (directory, create, error))
        return FALSE;
      ret = stat (directory, &info);
    }
  if (ret != 0)
    return _evs_lmdb_fail_path (directory, errno, error);
  if (!S_ISDIR (info.st_mode))
    return _evs_lmdb_fail_path (directory, ENOTDIR, error);

  *device = info.st_dev;
  *inode = info.st_ino;
  return TRUE;
}

int
_evs_lmdb_folder_lock (const char *directory, GError **error)
{
  int fd = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int ret = fd;

  while (fd >= 0 && (ret = flock (fd, LOCK_EX)) != 0 && errno == EINTR)
    ;
  if (ret >= 0)
    return fd;

  _evs_lmdb_fail_path (directory, errno, error);
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Whoever waits gets the lock, though a child may have a copy of it. */
void
_evs_lmdb_folder_unlock (int fd)
{
  flock (fd, LOCK_UN);
}

/* ------------------------------------------------------------- environments */

static gboolean
exists (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  return access (path, F_OK) == 0 || errno != ENOENT;
}

/* LMDB has one number for a file that never was its own and for one that is
 * damaged, and takes an empty file for one to be made. */
static gboolean
check_magic (const char *directory, GError **error)
{
  g_autofree char *path =
      g_build_filename (directory, EVS_LMDB_DATA_FILE, NULL);
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
  guint32 magic = 0;
  gssize n;
  int number;

  if (fd < 0)
    return _evs_lmdb_fail_path (path, errno, error);
  n = pread (fd, &magic, sizeof magic, MAGIC_OFFSET);
  number = errno;
  close (fd);
  if (n < 0)
    return _evs_lmdb_fail_path (path, number, error);
  if (n < (gssize) sizeof magic)
    return _evs_lmdb_fail_damaged (path, "the file is cut off", error);
  if (magic == MAGIC)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT, "%s: is no file of LMDB",
               path);
  return FALSE;
}

gboolean
_evs_lmdb_env_open (MDB_env *env, const char *directory, guint32 flags,
                    GError **error)
{
  g_autofree char *path =
      g_build_filename (directory, EVS_LMDB_DATA_FILE, NULL);
  int ret;

  if (!check_magic (directory, error))
    return FALSE;
  ret = mdb_env_open (env, directory, flags, 0600);
  return ret == 0 || _evs_lmdb_fail_path (path, ret, error);
}

int
_evs_lmdb_open_trees (MDB_txn *txn, guint32 flags, MDB_dbi *trees)
{
  int ret = 0;

  for (gsize i = 0; ret == 0 && i < EVS_LMDB_N_TREES; i++)
    ret = mdb_dbi_open (txn, tree_names[i], flags, &trees[i]);
  return ret;
}

/* ------------------------------------------------------------------ marker */

static int
write_marker (MDB_txn *txn, MDB_dbi dbi)
{
  guint8 format[8];
  MDB_val key = _evs_lmdb_val (MARKER, strlen (MARKER));
  MDB_val value = _evs_lmdb_val (format, sizeof format);

  _evs_lmdb_put_u64 (format, FORMAT);
  return mdb_put (txn, dbi, &key, &value, 0);
}

gboolean
_evs_lmdb_check_marker (MDB_txn *txn, const char *directory, GError **error)
{
  MDB_val key = _evs_lmdb_val (MARKER, strlen (MARKER));
  guint64 format;
  MDB_val value;
  MDB_dbi dbi;
  int ret = mdb_dbi_open (txn, NULL, 0, &dbi);

  if (ret == 0)
    ret = mdb_get (txn, dbi, &key, &value);
  if (ret == MDB_NOTFOUND || (ret == 0 && value.mv_size != sizeof format))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "%s/" EVS_LMDB_DATA_FILE
                   ": is LMDB's, but no store of eventseal",
                   directory);
      return FALSE;
    }
  if (ret != 0)
    return _evs_lmdb_fail_path (directory, ret, error);

  format = _evs_lmdb_get_u64 (value.mv_data);
  if (format == FORMAT)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
               "%s: the store is of format %" G_GUINT64_FORMAT
               ", this plugin reads format %d",
               directory, format, FORMAT);
  return FALSE;
}

/* ----------------------------------------------------------------- examine */

static gboolean
examine_empty (const char *directory, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  errno = 0;
  dir = g_dir_open (directory, 0, &reason);
  if (dir == NULL)
    return _evs_lmdb_fail_path (directory, errno != 0 ? errno : EIO, error);
  if (exists (directory, EVS_LMDB_LOCK_FILE))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
                   "%s/" EVS_LMDB_DATA_FILE
                   ": the store is damaged: the file is missing",
                   directory);
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (strcmp (name, EVS_LMDB_NEW_FILE) != 0)
      {
        g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                     "%s: holds \"%s\" but no store; an empty folder is wanted",
                     directory, name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
look_into (MDB_env *env, const char *directory, GError **error)
{
  gboolean ok = FALSE;
  MDB_txn *txn;
  int ret;

  if (!_evs_lmdb_env_open (env, directory, MDB_RDONLY | MDB_NOLOCK, error))
    return FALSE;
  if (_evs_lmdb_is_short (env))
    return TRUE; /* to be looked at when it can be locked */
  ret = mdb_txn_begin (env, NULL, MDB_RDONLY, &txn);
  if (ret != 0)
    return _evs_lmdb_fail_path (directory, ret, error);
  ok = _evs_lmdb_check_marker (txn, directory, error);
  mdb_txn_abort (txn);
  return ok;
}

/* Nobody has the file open, for there is no lock file. */
static gboolean
examine_unlocked (const char *directory, GError **error)
{
  MDB_env *env;
  gboolean ok;
  int ret = mdb_env_create (&env);

  if (ret != 0)
    return _evs_lmdb_fail_path (directory, ret, error);
  ok = look_into (env, directory, error);
  mdb_env_close (env);
  return ok;
}

gboolean
_evs_lmdb_folder_examine (const char *directory, gboolean *found,
                          GError **error)
{
  *found = exists (directory, EVS_LMDB_DATA_FILE);
  if (!*found)
    return examine_empty (directory, error);
  return exists (directory, EVS_LMDB_LOCK_FILE)
         || examine_unlocked (directory, error);
}

/* ------------------------------------------------------------------ create */

static int
make_trees (MDB_env *env)
{
  MDB_dbi trees[EVS_LMDB_N_TREES], dbi;
  MDB_txn *txn;
  int ret = mdb_txn_begin (env, NULL, 0, &txn);

  if (ret != 0)
    return ret;
  ret = _evs_lmdb_open_trees (txn, MDB_CREATE, trees);
  if (ret == 0)
    ret = mdb_dbi_open (txn, NULL, 0, &dbi);
  if (ret == 0)
    ret = write_marker (txn, dbi);
  if (ret == 0)
    return mdb_txn_commit (txn);
  mdb_txn_abort (txn);
  return ret;
}

static int
make_file (const char *path)
{
  MDB_env *env;
  int ret = mdb_env_create (&env);

  if (ret != 0)
    return ret;
  ret = mdb_env_set_maxdbs (env, EVS_LMDB_N_TREES);
  if (ret == 0)
    ret = mdb_env_set_mapsize (env, MAP_AT_FIRST);
  if (ret == 0)
    ret = mdb_env_open (env, path, MDB_NOSUBDIR | MDB_NOLOCK, 0600);
  if (ret == 0)
    ret = make_trees (env);
  mdb_env_close (env);
  return ret;
}

/* The file gets its name when all is in it. */
gboolean
_evs_lmdb_folder_create (const char *directory, GError **error)
{
  g_autofree char *path =
      g_build_filename (directory, EVS_LMDB_DATA_FILE, NULL);
  g_autofree char *path_new =
      g_build_filename (directory, EVS_LMDB_NEW_FILE, NULL);
  int ret = 0;

  if (g_unlink (path_new) != 0 && errno != ENOENT)
    ret = errno;
  if (ret == 0)
    ret = make_file (path_new);
  if (ret == 0 && g_rename (path_new, path) != 0)
    ret = errno;
  if (ret == 0)
    return flush_folder (directory, error);

  g_unlink (path_new);
  return _evs_lmdb_fail_path (directory, ret, error);
}

/* LMDB would make a file with a hole, and to touch a hole when the disk is
 * full is a SIGBUS. */
gboolean
_evs_lmdb_folder_make_lock (const char *directory, GError **error)
{
  g_autofree char *path =
      g_build_filename (directory, EVS_LMDB_LOCK_FILE, NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int number;

  if (fd < 0)
    return errno == EEXIST || _evs_lmdb_fail_path (path, errno, error);
  number = posix_fallocate (fd, 0, LOCK_SIZE);
  close (fd);
  if (number == 0)
    return TRUE;
  g_unlink (path);
  return _evs_lmdb_fail_path (path, number, error);
}

/* --------------------------------------------------------------------- disk */

/* What the system has set aside for @path, which may have gone by now. */
static gboolean
add_file (const char *path, guint64 *bytes, GError **error)
{
  struct stat info;

  if (lstat (path, &info) != 0)
    return errno == ENOENT || _evs_lmdb_fail_path (path, errno, error);
  *bytes += (guint64) info.st_blocks * 512;
  return TRUE;
}

gboolean
_evs_lmdb_disk_size (gpointer store, guint64 *bytes, GError **error)
{
  EvsLmdb *self = store;
  g_autofree char *data = NULL;
  g_autofree char *lock = NULL;

  if (!_evs_lmdb_enter (self, EVS_LMDB_READ, error))
    return FALSE;
  *bytes = 0;
  data = g_build_filename (self->directory, EVS_LMDB_DATA_FILE, NULL);
  lock = g_build_filename (self->directory, EVS_LMDB_LOCK_FILE, NULL);
  return add_file (data, bytes, error) && add_file (lock, bytes, error);
}
