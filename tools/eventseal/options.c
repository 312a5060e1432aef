/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "options.h"

#include "evs-nearest-name.h"

#include <string.h>

#define UNKNOWN "Unknown option "
#define FOR " for "
#define OUT_OF_RANGE " out of range"

/* ---------------------------------------------------------------- entries */

/* (nullable): the entry of "--name", "--name=value" or "-n". */
static const GOptionEntry *
find_entry (const GOptionEntry *const *tables, const char *option)
{
  const char *name = option + strspn (option, "-");
  gsize length = strcspn (name, "=");

  for (; *tables != NULL; tables++)
    for (const GOptionEntry *entry = *tables; entry->long_name != NULL; entry++)
      if ((name - option == 2 && strlen (entry->long_name) == length
           && strncmp (entry->long_name, name, length) == 0)
          || (name - option == 1 && entry->short_name == *name))
        return entry;
  return NULL;
}

/* (transfer full): the long option nearest to @option, as a hint. */
static char *
make_hint (const GOptionEntry *const *tables, const char *option)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *given = NULL;
  const char *nearest = NULL;

  option += strspn (option, "-");
  given = g_strndup (option, strcspn (option, "="));
  for (; *tables != NULL; tables++)
    for (const GOptionEntry *entry = *tables; entry->long_name != NULL; entry++)
      if (*entry->long_name != '\0')
        g_ptr_array_add (names, (gpointer) entry->long_name);
  g_ptr_array_add (names, (gpointer) "help");
  g_ptr_array_add (names, NULL);
  nearest = _evs_nearest_name (given, (const char *const *) names->pdata);
  return nearest != NULL ? g_strdup_printf ("; did you mean --%s?", nearest)
                         : g_strdup ("");
}

static const char *
wanted (const GOptionEntry *entry)
{
  switch (entry->arg)
    {
    case G_OPTION_ARG_INT:
    case G_OPTION_ARG_INT64:
      return "wanted a whole number";
    default:
      return NULL;
    }
}

/* -------------------------------------------------------------- rewording */

/* The option that stands last in GOption's message: (transfer full)
 * (nullable). */
static char *
option_in (const char *message)
{
  const char *last = NULL;
  char *option;

  for (const char *p = message; (p = strstr (p, FOR)) != NULL; p++)
    last = p + strlen (FOR);
  if (last == NULL || *last != '-')
    return NULL;
  option = g_strdup (last);
  if (g_str_has_suffix (option, OUT_OF_RANGE))
    option[strlen (option) - strlen (OUT_OF_RANGE)] = '\0';
  return option;
}

/* (transfer full) (nullable) */
static char *
reword_value (const GOptionEntry *const *tables, const char *message)
{
  g_autofree char *option = option_in (message);
  const GOptionEntry *entry =
      option != NULL ? find_entry (tables, option) : NULL;

  if (entry == NULL)
    return NULL;
  if (wanted (entry) != NULL)
    return g_strdup_printf ("%s: %s", option, wanted (entry));
  return g_strdup_printf ("%s: wanted %s behind it", option,
                          entry->arg_description);
}

/* (transfer full) (nullable) */
static char *
reword_unknown (const GOptionEntry *const *tables, const char *message)
{
  const char *option = message + strlen (UNKNOWN);
  g_autofree char *hint = NULL;
  g_autofree char *name = NULL;

  if (!g_str_has_prefix (message, UNKNOWN))
    return NULL;
  name = g_strndup (option, strcspn (option, "="));
  hint = make_hint (tables, option);
  return g_strdup_printf ("%s: unknown option%s", name, hint);
}

void
options_reword (const GOptionEntry *const *tables, GError **error)
{
  const char *message = (*error)->message;
  char *text =
      g_error_matches (*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION)
          ? reword_unknown (tables, message)
          : reword_value (tables, message);

  if (text == NULL)
    return;
  g_free ((*error)->message);
  (*error)->message = text;
}
