#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make bench in small: that every part of it runs, and that its numbers are
# where they are looked for. How fast anything was is nobody's business here.

src=$EVS_TEST_SRCDIR
build=$EVS_TEST_BUILDDIR
bench=$src/tests/bench

# A library is loaded before the programs' own.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS

# Nobody waits for the disk here.
if [ -w /dev/shm ]
then
  TMPDIR=/dev/shm
  export TMPDIR
fi

. "$src/tests/tap.sh"

# In a folder that has of the build folder what make bench uses.
mkdir -p "$work/in/tests"
ln -s "$build/tests/bench" "$work/in/tests/bench"
ln -s "$build/eventseal" "$build/.libs" "$build/core" "$work/in"
cd "$work/in" || exit 1

if ! has_plugins store-bdb cipher-aes-cbc compressor-lz4
then
  skip small-run 'not all plugins are built'
  finish
  exit
fi

BENCH_EVENTS=100 BENCH_SIZE=10000 BENCH_ROUNDS=1 sh "$bench/bench.sh" \
  >"$work/out" 2>"$work/err"
status=$?
{
  [ $status -eq 0 ] || cat "$work/err"
  cmp "$work/out" bench.txt
} >"$work/wrong" 2>&1
check small-run

ls -d bench-* >"$work/wrong" 2>"$work/err"
check stores-are-removed

for heading in Append Threads Read 'What an event costs' Growth Memory \
  'The command' Targets
do
  grep -q "^$heading" bench.txt || echo "$heading is missing"
done >"$work/wrong"
check every-table-is-there

# What stays unmeasured is what is not built, or needs a larger store.
sed -n '/^Targets/,$p' bench.txt | grep 'not measured$' |
  grep -v '^lmdb:\|SQLCipher\|to 100,000: ' >"$work/wrong"
check every-target-is-measured

for name in append threads replay split growth memory command rate ratio target
do
  grep -q "\"section\": \"$name\"" bench.jsonl || echo "no $name"
done >"$work/wrong"
grep -v '^{"section": "[a-z]*", .*[0-9a-z"]}$' bench.jsonl >>"$work/wrong"
if command -v jq >"$work/out"
then
  jq -c . bench.jsonl 2>&1 >"$work/out" | head -3 >>"$work/wrong"
fi
check lines-are-json

# refused MESSAGE: bench.sh, as the environment has it, says so and ends, and
# leaves nothing behind.
refused ()
{
  sh "$bench/bench.sh" >"$work/out" 2>"$work/err" && echo 'it went on'
  grep -q "^bench: $1" "$work/err" || cat "$work/err"
  ls -d bench-* 2>"$work/out"
}

BENCH_EVENTS=20x refused '20x: wanted a number$' >"$work/wrong"
check wrong-number

BENCH_ONLY=append,apend refused 'apend: no such section, wanted some of' \
  >"$work/wrong"
check wrong-section

BENCH_CONTENDERS=bdb:clusterd refused 'bdb:clusterd: no such contender, ' \
  >"$work/wrong"
check wrong-contender

INPUT=$work/none BENCH_ONLY=append refused "$work/none: " >"$work/wrong"
check failure-ends-it

finish
