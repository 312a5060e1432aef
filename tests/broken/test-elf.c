/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Files that the dynamic linker must never see: cut short, for another
 * machine, no shared objects. What they are made of is a real plugin.
 */

#include "evs-elf.h"
#include "evs-module.h"
#include "evs-test.h"

#include <glib/gstdio.h>

#include <elf.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  EvsTestFolder *folder;
  char *file; /* the plugin is written there, changed */
  guint8 *bytes;
  gsize size;
} Place;

static void
place_set_up (Place *place, gconstpointer unused)
{
  g_autofree char *plugin =
      evs_test_build_file ("plugins/.libs/store-memory.so");
  g_autoptr (GError) error = NULL;

  place->folder = evs_test_folder_new ();
  place->file = evs_test_folder_file (place->folder, "store-memory.so");
  g_assert_true (g_file_get_contents (plugin, (char **) &place->bytes,
                                      &place->size, &error));
}

static void
place_tear_down (Place *place, gconstpointer unused)
{
  g_free (place->bytes);
  g_free (place->file);
  evs_test_folder_free (place->folder);
}

static void
write_bytes (Place *place, gsize size)
{
  FILE *file = g_fopen (place->file, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (place->bytes, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

static const EvsPlugin *
open_it (Place *place, GError **error)
{
  return _evs_module_open (place->file, EVS_PLUGIN_STORE, "memory", error);
}

/* @fact: a glob for what stands behind the file. */
static void
refuse (Place *place, gsize size, const char *fact)
{
  g_autofree char *message = g_strconcat (place->file, ": ", fact, NULL);
  g_autoptr (GError) error = NULL;

  write_bytes (place, size);
  g_assert_null (open_it (place, &error));
  evs_assert_error (error, EVS_ERROR_PLUGIN, message);
}

static void
test_whole (Place *place, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  write_bytes (place, place->size);
  g_assert_nonnull (open_it (place, &error));
  g_assert_no_error (error);
}

/* Without the check, the linker ends the process at many of these lengths. */
static void
test_cut_anywhere (Place *place, gconstpointer unused)
{
  const char *fact = "too short, wanted a shared object";

  for (gsize size = 0; size < place->size; size += 64)
    {
      refuse (place, size, fact);
      fact = "cut short: * bytes, its header says at least *";
    }
  refuse (place, place->size - 1, fact);
}

static void
test_text (Place *place, gconstpointer unused)
{
  memset (place->bytes, ' ', place->size);
  refuse (place, place->size, "not an ELF file, wanted a shared object");
  refuse (place, 4, "too short, wanted a shared object");
}

static void
test_zeros (Place *place, gconstpointer unused)
{
  memset (place->bytes, 0, place->size);
  refuse (place, place->size, "not an ELF file, wanted a shared object");
}

static void
test_other_machine (Place *place, gconstpointer unused)
{
  guint8 class = place->bytes[EI_CLASS];
  static const char fact[] = "built for another machine, wanted this one's";

  place->bytes[EI_CLASS] = class == ELFCLASS64 ? ELFCLASS32 : ELFCLASS64;
  refuse (place, place->size, fact);
  place->bytes[EI_CLASS] = class;
  place->bytes[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
  refuse (place, place->size, fact);
  place->bytes[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
  place->bytes[G_STRUCT_OFFSET (Elf64_Ehdr, e_machine)] ^= 1;
  refuse (place, place->size, fact);
}

/* The type stands at one offset in every class. */
static void
test_other_type (Place *place, gconstpointer unused)
{
  guint8 *type = place->bytes + G_STRUCT_OFFSET (Elf64_Ehdr, e_type);

  memset (type, 0, 2);
  refuse (place, place->size, "no shared object, wanted one");
}

static void
test_nodelete (Place *place, gconstpointer unused)
{
  g_autofree char *good =
      evs_test_build_file ("tests/broken/.libs/compressor-good.so");
  g_autofree char *deletable =
      evs_test_build_file ("tests/broken/.libs/compressor-deletable.so");

  g_assert_true (_evs_elf_is_nodelete (good));
  g_assert_false (_evs_elf_is_nodelete (deletable));
}

static void
add (const char *path, void (*test) (Place *, gconstpointer))
{
  g_test_add (path, Place, NULL, place_set_up, test, place_tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("/elf/whole", test_whole);
  add ("/elf/cut-anywhere", test_cut_anywhere);
  add ("/elf/text", test_text);
  add ("/elf/zeros", test_zeros);
  add ("/elf/other-machine", test_other_machine);
  add ("/elf/other-type", test_other_type);
  add ("/elf/nodelete", test_nodelete);
  return g_test_run ();
}
