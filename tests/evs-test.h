/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-error.h>

G_BEGIN_DECLS

/* Sets up GLib's test framework: what main () of every test calls first. */
void evs_test_init (int *argc, char ***argv);

/* A folder of its own for a test: mode 0700, under the build folder's
 * TMPDIR; evs_test_folder_free () removes it with all that is in it. */
typedef struct
{
  char *path;
} EvsTestFolder;

EvsTestFolder *evs_test_folder_new (void);
void evs_test_folder_free (EvsTestFolder *folder);

/* (transfer full): the path of @name in @folder. */
char *evs_test_folder_file (const EvsTestFolder *folder, const char *name);

/* Writes a file with exactly @mode; returns its path (transfer full). */
char *evs_test_folder_write (const EvsTestFolder *folder, const char *name,
                             const char *text, guint mode);

/* Whether any regular file under @path has @needle in it, in any of the
 * forms a leak could take: raw, hexadecimal in either case, base64 at each of
 * its three offsets, UTF-16 in either byte order. The form found is put in
 * *@form if it is not NULL. */
gboolean evs_test_tree_shows (const char *path, gconstpointer needle,
                              gsize size, const char **form);

/* How often to repeat what @n times are right for: fewer times where each is
 * very slow, as under valgrind. */
guint evs_test_rounds (guint n);

/* A path in the source or build tree (transfer full). */
char *evs_test_source_file (const char *name);
char *evs_test_build_file (const char *name);

/* Puts @folder before the others of EVENTSEAL_PLUGIN_PATH. */
void evs_test_add_plugin_folder (const char *folder);

/* Asserts domain, code, and that the message is one line that matches the
 * glob @pattern; then clears the error. */
#define evs_assert_error(error, code, pattern)                                 \
  evs_test_check_error (G_STRLOC, &(error), code, pattern)

void evs_test_check_error (const char *where, GError **error, EvsError code,
                           const char *pattern);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsTestFolder, evs_test_folder_free)

G_END_DECLS
