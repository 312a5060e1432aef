#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The scenario in two other languages, through the typelib that was built.

here=$EVS_TEST_SRCDIR/tests/introspection
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export GI_TYPELIB_PATH="$EVS_TEST_BUILDDIR/doc"
export LD_LIBRARY_PATH="$EVS_TEST_BUILDDIR/core/.libs"

n=0

# run PROGRAM FILE: an interpreter that configure found, or "no".
run ()
{
  n=$((n + 1))
  if [ "$1" = no ]
  then
    echo "ok $n - $2 # SKIP configure found no interpreter for it"
    return
  fi
  mkdir "$work/$2"
  if "$1" "$here/$2" "$work/$2" >"$work/output" 2>&1
  then
    echo "ok $n - $2"
  else
    sed 's/^/# /' "$work/output"
    echo "not ok $n - $2"
  fi
}

run "$EVS_TEST_PYTHON" scenario.py
run "$EVS_TEST_GJS" scenario.js

echo "1..$n"
