# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What an event costs, split into its steps, in shares of the whole.

set title "What an event costs: shares, and microseconds in all"
set style data histograms
set style histogram rowstacked
set boxwidth 0.6
set yrange [0:110]
set format y "%.0f %%"
set ytics 0,25,100
set grid ytics
set grid noxtics
set xtics scale 0
set lmargin 8
set key outside right center vertical Left reverse samplen 1 invert \
  textcolor rgb text

all (i) = column (2) + column (3) + column (4) + column (5)

plot data using (100 * $2 / all (0)):xticlabels(1) title "map" \
       linecolor rgb "#89c2d9", \
     "" using (100 * $3 / all (0)) title "compress" linecolor rgb "#e9c46a", \
     "" using (100 * $4 / all (0)) title "seal" linecolor rgb "#e07a5f", \
     "" using (100 * $5 / all (0)) title "store" linecolor rgb "#2a6f97", \
     "" using 0:(100):(sprintf ("%.1f us", all (0))) with labels \
       offset 0,0.6 textcolor rgb text notitle
