# SPDX-License-Identifier: LGPL-2.1-or-later

set title "Append as the store grows: microseconds an event, random ids"
stats data using 1 nooutput name "x"
stats data using 2 nooutput name "y"
set logscale x
set xrange [x_min / 1.3:x_max * 8]
set yrange [0:y_max * 1.2]
set xtics ("10,000" 1e4, "100,000" 1e5, "1,000,000" 1e6, "10,000,000" 1e7)
set xlabel "events in the store" textcolor rgb text
set grid ytics noxtics
color (is_ours) = is_ours > 0 ? ours : 0x8d99a1

plot for [i = 0:x_blocks - 1] data index i using 1:2:(color ($3)) \
       with linespoints linewidth 2 pointtype 7 pointsize 0.6 \
       linecolor rgb variable, \
     data.".names" using 1:2:3 with labels left offset 1,0 textcolor rgb text
