#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# installcheck.sh SRCDIR BINDIR: builds README's host program and README's
# plugin against the installed library, certifies the plugin, and runs both.

set -eu

src=$(cd "$1" && pwd)
eventseal=$2/eventseal
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset EVENTSEAL_CONFIG EVENTSEAL_PLUGIN_PATH

stop ()
{
  echo "installcheck: $*" >&2
  exit 1
}

# The code block of README that follows the comment <!-- NAME -->.
extract ()
{
  awk -v mark="<!-- $1 -->" '
    $0 == mark { found = 1; next }
    found && /^```/ { if (inside) exit; inside = 1; next }
    inside { print }' "$src/README.md" >"$work/$1"
  [ -s "$work/$1" ] || stop "README.md has no block $1"
}

extract host.c
extract rle.c
cd "$work"
umask 022

[ "$(wc -l <rle.c)" -lt 60 ] || stop 'the plugin of README has 60 lines'

# One word a flag.
# shellcheck disable=SC2086,SC2046
$CC $CFLAGS -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers \
  -Werror host.c \
  $($PKG_CONFIG --cflags --libs eventseal) -o host
# shellcheck disable=SC2086,SC2046
$CC $CFLAGS -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers \
  -Werror -shared -fPIC -Wl,-z,nodelete rle.c \
  $($PKG_CONFIG --cflags --libs glib-2.0 eventseal) -Wl,--as-needed \
  -o compressor-rle.so
readelf -d compressor-rle.so | grep -q 'NEEDED.*eventseal' \
  && stop 'the plugin links eventseal'
"$eventseal" certify ./compressor-rle.so >certificate \
  || stop 'the plugin of README is not certified'
tail -n 1 certificate \
  | grep -qx 'rle 1.0 keeps the contract of a compressor: [0-9]* promises' \
  || stop 'the plugin of README is certified in other words'

"$eventseal" init >/dev/null
[ "$(./host)" = 'secret info' ] || stop 'the host program says something else'
if grep -rq 'secret info' events
then
  stop 'the store shows the secret'
fi
"$eventseal" verify >/dev/null

rm -rf events
sed "s|^compressor=.*|compressor=rle\\nplugin-path=$work|
     /^\\[compressor /,/^\$/d" eventseal.conf >rle.conf
awk 'BEGIN { s = sprintf ("%300s", "") 
             print "{\"originator_id\": \"00000000-0000-4000-8000-000000000001\"," \
                   " \"originator_version\": 0, \"topic\": \"T\", \"state\": \"" s "\"}" }' \
  >events.jsonl
"$eventseal" --config rle.conf import events.jsonl >/dev/null
"$eventseal" --config rle.conf export >back.jsonl
cmp events.jsonl back.jsonl || stop 'what the plugin stored came back changed'
"$eventseal" --config rle.conf raw 00000000-0000-4000-8000-000000000001 0 |
  grep -qi 'compressor.*8' || stop 'the record was not stored by the plugin'

echo 'installcheck: the host program and the plugin of README work'
