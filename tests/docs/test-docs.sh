#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the public headers say of themselves: words on every symbol, type, macro
# and value, and no words on what is not there. The same of the reference that
# is made of them.

src=$EVS_TEST_SRCDIR
here=$src/tests/docs
. "$src/tests/tap.sh"

# Sorted, because awk's order is its own.
lacks ()
{
  $EVS_TEST_AWK -f "$here/headers.awk" "$@" 2>&1 | LC_ALL=C sort
}

# ------------------------------------------------------------------- headers

lacks "$here/bad.map" "$here/bad.h" | diff "$here/bad.txt" - >"$work/wrong"
check what-is-missing-is-seen

lacks "$src/core/libeventseal.map" "$src"/include/eventseal/*.h >"$work/lacks"
grep '^symbol ' "$work/lacks" >"$work/wrong"
check exported-symbols-have-words
grep '^type ' "$work/lacks" >"$work/wrong"
check types-macros-and-values-have-words
grep -v '^symbol \|^type ' "$work/lacks" >"$work/wrong"
check documented-names-are-there

# ----------------------------------------------------------------- reference

# make check has made it; gi-docgen itself stops at a link to nowhere.
html=$EVS_TEST_BUILDDIR/doc/html
if [ "$EVS_TEST_REFERENCE" = yes ]
then
  grep -l 'No description available' "$html"/*.html >"$work/wrong"
  check reference-says-something-everywhere
  grep -oh '\(href\|src\)="[^":]*"' "$html/overview.html" \
    "$html/walk-through.html" | sed 's/.*="//; s/[#"].*//' | sort -u |
    while read -r file
    do
      [ -z "$file" ] || [ -f "$html/$file" ] || echo "$file"
    done >"$work/wrong"
  check pages-link-to-what-is-there
else
  skip reference-says-something-everywhere 'configured without a reference'
  skip pages-link-to-what-is-there 'configured without a reference'
fi

finish
