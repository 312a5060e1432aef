# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by tests that are written in shell: TAP, and a folder of their own in
# $work.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
umask 022

n=0

# check NAME: the test passed if $work/wrong is empty; else what is wrong is
# shown.
check ()
{
  n=$((n + 1))
  if [ -s "$work/wrong" ]
  then
    sed 's/^/# /' "$work/wrong"
    echo "not ok $n - $1"
  else
    echo "ok $n - $1"
  fi
}

skip ()
{
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}

# has_plugins NAME...: whether configure chose to build them all.
has_plugins ()
{
  for plugin
  do
    case " $EVS_TEST_PLUGINS " in
      *" plugins/$plugin.la "*) ;;
      *) return 1 ;;
    esac
  done
}

finish ()
{
  echo "1..$n"
}
