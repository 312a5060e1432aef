# SPDX-License-Identifier: LGPL-2.1-or-later

examplesdir = $(docdir)/examples
dist_examples_DATA = \
	%D%/compressed.conf \
	%D%/encrypted.conf \
	%D%/memory.conf \
	%D%/plain.conf
