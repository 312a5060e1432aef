/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Once the mapper is made, its master key is nowhere in this process: not in
 * freed memory, not on the stack. */

#include "fixture.h"

#include <eventseal/evs-key.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#define LINE_SIZE 61
#define PREFIX_SIZE 16
#define BASE64_SIZE 44
#define KEY_SIZE 32

/* What is looked for, hidden under a mask so that it is not found here. */
typedef struct
{
  guint8 mask[BASE64_SIZE];
  guint8 masked[BASE64_SIZE];
  gsize size;
} Needle;

static void
needle_init (Needle *needle, const guint8 *bytes, gsize size)
{
  g_assert_cmpint (getrandom (needle->mask, sizeof needle->mask, 0), ==,
                   sizeof needle->mask);
  for (gsize i = 0; i < size; i++)
    needle->masked[i] = bytes[i] ^ needle->mask[i];
  needle->size = size;
}

static guint
count_in (const Needle *needle, const volatile guint8 *bytes, gsize size)
{
  guint n = 0;

  for (gsize at = 0; at + needle->size <= size; at++)
    {
      gsize i = 0;

      while (i < needle->size
             && (bytes[at + i] ^ needle->mask[i]) == needle->masked[i])
        i++;
      n += i == needle->size;
    }
  return n;
}

/* In all memory of this process that can be written. */
static guint
count (const Needle *needle)
{
  FILE *maps = fopen ("/proc/self/maps", "re");
  char line[1024];
  guint n = 0;

  g_assert_nonnull (maps);
  while (fgets (line, sizeof line, maps) != NULL)
    {
      gsize start;
      gsize end;
      char access[5];

      if (sscanf (line, "%zx-%zx %4s", &start, &end, access) == 3
          && g_str_has_prefix (access, "rw"))
        n += count_in (needle, (const guint8 *) start, end - start);
    }
  fclose (maps);
  return n;
}

/* The key in @path: its base64, its bytes, and these as a hash's words are.
 * All the memory that this takes is a page that goes again. */
static void
read_needles (const char *path, Needle needles[3])
{
  guint8 *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *text = (char *) page + PREFIX_SIZE;
  guint8 *key = page + 1024;
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  int state = 0;
  guint save = 0;

  g_assert_cmpint (read (fd, page, LINE_SIZE), ==, LINE_SIZE);
  close (fd);
  g_assert_cmpuint (
      g_base64_decode_step (text, BASE64_SIZE, key, &state, &save), ==,
      KEY_SIZE);
  needle_init (&needles[0], (const guint8 *) text, BASE64_SIZE);
  needle_init (&needles[1], key, KEY_SIZE);
  for (gsize i = 0; i < KEY_SIZE; i++)
    key[64 + i] = key[i ^ 3];
  needle_init (&needles[2], key + 64, KEY_SIZE);
  munmap (page, 4096);
}

static EvsMapper *
make_mapper (const EvsTestFolder *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = evs_config_new_from_data (
      "[eventseal]\nformat=1\nstore=memory\ncipher=aes-cbc\n"
      "[cipher aes-cbc]\nkey-file=secret.key\n",
      -1, folder->path, &error);
  EvsMapper *mapper;

  g_assert_no_error (error);
  mapper = evs_mapper_new_pipeline (config, &fixture_store_id, &error);
  g_assert_no_error (error);
  return mapper;
}

static void
seal_something (EvsMapper *mapper)
{
  g_auto (EvsBuffer) data = { NULL, 0, 0 };
  g_autoptr (GError) error = NULL;
  EvsEventView event = fixture_event (fixture_span ("{}"));
  gpointer worker;

  evs_mapper_begin (mapper, &worker, &error);
  evs_mapper_map (mapper, worker, &event, &data, &error);
  evs_mapper_end (mapper, worker);
  g_assert_no_error (error);
}

/* These keep what was freed, or have too much memory to search. */
static gboolean
skip_memory_checker (void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  gboolean checked = TRUE;
#elif defined(__has_feature)
  gboolean checked = __has_feature (address_sanitizer);
#else
  gboolean checked = FALSE;
#endif

  /* Valgrind comes by LD_PRELOAD. */
  if (!checked && g_getenv ("LD_PRELOAD") == NULL)
    return FALSE;
  g_test_skip ("a memory checker keeps what was freed");
  return TRUE;
}

static void
test_search_finds (void)
{
  guint8 bytes[KEY_SIZE];
  Needle needle;

  if (skip_memory_checker ())
    return;
  g_assert_cmpint (getrandom (bytes, sizeof bytes, 0), ==, sizeof bytes);
  needle_init (&needle, bytes, sizeof bytes);
  g_assert_cmpuint (count (&needle), >=, 1);
}

static void
test_no_trace (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "secret.key");
  g_autoptr (EvsMapper) mapper = NULL;
  g_autoptr (GError) error = NULL;
  Needle needles[3];

  if (skip_memory_checker ())
    return;
  evs_key_file_create (path, &error);
  g_assert_no_error (error);
  read_needles (path, needles);
  mapper = make_mapper (folder);
  seal_something (mapper);

  for (gsize i = 0; i < G_N_ELEMENTS (needles); i++)
    g_assert_cmpuint (count (&needles[i]), ==, 0);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  g_test_add_func ("/key-traces/search-finds", test_search_finds);
  g_test_add_func ("/key-traces/none", test_no_trace);
  return g_test_run ();
}
