#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# tools/new-plugin: what it writes builds and is loaded, in a folder of its own;
# in the tree, on a copy of the files that it edits.

src=$EVS_TEST_SRCDIR
plugins=$EVS_TEST_BUILDDIR/plugins/.libs
new_plugin=$src/tools/new-plugin

. "$src/tests/tap.sh"

# The folders of plugins come from the configuration here.
unset EVENTSEAL_PLUGIN_PATH

eventseal ()
{
  "$EVS_TEST_BUILDDIR/eventseal" "$@"
}

# ---------------------------------------------------- in a folder of its own

# The installed header, as pkg-config tells it.
mkdir "$work/pkgconfig"
cat >"$work/pkgconfig/eventseal.pc" <<TEXT
Name: eventseal
Description: the source tree
Version: 0
Requires: glib-2.0
Cflags: -I$src/include
TEXT
PKG_CONFIG_PATH=$work/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH

build ()
{
  MAKEFLAGS='' make -s -C "$1" CC="$EVS_TEST_CC" \
    CFLAGS='-O2 -g -Wall -Wextra -Wno-unused-parameter -Werror'
}

# configure FOLDER LINE...: a configuration that looks for plugins there first.
configure ()
{
  folder=$1
  shift
  printf '%s\n' '[eventseal]' format=1 "plugin-path=$folder;$plugins" "$@" \
    >"$work/conf"
}

# says TEXT COMMAND...: says so unless COMMAND fails with TEXT in its message.
says ()
{
  text=$1
  shift
  if "$@" >"$work/out" 2>&1
  then
    echo "$*: succeeded, wanted \"$text\""
  elif ! grep -qF -e "$text" "$work/out"
  then
    echo "$*: wanted \"$text\":"
    cat "$work/out"
  fi
}

write ()
{
  "$new_plugin" --out-of-tree "$work/$2" "$1" "$2" >"$work/out" ||
    cat "$work/out"
}

event='{"originator_id": "3d8b1a52-6f0e-4a3c-9c1e-5b7d2f90a641",
 "originator_version": 0, "topic": "T", "state": "'$(printf '%0300d' 0)'"}'
echo "$event" | tr -d '\n' >"$work/event"
echo >>"$work/event"

{
  write compressor x
  build "$work/x"
  configure "$work/x" store=memory compressor=x
  eventseal -c "$work/conf" import "$work/event" >"$work/out"
} >"$work/wrong" 2>&1
check a-compressor-builds-and-is-used

{
  write cipher my-cipher-2
  build "$work/my-cipher-2"
  eventseal init --key-file "$work/key" "$work/made" >"$work/out"
  configure "$work/my-cipher-2" store=memory cipher=my-cipher-2 \
    '[cipher my-cipher-2]' "key-file=$work/key"
  eventseal -c "$work/conf" verify >"$work/out"
  says 'my-cipher-2: seal is not written yet' \
    eventseal -c "$work/conf" import "$work/event"
} >"$work/wrong" 2>&1
check a-cipher-builds-and-is-loaded

{
  write store a-name-of-thirty-two-letters-yes
  build "$work/a-name-of-thirty-two-letters-yes"
  configure "$work/a-name-of-thirty-two-letters-yes" \
    store=a-name-of-thirty-two-letters-yes \
    '[store a-name-of-thirty-two-letters-yes]' directory=events
  says 'a-name-of-thirty-two-letters-yes: last_position is not written yet' \
    eventseal -c "$work/conf" verify
} >"$work/wrong" 2>&1
check a-store-builds-and-is-loaded

{
  "$new_plugin" --out-of-tree "$work/w" --pkg-config gio-2.0 compressor w \
    >"$work/out"
  grep -qx 'MODULES = glib-2.0 gio-2.0' "$work/w/Makefile" ||
    cat "$work/w/Makefile"
  build "$work/w"
} >"$work/wrong" 2>&1
check a-library-is-linked

for folder in "$work/x" "$work/my-cipher-2" \
  "$work/a-name-of-thirty-two-letters-yes"
do
  grep -n '@[A-Z]*@' "$folder"/*
  [ "$(wc -l <"$folder/Makefile")" -le 12 ] || echo "$folder: a long Makefile"
  awk 'length > 80 { print FILENAME ": " $0 }' "$folder"/*.c
  readelf -d "$folder"/*.so | grep 'NEEDED.*eventseal'
  readelf -d "$folder"/*.so | grep -q 'FLAGS_1.*NODELETE' \
    || echo "$folder: not -z nodelete"
  nm --dynamic --defined-only --format=posix "$folder"/*.so |
    grep -v '^evs_plugin_[a-z0-9_]*_describe T'
done >"$work/wrong"
check what-was-built-is-as-a-plugin-must-be

# The promises that a skeleton keeps: what it takes to be loaded and opened, and
# for the compressor all but one.
certify ()
{
  "$EVS_TEST_BUILDDIR/eventseal-certify" "$@" >"$work/out" 2>&1 ||
    { echo "$*:"; cat "$work/out"; }
}
{
  certify "$work/x/compressor-x.so" -s /compressor/x/zeroes-shrink
  for promise in host-takes-it bound-never-wraps closes-without-key
  do
    certify "$work/my-cipher-2/cipher-my-cipher-2.so" \
      -p "/cipher/my-cipher-2/$promise"
  done
  name=a-name-of-thirty-two-letters-yes
  certify "$work/$name/store-$name.so" -p "/store/$name/host-takes-it"
} >"$work/wrong"
check what-was-built-keeps-the-first-promises

# The plugin that eventseal-plugin(7) shows, as it stands there.
block ()
{
  awk -v mark=".\\\\\" $1" '
    $0 == mark { found = 1 }
    /^\.Ed/ && found { exit }
    inside { gsub (/\\e/, "\\"); print }
    /^\.Bd/ && found { inside = 1 }' "$src/tools/man/eventseal-plugin.7"
}
{
  mkdir "$work/page"
  block copy.c >"$work/page/copy.c"
  block Makefile >"$work/page/Makefile"
  build "$work/page"
  configure "$work/page" store=memory compressor=copy
  eventseal -c "$work/conf" import "$work/event" >"$work/out"
} >"$work/wrong" 2>&1
check the-plugin-of-the-manual-page-builds-and-is-used

# ---------------------------------------------------------------- in the tree

# What it reads and writes, as a checkout would have it.
mkdir -p "$work/tree/tools" "$work/tree/tests" "$work/tree/plugins"
cp "$src/configure.ac" "$src/.clang-format" "$work/tree"
cp -R "$new_plugin" "$src/tools/templates" "$work/tree/tools"
cp -R "$src/tests/contract" "$work/tree/tests"
cp -R "$src/plugins/." "$work/tree/plugins"
chmod -R u+w "$work/tree"
cp -R "$work/tree" "$work/untouched"

# has FILE TEXT: says so unless TEXT is in FILE, line by line.
has ()
{
  wanted=$2 awk '
    { whole = whole $0 "\n" }
    END { exit !index (whole, ENVIRON["wanted"] "\n") }' "$work/tree/$1" \
    || { echo "$1 has not:"; echo "$2"; }
}

{
  "$work/tree/tools/new-plugin" --pkg-config libzstd compressor my-zstd \
    >"$work/out"
  has plugins/local.mk 'if ENABLE_MY_ZSTD
pluginlib_LTLIBRARIES += plugins/compressor-my-zstd.la
plugins_compressor_my_zstd_la_SOURCES = %D%/compressor/my-zstd.c
plugins_compressor_my_zstd_la_CFLAGS = $(AM_CFLAGS) $(MY_ZSTD_CFLAGS)
plugins_compressor_my_zstd_la_LDFLAGS = $(PLUGIN_LDFLAGS)
plugins_compressor_my_zstd_la_LIBADD = $(GLIB_LIBS) $(MY_ZSTD_LIBS)
endif'
  has configure.ac 'EVS_PLUGIN([my-zstd], [my_zstd], [FILL IN],
  [PKG_CHECK_MODULES([MY_ZSTD], [libzstd], [evs_found=yes],
                     [evs_found=no])])

EVS_COMPILER_FLAGS'
  has configure.ac '    my-zstd      $enable_my_zstd
    sanitizers   $enable_sanitizers'
  has tests/contract/local.mk 'if ENABLE_MY_ZSTD
CONTRACT_CPPFLAGS += -DENABLE_MY_ZSTD
endif'
  has tests/contract/test-compressor-contract.c \
    '  evs_contract_compressor_add_tests (&my_zstd_target);
#endif

  return g_test_run ();'
} >"$work/wrong" 2>&1
check a-compressor-is-in-all-its-places

{
  "$work/tree/tools/new-plugin" cipher x >"$work/out"
  "$work/tree/tools/new-plugin" store y >"$work/out"
  has configure.ac 'EVS_PLUGIN([x], [x], [FILL IN],
  [evs_found=yes])'
  has plugins/local.mk 'if ENABLE_Y
pluginlib_LTLIBRARIES += plugins/store-y.la
plugins_store_y_la_SOURCES = %D%/store/y.c
plugins_store_y_la_LDFLAGS = $(PLUGIN_LDFLAGS)
plugins_store_y_la_LIBADD = $(GLIB_LIBS)
endif'
  has tests/contract/test-cipher-contract.c \
    '  evs_contract_cipher_add_tests (&x_target);'
  has tests/contract/test-store-contract.c \
    '  evs_contract_store_add_tests (&y_target);'
} >"$work/wrong" 2>&1
check cipher-and-store-are-in-all-their-places

# What was there is there still: nothing but lines were added.
diff -r "$work/untouched" "$work/tree" | grep '^<' >"$work/wrong"
check nothing-is-taken-away

for file in "$work"/tree/plugins/*/my-zstd.c "$work"/tree/plugins/*/[xy].c
do
  # One word a flag.
  # shellcheck disable=SC2086
  $EVS_TEST_CC $EVS_TEST_CPPFLAGS $EVS_TEST_CFLAGS -Werror -fsyntax-only "$file"
done >"$work/wrong" 2>&1
for kind in cipher compressor store
do
  # shellcheck disable=SC2086
  $EVS_TEST_CC $EVS_TEST_CPPFLAGS $EVS_TEST_CFLAGS -Werror -fsyntax-only \
    -DENABLE_X -DENABLE_Y -DENABLE_MY_ZSTD -I"$src/tests" -I"$src/core" \
    "$work/tree/tests/contract/test-$kind-contract.c"
done >>"$work/wrong" 2>&1
check what-is-written-has-no-warnings

if [ "$EVS_TEST_CLANG_FORMAT" = no ]
then
  skip what-is-written-is-formatted 'no clang-format 14'
else
  "$EVS_TEST_CLANG_FORMAT" --style="file:$src/.clang-format" --dry-run \
    "$work"/tree/plugins/*/my-zstd.c "$work"/tree/plugins/*/[xy].c \
    "$work"/tree/tests/contract/test-*-contract.c 2>"$work/wrong"
  check what-is-written-is-formatted
fi

# -------------------------------------------------------------- bad input

rm -rf "$work/untouched"
cp -R "$work/tree" "$work/untouched"

# refuses STATUS TEXT ARGUMENT...: one line that has TEXT.
refuses ()
{
  wanted=$1
  text=$2
  shift 2
  "$work/tree/tools/new-plugin" "$@" >"$work/out" 2>"$work/err"
  status=$?
  if [ "$status" -ne "$wanted" ] || [ -s "$work/out" ] \
       || [ "$(wc -l <"$work/err")" -ne 1 ] || ! grep -qF -e "$text" "$work/err"
  then
    echo "new-plugin $*: status $status:"
    cat "$work/err" "$work/out"
  fi
}

{
  refuses 2 'wanted KIND and NAME'
  refuses 2 'wanted KIND and NAME' cipher
  refuses 2 'wanted KIND and NAME' cipher x y
  refuses 2 'widget: unknown kind, wanted cipher, compressor or store' widget z
  refuses 2 'Z: wanted a name' cipher Z
  refuses 2 '../z: wanted a name' cipher ../z
  refuses 2 ': wanted a name' cipher ''
  refuses 2 'a-name-of-thirty-three-letters-no: wanted a name' \
    cipher a-name-of-thirty-three-letters-no
  refuses 2 'z b: wanted a name' cipher 'z b'
  refuses 2 'z?../z: wanted a name' cipher 'z
../z'
  refuses 2 '-z: unknown option' -z cipher
  refuses 2 '-z: wanted a name' cipher -z
  refuses 2 '--frob: unknown option' --frob cipher z
  refuses 2 '--pkg-config: wants an argument' --pkg-config
  refuses 2 'a b: not the name of a .pc file' --pkg-config 'a b' cipher z
  refuses 1 'lz4: there is such a plugin already, plugins/compressor/lz4.c' \
    cipher lz4
  refuses 1 'bdb: there is such a plugin already, plugins/store/bdb' store bdb
  refuses 1 'x: there is such a plugin already, plugins/cipher/x.c' cipher x
  refuses 1 'strict: configure has another use for this name' cipher strict
  refuses 1 'x: is there already' --out-of-tree "$work/x" cipher x
  refuses 1 'none/x' --out-of-tree "$work/none/x" cipher x
  sed -i '/return g_test_run/d' \
    "$work/tree/tests/contract/test-cipher-contract.c" \
    "$work/untouched/tests/contract/test-cipher-contract.c"
  refuses 1 'test-cipher-contract.c: has no line that begins with' cipher z
  diff -r "$work/untouched" "$work/tree"
} >"$work/wrong" 2>&1
check bad-input-gets-one-line-and-changes-nothing

{
  "$new_plugin" --help >"$work/out"
  awk 'length > 80' "$work/out"
  grep -q '^Usage: tools/new-plugin ' "$work/out" || cat "$work/out"
} >"$work/wrong" 2>&1
check help-is-given

finish
