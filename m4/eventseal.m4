# SPDX-License-Identifier: LGPL-2.1-or-later

# EVS_PLUGIN(NAME, SHELL-NAME, DESCRIPTION, CHECK)
# ------------------------------------------------
# Adds --enable-NAME=auto. CHECK sets evs_found to yes or no.
AC_DEFUN([EVS_PLUGIN], [
  AC_ARG_ENABLE([$1],
    [AS_HELP_STRING([--enable-$1=auto], [build the plugin $1: $3])],
    [], [enable_$2=auto])
  AS_IF([test "x$enable_$2" != xno], [
    $4
    AS_CASE([$enable_$2:$evs_found],
      [yes:no], [AC_MSG_ERROR([the plugin $1 was asked for, but its library is missing])],
      [enable_$2=$evs_found])
  ])
  AM_CONDITIONAL(m4_toupper([ENABLE_$2]), [test "x$enable_$2" = xyes])
])

# EVS_CHECK_BERKELEY_DB(IF-FOUND, IF-NOT-FOUND)
# ---------------------------------------------
# Berkeley DB has no .pc file. Sets BDB_LIBS.
AC_DEFUN([EVS_CHECK_BERKELEY_DB], [
  evs_save_LIBS=$LIBS
  BDB_LIBS=
  AC_CHECK_HEADER([db.h], [
    AC_SEARCH_LIBS([db_env_create], [db-5.3 db], [
      AS_CASE([$ac_cv_search_db_env_create],
        [-l*], [BDB_LIBS=$ac_cv_search_db_env_create])
      $1
    ], [$2])
  ], [$2])
  LIBS=$evs_save_LIBS
  AC_SUBST([BDB_LIBS])
])

# EVS_INTROSPECTION
# -----------------
# Adds --enable-introspection=auto; sets G_IR_SCANNER and G_IR_COMPILER. The
# scanner runs a program of its own with the library in it, so not with
# sanitizers.
AC_DEFUN([EVS_INTROSPECTION], [
  AC_ARG_ENABLE([introspection],
    [AS_HELP_STRING([--enable-introspection=auto],
      [build EventSeal-1.gir and its typelib, for other languages])],
    [], [enable_introspection=auto])
  AS_CASE([$enable_introspection:$enable_sanitizers],
    [yes:yes], [AC_MSG_ERROR([introspection and sanitizers exclude each other])],
    [*:yes], [enable_introspection=no])
  AS_IF([test "x$enable_introspection" != xno], [
    PKG_CHECK_MODULES([INTROSPECTION], [gobject-introspection-1.0 >= 1.74],
                      [evs_found=yes], [evs_found=no])
    AS_CASE([$enable_introspection:$evs_found],
      [yes:no], [AC_MSG_ERROR([introspection was asked for, but gobject-introspection is missing])],
      [enable_introspection=$evs_found])
  ])
  AS_IF([test "x$enable_introspection" = xyes], [
    PKG_CHECK_VAR([G_IR_SCANNER], [gobject-introspection-1.0], [g_ir_scanner])
    PKG_CHECK_VAR([G_IR_COMPILER], [gobject-introspection-1.0], [g_ir_compiler])
  ])
  AM_CONDITIONAL([INTROSPECTION], [test "x$enable_introspection" = xyes])
])

# EVS_PYTHON_GI
# -------------
# Sets PYTHON_GI to a Python that reads typelibs, or to no.
AC_DEFUN([EVS_PYTHON_GI], [
  AC_CACHE_CHECK([for a Python with gi], [ac_cv_path_PYTHON_GI],
    [AC_PATH_PROGS_FEATURE_CHECK([PYTHON_GI], [python3],
      [AS_IF(["$ac_path_PYTHON_GI" -I -c 'import gi.repository.GLib' 2>/dev/null],
        [ac_cv_path_PYTHON_GI=$ac_path_PYTHON_GI
         ac_path_PYTHON_GI_found=:])],
      [ac_cv_path_PYTHON_GI=no])])
  AC_SUBST([PYTHON_GI], [$ac_cv_path_PYTHON_GI])
])

# EVS_TRY_CFLAGS(VARIABLE, FLAGS...)
# ----------------------------------
# Appends each flag that the compiler takes. A flag may be two words in one
# pair of quotes: then they are tried, and kept, together.
AC_DEFUN([EVS_TRY_CFLAGS], [
  for evs_flag in $2
  do
    evs_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $evs_flag"
    AC_MSG_CHECKING([whether $CC takes $evs_flag])
    AC_COMPILE_IFELSE([AC_LANG_SOURCE([int evs_dummy;])],
      [$1="$$1 $evs_flag"
       AC_MSG_RESULT([yes])],
      [AC_MSG_RESULT([no])])
    CFLAGS=$evs_save_CFLAGS
  done
])

# EVS_COMPILER_FLAGS
# ------------------
# Sets EVS_CFLAGS: the language, warnings, visibility.
AC_DEFUN([EVS_COMPILER_FLAGS], [
  AC_ARG_ENABLE([strict],
    [AS_HELP_STRING([--enable-strict], [make warnings errors])],
    [], [enable_strict=no])
  EVS_CFLAGS="-std=gnu11 -fvisibility=hidden"
  EVS_TRY_CFLAGS([EVS_CFLAGS], [-Wall -Wextra -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wmissing-declarations -Wold-style-definition \
    -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough \
    -Wcast-align -Wconversion -Wno-sign-conversion -Wfloat-conversion \
    "-Wformat=2 -Werror=format-security" -Wno-missing-field-initializers \
    -Wno-unused-parameter -fstack-protector-strong])
  AS_IF([test "x$enable_strict" = xyes], [EVS_CFLAGS="$EVS_CFLAGS -Werror"])
  AC_SUBST([EVS_CFLAGS])
])
