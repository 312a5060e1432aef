# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A bar for each store, ours in a colour of their own.

stats data using 2 nooutput
set yrange [-0.6:STATS_records - 0.4]
set lmargin 33
set grid xtics noytics
unset grid
unset xtics
set ytics scale 0
scale = 1000.0
set xrange [0:STATS_max / scale * 1.16]

plot data using (0):0:(0):($2 / scale):($0 - 0.34):($0 + 0.34):($3 > 0 ? ours \
       : other):yticlabels(1) with boxxyerror linecolor rgb variable, \
     "" using ($2 / scale):0:(sprintf ("%.0f k", $2 / scale)) with labels \
       left offset 0.6,0 textcolor rgb text
