#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes configure from configure.ac, in the source folder.

set -e
cd "$(dirname "$0")"
mkdir -p m4
exec autoreconf --install --force --warnings=all,no-obsolete
