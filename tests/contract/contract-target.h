/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the contract suites judge: a plugin, and how to open it.
 *
 * The suites know a plugin by its descriptor alone, so a plugin of somebody
 * else, or a fake in a test's own memory, is judged as ours are.
 */

#pragma once

#include "evs-test.h"

#include <eventseal/evs-plugin.h>

G_BEGIN_DECLS

/* @prefix: where the tests stand: "/cipher/aes-cbc".
 * @settings: (nullable): "key=value", NULL-terminated; the rest are the
 *   plugin's defaults. "@folder@" in a value is a folder of the test's own.
 * Must live as long as the tests. */
typedef struct
{
  const char *prefix;
  const EvsPlugin *plugin;
  const char *const *settings;
} EvsContractTarget;

/* A target's settings, checked and made ready for open (), with a folder of
 * their own. Opening twice in one place is opening the same thing again. */
typedef struct
{
  const EvsContractTarget *target;
  EvsTestFolder *folder;
  EvsSettingValue *values;
  GPtrArray *owned;
} EvsContractPlace;

EvsContractPlace *evs_contract_place_new (const EvsContractTarget *target);
void evs_contract_place_free (EvsContractPlace *place);

/* Finds a plugin where the library finds it. Ends the process if it cannot. */
const EvsPlugin *evs_contract_load (EvsPluginKind kind, const char *name);

/* (transfer full): PREFIX/@name. */
char *evs_contract_path (const EvsContractTarget *target, const char *name);

/* Adds the test that the host would take the plugin. */
void evs_contract_add_descriptor_test (const EvsContractTarget *target);

/* A plugin's word on a call: ok and no error, or not ok and an error. */
#define evs_contract_assert_answer(ok, error)                                  \
  g_assert_cmpint ((ok) != FALSE, ==, (error) == NULL)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsContractPlace, evs_contract_place_free)

G_END_DECLS
