#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What was built, and what the sources promise of themselves: who links what,
# what is exported, which layer includes which.

src=$EVS_TEST_SRCDIR
build=$EVS_TEST_BUILDDIR
core=$build/core/.libs/libeventseal.so
. "$src/tests/tap.sh"

needed ()
{
  readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

exported ()
{
  nm --dynamic --defined-only --format=posix "$1" |
    awk '$2 != "A" { sub (/@.*/, "", $1); print $1 }' | LC_ALL=C sort
}

# ------------------------------------------------------------ who links what

if [ "$EVS_TEST_SANITIZERS" = yes ]
then
  skip core-links-only-what-is-allowed 'sanitizers add their own libraries'
else
  needed "$core" | grep -vxE \
    'lib(glib|gobject|gmodule)-2\.0\.so\.0|libjansson\.so\.4|libc\.so\.6|ld-linux.*' \
    >"$work/wrong"
  check core-links-only-what-is-allowed
fi

for plugin in "$build"/plugins/.libs/*.so
do
  needed "$plugin" | grep -H --label="$plugin" eventseal
done >"$work/wrong"
check plugins-do-not-link-the-core

# ----------------------------------------------------------------- exports

sed -n 's/^    \(evs_[a-z0-9_]*\);$/\1/p' "$src/core/libeventseal.map" |
  LC_ALL=C sort >"$work/map"
cat "$src"/include/eventseal/*.h | tr '\n' ' ' |
  grep -oE 'EVS_API [^;(]* \**evs_[a-z0-9_]+ \(' |
  sed 's/.*[ *]\(evs_[a-z0-9_]*\) ($/\1/' | LC_ALL=C sort >"$work/declared"
exported "$core" | grep -vx EVENTSEAL_1 >"$work/exported"

diff "$work/declared" "$work/map" >"$work/wrong"
check headers-declare-what-the-map-exports
diff "$work/map" "$work/exported" >"$work/wrong"
check library-exports-what-the-map-says

for plugin in "$build"/plugins/.libs/*.so
do
  exported "$plugin" | grep -v '^evs_plugin_[a-z0-9_]*_describe$' |
    grep -H --label="$plugin" .
done >"$work/wrong"
check plugins-export-their-entry-point-only

# ------------------------------------------------------------------ headers

for header in "$src"/include/eventseal/*.h
do
  name=eventseal/${header##*/}
  echo "#include <$name>" >"$work/header.c"
  # One word a flag.
  # shellcheck disable=SC2086
  $EVS_TEST_CC $EVS_TEST_CPPFLAGS -Wall -Wextra -Werror -fsyntax-only \
    "$work/header.c"
  grep -q "%D%/$name" "$src/include/local.mk" \
    || echo "include/local.mk does not install $name"
  case $name in
    eventseal/eventseal.h | eventseal/evs-json.h) ;;
    *) grep -q "<$name>" "$src/include/eventseal/eventseal.h" \
         || echo "eventseal.h does not include $name" ;;
  esac
done >"$work/wrong" 2>&1
check each-header-stands-alone-and-is-installed

grep -rn '#include.*evs-' "$src/plugins" --include='*.[ch]' |
  grep -v '<eventseal/evs-plugin.h>' >"$work/wrong"
check plugins-include-the-abi-alone

grep -rn '#include.*["<]\(evs-[a-z-]*-private\|\.\./\|core/\)' "$src/tools" \
  --include='*.[ch]' >"$work/wrong"
check tools-include-public-headers-alone

# ------------------------------------------------------------------- layers

# The core's files from the lowest layer to the highest. A file includes only
# headers of its own line and of those above it.
awk -v src="$src" '
  FILENAME ~ /layers$/ {
    if ($0 !~ /^#/)
      for (i = 1; i <= NF; i++)
        layer[$i] = FNR
    next
  }
  FNR == 1 {
    file = FILENAME
    sub (/.*\//, "", file)
    name = file
    sub (/(-private)?\.[ch]$/, "", name)
    if (!(name in layer))
      print file ": is in no layer"
  }
  /^#include .*evs-/ {
    other = $2
    gsub (/.*\/|[<>"]/, "", other)
    sub (/(-private)?\.h$/, "", other)
    if (other in layer && name in layer && layer[other] > layer[name])
      print file ": includes " other ", which is of a higher layer"
  }' "$src/core/layers" "$src"/core/*.[ch] >"$work/wrong"
check core-includes-no-higher-layer

# -------------------------------------------------------------------- style

if [ "$EVS_TEST_CLANG_FORMAT" = no ]
then
  skip sources-are-formatted 'no clang-format 14'
else
  find "$src/core" "$src/include" "$src/plugins" "$src/tests" "$src/tools" \
    -name '*.[ch]' -exec "$EVS_TEST_CLANG_FORMAT" --style="file:$src/.clang-format" \
    --dry-run {} + 2>"$work/format"
  grep -h 'warning:' "$work/format" | sed 's/:[0-9]*:[0-9]*:.*//' | sort -u \
    >"$work/wrong"
  check sources-are-formatted
fi

find "$src/core" "$src/include" "$src/plugins" "$src/tests" "$src/tools" \
  \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' \) \
  -exec grep -L 'SPDX-License-Identifier: LGPL-2.1-or-later' {} + \
  >"$work/wrong"
check sources-name-their-licence

finish
