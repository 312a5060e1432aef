# SPDX-License-Identifier: LGPL-2.1-or-later

set title "Append: thousand events a second (100 a commit, not flushed)"
load dir . "/bars.gp"
