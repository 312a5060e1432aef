/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-error.h>

/*
 * The text of a configuration. GKeyFile merges repeated groups, lets the last
 * of repeated keys win, takes a comment behind a value into the value, and
 * knows no line numbers. So the text is looked at first, line by line and
 * strictly, and only then does GKeyFile read the values.
 */

#define EVS_CONFIG_MAX_SIZE (1024 * 1024)

/* One key as the text has it. */
typedef struct
{
  const char *key;
  const char *value; /* escapes resolved */
  guint line;
} EvsConfigEntry;

/* One group of the text: "eventseal", "store bdb". */
typedef struct
{
  const char *name;
  guint line;
  const EvsConfigEntry *entries;
  gsize n_entries;
} EvsConfigSection;

typedef struct
{
  char *file;       /* for messages: one line of UTF-8 */
  char *folder;     /* absolute: what relative paths are taken from */
  GArray *sections; /* EvsConfigSection, in the text's order */
  GArray *entries;  /* EvsConfigEntry of all sections */
  GStringChunk *strings;
} EvsConfigText;

/* @file and @folder: as above. @length: -1 if @text is terminated. Errors:
 * EVS_ERROR_CONFIG. */
EvsConfigText *_evs_config_text_new (const char *file, const char *folder,
                                     const char *text, gssize length,
                                     GError **error);
void _evs_config_text_free (EvsConfigText *self);

/* (nullable) (transfer none): the group called @name. */
const EvsConfigSection *_evs_config_text_find (const EvsConfigText *self,
                                               const char *name);

/* (nullable) (transfer none): the entry of @key. */
const EvsConfigEntry *_evs_config_section_find (const EvsConfigSection *section,
                                                const char *key);

/* The line of @key in the group called @name; 0 where the text has none. */
guint _evs_config_text_line (const EvsConfigText *self, const char *name,
                             const char *key);

/* Sets EVS_ERROR_CONFIG, "FILE:LINE: [GROUP] KEY: " and what @format makes.
 * @line 0, @group and @key NULL: left out. */
void _evs_config_text_set_error (const EvsConfigText *self, GError **error,
                                 guint line, const char *group, const char *key,
                                 const char *format, ...) G_GNUC_PRINTF (6, 7);
void _evs_config_text_set_error_valist (const EvsConfigText *self,
                                        GError **error, guint line,
                                        const char *group, const char *key,
                                        const char *format, va_list args)
    G_GNUC_PRINTF (6, 0);

/* Puts the same before the message of *@error, whose domain and code stay.
 * The line is that of @key, if the text has it. */
void _evs_config_text_prefix_error (const EvsConfigText *self, GError **error,
                                    const char *group, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsConfigText, _evs_config_text_free)
