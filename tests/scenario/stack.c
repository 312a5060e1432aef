/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "stack.h"

#include <string.h>

void
stack_set_up (Stack *stack, gconstpointer store)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  stack->folder = evs_test_folder_new ();
  stack->store = store;
  key = evs_test_folder_file (stack->folder, "secret.key");
  evs_key_file_create (key, &error);
  g_assert_no_error (error);
}

void
stack_tear_down (Stack *stack, gconstpointer store)
{
  evs_test_folder_free (stack->folder);
}

char *
stack_store_group (const Stack *stack)
{
  if (g_str_equal (stack->store, "bdb") || g_str_equal (stack->store, "lmdb"))
    return g_strdup_printf ("[store %s]\ndirectory=events\n", stack->store);
  return g_strdup_printf ("[store %s]\nname=%s\n", stack->store,
                          stack->folder->path);
}

char *
stack_config_text (const Stack *stack, const char *which, const char *mapper)
{
  g_autofree char *group = stack_store_group (stack);
  gboolean encrypted = g_str_equal (which, "encrypted");

  return g_strdup_printf (
      "[eventseal]\nformat=1\nstore=%s\n%s%s%s%s", stack->store,
      encrypted ? "compressor=lz4\ncipher=aes-cbc\n" : "", group,
      encrypted ? "[cipher aes-cbc]\nkey-file=secret.key\n" : "", mapper);
}

EvsApplication *
stack_open_with (const Stack *stack, const char *which, const char *mapper)
{
  g_autofree char *text = stack_config_text (stack, which, mapper);
  g_autofree char *name = g_strconcat (which, ".conf", NULL);
  g_autofree char *path =
      evs_test_folder_write (stack->folder, name, text, 0600);
  g_autoptr (GError) error = NULL;
  EvsApplication *app = evs_application_open (path, &error);

  g_assert_no_error (error);
  return app;
}

EvsApplication *
stack_open (const Stack *stack, const char *which)
{
  return stack_open_with (stack, which, "");
}

void
stack_assert_record_shows (EvsApplication *app, const EvsId *id,
                           guint64 version, const char *text, gboolean shows)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path = evs_test_folder_file (folder, "record");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = NULL;
  EvsRecordStore *records;

  records =
      evs_event_store_get_record_store (evs_application_get_event_store (app));
  data = evs_record_store_get_data (records, id, version, NULL, NULL, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, g_bytes_get_data (data, NULL),
                       (gssize) g_bytes_get_size (data), &error);
  g_assert_no_error (error);
  g_assert_cmpint (
      evs_test_tree_shows (folder->path, text, strlen (text), NULL), ==, shows);
}

void
stack_assert_last_position (EvsApplication *app, guint64 expected)
{
  g_autoptr (GError) error = NULL;
  guint64 position;

  evs_event_store_last_position (evs_application_get_event_store (app),
                                 &position, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (position, ==, expected);
}
