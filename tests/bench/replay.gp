# SPDX-License-Identifier: LGPL-2.1-or-later

set title "Replay: thousand events a second (sequences of 20, all in the cache)"
load dir . "/bars.gp"
