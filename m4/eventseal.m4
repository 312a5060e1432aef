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
