# SPDX-License-Identifier: LGPL-2.1-or-later

# One public header is one line here; a test compares with the folder.
eventsealincludedir = $(includedir)/eventseal
eventsealinclude_HEADERS = \
	%D%/eventseal/eventseal.h \
	%D%/eventseal/evs-aggregate.h \
	%D%/eventseal/evs-appender.h \
	%D%/eventseal/evs-application.h \
	%D%/eventseal/evs-buffer.h \
	%D%/eventseal/evs-config.h \
	%D%/eventseal/evs-cursor.h \
	%D%/eventseal/evs-envelope.h \
	%D%/eventseal/evs-error.h \
	%D%/eventseal/evs-event-store.h \
	%D%/eventseal/evs-event.h \
	%D%/eventseal/evs-id.h \
	%D%/eventseal/evs-json-scan.h \
	%D%/eventseal/evs-json.h \
	%D%/eventseal/evs-key.h \
	%D%/eventseal/evs-macros.h \
	%D%/eventseal/evs-mapper.h \
	%D%/eventseal/evs-plugin-list.h \
	%D%/eventseal/evs-plugin.h \
	%D%/eventseal/evs-record-store.h \
	%D%/eventseal/evs-repository.h
