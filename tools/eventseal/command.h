/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/*
 * The commands. Each is a struct in a file of its own; main.c has the table.
 * A command fails with an error of G_OPTION_ERROR when it was called wrongly
 * (exit status 2), with any other when it could not do its work (1).
 */

typedef struct _Command Command;

/* One run of a command. */
typedef struct
{
  const Command *command;
  int argc;
  char **argv;     /* [0] is the command's name */
  char *config;    /* (nullable): --config */
  char **rest;     /* (nullable): the arguments that are no options */
  EvsConfig *read; /* (nullable): what run_open () opened */
} Run;

struct _Command
{
  const char *name;
  const char *arguments; /* as the usage line shows them */
  const char *summary;   /* one line in sentence case */
  const char *details;   /* (nullable): what --help says further */
  guint n_min;           /* how many arguments are wanted */
  guint n_max;
  gboolean no_config; /* it reads none, so that --config makes no sense */
  gboolean (*run) (Run *self, GError **error);
};

extern const Command command_init;
extern const Command command_demo;
extern const Command command_import;
extern const Command command_export;
extern const Command command_show;
extern const Command command_raw;
extern const Command command_verify;
extern const Command command_log;
extern const Command command_stats;
extern const Command command_check;
extern const Command command_plugins;
extern const Command command_certify;
extern const Command command_erase;
extern const Command command_bench;

/* Reads the command line into @entries' variables, self->config and
 * self->rest. Answers --help itself. @entries: (nullable) */
gboolean run_parse (Run *self, const GOptionEntry *entries, GError **error);

/* The argument at @index, or NULL. */
const char *run_argument (Run *self, guint index);

/* --config, else $EVENTSEAL_CONFIG, else ./eventseal.conf. */
const char *run_config_path (Run *self);
EvsConfig *run_read_config (Run *self, GError **error);
EvsApplication *run_open (Run *self, GError **error);

/* An originator id, an originator version from the command line. */
gboolean parse_id_argument (const char *text, EvsId *id, GError **error);
gboolean parse_version_argument (const char *text, guint64 *version,
                                 GError **error);
