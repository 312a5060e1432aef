# SPDX-License-Identifier: LGPL-2.1-or-later

include %D%/eventseal/local.mk
include %D%/certify/local.mk
include %D%/example/local.mk
include %D%/man/local.mk
include %D%/completion/local.mk
include %D%/samples/local.mk
include %D%/templates/local.mk

EXTRA_DIST += \
	%D%/build.sh \
	%D%/git-history \
	%D%/quickstart \
	%D%/run-tests
