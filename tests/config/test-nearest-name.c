/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-nearest-name.h"
#include "evs-test.h"

static const char *const known[] = { "cipher",   "compressor", "store",
                                     "key-file", "min-size",   "max-size",
                                     NULL };

static const char *
nearest (const char *name)
{
  return _evs_nearest_name (name, known);
}

static void
test_one_edit (void)
{
  g_assert_cmpstr (nearest ("cypher"), ==, "cipher");
  g_assert_cmpstr (nearest ("ciper"), ==, "cipher");
  g_assert_cmpstr (nearest ("cippher"), ==, "cipher");
  g_assert_cmpstr (nearest ("cipher"), ==, "cipher");
}

static void
test_swapped_letters_are_one_edit (void)
{
  const char *const both[] = { "store", "stroe", NULL };

  g_assert_cmpstr (nearest ("stroe"), ==, "store");
  g_assert_cmpstr (nearest ("tsore"), ==, "store");
  g_assert_null (nearest ("soxre"));
  g_assert_cmpstr (_evs_nearest_name ("stroe", both), ==, "stroe");
}

static void
test_case_and_underscore_do_not_count (void)
{
  g_assert_cmpstr (nearest ("KEY_FILE"), ==, "key-file");
  g_assert_cmpstr (nearest ("Key_Fiel"), ==, "key-file");
}

static void
test_a_third_may_be_wrong (void)
{
  g_assert_cmpstr (nearest ("ciXXer"), ==, "cipher");
  g_assert_null (nearest ("cXXXer"));
  g_assert_null (nearest (""));
  g_assert_null (nearest ("directory"));
}

static void
test_first_of_equals (void)
{
  g_assert_cmpstr (nearest ("mix-size"), ==, "min-size");
  g_assert_cmpstr (nearest ("maz-size"), ==, "max-size");
}

static void
test_nothing_known (void)
{
  const char *const none[] = { NULL };

  g_assert_null (_evs_nearest_name ("store", none));
}

static void
test_long_names (void)
{
  g_autofree char *most = g_strnfill (64, 'a');
  g_autofree char *more = g_strnfill (65, 'a');
  const char *const long_ones[] = { more, most, NULL };

  g_assert_cmpstr (_evs_nearest_name (most, long_ones), ==, most);
  g_assert_null (_evs_nearest_name (more, long_ones));
}

static void
test_hint (void)
{
  g_autofree char *hint = _evs_nearest_hint ("stroe", known);
  g_autofree char *none = _evs_nearest_hint ("xyzzy", known);

  g_assert_cmpstr (hint, ==, "; did you mean store?");
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/nearest-name/one-edit", test_one_edit);
  g_test_add_func ("/nearest-name/swapped-letters-are-one-edit",
                   test_swapped_letters_are_one_edit);
  g_test_add_func ("/nearest-name/case-and-underscore-do-not-count",
                   test_case_and_underscore_do_not_count);
  g_test_add_func ("/nearest-name/a-third-may-be-wrong",
                   test_a_third_may_be_wrong);
  g_test_add_func ("/nearest-name/first-of-equals", test_first_of_equals);
  g_test_add_func ("/nearest-name/nothing-known", test_nothing_known);
  g_test_add_func ("/nearest-name/long-names", test_long_names);
  g_test_add_func ("/nearest-name/hint", test_hint);

  return g_test_run ();
}
