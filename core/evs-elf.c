/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-elf.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* This library's own header, which the linker puts there: what it says of
 * class, byte order and machine, a module must say too. */
extern const ElfW (Ehdr) __ehdr_start __attribute__ ((visibility ("hidden")));

typedef struct
{
  int fd;
  guint64 size;
  ElfW (Ehdr) header;
} Elf;

/* Whether all @size bytes at @offset could be read. */
static gboolean
read_at (const Elf *self, guint64 offset, gpointer bytes, gsize size)
{
  return offset <= self->size && size <= self->size - offset
         && pread (self->fd, bytes, size, (off_t) offset) == (gssize) size;
}

static gboolean
open_elf (Elf *self, const char *file)
{
  struct stat st;

  self->fd = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    return FALSE;
  self->size = (guint64) st.st_size;
  return TRUE;
}

static void
close_elf (Elf *self)
{
  if (self->fd >= 0)
    close (self->fd);
}

/* ----------------------------------------------------------------- header */

static const char *
check_header (const Elf *self)
{
  const guchar *ident = self->header.e_ident;
  const guchar *ours = __ehdr_start.e_ident;

  if (memcmp (ident, ELFMAG, SELFMAG) != 0)
    return "not an ELF file, wanted a shared object";
  if (ident[EI_CLASS] != ours[EI_CLASS] || ident[EI_DATA] != ours[EI_DATA]
      || self->header.e_machine != __ehdr_start.e_machine)
    return "built for another machine, wanted this one's";
  if (ident[EI_VERSION] != EV_CURRENT)
    return "of an unknown version of ELF";
  if (self->header.e_type != ET_DYN)
    return "no shared object, wanted one";
  if (self->header.e_phnum == 0
      || self->header.e_phentsize != sizeof (ElfW (Phdr)))
    return "without segments, wanted a shared object";
  return NULL;
}

/* --------------------------------------------------------------- segments */

static gboolean
read_segment (const Elf *self, guint index, ElfW (Phdr) * segment)
{
  guint64 offset = self->header.e_phoff + (guint64) index * sizeof *segment;

  return offset >= self->header.e_phoff
         && read_at (self, offset, segment, sizeof *segment);
}

/* Where a part of the file ends; G_MAXUINT64: nowhere. */
static guint64
end_of (guint64 offset, guint64 size)
{
  guint64 end;

  return g_uint64_checked_add (&end, offset, size) ? end : G_MAXUINT64;
}

/* How long the file must be, as far as its headers are there to say it. */
static guint64
wanted_size (const Elf *self)
{
  const ElfW (Ehdr) *header = &self->header;
  guint64 size =
      end_of (header->e_phoff, (guint64) header->e_phnum * header->e_phentsize);
  ElfW (Phdr) segment;

  if (header->e_shoff != 0)
    size = MAX (size, end_of (header->e_shoff,
                              (guint64) header->e_shnum * header->e_shentsize));
  for (guint i = 0; i < header->e_phnum; i++)
    if (read_segment (self, i, &segment) && segment.p_type == PT_LOAD)
      size = MAX (size, end_of (segment.p_offset, segment.p_filesz));
  return size;
}

/* ------------------------------------------------------------------ whole */

static gboolean
check (Elf *self, const char *shown, GError **error)
{
  const char *wrong = "too short, wanted a shared object";
  guint64 wanted;

  if (read_at (self, 0, &self->header, sizeof self->header))
    wrong = check_header (self);
  if (wrong != NULL)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN, "%s: %s", shown, wrong);
      return FALSE;
    }
  wanted = wanted_size (self);
  if (wanted <= self->size)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: cut short: %" G_GUINT64_FORMAT
               " bytes, its header says at least %" G_GUINT64_FORMAT,
               shown, self->size, wanted);
  return FALSE;
}

gboolean
_evs_elf_check (const char *file, const char *shown, GError **error)
{
  Elf elf = { -1, 0, { { 0 } } };
  gboolean ok = open_elf (&elf, file);

  if (ok)
    ok = check (&elf, shown, error);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN, "%s: %s", shown,
                 g_strerror (errno));
  close_elf (&elf);
  return ok;
}

/* --------------------------------------------------------------- nodelete */

/* The dynamic section ends with DT_NULL. */
static gboolean
has_nodelete (const Elf *self, const ElfW (Phdr) * dynamic)
{
  ElfW (Dyn) entry = { 0 };

  for (guint64 at = 0; at + sizeof entry <= dynamic->p_filesz;
       at += sizeof entry)
    {
      if (!read_at (self, dynamic->p_offset + at, &entry, sizeof entry)
          || entry.d_tag == DT_NULL)
        return FALSE;
      if (entry.d_tag == DT_FLAGS_1)
        return (entry.d_un.d_val & DF_1_NODELETE) != 0;
    }
  return FALSE;
}

gboolean
_evs_elf_is_nodelete (const char *file)
{
  Elf elf = { -1, 0, { { 0 } } };
  ElfW (Phdr) segment;
  gboolean found = FALSE;

  if (open_elf (&elf, file)
      && read_at (&elf, 0, &elf.header, sizeof elf.header))
    for (guint i = 0; i < elf.header.e_phnum && !found; i++)
      found = read_segment (&elf, i, &segment) && segment.p_type == PT_DYNAMIC
              && has_nodelete (&elf, &segment);
  close_elf (&elf);
  return found;
}
