#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The sample configurations, each used for real.

src=$EVS_TEST_SRCDIR
samples=$src/tools/samples
eventseal=$EVS_TEST_BUILDDIR/eventseal

. "$src/tests/tap.sh"

state='{"customer": "Ada", "note": "'$(printf '%0999d' 0)'"}'
line='{"originator_id": "3d8b1a52-6f0e-4a3c-9c1e-5b7d2f90a641",
 "originator_version": 0, "topic": "Order.Placed", "state": '$state'}'
echo "$line" | tr -d '\n' >"$work/events"
echo >>"$work/events"

# try NAME: makes a folder of its own with the sample, its keys in that folder,
# and puts an event in.
try ()
{
  folder=$work/$1
  mkdir "$folder"
  sed "s|/etc/eventseal|$folder/keys|" "$samples/$1.conf" >"$folder/$1.conf"
  config=$folder/$1.conf
  if [ "$1" = encrypted ]
  then
    mkdir "$folder/keys"
    "$eventseal" init --key-file "$folder/keys/secret.key" "$folder/made" \
      >"$work/out" || return
  fi
  "$eventseal" -c "$config" import "$work/events" >"$work/out" &&
    "$eventseal" -c "$config" verify >"$work/out"
}

comes_back ()
{
  "$eventseal" -c "$config" export >"$work/back"
  cmp "$work/events" "$work/back"
}

compressor_is ()
{
  "$eventseal" -c "$config" raw 3d8b1a52-6f0e-4a3c-9c1e-5b7d2f90a641 0 \
    >"$work/raw"
  grep -qx "compressor  $1" "$work/raw" || echo "the compressor is not $1"
}

shows ()
{
  grep -rq 'Ada' "$folder/events"
}

if has_plugins store-bdb cipher-aes-cbc compressor-lz4
then
  {
    try encrypted
    comes_back
    compressor_is '0 none'
    if shows
    then
      echo 'the store shows the state'
    fi
  } >"$work/wrong" 2>&1
  check encrypted

  {
    try plain
    comes_back
    compressor_is '0 none'
    shows || echo 'the store does not show the state'
  } >"$work/wrong" 2>&1
  check plain

  {
    try compressed
    comes_back
    compressor_is '1 lz4'
  } >"$work/wrong" 2>&1
  check compressed
else
  for name in encrypted plain compressed
  do
    skip "$name" 'not all plugins are built'
  done
fi

{
  try memory
  [ "$(ls "$folder")" = memory.conf ] || echo 'it left something on the disk'
} >"$work/wrong" 2>&1
check memory

for sample in "$samples"/*.conf
do
  grep -q "%D%/${sample##*/}" "$samples/local.mk" \
    || echo "${sample##*/} is not installed"
  grep -q "  try $(basename "$sample" .conf)$" "$0" \
    || echo "${sample##*/} is not tried"
done >"$work/wrong"
check each-sample-is-installed-and-tried

finish
