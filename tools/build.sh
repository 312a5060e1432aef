# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by quickstart and run-tests, from the top of the checkout: installs
# Debian packages that are missing, and builds into build/.

BUILD_PACKAGES="gcc libc6-dev make autoconf automake libtool pkg-config perl git
  libglib2.0-dev libjansson-dev libgcrypt20-dev liblz4-dev libdb5.3-dev
  liblmdb-dev"

# What the bindings and their tests need besides.
INTROSPECTION_PACKAGES="gobject-introspection libgirepository1.0-dev
  gi-docgen python3-gi gir1.2-glib-2.0 gjs"

say ()
{
  printf '\n== %s\n' "$*"
}

stop ()
{
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

missing_packages ()
{
  for package
  do
    case $(dpkg-query --show --showformat='${db:Status-Status}' "$package" \
             2>/dev/null) in
      installed) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

as_root ()
{
  if [ "$(id -u)" -eq 0 ]
  then
    "$@"
  else
    sudo "$@"
  fi
}

install_packages ()
{
  command -v dpkg-query >/dev/null \
    || stop "this is not Debian; install by hand what matches: $*"
  wanted=$(missing_packages "$@")
  [ -n "$wanted" ] || return 0

  say "Installing $wanted"
  as_root apt-get update -q
  # One word a package.
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $wanted
}

# configure_into FOLDER [OPTION ...]: does nothing where it is done already
# with the same options.
configure_into ()
{
  folder=$1
  shift
  [ -x configure ] || ./autogen.sh
  mkdir -p "$folder"
  [ "$(cat "$folder/.options" 2>/dev/null)" = "options: $*" ] \
    && [ -f "$folder/Makefile" ] && return 0

  (cd "$folder" && "$(dirname_of "$folder")/configure" --quiet "$@")
  printf 'options: %s\n' "$*" >"$folder/.options"
}

# The way from a folder below the checkout back to its top.
dirname_of ()
{
  printf '%s\n' "$1" | sed 's|[^/]\{1,\}|..|g'
}

jobs ()
{
  getconf _NPROCESSORS_ONLN
}
