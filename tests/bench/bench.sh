#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make bench, run in the build folder. Every contender is a program of its own
# (peer-*.c), gets the same events, and stores the same bytes: the peers what
# our plain stack makes of the events. In each round all of them run, one after
# the other, beginning with another one.
#
# What is measured goes to bench.jsonl, one line a number; report.awk makes the
# tables in bench.txt of it, charts.sh the charts.
#
# Settings, from the environment:
#   BENCH_EVENTS  how many events are appended at 100 a commit
#   BENCH_SIZE    how large the growing stores get
#   BENCH_ROUNDS
#   BENCH_ONLY    sections, with commas
#   BENCH_CONTENDERS  PROGRAM:VARIANT, with commas: of those that are compared
#                 with others, only these
#   INPUT         a file of events as import reads it, not generated ones

set -eu

src=$(dirname "$0")
bin=tests/bench
events=${BENCH_EVENTS:-60000}
size=${BENCH_SIZE:-1000000}
rounds=${BENCH_ROUNDS:-3}
sections=append,threads,replay,split,growth,memory,command
only=${BENCH_ONLY:-$sections}
results=bench.jsonl

# The program itself: libtool's script in its place would be measured too.
eventseal=./eventseal
if [ -x .libs/eventseal ]
then
  eventseal=.libs/eventseal
  LD_LIBRARY_PATH=$PWD/core/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export LD_LIBRARY_PATH
fi

umask 077
work=$(mktemp -d ./bench-XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

stop ()
{
  echo "bench: $*" >&2
  exit 1
}

for number in "$events" "$size" "$rounds"
do
  case $number in
    *[!0-9]* | '' | 0*) stop "$number: wanted a number" ;;
  esac
done

# Functions with a body in round brackets have variables of their own.

# each_is WHAT NAME,... "KNOWN NAME...": stops at one that is not known.
each_is ()
(
  for name in $(echo "$2" | tr , ' ')
  do
    case " $3 " in
      *" $name "*) ;;
      *) stop "$name: no such $1, wanted some of $3" ;;
    esac
  done
)

each_is section "$only" "$(echo "$sections" | tr , ' ')"

wanted ()
{
  case ,$only, in
    *,"$1",*) echo "$1 ..." >&2 ;;
    *) return 1 ;;
  esac
}

min ()
{
  [ "$1" -lt "$2" ] && echo "$1" || echo "$2"
}

# ---------------------------------------------------------------- contenders

# PROGRAM:VARIANT, as in bench.jsonl.
missing=
stacks='eventseal:bdb:plain eventseal:bdb:lz4 eventseal:bdb:aes-cbc
  eventseal:bdb:lz4+aes-cbc'
lmdb='eventseal:lmdb:plain eventseal:lmdb:lz4+aes-cbc'
if "$eventseal" plugins lmdb >"$work/out" 2>&1
then
  stacks="$stacks $lmdb"
else
  missing=$lmdb
fi
peers=
for peer in bdb:clustered bdb:numbered bdb:clustered-aes bdb:numbered-aes \
  sqlite:clustered sqlite:log sqlcipher:clustered sqlcipher:log lmdb:numbered
do
  if [ -x "$bin/peer-${peer%%:*}" ]
  then
    peers="$peers $peer"
  else
    missing="$missing $peer"
  fi
done
# One word a contender.
# shellcheck disable=SC2086
contenders=$(echo $stacks $peers)
if [ -n "${BENCH_CONTENDERS:-}" ]
then
  each_is contender "$BENCH_CONTENDERS" "$contenders"
  contenders=$(echo "$BENCH_CONTENDERS" | tr , ' ')
fi
submitting=eventseal:bdb:lz4+aes-cbc+submit
sealed=eventseal:bdb:lz4+aes-cbc
plain=eventseal:bdb:plain

# rotate ROUND WORD...: the words, beginning with another one in each round.
rotate ()
(
  turn=$((($1 - 1) % ($# - 1)))
  shift
  while [ "$turn" -gt 0 ]
  do
    first=$1
    shift
    set -- "$@" "$first"
    turn=$((turn - 1))
  done
  echo "$@"
)

# peer CONTENDER EVENTS FOLDER SETTING-OR-STEP...
peer ()
(
  program=$bin/peer-${1%%:*}
  variant=${1#*:}
  file=$2.stored
  [ "${1%%:*}" = eventseal ] && file=$2.events
  folder=$3
  shift 3
  [ -d "$folder" ] || mkdir "$folder"
  "$program" variant="$variant" folder="$folder" events="$file" "$@"
)

# ------------------------------------------------------------------- results

# record SECTION CASE CONTENDER ROUND: from lines STEP EVENTS SECONDS.
record ()
(
  while read -r step n seconds
  do
    printf '{"section": "%s", "case": "%s", "contender": "%s", ' "$1" "$2" "$3"
    printf '"round": %d, "step": "%s", "events": %s, "seconds": %s}\n' \
      "$4" "$step" "$n" "$seconds"
  done >>"$results"
)

# measure SECTION CASE CONTENDER ROUND EVENTS SETTING-OR-STEP...: in a fresh
# store.
measure ()
(
  section=$1 name=$2 contender=$3 round=$4 data=$5
  shift 5
  peer "$contender" "$data" "$work/store" "$@" >"$work/out"
  record "$section" "$name" "$contender" "$round" <"$work/out"
  rm -rf "$work/store"
)

# compare SECTION CASE EVENTS "CONTENDER..." ROUND SETTING-OR-STEP...
compare ()
(
  section=$1 name=$2 data=$3 all=$4 round=$5
  shift 5
  # One word a contender.
  # shellcheck disable=SC2086
  for contender in $(rotate "$round" $all)
  do
    measure "$section" "$name" "$contender" "$round" "$data" "$@"
  done
)

each_round ()
{
  round=1
  while [ "$round" -le "$rounds" ]
  do
    "$1" "$round"
    round=$((round + 1))
  done
}

# ------------------------------------------------------------------- events

# make_events NAME N OPTION...: NAME.events, and NAME.stored for the peers.
make_events ()
(
  name=$work/$1 n=$2
  shift 2
  set -- ${INPUT:+--input="$INPUT"} --events="$n" "$@"
  "$bin/make-events" "$@" "$name.events"
  "$bin/make-events" "$@" --stored "$name.stored"
)

# ------------------------------------------------------------------- append

append_round ()
{
  many=$(min 20000 "$events") half=$((events / 2))
  compare append 'random 100 none' "$work/random" "$contenders $submitting" \
    "$1" append
  compare append 'random 100 sync' "$work/random" "$contenders $submitting" \
    "$1" n="$half" sync=1 append
  compare append 'time 100 none' "$work/time" "$contenders" "$1" n="$half" \
    append
  compare append 'time 100 sync' "$work/time" "$contenders" "$1" n="$half" \
    sync=1 append
  compare append 'random 10 none' "$work/random" "$contenders" "$1" \
    n="$((many / 2))" batch=10 append
  compare append 'random 10 sync' "$work/random" "$contenders" "$1" \
    n="$((many / 8))" sync=1 batch=10 append
  compare append 'random 1 none' "$work/random" "$contenders" "$1" \
    n="$((many / 4))" batch=1 append
  compare append 'random 1 sync' "$work/random" "$contenders file:loop" "$1" \
    n="$((many / 20))" sync=1 batch=1 append
  for bytes in 100 1000 16000
  do
    compare append "size $bytes" "$work/size$bytes" "$plain $sealed" "$1" \
      append
  done
}

append ()
{
  make_events random "$events"
  make_events time "$events" --time-ordered
  make_events size100 "$events" --size=100
  make_events size1000 "$(min 10000 "$events")" --size=1000
  make_events size16000 "$(min 2000 "$events")" --size=16000
  each_round append_round
}

# ------------------------------------------------------------------ threads

# by_threads CASE CONTENDER ROUND EVENTS-EACH EVENTS-MORE SETTING...: CASE is
# what stands behind the number of threads.
by_threads ()
(
  name=$1 contender=$2 round=$3 each=$4 more=$5
  shift 5
  for threads in 1 4 16
  do
    measure threads "$threads $name" "$contender" "$round" "$work/threads" \
      n=$((each * threads + more)) threads=$threads "$@" append
  done
)

threads_round ()
{
  base=$(min 400 $((events / 50))) many=$(min 20000 "$events")
  # One word a contender.
  # shellcheck disable=SC2086
  for contender in $(rotate "$1" $threaded)
  do
    by_threads fsync "$contender" "$1" $base $((3 * base)) sync=1 batch=1
    by_threads '10 fsync' "$contender" "$1" 0 $((many / 4)) sync=1 batch=10
    by_threads '100 fsync' "$contender" "$1" 0 "$many" sync=1 batch=100
    by_threads '1 none' "$contender" "$1" 0 $((many / 4)) batch=1
    by_threads '10 none' "$contender" "$1" 0 $((many / 2)) batch=10
    by_threads '100 none' "$contender" "$1" 0 "$many" batch=100
  done
  for contender in $(rotate "$1" "$plain" "$sealed")
  do
    (
      LD_PRELOAD=$PWD/$bin/.libs/slow-flush.so
      export LD_PRELOAD
      by_threads slow "$contender" "$1" $base 0 sync=1 batch=1
    )
  done
  measure threads '1 fsync' file:loop "$1" "$work/threads" n=$((base * 4)) \
    sync=1 batch=1 append
}

threads ()
{
  threaded=
  for contender in $plain $sealed $lmdb
  do
    case " $contenders " in
      *" $contender "*) threaded="$threaded $contender" ;;
    esac
  done
  [ -n "$threaded" ] || return 0
  # A long sequence would be all that its thread has.
  make_events threads "$(min 20000 "$events")" --length=20
  each_round threads_round
}

# ------------------------------------------------------------------- replay

# Filled once; then each round reads. A cache that has nothing yet is asked for
# few sequences, as a large store would be: were all of a small one read, most
# of its pages would be in the cache by then.
replay_round ()
{
  # One word a contender.
  # shellcheck disable=SC2086
  for contender in $(rotate "$1" $contenders)
  do
    for length in 20 1000
    do
      few=$((events / length / 20 + 5))
      peer "$contender" "$work/length$length" "$work/$length-$contender" \
        sequences="$few" reopen replay cold replay \
        sequences=0 warm replay get scan >"$work/out"
      record replay "$length" "$contender" "$1" <"$work/out"
    done
  done
}

replay ()
{
  make_events length20 "$events" --length=20
  make_events length1000 "$events" --length=1000
  for contender in $contenders
  do
    for length in 20 1000
    do
      peer "$contender" "$work/length$length" "$work/$length-$contender" \
        append >"$work/out"
    done
  done
  each_round replay_round
  rm -rf "$work"/20-* "$work"/1000-*
}

# -------------------------------------------------------------------- split

# config FOLDER: a stack of its own for the command, with a small cache for the
# section memory, so that it is full soon.
config ()
(
  folder=$1
  "$eventseal" init "$folder" >"$work/out"
  sed -e 's/^#*durability=.*/durability=none/' \
    -e 's/^#*compressor=.*/compressor=lz4/' "$folder/eventseal.conf" \
    >"$work/conf"
  [ "$folder" = "$work/memory" ] &&
    sed -i 's/^#*cache-size=.*/cache-size=1 MiB/' "$work/conf"
  cat "$work/conf" >"$folder/eventseal.conf"
)

# What "eventseal bench" says an event's steps take.
split ()
{
  config "$work/split"
  for bytes in 100 250 1000 16000
  do
    n=$(min $((20000000 / (bytes + 1000))) "$events")
    # The real ones have about 250.
    set -- --size=$bytes
    [ $bytes = 250 ] && shift
    "$bin/make-events" ${INPUT:+--input="$INPUT"} --events="$n" --lines "$@" \
      "$work/lines"
    "$eventseal" -c "$work/split/eventseal.conf" bench --json --events "$n" \
      --input "$work/lines" >"$work/out"
    sed 's/.*"microseconds": {\([^}]*\)}.*/\1/' "$work/out" | tr ',' '\n' |
      sed 's/ *"\([a-z]*\)": *\(.*\)/\1 1e6 \2/' >"$work/steps"
    record split "$bytes" "$sealed" 1 <"$work/steps"
  done
  make_events mapper "$(min 20000 "$events")"
  each_round mapper_round
}

mapper_round ()
{
  for stack in plain lz4 aes-cbc lz4+aes-cbc
  do
    "$bin/mapper" "bdb:$stack" "$work/mapper.events" >"$work/out"
    record split mapper "eventseal:bdb:$stack" "$1" <"$work/out"
  done
}

# ------------------------------------------------------------------- growth

# After the last power of ten: how long the store takes to open when it was
# killed behind that many further events.
growth ()
{
  further=$(min 20000 "$events")
  make_events growth $((size + further))
  for contender in $contenders
  do
    case $contender in
      *:lz4 | *:aes-cbc | *-aes | sqlite:* | sqlcipher:clustered) continue ;;
    esac
    peer "$contender" "$work/growth" "$work/grown" cache=256 n="$size" grow \
      >"$work/out"
    record growth grow "$contender" 1 <"$work/out"
    { peer "$contender" "$work/growth" "$work/grown" cache=256 \
        skip="$size" n="$further" append kill >"$work/out"; } 2>"$work/killed" &&
      stop "$contender: wanted it to be killed"
    peer "$contender" "$work/growth" "$work/grown" cache=256 open >"$work/out"
    record growth killed "$contender" 1 <"$work/out"
    rm -rf "$work/grown"
  done
}

# ------------------------------------------------------------------- memory

# watch SECTION CASE STEP N ROUND PROGRAM ARGUMENT...: time of a whole program,
# and the most memory that it had, in KiB in the place of seconds.
watch ()
(
  section=$1 name=$2 step=$3 n=$4 round=$5
  shift 5
  "$bin/run" "$@" >"$work/watched"
  read -r seconds memory <"$work/watched"
  echo "$step $n $seconds" | record "$section" "$name" "$sealed" "$round"
  echo "$step-rss 1 $memory" | record "$section" "$name" "$sealed" "$round"
)

# memory_of CASE N
memory_of ()
(
  make_events memory "$2"
  "$bin/make-events" ${INPUT:+--input="$INPUT"} --events="$2" --lines \
    "$work/lines"
  config "$work/memory"
  id=$(sed '1s/.*"originator_id": "\([^"]*\)".*/\1/; q' "$work/lines")
  name=$1 n=$2
  set -- "$eventseal" -c "$work/memory/eventseal.conf"
  watch memory "$name" import "$n" 1 "$@" import "$work/lines"
  watch memory "$name" replay "$n" 1 "$@" export --originator "$id"
  watch memory "$name" export "$n" 1 "$@" export
  watch memory "$name" verify "$n" 1 "$@" verify
  peer "$sealed" "$work/memory" "$work/kept" append >"$work/out"
  "$bin/aggregates" "${sealed#*:}" "$work/kept" "$work/memory.events" \
    >"$work/out"
  record memory "$name" "$sealed" 1 <"$work/out"
  rm -rf "$work/memory" "$work/kept"
)

memory ()
{
  memory_of small $((size / 100))
  memory_of large $((size / 10))
}

# ------------------------------------------------------------------ command

# Whole programs, from their beginning to their end.
command_round ()
{
  config "$work/command"
  set -- "$1" "$eventseal" -c "$work/command/eventseal.conf"
  round=$1
  shift
  watch command whole import "$events" "$round" "$@" import "$work/lines"
  watch command whole export "$events" "$round" "$@" export
  mkdir "$work/store"
  set -- "$bin/peer-eventseal" variant="${sealed#*:}" folder="$work/store" \
    events="$work/command.events"
  watch command whole append "$events" "$round" "$@" append
  watch command whole scan "$events" "$round" "$@" scan
  rm -rf "$work/command" "$work/store"
}

command_ ()
{
  make_events command "$events"
  "$bin/make-events" ${INPUT:+--input="$INPUT"} --events="$events" --lines \
    "$work/lines"
  each_round command_round
}

# ---------------------------------------------------------------------- all

# describe CONTENDER TEXT
describe ()
{
  printf '{"section": "about", "contender": "%s", "describe": "%s"}\n' \
    "$1" "$2"
}

about ()
{
  input="generated"
  [ -z "${INPUT:-}" ] || input="file"
  printf '{"section": "about", "processors": %d, "kernel": "%s", ' \
    "$(getconf _NPROCESSORS_ONLN)" "$(uname -r)"
  printf '"events": %d, "size": %d, "rounds": %d, "input": "%s"}\n' \
    "$events" "$size" "$rounds" "$input"
  for contender in $contenders $submitting file:loop
  do
    text=$("$bin/peer-${contender%%:*}" variant="${contender#*:}" describe)
    describe "$contender" "$text"
  done
  for contender in $missing
  do
    describe "$contender" 'not built'
  done
}

about >"$results"
if wanted append; then append; fi
if wanted threads; then threads; fi
if wanted replay; then replay; fi
if wanted split; then split; fi
if wanted growth; then growth; fi
if wanted memory; then memory; fi
if wanted command; then command_; fi

"${AWK:-awk}" -v size="$size" -v ratios="$work/ratios" \
  -f "$src/lines.awk" -f "$src/report.awk" "$src/targets" "$results" \
  >bench.txt
cat "$work/ratios" >>"$results"
cat bench.txt
