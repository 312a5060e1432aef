/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-secret.h"
#include "evs-test.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* The linker puts this in the place of munmap () (see local.mk): the last
 * look at a page before it is gone. */
int __wrap_munmap (void *pages, size_t length);
int __real_munmap (void *pages, size_t length);

static const guint8 *watched;
static gsize seen;
static gboolean wiped;

static gboolean
is_zero (const guint8 *bytes, gsize size)
{
  guint8 any = 0;

  for (gsize i = 0; i < size; i++)
    any |= bytes[i];
  return any == 0;
}

int
__wrap_munmap (void *pages, size_t length)
{
  if (pages == watched)
    {
      seen++;
      wiped = is_zero (pages, length);
    }
  return __real_munmap (pages, length);
}

static void
test_holds_bytes (void)
{
  const char key[] = "0123456789abcdef";
  g_autoptr (EvsSecret) secret = _evs_secret_new_copy (key, 16);

  g_assert_cmpmem (secret->data, (int) secret->size, key, 16);
}

static void
test_starts_empty (void)
{
  gsize sizes[] = { 1, 32, 4096, 4097, 1024 * 1024 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (EvsSecret) secret = _evs_secret_new (sizes[i]);

      g_assert_cmpuint (secret->size, ==, sizes[i]);
      g_assert_true (is_zero (secret->data, sizes[i]));
      memset (secret->data, 0xFF, sizes[i]);
    }
}

static void
test_is_wiped_before_it_goes (void)
{
  EvsSecret *secret = _evs_secret_new (5000);

  memset (secret->data, 0xA5, 5000);
  watched = secret->data;
  seen = 0;
  _evs_secret_free (secret);
  g_assert_cmpuint (seen, ==, 1);
  g_assert_true (wiped);
  watched = NULL;
}

/* The child dies of a signal where the system can only leave the pages out,
 * and sees zeros where it can wipe them. Either will do. */
static void
test_forked_child_sees_none (void)
{
  g_autoptr (EvsSecret) secret = _evs_secret_new_copy ("0123456789abcdef", 16);
  pid_t child = fork ();
  int status;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (is_zero (secret->data, secret->size) ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_false (WIFEXITED (status) && WEXITSTATUS (status) != 0);
  g_assert_cmpmem (secret->data, 16, "0123456789abcdef", 16);
}

/* What Linux says about the pages at @address: the line of "VmFlags:". */
static char *
page_flags (gconstpointer address)
{
  g_autofree char *start = g_strdup_printf ("%lx-", (gulong) address);
  g_autofree char *maps = NULL;
  const char *entry;
  const char *flags;

  if (!g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL))
    return NULL;
  entry = strstr (maps, start);
  flags = entry != NULL ? strstr (entry, "VmFlags:") : NULL;
  if (flags == NULL)
    return NULL;
  return g_strndup (flags, strcspn (flags, "\n"));
}

static void
test_is_left_out_of_core_dumps (void)
{
  g_autoptr (EvsSecret) secret = _evs_secret_new_copy ("0123456789abcdef", 16);
  g_autofree char *flags = page_flags (secret->data);

  if (flags == NULL)
    {
      g_test_skip ("this system does not tell a page's flags");
      return;
    }
  g_assert_nonnull (strstr (flags, " dd"));
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/secret/holds-bytes", test_holds_bytes);
  g_test_add_func ("/secret/starts-empty", test_starts_empty);
  g_test_add_func ("/secret/is-wiped-before-it-goes",
                   test_is_wiped_before_it_goes);
  g_test_add_func ("/secret/forked-child-sees-none",
                   test_forked_child_sees_none);
  g_test_add_func ("/secret/is-left-out-of-core-dumps",
                   test_is_left_out_of_core_dumps);

  return g_test_run ();
}
