# SPDX-License-Identifier: LGPL-2.1-or-later

TESTS += %D%/test-samples.sh
EXTRA_DIST += %D%/test-samples.sh
