# SPDX-License-Identifier: LGPL-2.1-or-later

if SANITIZERS
EVS_TEST_SANITIZERS = yes
else
EVS_TEST_SANITIZERS = no
endif

AM_TESTS_ENVIRONMENT += \
	EVS_TEST_SANITIZERS='$(EVS_TEST_SANITIZERS)'; \
	export EVS_TEST_SANITIZERS; \
	EVS_TEST_CLANG_FORMAT='$(CLANG_FORMAT)'; \
	export EVS_TEST_CLANG_FORMAT; \
	EVS_TEST_CC='$(CC)'; \
	export EVS_TEST_CC; \
	EVS_TEST_CPPFLAGS='-I$(abs_top_srcdir)/include $(GLIB_CFLAGS) $(JANSSON_CFLAGS)'; \
	export EVS_TEST_CPPFLAGS;

TESTS += %D%/test-build.sh
EXTRA_DIST += \
	%D%/test-build.sh \
	core/layers \
	%D%/installcheck.sh

# What a stranger does with the installed library: builds README's host program
# and README's plugin against it.
installcheck-local:
	CC='$(CC)' CFLAGS='$(CFLAGS) $(EVS_SANITIZER_FLAGS)' \
	  PKG_CONFIG='$(PKG_CONFIG)' \
	  PKG_CONFIG_PATH='$(DESTDIR)$(pkgconfigdir)' \
	  LD_LIBRARY_PATH='$(DESTDIR)$(libdir)' \
	  $(SHELL) $(top_srcdir)/%D%/installcheck.sh \
	  '$(top_srcdir)' '$(DESTDIR)$(bindir)'
