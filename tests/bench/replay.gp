# SPDX-License-Identifier: LGPL-2.1-or-later

set title "Replay of 20, all in the cache: thousand events a second"
load dir . "/bars.gp"
