/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A plugin of each kind that does one thing wrong: the choice is its setting
 * fault=. With fault=none it keeps the contract. The suites must see the
 * difference.
 */

#pragma once

#include <eventseal/evs-plugin.h>

G_BEGIN_DECLS

const EvsPlugin *evs_plugin_fake_cipher_describe (void);
const EvsPlugin *evs_plugin_fake_compressor_describe (void);
const EvsPlugin *evs_plugin_fake_store_describe (void);

/* As fake-store, but not concurrent: who enters it twice ends the process. */
const EvsPlugin *evs_plugin_fake_serial_store_describe (void);

G_END_DECLS
