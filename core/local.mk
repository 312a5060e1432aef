# SPDX-License-Identifier: LGPL-2.1-or-later

# The core. Which file may include which, core/layers says.
noinst_LTLIBRARIES += core/libeventseal-internal.la
core_libeventseal_internal_la_SOURCES = \
	%D%/evs-aggregate-private.h \
	%D%/evs-aggregate.c \
	%D%/evs-appender.c \
	%D%/evs-application.c \
	%D%/evs-arena.c \
	%D%/evs-arena.h \
	%D%/evs-buffer.c \
	%D%/evs-cipher.c \
	%D%/evs-cipher.h \
	%D%/evs-codec.c \
	%D%/evs-codec.h \
	%D%/evs-commit-queue.c \
	%D%/evs-commit-queue.h \
	%D%/evs-compressor.c \
	%D%/evs-compressor.h \
	%D%/evs-config-group.c \
	%D%/evs-config-group.h \
	%D%/evs-config-plugins.c \
	%D%/evs-config-private.h \
	%D%/evs-config-rules.c \
	%D%/evs-config-rules.h \
	%D%/evs-config-text.c \
	%D%/evs-config-text.h \
	%D%/evs-config.c \
	%D%/evs-contract.c \
	%D%/evs-contract.h \
	%D%/evs-cursor.c \
	%D%/evs-elf.c \
	%D%/evs-elf.h \
	%D%/evs-envelope-private.h \
	%D%/evs-envelope.c \
	%D%/evs-error.c \
	%D%/evs-event-private.h \
	%D%/evs-event-store-erase.c \
	%D%/evs-event-store-private.h \
	%D%/evs-event-store-read.c \
	%D%/evs-event-store.c \
	%D%/evs-event.c \
	%D%/evs-handle.c \
	%D%/evs-handle.h \
	%D%/evs-hkdf.c \
	%D%/evs-hkdf.h \
	%D%/evs-id.c \
	%D%/evs-json-scan.c \
	%D%/evs-json.c \
	%D%/evs-key-file.c \
	%D%/evs-key.c \
	%D%/evs-key.h \
	%D%/evs-mapper-private.h \
	%D%/evs-mapper.c \
	%D%/evs-module-check.c \
	%D%/evs-module.c \
	%D%/evs-module.h \
	%D%/evs-nearest-name.c \
	%D%/evs-nearest-name.h \
	%D%/evs-nonce-pool.c \
	%D%/evs-nonce-pool.h \
	%D%/evs-path.c \
	%D%/evs-path.h \
	%D%/evs-payload.c \
	%D%/evs-payload.h \
	%D%/evs-pipeline.c \
	%D%/evs-plugin-list.c \
	%D%/evs-plugin-name.c \
	%D%/evs-plugin-name.h \
	%D%/evs-random.c \
	%D%/evs-random.h \
	%D%/evs-record-store-private.h \
	%D%/evs-record-store.c \
	%D%/evs-registry.c \
	%D%/evs-registry.h \
	%D%/evs-repository.c \
	%D%/evs-runner.c \
	%D%/evs-runner.h \
	%D%/evs-secret.c \
	%D%/evs-secret.h \
	%D%/evs-setting.c \
	%D%/evs-setting.h \
	%D%/evs-settings.c \
	%D%/evs-settings.h \
	%D%/evs-stack.c \
	%D%/evs-stack.h \
	%D%/evs-store-properties.c \
	%D%/evs-store-properties.h

core_libeventseal_internal_la_CPPFLAGS = \
	$(AM_CPPFLAGS) \
	-DG_LOG_DOMAIN=\"eventseal\" \
	-DEVS_PLUGIN_DIR=\"$(libdir)/eventseal\" \
	$(GMODULE_CFLAGS) \
	$(JANSSON_CFLAGS)
core_libeventseal_internal_la_LIBADD = \
	$(GLIB_LIBS) \
	$(GMODULE_LIBS) \
	$(JANSSON_LIBS)

lib_LTLIBRARIES += core/libeventseal.la
core_libeventseal_la_SOURCES =
core_libeventseal_la_LIBADD = core/libeventseal-internal.la
core_libeventseal_la_LDFLAGS = \
	-version-info 0:0:0 \
	-no-undefined \
	-Wl,--version-script=$(srcdir)/%D%/libeventseal.map \
	$(AM_LDFLAGS)
core_libeventseal_la_DEPENDENCIES = \
	core/libeventseal-internal.la \
	%D%/libeventseal.map
if !SANITIZERS
core_libeventseal_la_LDFLAGS += -Wl,-z,defs
endif

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = core/eventseal.pc

EXTRA_DIST += %D%/libeventseal.map
