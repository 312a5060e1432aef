# SPDX-License-Identifier: LGPL-2.1-or-later

# The API as other languages see it: a description that g-ir-scanner makes of
# the public headers, and the same in binary form.
if INTROSPECTION

girdir = $(datadir)/gir-1.0
gir_DATA = doc/EventSeal-1.gir
typelibdir = $(libdir)/girepository-1.0
typelib_DATA = doc/EventSeal-1.typelib
CLEANFILES += $(gir_DATA) $(typelib_DATA)

SCANNED = $(eventsealinclude_HEADERS:%=$(srcdir)/%)

doc/EventSeal-1.gir: $(eventsealinclude_HEADERS) core/libeventseal.la
	$(AM_V_GEN)$(MKDIR_P) doc && \
	GI_SCANNER_DISABLE_CACHE=1 CC='$(CC)' CFLAGS='$(CFLAGS)' \
	$(G_IR_SCANNER) --quiet --warn-all $(G_IR_FLAGS) \
	  --namespace=EventSeal --nsversion=1 \
	  --identifier-prefix=Evs --symbol-prefix=evs \
	  --include=GObject-2.0 --pkg=gobject-2.0 --pkg-export=eventseal \
	  --c-include=eventseal/eventseal.h --sources-top-dirs=$(srcdir) \
	  --libtool='$(LIBTOOL)' --library=core/libeventseal.la \
	  -I$(srcdir)/include $(GLIB_CFLAGS) $(JANSSON_CFLAGS) \
	  --output=$@ $(SCANNED)

doc/EventSeal-1.typelib: doc/EventSeal-1.gir
	$(AM_V_GEN)$(G_IR_COMPILER) --output=$@ doc/EventSeal-1.gir

endif

# What README shows of make bench.
EXTRA_DIST += \
	%D%/charts/cost.svg \
	%D%/charts/growth.svg \
	%D%/charts/peers.svg \
	%D%/charts/replay.svg

# The reference, for people.
REFERENCE_FILES = \
	%D%/complete-gir.py \
	%D%/layers.svg \
	%D%/overview.md \
	%D%/record.svg \
	%D%/walk-through.md

if REFERENCE

html-local: doc/html/index.html
check_DATA += doc/html/index.html

doc/html/index.html: doc/EventSeal-1.gir doc/eventseal.toml $(REFERENCE_FILES)
	$(AM_V_at)rm -rf doc/html && $(MKDIR_P) doc/reference
	$(AM_V_GEN)$(PYTHON3) $(srcdir)/%D%/complete-gir.py \
	  doc/EventSeal-1.gir doc/reference/EventSeal-1.gir $(SCANNED)
	$(AM_V_at)$(GI_DOCGEN) generate --quiet --fatal-warnings \
	  --config=doc/eventseal.toml --content-dir=$(srcdir)/%D% \
	  --no-namespace-dir --output-dir=doc/html \
	  doc/reference/EventSeal-1.gir

else

html-local:
	@echo 'make html needs gi-docgen, python3 and gobject-introspection;' \
	  'configure did not find all of them, or was told not to' >&2
	@false

endif

clean-local: clean-reference
clean-reference:
	rm -rf doc/html doc/reference

EXTRA_DIST += $(REFERENCE_FILES)
.PHONY: clean-reference
