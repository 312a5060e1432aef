# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What all charts have in common.

set terminal svg size 760,360 enhanced font "sans-serif,13" \
  background rgb "#ffffff"
set output output
set datafile separator "|"
set border 0
set xtics nomirror scale 0 textcolor rgb "#444444"
set ytics nomirror scale 0 textcolor rgb "#444444"
set grid linecolor rgb "#e4e4e4" linewidth 1
set style fill solid 1.0 noborder
set key off
set title font ",15" textcolor rgb "#222222"

# Ours, the others, and the steps of an event.
ours = 0x2a6f97
other = 0xb9c2c9
text = "#222222"
