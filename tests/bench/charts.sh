#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# charts.sh BENCH.JSONL FOLDER: charts of what make bench measured, as SVG, by
# gnuplot. A chart of a section that was not measured stays as it is.

set -eu

src=$(dirname "$0")
results=$1
folder=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

[ -s "$results" ] || {
  echo "charts.sh: $results: run make bench before" >&2
  exit 1
}

mkdir -p "$folder"
"${AWK:-awk}" -v folder="$work" -f "$src/lines.awk" \
  -f "$src/charts.awk" "$results"
for chart in cost peers replay growth
do
  [ -s "$work/$chart" ] || continue
  gnuplot -e "data='$work/$chart'; output='$work/$chart.svg'; dir='$src'" \
    "$src/charts.gp" "$src/$chart.gp"
  mv "$work/$chart.svg" "$folder/$chart.svg"
  echo "$folder/$chart.svg"
done
