/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lmdb-private.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * LMDB writes no page that is free at the end of the transaction that first
 * used it, so a good file may be shorter than its pages. Only a page that is
 * not free must be there; to see whether one is missing, the file is made
 * longer, and short again if it was cut off.
 */

#define FREE_PAGES 0 /* LMDB's own database of them */

typedef struct
{
  int fd;
  off_t size; /* of the file */
  gsize page_size;
  gsize n_pages; /* that the store has */
  gsize n_there; /* that the file has */
} Size;

static int
measure (MDB_env *env, Size *size)
{
  MDB_envinfo info;
  MDB_stat stat;
  struct stat file;
  int ret = mdb_env_stat (env, &stat);

  if (ret == 0)
    ret = mdb_env_info (env, &info);
  if (ret == 0)
    ret = mdb_env_get_fd (env, &size->fd);
  if (ret == 0 && fstat (size->fd, &file) != 0)
    ret = errno;
  if (ret != 0)
    return ret;
  size->size = file.st_size;
  size->page_size = stat.ms_psize;
  size->n_pages = info.me_last_pgno + 1;
  size->n_there = (gsize) file.st_size / size->page_size;
  return 0;
}

gboolean
_evs_lmdb_is_short (MDB_env *env)
{
  Size size;

  return measure (env, &size) == 0 && size.n_there < size.n_pages;
}

/* How many pages of a list, whose first number is its length, are missing. */
static gsize
count_missing (const MDB_val *list, const Size *size)
{
  const gsize *pages = list->mv_data;
  gsize n = 0;

  for (gsize i = 1; i < list->mv_size / sizeof *pages && i <= pages[0]; i++)
    n += pages[i] >= size->n_there;
  return n;
}

static int
count_missing_free (MDB_env *env, const Size *size, gsize *n)
{
  MDB_cursor *cursor;
  MDB_val key, list;
  MDB_txn *txn;
  int ret = _evs_lmdb_begin_early (env, MDB_RDONLY, &txn);

  if (ret != 0)
    return ret;
  ret = mdb_cursor_open (txn, FREE_PAGES, &cursor);
  if (ret == 0)
    {
      while ((ret = mdb_cursor_get (cursor, &key, &list, MDB_NEXT)) == 0)
        *n += count_missing (&list, size);
      mdb_cursor_close (cursor);
    }
  mdb_txn_abort (txn);
  return ret == MDB_NOTFOUND ? 0 : ret;
}

static int
lengthen (MDB_env *env)
{
  gsize n_free = 0;
  Size size;
  int ret = measure (env, &size);

  if (ret != 0 || size.n_there >= size.n_pages)
    return ret;
  if (ftruncate (size.fd, (off_t) (size.n_pages * size.page_size)) != 0)
    return errno;
  ret = count_missing_free (env, &size, &n_free);
  if (ret == 0 && n_free == size.n_pages - size.n_there)
    return 0;
  return ftruncate (size.fd, size.size) == 0 ? MDB_CORRUPTED : errno;
}

/* Nobody writes meanwhile. */
gboolean
_evs_lmdb_check_size (MDB_env *env, const char *directory, GError **error)
{
  g_autofree char *path =
      g_build_filename (directory, EVS_LMDB_DATA_FILE, NULL);
  MDB_txn *txn;
  int ret;

  if (!_evs_lmdb_is_short (env))
    return TRUE;
  ret = _evs_lmdb_begin_early (env, 0, &txn);
  if (ret == 0)
    {
      ret = lengthen (env);
      mdb_txn_abort (txn);
    }
  if (ret == MDB_CORRUPTED)
    return _evs_lmdb_fail_damaged (path, "the file is cut off", error);
  return ret == 0 || _evs_lmdb_fail_path (path, ret, error);
}
