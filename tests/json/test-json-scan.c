/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-test.h"

#include <eventseal/evs-json-scan.h>

#include <string.h>

/* Text with zero bytes in it, from a literal. */
#define SPAN(literal)                                                          \
  {                                                                            \
    (literal), sizeof (literal) - 1                                            \
  }

/* The scanner must not look behind the end, so give it memory that ends
 * there: a sanitizer and valgrind then see it look. */
static gboolean
scan (EvsSpan text, EvsJsonValue *value, GError **error)
{
  g_autofree char *copy = g_memdup2 (text.data, text.size);
  EvsSpan exact = { copy, text.size };
  gboolean ok = evs_json_scan (exact, value, error);

  if (ok && value != NULL)
    value->text.data =
        (const char *) text.data + ((const char *) value->text.data - copy);
  return ok;
}

static EvsJsonValue
scan_ok (const char *text)
{
  g_autoptr (GError) error = NULL;
  EvsSpan span = { text, strlen (text) };
  EvsJsonValue value = { 0 };
  gboolean ok = evs_json_scan (span, &value, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return value;
}

static void
assert_bytes (EvsSpan a, EvsSpan b)
{
  g_assert_cmpuint (a.size, ==, b.size);
  g_assert_true (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

static void
assert_span (EvsSpan span, const char *text)
{
  assert_bytes (span, (EvsSpan){ text, strlen (text) });
}

/* ---------------------------------------------------------------- accepted */

static const struct
{
  EvsSpan text;
  EvsJsonType type;
  guint depth;
} accepted[] = {
  { SPAN ("null"), EVS_JSON_NULL, 0 },
  { SPAN ("true"), EVS_JSON_TRUE, 0 },
  { SPAN ("false"), EVS_JSON_FALSE, 0 },
  { SPAN ("0"), EVS_JSON_NUMBER, 0 },
  { SPAN ("-0"), EVS_JSON_NUMBER, 0 },
  { SPAN ("7"), EVS_JSON_NUMBER, 0 },
  { SPAN ("0.1"), EVS_JSON_NUMBER, 0 },
  { SPAN ("-0.0"), EVS_JSON_NUMBER, 0 },
  { SPAN ("1e2"), EVS_JSON_NUMBER, 0 },
  { SPAN ("1E+2"), EVS_JSON_NUMBER, 0 },
  { SPAN ("0e-0"), EVS_JSON_NUMBER, 0 },
  { SPAN ("12.50e007"), EVS_JSON_NUMBER, 0 },
  { SPAN ("1e400"), EVS_JSON_NUMBER, 0 },
  { SPAN ("123456789012345678901"), EVS_JSON_NUMBER, 0 },
  { SPAN ("\"\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"a/b\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\\u0000\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\\uABCD\\uabcd\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\\ud83d\\ude00\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\\ud800\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\\udc00\\ud800\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\x7f\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\xC2\x80\xDF\xBF\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\""),
    EVS_JSON_STRING, 0 },
  { SPAN ("\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\""), EVS_JSON_STRING, 0 },
  { SPAN ("\"\xE2\x80\xA8 \xEF\xBB\xBF\""), EVS_JSON_STRING, 0 },
  { SPAN ("[]"), EVS_JSON_ARRAY, 1 },
  { SPAN ("[ ]"), EVS_JSON_ARRAY, 1 },
  { SPAN ("{}"), EVS_JSON_OBJECT, 1 },
  { SPAN ("{ }"), EVS_JSON_OBJECT, 1 },
  { SPAN ("[[],[[]],{}]"), EVS_JSON_ARRAY, 3 },
  { SPAN ("[1,\t\"two\",\r\n[3], {\"four\" : 4}]"), EVS_JSON_ARRAY, 2 },
  { SPAN ("{\"\":0}"), EVS_JSON_OBJECT, 1 },
  { SPAN ("{\"a\":1,\"a\":1,\"a\":2}"), EVS_JSON_OBJECT, 1 },
  { SPAN ("{\"a\":{\"b\":{\"c\":[null]}},\"d\":0}"), EVS_JSON_OBJECT, 4 },
  { SPAN ("{\"]\":\"}\",\"[\":\"{\"}"), EVS_JSON_OBJECT, 1 },
};

static void
test_accepts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr (GError) error = NULL;
      EvsJsonValue value = { 0 };

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      scan (accepted[i].text, &value, &error);
      g_assert_no_error (error);
      g_assert_cmpint (value.type, ==, accepted[i].type);
      g_assert_cmpuint (value.depth, ==, accepted[i].depth);
      g_assert_true (value.text.data == accepted[i].text.data);
      g_assert_cmpuint (value.text.size, ==, accepted[i].text.size);
    }
}

static void
test_value_has_no_space_around (void)
{
  EvsJsonValue value = scan_ok (" \t\r\n[ 1 ]\n\r\t ");

  assert_span (value.text, "[ 1 ]");
  assert_span (scan_ok (" 1 ").text, "1");
}

/* ----------------------------------------------------------------- refused */

static const struct
{
  EvsSpan text;
  const char *message;
} refused[] = {
  { SPAN (""), "byte 1: the text ends, wanted a value" },
  { SPAN (" \n"), "byte 3: the text ends, wanted a value" },
  { SPAN ("\xEF\xBB\xBF{}"), "byte 1: a byte order mark, wanted a value" },
  { SPAN ("nul"), "byte 1: wanted a value" },
  { SPAN ("Null"), "byte 1: wanted a value" },
  { SPAN ("nullx"), "byte 5: wanted nothing more after the value" },
  { SPAN ("NaN"), "byte 1: wanted a value" },
  { SPAN ("-Infinity"), "byte 2: wanted a digit" },
  { SPAN ("01"), "byte 2: wanted nothing more after the value" },
  { SPAN ("-01"), "byte 3: wanted nothing more after the value" },
  { SPAN ("0x1"), "byte 2: wanted nothing more after the value" },
  { SPAN ("1."), "byte 3: the text ends, wanted a digit" },
  { SPAN ("[1.]"), "byte 4: wanted a digit" },
  { SPAN (".5"), "byte 1: wanted a value" },
  { SPAN ("+1"), "byte 1: wanted a value" },
  { SPAN ("-"), "byte 2: the text ends, wanted a digit" },
  { SPAN ("1e"), "byte 3: the text ends, wanted a digit" },
  { SPAN ("1e+"), "byte 4: the text ends, wanted a digit" },
  { SPAN ("1e+-2"), "byte 4: wanted a digit" },
  { SPAN ("1 2"), "byte 3: wanted nothing more after the value" },
  { SPAN ("1\0"), "byte 2: wanted nothing more after the value" },
  { SPAN ("{} {}"), "byte 4: wanted nothing more after the value" },
  { SPAN ("[1]]"), "byte 4: wanted nothing more after the value" },
  { SPAN ("'a'"), "byte 1: wanted a value" },
  { SPAN ("// a\n1"), "byte 1: wanted a value" },
  { SPAN ("\f1"), "byte 1: wanted a value" },
  { SPAN ("\xC2\xA0"
          "1"),
    "byte 1: wanted a value" },
  { SPAN ("\""), "byte 2: the text ends, wanted '\"'" },
  { SPAN ("\"a\nb\""), "byte 3: control character in a string" },
  { SPAN ("\"a\0b\""), "byte 3: control character in a string" },
  { SPAN ("\"\x1f\""), "byte 2: control character in a string" },
  { SPAN ("\"\\"),
    "byte 3: the text ends, wanted one of \" \\ / b f n r t u after \\" },
  { SPAN ("\"\\x41\""), "byte 3: wanted one of \" \\ / b f n r t u after \\" },
  { SPAN ("\"\\U0041\""),
    "byte 3: wanted one of \" \\ / b f n r t u after \\" },
  { SPAN ("\"\\\0\""), "byte 3: wanted one of \" \\ / b f n r t u after \\" },
  { SPAN ("\"\\u00g0\""), "byte 6: wanted four hexadecimal digits after \\u" },
  { SPAN ("\"\\u12\""), "byte 6: wanted four hexadecimal digits after \\u" },
  { SPAN ("\"\\u123\""), "byte 7: wanted four hexadecimal digits after \\u" },
  { SPAN ("\"\\u12"),
    "byte 6: the text ends, wanted four hexadecimal digits after \\u" },
  { SPAN ("\"a\x80\""), "byte 3: not UTF-8" },            /* no lead */
  { SPAN ("\"\xC3\""), "byte 2: not UTF-8" },             /* cut short */
  { SPAN ("\"\xE2\x82\""), "byte 2: not UTF-8" },         /* cut short */
  { SPAN ("\"\xE2\x82"), "byte 2: not UTF-8" },           /* by the end */
  { SPAN ("\"\xC0\xAF\""), "byte 2: not UTF-8" },         /* overlong */
  { SPAN ("\"\xC1\xBF\""), "byte 2: not UTF-8" },         /* overlong */
  { SPAN ("\"\xE0\x9F\xBF\""), "byte 2: not UTF-8" },     /* overlong */
  { SPAN ("\"\xF0\x8F\xBF\xBF\""), "byte 2: not UTF-8" }, /* overlong */
  { SPAN ("\"\xED\xA0\x80\""), "byte 2: not UTF-8" },     /* surrogate */
  { SPAN ("\"\xED\xBF\xBF\""), "byte 2: not UTF-8" },     /* surrogate */
  { SPAN ("\"\xF4\x90\x80\x80\""), "byte 2: not UTF-8" }, /* > U+10FFFF */
  { SPAN ("\"\xF8\x88\x80\x80\x80\""), "byte 2: not UTF-8" },
  { SPAN ("\"\xFF\""), "byte 2: not UTF-8" },
  { SPAN ("[1,]"), "byte 4: wanted a value" },
  { SPAN ("[,1]"), "byte 2: wanted a value" },
  { SPAN ("[1 2]"), "byte 4: wanted ',' or ']'" },
  { SPAN ("[1:2]"), "byte 3: wanted ',' or ']'" },
  { SPAN ("[1}"), "byte 3: wanted ',' or ']'" },
  { SPAN ("[{]"), "byte 3: wanted '\"'" },
  { SPAN ("["), "byte 2: the text ends, wanted a value" },
  { SPAN ("[1"), "byte 3: the text ends, wanted ',' or ']'" },
  { SPAN ("]"), "byte 1: wanted a value" },
  { SPAN ("{"), "byte 2: the text ends, wanted '\"'" },
  { SPAN ("{1:2}"), "byte 2: wanted '\"'" },
  { SPAN ("{a:2}"), "byte 2: wanted '\"'" },
  { SPAN ("{\"a\"}"), "byte 5: wanted ':'" },
  { SPAN ("{\"a\",1}"), "byte 5: wanted ':'" },
  { SPAN ("{\"a\":}"), "byte 6: wanted a value" },
  { SPAN ("{\"a\":1,}"), "byte 8: wanted '\"'" },
  { SPAN ("{\"a\":1 \"b\":2}"), "byte 8: wanted ',' or '}'" },
  { SPAN ("{\"a\":1]"), "byte 7: wanted ',' or '}'" },
  { SPAN ("{,}"), "byte 2: wanted '\"'" },
};

static void
test_refuses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      EvsJsonValue value = { 0 };

      g_test_message ("case %" G_GSIZE_FORMAT ": %s", i, refused[i].message);
      g_assert_false (scan (refused[i].text, &value, &error));
      g_assert_error (error, EVS_ERROR, EVS_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, refused[i].message);
      g_assert_cmpint (value.type, ==, 0);
      g_assert_false (scan (refused[i].text, NULL, NULL));
    }
}

static void
test_refuses_every_truncation (void)
{
  static const char text[] =
      "{\"a\\u00e9\": [true, false, null, -1.5e+3, \"x\\\\\xE2\x82\xAC\"],"
      " \"b\": {\"c\": {}, \"d\": [[], \"\"]}}";

  scan_ok (text);
  for (gsize size = 0; size < sizeof text - 1; size++)
    {
      g_autoptr (GError) error = NULL;
      EvsSpan cut = { text, size };

      g_assert_false (scan (cut, NULL, &error));
      g_assert_error (error, EVS_ERROR, EVS_ERROR_INVALID);
    }
}

static void
test_no_text_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  EvsSpan none = { NULL, 0 };

  g_assert_false (evs_json_scan (none, NULL, &error));
  evs_assert_error (error, EVS_ERROR_INVALID, "byte 1: the text ends*");
}

/* ----------------------------------------------------------------- nesting */

/* @depth levels, arrays and objects in turn, in a pattern that does not
 * repeat every eight. */
static GString *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, i % 3 == 0 ? "{\"a\":" : "[");
  g_string_append (text, "0");
  for (guint i = depth; i-- > 0;)
    g_string_append_c (text, i % 3 == 0 ? '}' : ']');
  return text;
}

static void
test_nesting_up_to_the_limit (void)
{
  for (guint depth = 1; depth <= EVS_JSON_DEPTH_MAX; depth++)
    {
      GString *text = nested (depth);

      g_assert_cmpuint (scan_ok (text->str).depth, ==, depth);
      g_string_free (text, TRUE);
    }
}

static void
test_nesting_over_the_limit (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *deep = g_strnfill (1000000, '[');
  EvsSpan span = { deep, 1000000 };

  g_assert_false (evs_json_scan (span, NULL, &error));
  evs_assert_error (error, EVS_ERROR_INVALID,
                    "byte 513: nested deeper than 512");
}

static void
test_wrong_end_at_every_level (void)
{
  for (guint depth = 1; depth <= EVS_JSON_DEPTH_MAX; depth++)
    {
      GString *text = nested (depth);
      EvsSpan span = { text->str, text->len };

      text->str[text->len - 1] = ']';
      g_assert_false (evs_json_scan (span, NULL, NULL));
      g_string_free (text, TRUE);
    }
}

/* ----------------------------------------------------------------- members */

static void
assert_next (const EvsJsonValue *object, gsize *offset, const char *name,
             EvsJsonType type, const char *text)
{
  EvsJsonValue key, value;

  g_assert_true (evs_json_object_next (object, offset, &key, &value));
  g_assert_cmpint (key.type, ==, EVS_JSON_STRING);
  assert_span (key.text, name);
  g_assert_cmpint (value.type, ==, type);
  assert_span (value.text, text);
}

static void
assert_end (const EvsJsonValue *object, gsize *offset)
{
  EvsJsonValue key, value;

  g_assert_false (evs_json_object_next (object, offset, &key, &value));
  g_assert_false (evs_json_object_next (object, offset, &key, &value));
}

static void
test_members_as_they_stand (void)
{
  EvsJsonValue object =
      scan_ok (" { \"a\" : 0.10 ,\"b\":[1, {\"x\":\"}\"}],"
               "\"a\":null, \"\\u0061\" :{ } , \"e\":\"\\\"\" }");
  gsize offset = 0;

  assert_next (&object, &offset, "\"a\"", EVS_JSON_NUMBER, "0.10");
  assert_next (&object, &offset, "\"b\"", EVS_JSON_ARRAY, "[1, {\"x\":\"}\"}]");
  assert_next (&object, &offset, "\"a\"", EVS_JSON_NULL, "null");
  assert_next (&object, &offset, "\"\\u0061\"", EVS_JSON_OBJECT, "{ }");
  assert_next (&object, &offset, "\"e\"", EVS_JSON_STRING, "\"\\\"\"");
  assert_end (&object, &offset);
}

static void
test_no_members (void)
{
  EvsJsonValue empty = scan_ok ("{}"), space = scan_ok ("{ \n }");
  gsize offset = 0;

  assert_end (&empty, &offset);
  g_assert_cmpuint (offset, ==, 0);
  assert_end (&space, &offset);
}

static void
test_member_of_a_member (void)
{
  EvsJsonValue object = scan_ok ("{\"a\": {\"b\": 1}}");
  EvsJsonValue name, inner;
  gsize offset = 0;

  g_assert_true (evs_json_object_next (&object, &offset, &name, &inner));
  g_assert_cmpuint (inner.depth, ==, 1);
  offset = 0;
  assert_next (&inner, &offset, "\"b\"", EVS_JSON_NUMBER, "1");
  assert_end (&inner, &offset);
}

/* ----------------------------------------------------------------- strings */

static const struct
{
  const char *json;
  EvsSpan text;
} strings[] = {
  { "\"\"", SPAN ("") },
  { "\"plain\"", SPAN ("plain") },
  { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", SPAN ("\"\\/\b\f\n\r\t") },
  { "\"a\\u0000b\"", SPAN ("a\0b") },
  { "\"\\u00e9\\u20AC\"", SPAN ("\xC3\xA9\xE2\x82\xAC") },
  { "\"\\ud83d\\ude00\"", SPAN ("\xF0\x9F\x98\x80") },
  { "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"",
    SPAN ("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF") },
  { "\"\\uFFFF\\\\u0041\"", SPAN ("\xEF\xBF\xBF\\u0041") },
};

static void
test_strings_are_decoded (void)
{
  g_autoptr (GString) text = g_string_new ("old");

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      EvsJsonValue value = scan_ok (strings[i].json);

      g_assert_true (evs_json_string_get (&value, text));
      assert_bytes ((EvsSpan){ text->str, text->len }, strings[i].text);
      g_assert_cmpint (text->str[text->len], ==, '\0');
    }
}

static void
test_lone_surrogates_have_no_text (void)
{
  static const char *const lone[] = {
    "\"\\ud800\"",          "\"\\udfff\"",        "\"\\ud800x\"",
    "\"\\ud800\\u0041\"",   "\"\\ud800\\ud800\"", "\"\\udc00\\ud800\"",
    "\"\\ud800\\\\udc00\"", "\"\\ud800\\n\"",     "\"\\ud800\\udbff\"",
    "\"\\ud800\\ue000\""
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (lone); i++)
    {
      EvsJsonValue value = scan_ok (lone[i]);

      g_assert_false (evs_json_string_get (&value, text));
    }
}

static void
test_strings_are_quoted (void)
{
  g_autoptr (GString) out = g_string_new ("=");
  EvsSpan text = SPAN ("\0\x01\x1f \"\\/\b\f\n\r\t\x7f\xE2\x82\xAC");
  EvsSpan none = { NULL, 0 };

  evs_json_string_append (out, text);
  g_assert_cmpstr (out->str, ==,
                   "=\"\\u0000\\u0001\\u001f \\\"\\\\/\\b\\f\\n\\r\\t\x7f"
                   "\xE2\x82\xAC\"");
  g_string_truncate (out, 0);
  evs_json_string_append (out, none);
  g_assert_cmpstr (out->str, ==, "\"\"");
}

static void
test_quoting_and_decoding_are_inverse (void)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GString) back = g_string_new (NULL);
  EvsJsonValue value;

  for (gunichar c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 0x101)
    if (g_unichar_validate (c))
      g_string_append_unichar (all, c);
  evs_json_string_append (json, (EvsSpan){ all->str, all->len });
  value = scan_ok (json->str);
  g_assert_true (evs_json_string_get (&value, back));
  assert_bytes ((EvsSpan){ back->str, back->len },
                (EvsSpan){ all->str, all->len });
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/json/accepts", test_accepts);
  g_test_add_func ("/json/value-has-no-space-around",
                   test_value_has_no_space_around);
  g_test_add_func ("/json/refuses", test_refuses);
  g_test_add_func ("/json/refuses-every-truncation",
                   test_refuses_every_truncation);
  g_test_add_func ("/json/no-text-is-refused", test_no_text_is_refused);
  g_test_add_func ("/json/nesting-up-to-the-limit",
                   test_nesting_up_to_the_limit);
  g_test_add_func ("/json/nesting-over-the-limit", test_nesting_over_the_limit);
  g_test_add_func ("/json/wrong-end-at-every-level",
                   test_wrong_end_at_every_level);
  g_test_add_func ("/json/members-as-they-stand", test_members_as_they_stand);
  g_test_add_func ("/json/no-members", test_no_members);
  g_test_add_func ("/json/member-of-a-member", test_member_of_a_member);
  g_test_add_func ("/json/strings-are-decoded", test_strings_are_decoded);
  g_test_add_func ("/json/lone-surrogates-have-no-text",
                   test_lone_surrogates_have_no_text);
  g_test_add_func ("/json/strings-are-quoted", test_strings_are_quoted);
  g_test_add_func ("/json/quoting-and-decoding-are-inverse",
                   test_quoting_and_decoding_are_inverse);
  return g_test_run ();
}
