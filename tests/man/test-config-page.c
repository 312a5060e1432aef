/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* eventseal.conf(5) against the tables of settings: each section of the page
 * has the keys of its table, in their order, each with its type, range and
 * default. */

#include "evs-config-rules.c" /* whose tables nobody else sees */

#include "evs-registry.h"
#include "evs-test.h"

/* ------------------------------------------------------- what the tables say
 */

static const char *const types[] = {
  [EVS_SETTING_STRING] = "string",    [EVS_SETTING_INTEGER] = "integer",
  [EVS_SETTING_SIZE] = "size",        [EVS_SETTING_BOOLEAN] = "boolean",
  [EVS_SETTING_CHOICE] = "choice of", [EVS_SETTING_LIST] = "list",
  [EVS_SETTING_PATH] = "path"
};

static void
append_number (GString *text, const EvsSetting *setting, gint64 number)
{
  static const char *const units[] = { " GiB", " MiB", " KiB" };
  const char *unit = "";

  for (gsize i = 0; setting->type == EVS_SETTING_SIZE && number > 0
                    && *unit == '\0' && i < G_N_ELEMENTS (units);
       i++)
    {
      gint64 bytes = G_GINT64_CONSTANT (1) << (30 - 10 * i);

      if (number % bytes == 0)
        {
          number /= bytes;
          unit = units[i];
        }
    }
  g_string_append_printf (text, "%" G_GINT64_FORMAT "%s", number, unit);
}

static void
append_range (GString *text, const EvsSetting *setting)
{
  if (setting->maximum == 0)
    return;
  g_string_append (text, ", ");
  append_number (text, setting, setting->minimum);
  g_string_append (text, " to ");
  append_number (text, setting, setting->maximum);
}

/* "a, b and c" */
static void
append_choices (GString *text, const EvsSetting *setting)
{
  for (gsize i = 0; setting->choices != NULL && setting->choices[i]; i++)
    g_string_append_printf (text, "%s%s",
                            i == 0                            ? " "
                            : setting->choices[i + 1] != NULL ? ", "
                                                              : " and ",
                            setting->choices[i]);
}

static char *
describe (const EvsSettingTable *table)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < table->n_settings; i++)
    {
      const EvsSetting *setting = _evs_setting_table_get (table, i);

      g_string_append_printf (text, "%s (%s", setting->key,
                              types[setting->type]);
      append_choices (text, setting);
      append_range (text, setting);
      if (setting->default_value != NULL)
        g_string_append_printf (text, ", default %s", setting->default_value);
      if (setting->flags & EVS_SETTING_REQUIRED)
        g_string_append (text, ", required");
      g_string_append (text, ")\n");
    }
  return g_string_free (text, FALSE);
}

/* --------------------------------------------------------- what the page says
 */

static char *
read_page (void)
{
  g_autofree char *path = evs_test_source_file ("tools/man/eventseal.conf.5");
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static gboolean
is_heading (const char *line)
{
  return g_str_has_prefix (line, ".Ss ") || g_str_has_prefix (line, ".Sh ");
}

/* The lines ".It Cm KEY No (…)" of the section called @heading, as "KEY (…)"
 * each (transfer full). */
static char *
find_section (const char *heading)
{
  g_autofree char *page = read_page ();
  g_autofree char *start = g_strconcat (".Ss ", heading, NULL);
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);
  GString *text = g_string_new (NULL);
  gsize i = 0;

  while (lines[i] != NULL && strcmp (lines[i], start) != 0)
    i++;
  if (lines[i] == NULL)
    g_error ("eventseal.conf(5) has no section \"%s\"", heading);
  for (i++; lines[i] != NULL && !is_heading (lines[i]); i++)
    if (g_str_has_prefix (lines[i], ".It Cm "))
      {
        const char *key = lines[i] + strlen (".It Cm ");
        const char *rest = strstr (key, " No (");

        if (rest != NULL)
          g_string_append_printf (text, "%.*s %s\n", (int) (rest - key), key,
                                  rest + strlen (" No "));
      }
  return g_string_free (text, FALSE);
}

static void
assert_described (const char *heading, const EvsSettingTable *table)
{
  g_autofree char *wanted = describe (table);
  g_autofree char *found = find_section (heading);

  g_assert_cmpstr (found, ==, wanted);
}

/* -------------------------------------------------------------------- tests
 */

static void
test_groups (void)
{
  assert_described ("Bq eventseal", &main_table);
  assert_described ("Bq mapper", &mapper_table);
  assert_described ("Bq store LABEL",
                    _evs_setting_host_table (EVS_PLUGIN_STORE));
  assert_described ("Bq compressor LABEL",
                    _evs_setting_host_table (EVS_PLUGIN_COMPRESSOR));
  assert_described ("Bq cipher LABEL",
                    _evs_setting_host_table (EVS_PLUGIN_CIPHER));
}

/* @built: as make names it, "plugins/cipher-aes-cbc.la". */
static void
check_plugin (const char *built)
{
  g_autofree char *name = g_path_get_basename (built);
  g_autofree char *heading = NULL;
  g_autoptr (GError) error = NULL;
  char *dash = strchr (name, '-');
  const EvsPlugin *plugin;
  EvsSettingTable table;

  *dash = '\0';
  *strstr (dash + 1, ".la") = '\0';
  plugin = _evs_registry_get (_evs_plugin_kind_from_string (name), dash + 1,
                              NULL, &error);
  g_assert_no_error (error);
  table = (EvsSettingTable){ plugin->settings, plugin->n_settings,
                             plugin->setting_size };
  heading = g_strdup_printf ("The %s %s", name, dash + 1);
  assert_described (heading, &table);
}

static void
test_plugins (void)
{
  g_auto (GStrv) built = g_strsplit (PLUGINS, " ", -1);

  for (gsize i = 0; built[i] != NULL; i++)
    if (*built[i] != '\0')
      check_plugin (built[i]);
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/config-page/groups-have-their-keys", test_groups);
  g_test_add_func ("/config-page/plugins-have-their-settings", test_plugins);
  return g_test_run ();
}
