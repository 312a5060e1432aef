/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-json-scan.h>

#include <string.h>

/* What may follow a backslash, and what it stands for; beside these there is
 * \uXXXX. */
static const char letters[] = "\"\\bfnrt/";
static const char meanings[] = "\"\\\b\f\n\r\t/";

/* What is open: one bit for each level, set for an object. */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
  guint depth;
  guint deepest;
  guint8 is_object[EVS_JSON_DEPTH_MAX / 8];
  GError **error;
} Scanner;

static void
scanner_init (Scanner *self, EvsSpan text, GError **error)
{
  memset (self, 0, sizeof *self);
  self->data = text.data;
  self->size = text.size;
  self->error = error;
}

static gboolean
fail (Scanner *self, const char *what)
{
  g_set_error (self->error, EVS_ERROR, EVS_ERROR_INVALID,
               "byte %" G_GSIZE_FORMAT ": %s%s", self->at + 1,
               self->at == self->size ? "the text ends, " : "", what);
  return FALSE;
}

/* ------------------------------------------------------------------ tokens */

/* The next byte, or -1 at the end. */
static int
peek (const Scanner *self)
{
  return self->at < self->size ? self->data[self->at] : -1;
}

static gboolean
accept (Scanner *self, char c)
{
  if (peek (self) != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static void
skip_space (Scanner *self)
{
  while (accept (self, ' ') || accept (self, '\n') || accept (self, '\r')
         || accept (self, '\t'))
    continue;
}

static gboolean
scan_digits (Scanner *self)
{
  if (!g_ascii_isdigit (peek (self)))
    return fail (self, "wanted a digit");
  while (g_ascii_isdigit (peek (self)))
    self->at++;
  return TRUE;
}

static gboolean
scan_number (Scanner *self)
{
  accept (self, '-');
  if (!accept (self, '0') && !scan_digits (self))
    return FALSE;
  if (accept (self, '.') && !scan_digits (self))
    return FALSE;
  if (!accept (self, 'e') && !accept (self, 'E'))
    return TRUE;
  if (!accept (self, '+'))
    accept (self, '-');
  return scan_digits (self);
}

static gboolean
scan_word (Scanner *self, const char *word)
{
  gsize length = strlen (word);

  if (self->size - self->at < length
      || memcmp (self->data + self->at, word, length) != 0)
    return fail (self, "wanted a value");
  self->at += length;
  return TRUE;
}

static gboolean
scan_escape (Scanner *self)
{
  int c = peek (self);

  if (c != 'u' && (c <= 0 || strchr (letters, c) == NULL))
    return fail (self, "wanted one of \" \\ / b f n r t u after \\");
  self->at++;
  for (int i = 0; c == 'u' && i < 4; i++)
    {
      if (!g_ascii_isxdigit (peek (self)))
        return fail (self, "wanted four hexadecimal digits after \\u");
      self->at++;
    }
  return TRUE;
}

/* The bytes up to the next one that is special within a string. A character
 * of several bytes never has one of these in it. */
static gboolean
scan_run (Scanner *self)
{
  gsize start = self->at;
  const char *bad;
  int c;

  for (c = peek (self); c >= 0x20 && c != '"' && c != '\\'; c = peek (self))
    self->at++;
  if (self->at == start
      || g_utf8_validate_len ((const char *) self->data + start,
                              self->at - start, &bad))
    return TRUE;
  self->at = (gsize) (bad - (const char *) self->data);
  return fail (self, "not UTF-8");
}

static gboolean
scan_string (Scanner *self)
{
  if (!accept (self, '"'))
    return fail (self, "wanted '\"'");
  for (;;)
    {
      if (!scan_run (self))
        return FALSE;
      if (accept (self, '"'))
        return TRUE;
      if (peek (self) < 0)
        return fail (self, "wanted '\"'");
      if (!accept (self, '\\'))
        return fail (self, "control character in a string");
      if (!scan_escape (self))
        return FALSE;
    }
}

/* ----------------------------------------------------------------- nesting */

static gboolean
push (Scanner *self, gboolean is_object)
{
  guint8 bit = (guint8) (1 << self->depth % 8);

  if (self->depth == EVS_JSON_DEPTH_MAX)
    return fail (self, "nested deeper than " G_STRINGIFY (EVS_JSON_DEPTH_MAX));
  self->at++;
  if (is_object)
    self->is_object[self->depth / 8] |= bit;
  else
    self->is_object[self->depth / 8] &= (guint8) ~bit;
  self->depth++;
  self->deepest = MAX (self->deepest, self->depth);
  return TRUE;
}

static gboolean
in_object (const Scanner *self)
{
  guint top = self->depth - 1;

  return (self->is_object[top / 8] >> top % 8) & 1;
}

static gboolean
scan_name (Scanner *self)
{
  skip_space (self);
  if (!scan_string (self))
    return FALSE;
  skip_space (self);
  return accept (self, ':') || fail (self, "wanted ':'");
}

/* A scalar, an empty array or object (which leave *@due alone), or what comes
 * before the first value of one that is not empty. */
static gboolean
scan_start (Scanner *self, gboolean *due)
{
  int c = peek (self);

  if (c == '{' || c == '[')
    {
      if (!push (self, c == '{'))
        return FALSE;
      skip_space (self);
      *due = peek (self) != (c == '{' ? '}' : ']');
      return !*due || c == '[' || scan_name (self);
    }
  if (c == '"')
    return scan_string (self);
  if (c == '-' || g_ascii_isdigit (c))
    return scan_number (self);
  return scan_word (self, c == 't' ? "true" : c == 'f' ? "false" : "null");
}

/* What follows a value: the ends of what it is the last of, then a comma. */
static gboolean
scan_follow (Scanner *self, gboolean *due)
{
  while (self->depth > 0)
    {
      gboolean object = in_object (self);

      skip_space (self);
      if (!accept (self, object ? '}' : ']'))
        {
          *due = accept (self, ',');
          if (!*due)
            return fail (self,
                         object ? "wanted ',' or '}'" : "wanted ',' or ']'");
          return !object || scan_name (self);
        }
      self->depth--;
    }
  return TRUE;
}

static EvsJsonType
type_of (char first)
{
  static const char firsts[] = "{[\"tfn";
  static const EvsJsonType types[] = { EVS_JSON_OBJECT, EVS_JSON_ARRAY,
                                       EVS_JSON_STRING, EVS_JSON_TRUE,
                                       EVS_JSON_FALSE,  EVS_JSON_NULL };
  const char *p = strchr (firsts, first);

  return p != NULL ? types[p - firsts] : EVS_JSON_NUMBER;
}

static gboolean
scan_value (Scanner *self, EvsJsonValue *value)
{
  gboolean due = TRUE;
  gsize start;

  skip_space (self);
  start = self->at;
  while (due)
    {
      due = FALSE;
      skip_space (self);
      if (!scan_start (self, &due) || (!due && !scan_follow (self, &due)))
        return FALSE;
    }
  value->type = type_of ((char) self->data[start]);
  value->depth = self->deepest;
  value->text.data = self->data + start;
  value->text.size = self->at - start;
  return TRUE;
}

gboolean
evs_json_scan (EvsSpan text, EvsJsonValue *value, GError **error)
{
  EvsJsonValue found;
  Scanner scanner;

  g_return_val_if_fail (text.data != NULL || text.size == 0, FALSE);

  scanner_init (&scanner, text, error);
  if (text.size >= 3 && memcmp (text.data, "\xEF\xBB\xBF", 3) == 0)
    return fail (&scanner, "a byte order mark, wanted a value");
  if (!scan_value (&scanner, &found))
    return FALSE;
  skip_space (&scanner);
  if (scanner.at < scanner.size)
    return fail (&scanner, "wanted nothing more after the value");
  if (value != NULL)
    *value = found;
  return TRUE;
}

gboolean
evs_json_object_next (const EvsJsonValue *object, gsize *offset,
                      EvsJsonValue *name, EvsJsonValue *value)
{
  Scanner scanner;

  g_return_val_if_fail (object->type == EVS_JSON_OBJECT, FALSE);
  g_return_val_if_fail (*offset < object->text.size, FALSE);

  scanner_init (&scanner, object->text, NULL);
  scanner.at = *offset;
  skip_space (&scanner);
  if (!accept (&scanner, *offset == 0 ? '{' : ','))
    return FALSE;
  skip_space (&scanner);
  if (!scan_value (&scanner, name) || name->type != EVS_JSON_STRING)
    return FALSE;
  skip_space (&scanner);
  if (!accept (&scanner, ':') || !scan_value (&scanner, value))
    return FALSE;
  *offset = scanner.at;
  return TRUE;
}

/* ----------------------------------------------------------------- strings */

/* The code unit of a validated \uXXXX whose digits start at @digits. */
static gunichar
code_unit (const char *digits)
{
  gunichar unit = 0;

  for (int i = 0; i < 4; i++)
    unit = unit << 4 | (gunichar) g_ascii_xdigit_value (digits[i]);
  return unit;
}

/* Appends what the \u escape whose digits start at @p stands for, and moves @p
 * behind it. */
static gboolean
get_unicode (const char **p, GString *text)
{
  gunichar c = code_unit (*p);

  *p += 4;
  if (c >= 0xD800 && c < 0xDC00 && (*p)[0] == '\\' && (*p)[1] == 'u')
    {
      gunichar low = code_unit (*p + 2);

      if (low < 0xDC00 || low > 0xDFFF)
        return FALSE;
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      *p += 6;
    }
  if (c >= 0xD800 && c <= 0xDFFF)
    return FALSE;
  g_string_append_unichar (text, c);
  return TRUE;
}

gboolean
evs_json_string_get (const EvsJsonValue *string, GString *text)
{
  const char *p = string->text.data, *end = p + string->text.size - 1;

  g_return_val_if_fail (string->type == EVS_JSON_STRING, FALSE);

  g_string_truncate (text, 0);
  for (p++; p < end;)
    {
      const char *escape = memchr (p, '\\', (gsize) (end - p));
      const char *stop = escape != NULL ? escape : end;
      const char *letter;

      g_string_append_len (text, p, stop - p);
      if (escape == NULL)
        break;
      p = escape + 2;
      letter = strchr (letters, escape[1]);
      if (letter != NULL)
        g_string_append_c (text, meanings[letter - letters]);
      else if (!get_unicode (&p, text))
        return FALSE;
    }
  return TRUE;
}

static void
append_escaped (GString *out, guint8 c)
{
  const char *meaning = c != 0 ? strchr (meanings, c) : NULL;

  if (meaning != NULL)
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, letters[meaning - meanings]);
    }
  else
    g_string_append_printf (out, "\\u%04x", c);
}

void
evs_json_string_append (GString *out, EvsSpan text)
{
  const guint8 *p = text.data;
  gsize start = 0;

  g_string_append_c (out, '"');
  for (gsize i = 0; i < text.size; i++)
    {
      if (p[i] >= 0x20 && p[i] != '"' && p[i] != '\\')
        continue;
      g_string_append_len (out, (const char *) p + start, (gssize) (i - start));
      append_escaped (out, p[i]);
      start = i + 1;
    }
  if (start < text.size)
    g_string_append_len (out, (const char *) p + start,
                         (gssize) (text.size - start));
  g_string_append_c (out, '"');
}
