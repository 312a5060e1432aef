/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "example.h"

#include <eventseal/evs-json.h>

static void
example_set_foo (gpointer self, json_t *attributes)
{
  Example *example = self;
  const char *foo;

  if (json_unpack (attributes, "{s:s}", "foo", &foo) == 0)
    {
      g_free (example->foo);
      example->foo = g_strdup (foo);
    }
}

static void
example_clear (gpointer self)
{
  Example *example = self;

  g_free (example->foo);
}

const EvsAggregateType example_type = EVS_AGGREGATE_TYPE (
    Example, example_clear, { "Example.Created", example_set_foo },
    { "Example.FooChanged", example_set_foo },
    EVS_EVENT_TYPE_DISCARDS ("Example.Discarded"));

gboolean
create_new_example (EvsApplication *app, const char *foo, EvsId *id,
                    GError **error)
{
  g_autoptr (EvsAggregate) example = evs_aggregate_new (&example_type);

  evs_aggregate_trigger (example, "Example.Created", "{s:s}", "foo", foo);
  *id = *evs_aggregate_get_id (example);
  return evs_application_save (app, example, error);
}

gboolean
change_example (EvsApplication *app, const EvsId *id, const char *foo,
                GError **error)
{
  g_autoptr (EvsAggregate) example =
      evs_application_load (app, &example_type, id, error);

  if (example == NULL)
    return FALSE;
  evs_aggregate_trigger (example, "Example.FooChanged", "{s:s}", "foo", foo);
  return evs_application_save (app, example, error);
}

gboolean
discard_example (EvsApplication *app, const EvsId *id, GError **error)
{
  g_autoptr (EvsAggregate) example =
      evs_application_load (app, &example_type, id, error);

  return example != NULL && evs_aggregate_discard (example, error)
         && evs_application_save (app, example, error);
}

char *
get_foo (EvsApplication *app, const EvsId *id, GError **error)
{
  g_autoptr (EvsAggregate) example =
      evs_application_load (app, &example_type, id, error);

  if (example == NULL)
    return NULL;
  return g_strdup (((Example *) evs_aggregate_get_self (example))->foo);
}
