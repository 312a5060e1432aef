# SPDX-License-Identifier: LGPL-2.1-or-later

# What new-plugin writes a plugin from.
EXTRA_DIST += \
	tools/new-plugin \
	%D%/Makefile.template \
	%D%/cipher.c.template \
	%D%/compressor.c.template \
	%D%/store.c.template
