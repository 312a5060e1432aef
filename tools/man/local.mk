# SPDX-License-Identifier: LGPL-2.1-or-later

dist_man_MANS = \
	%D%/eventseal.1 \
	%D%/eventseal-certify.1 \
	%D%/eventseal.conf.5 \
	%D%/eventseal-plugin.7
