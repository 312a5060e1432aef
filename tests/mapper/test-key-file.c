/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-test.h"

#include "evs-key.h"
#include <eventseal/evs-key.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* 32 bytes, 0 to 31. */
#define BASE64_32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define BASE64_24 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
#define BASE64_16 "AAECAwQFBgcICQoLDA0ODw=="

/* ------------------------------------------------------------------- fixture
 */

static void
assert_loads (const char *text, gsize size)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path =
      evs_test_folder_write (folder, "secret.key", text, 0400);
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsSecret) key = _evs_key_file_load (path, &error);

  g_assert_true (evs_key_file_check (path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (key->size, ==, size);
  for (gsize i = 0; i < size; i++)
    g_assert_cmphex (key->data[i], ==, i);
}

/* Asserts "PATH: MESSAGE", and that no four bytes of the key stand in it. */
static void
assert_refused (const char *path, EvsError code, const char *message)
{
  g_autofree char *wanted = g_strconcat (path, ": ", message, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_key_file_check (path, NULL));
  g_assert_null (_evs_key_file_load (path, &error));
  g_assert_nonnull (error);
  for (const char *part = BASE64_32; strlen (part) >= 4; part++)
    {
      g_autofree char *four = g_strndup (part, 4);

      g_assert_null (strstr (error->message + strlen (path), four));
    }
  evs_assert_error (error, code, wanted);
}

static void
assert_text_refused (const char *text, const char *message)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path =
      evs_test_folder_write (folder, "secret.key", text, 0600);

  assert_refused (path, EVS_ERROR_KEY, message);
}

/* ---------------------------------------------------------------------- text
 */

static void
test_three_sizes (void)
{
  assert_loads ("eventseal-key-1 " BASE64_16 "\n", 16);
  assert_loads ("eventseal-key-1 " BASE64_24 "\n", 24);
  assert_loads ("eventseal-key-1 " BASE64_32 "\n", 32);
}

static void
test_last_newline_may_be_missing (void)
{
  assert_loads ("eventseal-key-1 " BASE64_32, 32);
}

static void
test_empty (void)
{
  assert_text_refused ("", "empty; wanted is one line, "
                           "\"eventseal-key-1 BASE64\"");
}

static void
test_wrong_beginning (void)
{
  static const char *const texts[] = { BASE64_32 "\n",
                                       "eventseal-key-2 " BASE64_32 "\n",
                                       "eventseal-key-1\t" BASE64_32 "\n",
                                       " eventseal-key-1 " BASE64_32 "\n",
                                       "\xEF\xBB\xBF"
                                       "eventseal-key-1 " BASE64_32 "\n",
                                       "eventseal-key-1",
                                       "\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_text_refused (texts[i], "does not begin with \"eventseal-key-1 \"; "
                                   "wanted is one line, "
                                   "\"eventseal-key-1 BASE64\"");
}

static void
test_more_than_one_line (void)
{
  static const char *const texts[] = {
    "eventseal-key-1 " BASE64_32 "\n\n", "eventseal-key-1 " BASE64_32 "\n#",
    "eventseal-key-1 " BASE64_32 "\neventseal-key-1 " BASE64_32 "\n",
    "# mine\neventseal-key-1 " BASE64_32 "\n"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_text_refused (texts[i], "more than one line; wanted is one line, "
                                   "\"eventseal-key-1 BASE64\"");
}

static void
test_not_base64 (void)
{
  static const char *const texts[] = {
    (BASE64_32 "\r"),                                /* from another system */
    (BASE64_32 " "),                                 /* white space */
    ("\t" BASE64_32),                                /* white space */
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",   /* no padding */
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8==", /* too much of it */
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",  /* loose bits */
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh_=",  /* another alphabet */
    "AAEC=AwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",  /* padding inside */
    "000102030405060708090a0b0c0d0e0f1",             /* hexadecimal */
    "=",
    "====",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text =
          g_strconcat ("eventseal-key-1 ", texts[i], "\n", NULL);

      assert_text_refused (text, "what follows \"eventseal-key-1 \" is not "
                                 "base64 with its padding and nothing else");
    }
}

static void
test_wrong_length (void)
{
  assert_text_refused ("eventseal-key-1 \n",
                       "a key of 0 bytes, not of 16, 24 or 32");
  assert_text_refused ("eventseal-key-1 AAECAwQF\n",
                       "a key of 6 bytes, not of 16, 24 or 32");
  assert_text_refused ("eventseal-key-1 " BASE64_24 BASE64_24 "\n",
                       "a key of 48 bytes, not of 16, 24 or 32");
}

static void
test_zeros (void)
{
  assert_text_refused ("eventseal-key-1 "
                       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                       "a key of zeros only, not of random bytes");
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (1025, 'A');

  assert_text_refused (text, "over 1024 bytes, which no key file has; "
                             "wanted is one line, "
                             "\"eventseal-key-1 BASE64\"");
}

/* A NUL ends no line here. */
static void
test_nul_inside (void)
{
  static const char text[] = "eventseal-key-1 " BASE64_32 "\0\n";
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "secret.key");
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, sizeof text - 1,
                            G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  assert_refused (path, EVS_ERROR_KEY,
                  "what follows \"eventseal-key-1 \" is not base64 with its "
                  "padding and nothing else");
}

/* ---------------------------------------------------------------------- file
 */

static void
test_missing (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "secret.key");

  assert_refused (path, EVS_ERROR_KEY,
                  "No such file or directory; a key file is wanted here");
}

static void
test_folder (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  assert_refused (folder->path, EVS_ERROR_KEY,
                  "a folder, where a regular file is wanted");
}

static void
test_symbolic_link (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "link.key");
  g_autofree char *target = evs_test_folder_write (
      folder, "secret.key", "eventseal-key-1 " BASE64_32 "\n", 0400);

  g_assert_cmpint (symlink (target, path), ==, 0);
  assert_refused (path, EVS_ERROR_KEY,
                  "a symbolic link, where a regular file is wanted");
}

/* Opening one for reading would wait for a writer. */
static void
test_fifo (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "secret.key");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_refused (path, EVS_ERROR_KEY,
                  "a special file, where a regular file is wanted");
}

static void
test_open_to_others (void)
{
  static const guint modes[] = { 0644, 0640, 0604, 0660, 0620,
                                 0602, 0610, 0601, 0444, 0777 };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
      g_autofree char *path = evs_test_folder_write (
          folder, "secret.key", "eventseal-key-1 " BASE64_32 "\n", modes[i]);
      g_autofree char *message = g_strdup_printf (
          "mode %04o is open to others, wanted is 0400 or 0600", modes[i]);

      assert_refused (path, EVS_ERROR_KEY, message);
    }
}

static void
test_of_another_user (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_write (
      folder, "secret.key", "eventseal-key-1 " BASE64_32 "\n", 0600);

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  g_assert_cmpint (chown (path, 12345, 0), ==, 0);
  assert_refused (path, EVS_ERROR_KEY,
                  "belongs to user 12345, not to user 0 or root");
}

/* -------------------------------------------------------------------- create
 */

static void
test_create (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "secret.key");
  g_autofree char *other_path = evs_test_folder_file (folder, "other.key");
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsSecret) key = NULL;
  g_autoptr (EvsSecret) other = NULL;
  mode_t mask = umask (0777);
  struct stat st;

  evs_key_file_create (path, &error);
  umask (mask);
  g_assert_no_error (error);
  evs_key_file_create (other_path, &error);
  g_assert_no_error (error);

  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmphex (st.st_mode, ==, S_IFREG | 0400);
  key = _evs_key_file_load (path, &error);
  g_assert_no_error (error);
  other = _evs_key_file_load (other_path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (key->size, ==, 32);
  g_assert_cmpint (memcmp (key->data, other->data, 32), !=, 0);
}

static void
test_create_never_overwrites (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path =
      evs_test_folder_write (folder, "secret.key", "mine", 0600);
  g_autofree char *link = evs_test_folder_file (folder, "link.key");
  g_autofree char *nowhere = evs_test_folder_file (folder, "nowhere.key");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_key_file_create (path, &error));
  evs_assert_error (error, EVS_ERROR_IO, "*/secret.key: File exists");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "mine");

  g_assert_cmpint (symlink (nowhere, link), ==, 0);
  g_assert_false (evs_key_file_create (link, &error));
  evs_assert_error (error, EVS_ERROR_IO, "*/link.key: File exists");
  g_assert_false (g_file_test (nowhere, G_FILE_TEST_EXISTS));
}

static void
test_create_in_no_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (evs_key_file_create ("/nonexistent/secret.key", &error));
  evs_assert_error (error, EVS_ERROR_IO,
                    "/nonexistent/secret.key: No such file or directory");
}

/* As on a full device: nothing half-written stays. */
static void
test_create_that_cannot_write (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "secret.key");
  g_autoptr (GError) error = NULL;
  struct rlimit old;
  struct rlimit none;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  none = old;
  none.rlim_cur = 20;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  g_assert_false (evs_key_file_create (path, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  signal (SIGXFSZ, SIG_DFL);

  evs_assert_error (error, EVS_ERROR_IO, "*/secret.key: File too large");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/key-file/three-sizes", test_three_sizes);
  g_test_add_func ("/key-file/last-newline", test_last_newline_may_be_missing);
  g_test_add_func ("/key-file/empty", test_empty);
  g_test_add_func ("/key-file/wrong-beginning", test_wrong_beginning);
  g_test_add_func ("/key-file/more-than-one-line", test_more_than_one_line);
  g_test_add_func ("/key-file/not-base64", test_not_base64);
  g_test_add_func ("/key-file/wrong-length", test_wrong_length);
  g_test_add_func ("/key-file/zeros", test_zeros);
  g_test_add_func ("/key-file/too-long", test_too_long);
  g_test_add_func ("/key-file/nul-inside", test_nul_inside);
  g_test_add_func ("/key-file/missing", test_missing);
  g_test_add_func ("/key-file/folder", test_folder);
  g_test_add_func ("/key-file/symbolic-link", test_symbolic_link);
  g_test_add_func ("/key-file/fifo", test_fifo);
  g_test_add_func ("/key-file/open-to-others", test_open_to_others);
  g_test_add_func ("/key-file/of-another-user", test_of_another_user);
  g_test_add_func ("/key-file/create", test_create);
  g_test_add_func ("/key-file/create-never-overwrites",
                   test_create_never_overwrites);
  g_test_add_func ("/key-file/create-in-no-folder", test_create_in_no_folder);
  g_test_add_func ("/key-file/create-that-cannot-write",
                   test_create_that_cannot_write);
  return g_test_run ();
}
