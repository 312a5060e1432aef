/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An example host: two applications on one store in one process, the first
 * with a cipher and a compressor, the second without. The two differ in their
 * configuration, not in their program.
 *
 *   example encrypted.conf plain.conf
 */

#include "example.h"

#include <stdlib.h>

static EvsApplication *
open_or_exit (const char *path)
{
  g_autoptr (GError) error = NULL;
  EvsApplication *app = evs_application_open (path, &error);

  if (app == NULL)
    {
      g_printerr ("example: %s\n", error->message);
      exit (EXIT_FAILURE);
    }
  return app;
}

static void
create_or_exit (EvsApplication *app, const char *foo, EvsId *id)
{
  g_autoptr (GError) error = NULL;

  if (!create_new_example (app, foo, id, &error))
    {
      g_printerr ("example: %s\n", error->message);
      exit (EXIT_FAILURE);
    }
}

/* Prints what an application says of an entity. */
static void
show (const char *who, EvsApplication *app, const char *what, const EvsId *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *foo = get_foo (app, id, &error);

  g_print ("  %-10s %-8s %s\n", who, what, foo != NULL ? foo : error->message);
}

int
main (int argc, char **argv)
{
  g_autoptr (EvsApplication) encrypted = NULL;
  g_autoptr (EvsApplication) plain = NULL;
  EvsId sealed_id, plain_id;

  if (argc != 3)
    {
      g_printerr ("Usage: example ENCRYPTED.conf PLAIN.conf\n");
      return 2;
    }
  encrypted = open_or_exit (argv[1]);
  plain = open_or_exit (argv[2]);

  create_or_exit (encrypted, "secret info", &sealed_id);
  create_or_exit (plain, "bar", &plain_id);

  g_print ("Asked for    entity   foo\n");
  show ("encrypted", encrypted, "sealed", &sealed_id);
  show ("encrypted", encrypted, "plain", &plain_id);
  show ("plain", plain, "sealed", &sealed_id);
  show ("plain", plain, "plain", &plain_id);
  return EXIT_SUCCESS;
}
