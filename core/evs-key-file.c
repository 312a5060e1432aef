/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-key.h>

#include "evs-key.h"
#include "evs-random.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "eventseal-key-1 "
#define PREFIX_SIZE (sizeof PREFIX - 1)
#define NEW_KEY_SIZE 32

/* Far more than any key needs, so that a wrong length can be told. */
#define FILE_SIZE_MAX 1024
#define WANTED "wanted is one line, \"eventseal-key-1 BASE64\""

/* -------------------------------------------------------------------- errors
 */

static gboolean
refuse (GError **error, const char *path, const char *fact)
{
  g_set_error (error, EVS_ERROR, EVS_ERROR_KEY, "%s: %s", path, fact);
  return FALSE;
}

static gboolean
refuse_errno (GError **error, const char *path, int saved_errno)
{
  g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", path,
               g_strerror (saved_errno));
  return FALSE;
}

/* ---------------------------------------------------------------------- load
 */

static gboolean
check_kind (const char *path, const struct stat *st, GError **error)
{
  if (S_ISREG (st->st_mode))
    return TRUE;
  return refuse (error, path,
                 S_ISDIR (st->st_mode)
                     ? "a folder, where a regular file is wanted"
                     : "a special file, where a regular file is wanted");
}

static gboolean
check_access (const char *path, const struct stat *st, GError **error)
{
  if (st->st_uid != geteuid () && st->st_uid != 0)
    g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
                 "%s: belongs to user %u, not to user %u or root", path,
                 (guint) st->st_uid, (guint) geteuid ());
  else if ((st->st_mode & 077) != 0)
    g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
                 "%s: mode %04o is open to others, wanted is 0400 or 0600",
                 path, (guint) st->st_mode & 07777);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_file (const char *path, int fd, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    return refuse_errno (error, path, errno);
  return check_kind (path, &st, error) && check_access (path, &st, error);
}

/* Reads what there is, up to the size of @text, and puts its size there. */
static gboolean
read_file (const char *path, int fd, EvsSecret *text, gsize *size,
           GError **error)
{
  *size = 0;
  while (*size < text->size)
    {
      gssize n = read (fd, text->data + *size, text->size - *size);

      if (n == 0)
        return TRUE;
      if (n < 0 && errno != EINTR)
        return refuse_errno (error, path, errno);
      *size += n > 0 ? (gsize) n : 0;
    }
  g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
               "%s: over %d bytes, which no key file has; " WANTED, path,
               FILE_SIZE_MAX);
  return FALSE;
}

/* GLib's decoder passes over what is not base64, so the key is encoded again:
 * only the one right spelling of it comes out the same. */
static gboolean
decode (EvsSpan base64, EvsSecret *key, gsize *size)
{
  g_autoptr (EvsSecret) again = _evs_secret_new (2 * FILE_SIZE_MAX);
  int state = 0;
  int save = 0;
  guint bits = 0;
  gsize n;

  *size =
      g_base64_decode_step (base64.data, base64.size, key->data, &state, &bits);
  state = 0;
  n = g_base64_encode_step (key->data, *size, FALSE, (char *) again->data,
                            &state, &save);
  n += g_base64_encode_close (FALSE, (char *) again->data + n, &state, &save);
  return n == base64.size && memcmp (again->data, base64.data, n) == 0;
}

/* Takes the line apart; @text has @size bytes. */
static gboolean
find_base64 (const char *path, const EvsSecret *text, gsize size,
             EvsSpan *base64, GError **error)
{
  const guint8 *end = memchr (text->data, '\n', size);
  gsize line_size = end != NULL ? (gsize) (end - text->data) : size;

  if (size == 0)
    return refuse (error, path, "empty; " WANTED);
  if (size > line_size + 1)
    return refuse (error, path, "more than one line; " WANTED);
  if (line_size < PREFIX_SIZE || memcmp (text->data, PREFIX, PREFIX_SIZE) != 0)
    return refuse (error, path,
                   "does not begin with \"eventseal-key-1 \"; " WANTED);
  base64->data = text->data + PREFIX_SIZE;
  base64->size = line_size - PREFIX_SIZE;
  return TRUE;
}

static EvsSecret *
parse (const char *path, const EvsSecret *text, gsize size, GError **error)
{
  g_autoptr (EvsSecret) key = _evs_secret_new (FILE_SIZE_MAX);
  EvsSpan base64 = { NULL, 0 };
  gsize key_size;

  if (!find_base64 (path, text, size, &base64, error))
    return NULL;
  if (!decode (base64, key, &key_size))
    {
      refuse (error, path,
              "what follows \"eventseal-key-1 \" is not base64 "
              "with its padding and nothing else");
      return NULL;
    }
  if (!_evs_key_check ((EvsSpan){ key->data, key_size }, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  return _evs_secret_new_copy (key->data, key_size);
}

static int
open_file (const char *path, GError **error)
{
  /* O_NONBLOCK: a FIFO in its place must not make us wait. */
  int fd =
      open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

  if (fd < 0 && errno == ELOOP)
    refuse (error, path, "a symbolic link, where a regular file is wanted");
  else if (fd < 0 && errno == ENOENT)
    g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
                 "%s: %s; a key file is wanted here", path,
                 g_strerror (ENOENT));
  else if (fd < 0)
    refuse_errno (error, path, errno);
  return fd;
}

EvsSecret *
_evs_key_file_load (const char *path, GError **error)
{
  g_autoptr (EvsSecret) text = _evs_secret_new (FILE_SIZE_MAX + 1);
  EvsSecret *key = NULL;
  gsize size;
  int fd = open_file (path, error);

  if (fd < 0)
    return NULL;
  if (check_file (path, fd, error) && read_file (path, fd, text, &size, error))
    key = parse (path, text, size, error);
  close (fd);
  return key;
}

gboolean
evs_key_file_check (const char *path, GError **error)
{
  g_autoptr (EvsSecret) key = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  key = _evs_key_file_load (path, error);
  return key != NULL;
}

/* -------------------------------------------------------------------- create
 */

/* A line with a new key; *@size is its length. */
static EvsSecret *
make_line (gsize *size)
{
  g_autoptr (EvsSecret) key = _evs_secret_new (NEW_KEY_SIZE);
  EvsSecret *line = _evs_secret_new (FILE_SIZE_MAX);
  char *next = (char *) line->data;
  int state = 0;
  int save = 0;

  _evs_random_fill (key->data, key->size);
  memcpy (next, PREFIX, PREFIX_SIZE);
  next += PREFIX_SIZE;
  next +=
      g_base64_encode_step (key->data, key->size, FALSE, next, &state, &save);
  next += g_base64_encode_close (FALSE, next, &state, &save);
  *next++ = '\n';
  *size = (gsize) (next - (char *) line->data);
  return line;
}

static gboolean
write_all (int fd, const guint8 *data, gsize size)
{
  while (size > 0)
    {
      gssize n = write (fd, data, size);

      if (n < 0 && errno != EINTR)
        return FALSE;
      data += MAX (n, 0);
      size -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

/* A new name is durable only with its folder. */
static gboolean
flush_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;
  int saved_errno = errno;

  if (fd >= 0)
    close (fd);
  errno = saved_errno;
  return ok;
}

static gboolean
fill_file (int fd)
{
  gsize size;
  g_autoptr (EvsSecret) line = make_line (&size);
  /* fchmod (): the umask may have taken the owner's right to read. */
  gboolean ok = fchmod (fd, 0400) == 0 && write_all (fd, line->data, size)
                && fsync (fd) == 0;
  int saved_errno = errno;

  if (close (fd) != 0 && ok)
    return FALSE;
  errno = saved_errno;
  return ok;
}

gboolean
evs_key_file_create (const char *path, GError **error)
{
  int fd =
      open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
  int saved_errno;

  if (fd < 0)
    return refuse_errno (error, path, errno);
  if (fill_file (fd) && flush_folder (path))
    return TRUE;

  saved_errno = errno;
  unlink (path);
  return refuse_errno (error, path, saved_errno);
}
