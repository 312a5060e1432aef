/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-setting.h"

#include "evs-path.h"

#include <string.h>

/* ----------------------------------------------------------------- tables */

static const char *const durabilities[] = {
  [EVS_DURABILITY_SYNC] = "sync",
  [EVS_DURABILITY_FLUSH] = "flush",
  [EVS_DURABILITY_NONE] = "none",
  NULL,
};

#define PLUGIN_KEY                                                             \
  {                                                                            \
    .key = "plugin", .type = EVS_SETTING_STRING,                               \
    .help = "The plugin's name, if not the label"                              \
  }

static const EvsSetting cipher_keys[] = {
  [EVS_HOST_KEY_PLUGIN] = PLUGIN_KEY,
  [EVS_HOST_KEY_KEY_FILE] = { .key = "key-file",
                              .type = EVS_SETTING_PATH,
                              .help = "The file that holds the master key" },
};

static const EvsSetting compressor_keys[] = {
  [EVS_HOST_KEY_PLUGIN] = PLUGIN_KEY,
};

static const EvsSetting store_keys[] = {
  [EVS_HOST_KEY_PLUGIN] = PLUGIN_KEY,
  [EVS_HOST_KEY_DURABILITY] = { .key = "durability",
                                .type = EVS_SETTING_CHOICE,
                                .default_value = "sync",
                                .help = "What a commit survives",
                                .choices = durabilities },
};

const EvsSettingTable *
_evs_setting_host_table (EvsPluginKind kind)
{
  static const EvsSettingTable tables[] = {
    [EVS_PLUGIN_CIPHER] = EVS_SETTING_TABLE (cipher_keys),
    [EVS_PLUGIN_COMPRESSOR] = EVS_SETTING_TABLE (compressor_keys),
    [EVS_PLUGIN_STORE] = EVS_SETTING_TABLE (store_keys),
  };

  g_return_val_if_fail (kind > 0 && kind < G_N_ELEMENTS (tables), NULL);

  return &tables[kind];
}

const EvsSetting *
_evs_setting_table_get (const EvsSettingTable *table, gsize index)
{
  const guint8 *first = (const guint8 *) table->settings;

  g_return_val_if_fail (index < table->n_settings, NULL);

  return (gconstpointer) (first + index * table->setting_size);
}

gssize
_evs_setting_table_find (const EvsSettingTable *table, const char *key)
{
  for (gsize i = 0; i < table->n_settings; i++)
    if (strcmp (_evs_setting_table_get (table, i)->key, key) == 0)
      return (gssize) i;
  return -1;
}

/* ---------------------------------------------------------------- numbers */

typedef struct
{
  const char *name;
  guint64 bytes;
} Unit;

/* From the largest. */
static const Unit units[] = {
  { "GiB", 1024 * 1024 * 1024 },
  { "MiB", 1024 * 1024 },
  { "KiB", 1024 },
};

static char *
format_number (const EvsSetting *setting, gint64 number)
{
  if (setting->type == EVS_SETTING_SIZE && number > 0)
    for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
      if ((guint64) number % units[i].bytes == 0)
        return g_strdup_printf ("%" G_GUINT64_FORMAT " %s",
                                (guint64) number / units[i].bytes,
                                units[i].name);
  return g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

static gboolean
check_range (const EvsSetting *setting, gboolean overflow, gint64 number,
             char **reason)
{
  gint64 maximum = setting->maximum != 0 ? setting->maximum : G_MAXINT64;
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  if (!overflow && number >= setting->minimum && number <= maximum)
    return TRUE;

  low = format_number (setting, setting->minimum);
  high = format_number (setting, maximum);
  *reason = g_strdup_printf ("out of range, wanted %s to %s", low, high);
  return FALSE;
}

/* Digits alone: no sign, no blank. *@end is left after them. */
static gboolean
read_digits (const char *text, const char **end, guint64 *number,
             gboolean *overflow)
{
  const char *p = text;

  *number = 0;
  *overflow = FALSE;
  for (; g_ascii_isdigit (*p); p++)
    if (!g_uint64_checked_mul (number, *number, 10)
        || !g_uint64_checked_add (number, *number, (guint64) (*p - '0')))
      *overflow = TRUE;
  *end = p;
  return p > text;
}

static gboolean
parse_integer (const EvsSetting *setting, const char *text,
               EvsSettingValue *value, char **reason)
{
  gboolean negative = setting->minimum < 0 && text[0] == '-';
  const char *end;
  guint64 number;
  gboolean overflow;

  if (!read_digits (text + negative, &end, &number, &overflow) || *end != '\0')
    {
      *reason = g_strdup ("wanted a whole number, in digits alone, such as 10");
      return FALSE;
    }
  overflow = overflow || number > G_MAXINT64;
  value->integer = negative ? -(gint64) number : (gint64) number;
  return check_range (setting, overflow, value->integer, reason);
}

static gboolean
parse_size (const EvsSetting *setting, const char *text, EvsSettingValue *value,
            char **reason)
{
  guint64 factor = 0;
  const char *end;
  gboolean overflow;

  if (read_digits (text, &end, &value->size, &overflow))
    {
      if (*end == '\0')
        factor = 1;
      else if (*end == ' ')
        end++;
      for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
        if (strcmp (end, units[i].name) == 0)
          factor = units[i].bytes;
    }
  if (factor == 0)
    {
      *reason = g_strdup ("not a size, wanted bytes or one such as 16 MiB; "
                          "the units are KiB, MiB and GiB");
      return FALSE;
    }
  if (!g_uint64_checked_mul (&value->size, value->size, factor)
      || value->size > G_MAXINT64)
    overflow = TRUE;
  return check_range (setting, overflow, (gint64) value->size, reason);
}

/* ------------------------------------------------------------------ words */

static gpointer
own (GPtrArray *owned, gpointer memory)
{
  g_ptr_array_add (owned, memory);
  return memory;
}

static gboolean
parse_boolean (const char *text, EvsSettingValue *value, char **reason)
{
  value->boolean = strcmp (text, "true") == 0;
  if (value->boolean || strcmp (text, "false") == 0)
    return TRUE;
  *reason = g_strdup ("wanted true or false");
  return FALSE;
}

static gboolean
parse_choice (const EvsSetting *setting, const char *text,
              EvsSettingValue *value, char **reason)
{
  g_autofree char *words = NULL;

  for (gsize i = 0; setting->choices[i] != NULL; i++)
    if (strcmp (text, setting->choices[i]) == 0)
      {
        value->string = setting->choices[i];
        return TRUE;
      }
  words = g_strjoinv (", ", (char **) setting->choices);
  *reason = g_strdup_printf ("wanted one of %s", words);
  return FALSE;
}

/* A ';' after the last word is allowed, as in every key file. */
static gboolean
parse_list (const char *text, GPtrArray *owned, EvsSettingValue *value,
            char **reason)
{
  g_auto (GStrv) words = g_strsplit (text, ";", -1);
  gsize n = g_strv_length (words);
  const char **list;

  if (n > 0 && g_strstrip (words[n - 1])[0] == '\0')
    n--;
  list = own (owned, g_new0 (const char *, n + 1));
  for (gsize i = 0; i < n; i++)
    {
      list[i] = own (owned, g_strdup (g_strstrip (words[i])));
      if (list[i][0] == '\0')
        {
          *reason = g_strdup ("an empty word, wanted a list such as one;two");
          return FALSE;
        }
    }
  value->list = list;
  return TRUE;
}

static gboolean
parse_path (const char *text, const char *folder, GPtrArray *owned,
            EvsSettingValue *value, char **reason)
{
  if (text[0] == '\0')
    {
      *reason = g_strdup ("empty, wanted a path");
      return FALSE;
    }
  value->string = own (owned, _evs_path_resolve (text, folder));
  return TRUE;
}

gboolean
_evs_setting_parse (const EvsSetting *setting, const char *text,
                    const char *folder, GPtrArray *owned,
                    EvsSettingValue *value, char **reason)
{
  switch ((EvsSettingType) setting->type)
    {
    case EVS_SETTING_STRING:
      value->string = own (owned, g_strdup (text));
      return TRUE;
    case EVS_SETTING_INTEGER:
      return parse_integer (setting, text, value, reason);
    case EVS_SETTING_SIZE:
      return parse_size (setting, text, value, reason);
    case EVS_SETTING_BOOLEAN:
      return parse_boolean (text, value, reason);
    case EVS_SETTING_CHOICE:
      return parse_choice (setting, text, value, reason);
    case EVS_SETTING_LIST:
      return parse_list (text, owned, value, reason);
    case EVS_SETTING_PATH:
      return parse_path (text, folder, owned, value, reason);
    }
  g_return_val_if_reached (FALSE);
}
