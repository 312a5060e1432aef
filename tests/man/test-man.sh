#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The manual pages against what they describe.

src=$EVS_TEST_SRCDIR
program=$EVS_TEST_BUILDDIR/eventseal
pages=$src/tools/man

. "$src/tests/tap.sh"

# ------------------------------------------------------------------- form

if [ "$EVS_TEST_MANDOC" = no ]
then
  skip pages-are-clean 'no mandoc'
  skip pages-fit-80-columns 'no mandoc'
else
  for page in "$pages"/*.[1-9]
  do
    "$EVS_TEST_MANDOC" -T lint -W warning "$page"
  done >"$work/wrong" 2>&1
  check pages-are-clean

  for page in "$pages"/*.[1-9]
  do
    "$EVS_TEST_MANDOC" -T ascii -O width=80 "$page" | sed "s/.$(printf '\b')//g" |
      awk -v page="${page##*/}" 'length > 80 { print page ": " $0 }'
  done >"$work/wrong" 2>&1
  check pages-fit-80-columns
fi

for page in "$pages"/*.[1-9]
do
  grep -q "%D%/${page##*/}" "$pages/local.mk" \
    || echo "${page##*/} is not installed"
done >"$work/wrong"
check each-page-is-installed

# --------------------------------------------------- commands and options

commands ()
{
  "$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

# COMMAND -x --long ARGUMENT, a line for each option of a help text on standard
# input.
options ()
{
  awk -v command="$1" '
    /^  -[^ ]/ {
      sub (/,/, "")
      sub (/=/, " ")
      gsub (/  +/, "\t")
      split ($0, part, "\t")
      print command " " part[2]
    }'
}

# The same from a page, where ".It Ic NAME" begins a command and ".It Fl x Ar
# ARGUMENT , Fl -long Ns = Ns Ar ARGUMENT" an option. What is of no command has
# "-" in its place.
described ()
{
  awk '
    BEGIN { command = "-" }
    /^\.Sh/ { command = "-" }
    /^\.It Ic / { command = $3; print command }
    /^\.It Fl / {
      line = command
      argument = ""
      for (i = 2; i < NF; i++)
        if ($i == "Fl")
          line = line " -" $(i + 1)
        else if ($i == "Ar")
          argument = " " $(i + 1)
      print line argument
    }' "$pages/$1"
}

# Options that every command has are described once.
{
  "$program" --help | options -
  commands
  for command in $(commands)
  do
    "$program" "$command" --help | grep -v -e ' --help ' -e ' --config=' |
      options "$command"
  done
} | LC_ALL=C sort >"$work/built"
described eventseal.1 | LC_ALL=C sort >"$work/described"
diff "$work/built" "$work/described" >"$work/wrong"
check commands-and-options-are-those-of-the-program

"$program-certify" --help | options - >"$work/built"
described eventseal-certify.1 | diff "$work/built" - >"$work/wrong"
check options-are-those-of-the-other-program

# What a command takes beside options: "[FILE]", "ID VERSION". How the ellipsis
# comes out is a matter of the locale.
for command in $(commands)
do
  wanted=$("$program" "$command" --help | sed -n '
             2s/VALUE[^]]*/VALUE .../
             2s/.*\[OPTION[^]]*\] *//p')
  found=$(sed -n "s/^\.It Ic $command\( \|\$\)//p" "$pages/eventseal.1" |
            sed 's/Oo Fl [^O]* Oc//g
                 s/O[op] \(Ar [A-Z= .]*\)\( Oc\)\{0,1\}/[\1]/g
                 s/Op Fl .*//; s/Ar //g; s/  */ /g; s/^ //; s/ $//')
  [ "$wanted" = "$found" ] \
    || echo "$command: the program wants \"$wanted\", the page says \"$found\""
done >"$work/wrong"
check operands-are-those-of-the-program

# ----------------------------------------------------------------- plugins

# Each function of a vtable in the header has its place in the page.
awk '
  /^struct _Evs.*VTable/ { inside = 1 }
  /^};/ { inside = 0 }
  inside && match ($0, /\(\*[a-z_]+\)/) {
    print substr ($0, RSTART + 2, RLENGTH - 3) }' \
  "$src/include/eventseal/evs-plugin.h" | LC_ALL=C sort -u >"$work/slots"
sed -n 's/^\.It Fn //p' "$pages/eventseal-plugin.7" |
  sed 's/ , Fn /\n/g' | LC_ALL=C sort -u >"$work/described"
diff "$work/slots" "$work/described" >"$work/wrong"
check functions-of-a-plugin-are-those-of-the-header

# ---------------------------------------------------------------- examples

# The commands of the blocks that a page marks as tested.
tested ()
{
  awk '
    /^\.\\" tested$/ { found = 1 }
    /^\.Ed/ && found { found = inside = 0 }
    inside { print }
    /^\.Bd/ && found { inside = 1 }' "$pages/$1" |
    sed "s/^[\$>] //; s/\\\\e/\\\\/g; s|/etc/|$work/etc/|g; s|/srv/|$work/srv/|g"
}

# what NAME COMMAND...: says that NAME is wrong unless COMMAND succeeds.
holds ()
{
  name=$1
  shift
  "$@" >"$work/out" 2>&1 || { echo "$name:"; cat "$work/out"; }
}

if has_plugins store-bdb cipher-aes-cbc compressor-lz4
then
  mkdir "$work/etc" "$work/srv" "$work/bin"
  ln -s "$program" "$work/bin/eventseal"
  PATH=$work/bin:$PATH

  tested eventseal.1 >"$work/example"
  {
    holds 'the examples' sh -eu "$work/example"
    cp "$work/out" "$work/seen"
    holds 'show shows the state' grep -q '"customer": "Ada"' "$work/seen"
    holds 'the store does not' grep -qx 'it shows nothing' "$work/seen"
    holds 'the key is elsewhere' \
      test -f "$work/etc/eventseal/orders.key" -a ! -e "$work/srv/orders/secret.key"
    sed "s|^directory=.*|directory=$work/srv/backup|" \
      "$work/srv/orders/eventseal.conf" >"$work/backup.conf"
    holds 'the backup opens' \
      eventseal show -c "$work/backup.conf" 3d8b1a52-6f0e-4a3c-9c1e-5b7d2f90a641
    holds 'the other store has the event' \
      grep -rq Ada "$work/srv/plain/events"
  } >"$work/wrong"
  check the-examples-of-eventseal-work

  tested eventseal.conf.5 >"$work/example"
  {
    cd "$work" || exit
    holds 'the example' sh -eu "$work/example"
    holds 'the key is used' eventseal init --key-file my.key "$work/keyed"
    holds 'the key opens a store' \
      eventseal verify -c "$work/keyed/eventseal.conf"
  } >"$work/wrong"
  check a-key-can-be-made-as-eventseal.conf-says
else
  skip the-examples-of-eventseal-work 'not all plugins are built'
  skip a-key-can-be-made-as-eventseal.conf-says 'not all plugins are built'
fi

finish
