#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The completion for bash, with the program that was built, and with one that
# has plugins to offer.

src=$EVS_TEST_SRCDIR
here=$src/tests/completion
completion=$src/tools/completion/eventseal
program=$EVS_TEST_BUILDDIR/eventseal

. "$src/tests/tap.sh"

# offers LINE WORD...: says what is wrong unless LINE is completed with exactly
# these words, in any order.
offers ()
{
  line=$1
  shift
  for word
  do
    printf '%s\n' "$word"
  done | sort >"$work/wanted"
  "$EVS_TEST_BASH" --norc "$here/complete.bash" "$completion" "$program" \
    "$line" 2>&1 | sort >"$work/found"
  cmp -s "$work/wanted" "$work/found" \
    || { echo "\"$line\":"; diff "$work/wanted" "$work/found"; }
}

if [ "$EVS_TEST_BASH" = no ]
then
  skip completion 'no bash'
  finish
  exit
fi

# One word a command.
# shellcheck disable=SC2046
offers 'eventseal ' $(
  "$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p'
) >"$work/wrong"
[ "$(wc -l <"$work/wanted")" -ge 7 ] || echo 'too few commands' >>"$work/wrong"
check commands-are-those-of-the-program

{
  offers 'eventseal impo' import
  offers 'eventseal frob'
} >"$work/wrong"
check a-command-is-completed

{
  offers 'eventseal -' --config= --help --version
  offers 'eventseal --ver' --version
  offers 'eventseal import -' --batch= --config= --help --plain
  offers 'eventseal import --b' +nospace --batch=
  offers 'eventseal init --' --help --key-file= --plain --store=
  offers 'eventseal import -- --' +default
} >"$work/wrong"
check options-are-those-of-the-command

{
  offers 'eventseal import ' +default
  offers 'eventseal import -b 5 ' +default
  offers 'eventseal -c ' +default
  offers 'eventseal --config x' +default
  offers 'eventseal --config=' +default
  offers 'eventseal --config=x' +default
  offers 'eventseal export -c ' +default
  offers 'eventseal init --key-file=k' +default
} >"$work/wrong"
check files-are-offered-where-one-is-wanted

{
  offers 'eventseal init ' +dirnames
  offers 'eventseal init --plain ' +dirnames
  offers 'eventseal demo --keep=' +dirnames
  offers 'eventseal demo -k ' +dirnames
} >"$work/wrong"
check folders-are-offered-where-one-is-wanted

{
  offers 'eventseal init --store=' bdb lmdb
  offers 'eventseal init --store l' lmdb
} >"$work/wrong"
check stores-are-offered-where-one-is-wanted

{
  offers 'eventseal show '
  offers 'eventseal raw --config x '
  offers 'eventseal raw 5 '
  offers 'eventseal import x '
  offers 'eventseal import --batch='
  offers 'eventseal frobnicate '
  offers 'eventseal --config=x ver' verify
  offers 'eventseal -c verify show '
} >"$work/wrong"
check nothing-is-offered-where-nobody-can-know

# Each word in capitals that a help text has is one that the completion knows.
for command in '' $("$program" --help |
                      sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')
do
  # shellcheck disable=SC2086
  "$program" $command --help | sed -n '
    2s/.*\[OPTION[^]]*\]//p
    s/^  \(-., \)\{0,1\}--[a-z-]*=\([A-Z]*\).*/\2/p'
done | tr ' ' '\n' | tr -cd 'A-Z=\n' | sort -u |
  while read -r word
  do
    case $word in
      '' | COMMAND | ARGUMENT) ;;
      *) grep -q "^    .*\<$word\>.*)" "$completion" \
           || echo "the completion does not know $word" ;;
    esac
  done >"$work/wrong"
check words-in-capitals-are-known

# One word a plugin.
# shellcheck disable=SC2046,SC2086
offers 'eventseal plugins ' $(
  printf '%s\n' $EVS_TEST_PLUGINS | sed 's/.*\/[a-z]*-\(.*\)\.la/\1/'
) >"$work/wrong"
check plugins-are-those-that-were-built

program=$here/program
{
  offers 'eventseal plugins ' aes-cbc bdb
  offers 'eventseal plugins a' aes-cbc
  offers 'eventseal certify ' +default aes-cbc bdb
} >"$work/wrong"
check plugins-are-offered-by-name

program=$work/none
offers 'eventseal ' >"$work/wrong"
check a-missing-program-offers-nothing

grep -qx 'complete -F _eventseal eventseal' "$completion" >"$work/wrong" \
  || echo 'nothing is completed' >>"$work/wrong"
check completion-is-registered

finish
