#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# eventseal certify: plugins that keep their contract are certified, and of one
# that does not every broken promise is named, whatever became of the process.

src=$EVS_TEST_SRCDIR
fakes=$EVS_TEST_BUILDDIR/tests/certify/.libs

. "$src/tests/tap.sh"

# A place of its own for temporary files: nothing may be left in it.
# shellcheck disable=SC2154
TMPDIR=$work/tmp
export TMPDIR
mkdir "$TMPDIR" "$work/alone"
# Were core dumps allowed in the children, there would be some.
# shellcheck disable=SC3045
ulimit -c unlimited 2>"$work/err"
cd "$work" || exit 1

certify ()
{
  "$EVS_TEST_BUILDDIR/eventseal" certify "$@" >"$work/out" 2>"$work/err"
  status=$?
}

show ()
{
  echo "certify $*: status $status:"
  cat "$work/err" "$work/out"
}

# keeps TITLE KIND ARGUMENT...: says what is wrong unless it is certified.
keeps ()
{
  title=$1
  kind=$2
  shift 2
  certify "$@"
  count=$(grep -c '^kept    [a-z0-9/-]*$' out)
  if [ "$status" -ne 0 ] || [ -s err ] || [ "$count" -lt 10 ] \
       || [ "$(wc -l <out)" -ne $((count + 1)) ] \
       || [ "$(tail -n 1 out)" != \
            "$title keeps the contract of a $kind: $count promises" ]
  then
    show "$@"
  fi
}

# breaks NAME KIND ARGUMENTS PROMISE...: says what is wrong unless it is refused
# with these promises named as broken, and every promise is told once.
breaks ()
{
  name=$1
  kind=$2
  arguments=$3
  shift 3
  # One word an argument.
  # shellcheck disable=SC2086
  certify "$fakes/$kind-$name.so" $arguments
  sed -n 's/^broken  \([a-z0-9/-]*\): .*/\1/p' out >broken
  total=$(wc -l <out)
  count=$(wc -l <broken)
  message="eventseal: $name 1.0: breaks $count of the $total promises of a $kind"
  if [ "$status" -ne 1 ] || [ "$(cat err)" != "$message" ] \
       || [ "$(grep -c '^kept    ' out)" -ne $((total - count)) ]
  then
    show "$name" "$arguments"
  fi
  for promise
  do
    grep -qx "$promise" broken \
      || echo "$name $arguments: $promise is not broken"
  done
  sed 's/^[a-z]*  *\([a-z0-9/-]*\).*/\1/' out | sort | uniq -d |
    sed 's/$/: told twice/'
}

# words PROMISE PATTERN: how it was broken.
words ()
{
  grep -q "^broken  $1: $2\$" out || { echo "wanted $1: $2"; cat out; }
}

# alone PROMISE ARGUMENT...: tries one promise in a process of its own. What the
# shell says of its end is nobody's business.
alone ()
{
  (
    # shellcheck disable=SC3045
    ulimit -c 0
    TMPDIR=$work/alone
    promise=$1
    shift
    "$EVS_TEST_BUILDDIR/eventseal-certify" -p "$promise" "$@" >out 2>err
    exit $?
  ) 2>ended
}

# breaks_these NAME KIND FAULT PROMISE...: says which of these promises is kept
# all the same, or broken without that fault; for plugins whose whole suite
# takes seconds.
breaks_these ()
{
  name=$1
  kind=$2
  fault=$3
  shift 3
  for promise
  do
    alone "/$kind/$name/$promise" "$fakes/$kind-$name.so" "fault=$fault" \
      && echo "$name $fault: $promise is not broken"
    alone "/$kind/$name/$promise" "$fakes/$kind-$name.so" \
      && grep -q "^ok 1 /$kind/$name/$promise\$" out || cat out err
  done
}

# refuses STATUS TEXT ARGUMENT...: one line that has TEXT, and nothing tried.
refuses ()
{
  wanted=$1
  text=$2
  shift 2
  certify "$@"
  if [ "$status" -ne "$wanted" ] || [ -s out ] \
       || [ "$(wc -l <err)" -ne 1 ] || ! grep -qF -e "$text" err
  then
    show "$@"
  fi
}

# ------------------------------------------------------------ who keeps them

{
  keeps 'fake-cipher 1.0' cipher "$fakes/cipher-fake-cipher.so"
  cp "$fakes/compressor-fake-compressor.so" .
  keeps 'fake-compressor 1.0' compressor compressor-fake-compressor.so
  keeps 'fake-store 1.0' store "$fakes/store-fake-store.so" fault=none
  keeps 'fake-serial-store 1.0' store "$fakes/store-fake-serial-store.so"
} >"$work/wrong" 2>&1
check fakes-that-keep-their-contract-are-certified

{
  keeps 'memory 1.0' store memory
  keeps 'memory 1.0' store memory name=@folder@
} >"$work/wrong" 2>&1
check a-plugin-on-the-path-is-certified-by-name

# directory= must be given, and is a path.
if has_plugins store-bdb
then
  {
    "$EVS_TEST_BUILDDIR/eventseal-certify" -p /store/bdb/empty bdb >out
    grep -q '^ok [0-9]* /store/bdb/empty$' out || cat out
    refuses 1 'bdb: directory: ' bdb directory=
  } >"$work/wrong" 2>&1
  check a-path-that-must-be-given-is-made-up
else
  skip a-path-that-must-be-given-is-made-up 'bdb is not built'
fi

# ------------------------------------------------------------ who breaks them

{
  breaks_these fake-cipher cipher accepts-any-tag \
    every-bit-of-sealed-counts cut-is-refused extended-is-refused \
    wrong-key-is-refused large-forgery-is-refused
  alone /cipher/fake-cipher/wrong-key-is-refused \
    "$fakes/cipher-fake-cipher.so" fault=accepts-any-tag
  grep -q 'contract-cipher-forgery\.c:[0-9]*:[a-z_]*: .* should be NULL' out \
    || cat out
} >"$work/wrong" 2>&1
check a-cipher-that-accepts-a-wrong-tag

breaks_these fake-cipher cipher ignores-ad \
  every-bit-of-ad-counts length-of-ad-counts >"$work/wrong" 2>&1
check a-cipher-that-ignores-the-associated-data

breaks_these fake-cipher cipher writes-past-bound \
  round-trip-of-small-sizes sealing-in-place-is-the-same >"$work/wrong" 2>&1
check a-cipher-that-writes-past-its-bound

breaks_these fake-compressor compressor trusts-length \
  random-input-does-no-harm flipped-bits-do-no-harm \
  repeated-bytes-do-no-harm wrong-size-does-no-harm >"$work/wrong" 2>&1
check a-compressor-that-trusts-a-length

breaks fake-store store fault=loses-second-half \
  positions-are-dense ten-thousand-events read/pages >"$work/wrong" 2>&1
check a-store-that-loses-the-second-half-of-a-batch

breaks fake-store store fault=repeats-positions \
  positions-are-dense threads/log-is-dense >"$work/wrong" 2>&1
check a-store-that-hands-out-a-position-twice

breaks fake-store store fault=shows-later-first \
  threads/one-winner-each threads/log-is-dense >"$work/wrong" 2>&1
check a-store-that-shows-what-is-later-first

# What comes behind a broken promise is tried for its own sake.
{
  breaks fake-store store fault=ignores-expectations \
    side/only-if-absent side/only-if-exactly side/exactly-nothing \
    side/expectations-of-a-batch
  grep -qx 'kept    side/order' out || cat out
} >"$work/wrong" 2>&1
check a-store-that-ignores-an-expectation

# The good compressor of other tests, linked in another way.
{
  for name in good deletable
  do
    alone "/compressor/$name/stays-loaded" \
      "$EVS_TEST_BUILDDIR/tests/broken/.libs/compressor-$name.so"
    mv out "$name"
  done
  grep -q '^ok 1 /compressor/good/stays-loaded$' good || cat good
  grep -q '^Bail out! .*: linked without -z nodelete, which a plugin needs$' \
    deletable || cat deletable
} >"$work/wrong" 2>&1
check a-module-that-may-be-unloaded

# ---------------------------------------------------- what became of a process

{
  breaks fake-store store fault=ends-the-process read/sequence-descending
  words read/sequence-descending 'ended with status 0'
} >"$work/wrong" 2>&1
check a-plugin-that-ends-the-process

{
  breaks fake-store store '--timeout=1 fault=never-ends' \
    read/sequence-descending
  words read/sequence-descending 'never ended'
} >"$work/wrong" 2>&1
check a-plugin-that-never-ends

# ------------------------------------------------------- what cannot be tried

{
  echo 'not an object' >compressor-garbage.so
  cp "$fakes/compressor-fake-compressor.so" compressor-other.so
  cp "$fakes/compressor-fake-compressor.so" compressor-open.so
  chmod 666 compressor-open.so
  refuses 1 'compressor-none.so: No such file' ./compressor-none.so
  refuses 1 'none/compressor-x.so: No such file' none/compressor-x.so
  refuses 1 'compressor-garbage.so: ' "$work/compressor-garbage.so"
  refuses 1 'no symbol evs_plugin_other_describe' compressor-other.so
  refuses 1 'mode 0666 lets others write' compressor-open.so
  refuses 1 'plugin.so: not named cipher-NAME.so' ./plugin.so
  refuses 1 'memroy: no such plugin on the path; did you mean memory?' memroy
  refuses 1 'qqq: no such plugin on the path; eventseal plugins lists' qqq
  refuses 1 'a?b: no such plugin on the path' 'a
b'
} >"$work/wrong" 2>&1
check what-cannot-be-loaded-is-refused-with-the-reason

# The folder of a configuration is looked into: what is there is refused.
{
  printf '%s\n' '[eventseal]' format=1 store=memory "plugin-path=$work" \
    >eventseal.conf
  cp eventseal.conf other.conf
  refuses 1 'garbage: no such plugin' garbage
  path=$EVENTSEAL_PLUGIN_PATH
  unset EVENTSEAL_PLUGIN_PATH
  refuses 1 "$work/compressor-garbage.so: " garbage
  rm eventseal.conf
  refuses 1 'garbage: no such plugin' garbage
  refuses 1 "$work/compressor-garbage.so: " --config other.conf garbage
  refuses 1 'eventseal.conf: No such file' --config eventseal.conf garbage
  EVENTSEAL_PLUGIN_PATH=$path
  export EVENTSEAL_PLUGIN_PATH
} >"$work/wrong" 2>&1
check plugin-path-of-a-configuration-counts

{
  refuses 1 'fake-store: fualt: unknown setting; did you mean fault?' \
    "$fakes/store-fake-store.so" fualt=none
  refuses 1 'fake-store: fault: wanted one of none, ' \
    "$fakes/store-fake-store.so" fault=secret
  refuses 1 'fake-store: fault: given twice' \
    "$fakes/store-fake-store.so" fault=none fault=none
  refuses 1 'fake-store: fault: wanted KEY=VALUE' \
    "$fakes/store-fake-store.so" fault
  refuses 2 'certify: too few arguments, wanted: PLUGIN [KEY=VALUE'
  refuses 2 '--timeout: wanted 1 to 86400' --timeout=0 memory
} >"$work/wrong" 2>&1
check settings-are-checked

# ----------------------------------------------------- what the program says

# A copy of the command, beside a program that says what one built with a later
# GLib would, and nothing that a terminal obeys.
command=$EVS_TEST_BUILDDIR/.libs/eventseal
[ -x "$command" ] || command=$EVS_TEST_BUILDDIR/eventseal

copy ()
{
  LD_LIBRARY_PATH=$EVS_TEST_BUILDDIR/core/.libs \
    "$work/bin/eventseal" certify x >out 2>err
  status=$?
}

{
  mkdir bin
  cp "$command" bin/eventseal
  copy
  grep -q 'bin/eventseal-certify: not found; it is installed with eventseal$' \
    err || cat err
  cat >bin/eventseal-certify <<'TEXT'
#!/bin/sh
case "$*" in
  *-l*) printf '# plugin store x 1.0\n/store/x/a\n/store/x/b\n/store/x/c\n' ;;
  *-s*) printf 'ok 1 /store/x/a # SKIP\nok 2 /store/x/b # SKIP\n'
        printf 'ok 3 /store/x/c\n'
        exit 3 ;;
  *) printf 'ok 1 /store/x/a\nnot ok 2 /store/x/b - ERROR:/y/z.c:3:w: \033[1m\n'
     printf 'Bail out! ERROR:/y/z.c:3:w: \033[1m\n'
     kill -9 $$ ;;
esac
TEXT
  chmod +x bin/eventseal-certify
  copy
  cat >wanted <<'TEXT'
kept    a
broken  b: z.c:3:w: \u001b[1m
kept    c
broken  the process ends well: ended with status 3
TEXT
  cmp wanted out || cat out
  [ "$status $(cat err)" = \
    '1 eventseal: x 1.0: breaks 2 of the 4 promises of a store' ] || cat err
} >"$work/wrong" 2>&1
check what-the-program-says-is-understood-and-shown-safely

# Promises that ended their process had files, too.
{
  ls -A "$TMPDIR"
  find . -name 'core*'
} >"$work/wrong" 2>&1
check nothing-is-left-behind

finish
