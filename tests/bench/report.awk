# SPDX-License-Identifier: LGPL-2.1-or-later
#
# awk -v size=N -v ratios=FILE -f lines.awk -f report.awk targets bench.jsonl
#
# Makes tables of what was measured. A ratio is taken within each round, of
# which the median counts; so it does of rates. Ratios go to FILE too, as lines
# of JSON.

# ------------------------------------------------------------------- reading

function trim(text)
{
  gsub(/^ +| +$/, "", text)
  return text
}

FNR == NR {
  if (/^#/ || !NF)
    next
  gsub(/SIZE/, size)
  split($0, part, "|")
  n_targets++
  label[n_targets] = trim(part[1])
  least[n_targets] = trim(part[2])
  beyond[n_targets] = trim(part[3])
  first[n_targets] = trim(part[4])
  second[n_targets] = trim(part[5])
  next
}

member("section") == "about" {
  if (member("contender") == "")
    about = $0
  else
    {
      contender[++n_contenders] = member("contender")
      description[n_contenders] = member("describe")
    }
  next
}

{
  take()
  seen[member("section")] = 1
}

# ----------------------------------------------------------------- reckoning

# The rate of one for each of another, and in `spread` how far the rounds lie
# apart; 0 if they were not both measured.
function ratio(a, b,    i, n, list, middle)
{
  for (i = 1; i <= n_rounds[a]; i++)
    if (seconds[a, i] > 0 && seconds[b, i] > 0)
      list[++n] = events[a, i] / seconds[a, i] * seconds[b, i] / events[b, i]
  if (!n)
    return 0
  middle = median(list, n)
  spread = (list[n] - list[1]) / middle
  return middle
}

# ------------------------------------------------------------------ printing

function number(x,    text, out)
{
  if (!x)
    return "-"
  text = sprintf("%.0f", x)
  for (; length(text) > 3; text = substr(text, 1, length(text) - 3))
    out = "," substr(text, length(text) - 2) out
  return text out
}

function heading(text)
{
  printf "\n%s\n", text
  gsub(/./, "-", text)
  print text
}

# columns: "CASE/STEP=heading" with ";" between them.
function begin_table(section, columns,    i, at)
{
  table = section
  n_columns = split(columns, column, ";")
  for (i = 1; i <= n_columns; i++)
    {
      at = index(column[i], "=")
      name[i] = substr(column[i], at + 1)
      split(substr(column[i], 1, at - 1), part, "/")
      case_of[i] = part[1]
      step_of[i] = part[2]
    }
}

function key_of(who, i)
{
  return table "/" case_of[i] "/" who "/" step_of[i]
}

function print_names(what,    i)
{
  printf "%-26s", what
  for (i = 1; i <= n_columns; i++)
    printf " %10s", name[i]
  print ""
}

function has_row(who,    i)
{
  for (i = 1; i <= n_columns; i++)
    if (rate(key_of(who, i)))
      return 1
  return 0
}

function print_rates(what,    c, i, x)
{
  print_names(what)
  for (c = 1; c <= n_contenders; c++)
    {
      if (!has_row(contender[c]))
        continue
      printf "%-26s", contender[c]
      for (i = 1; i <= n_columns; i++)
        {
          x = rate(key_of(contender[c], i))
          printf " %10s", number(x)
          if (x)
            printf "{\"section\": \"rate\", \"measure\": \"%s\", " \
              "\"events_per_second\": %.1f}\n",
              key_of(contender[c], i), x >ratios
        }
      print ""
    }
}

# How much faster @ours is than the others.
function print_ratios(ours,    c, i, x, list, n)
{
  print ""
  print_names("ours to")
  for (c = 1; c <= n_contenders; c++)
    {
      if (contender[c] == ours || !has_row(contender[c]))
        continue
      printf "%-26s", contender[c]
      for (i = 1; i <= n_columns; i++)
        {
          x = ratio(key_of(ours, i), key_of(contender[c], i))
          printf " %10s", x ? sprintf("%.2f", x) : "-"
          if (!x)
            continue
          list[++n] = spread
          printf "{\"section\": \"ratio\", \"first\": \"%s\", \"second\": " \
            "\"%s\", \"ratio\": %.4f, \"spread\": %.4f}\n",
            key_of(ours, i), key_of(contender[c], i), x, spread >ratios
        }
      print ""
    }
  if (n)
    printf "from the lowest to the highest of a ratio's rounds, typically: " \
      "%.0f %% of it\n", 100 * median(list, n)
}

function print_flush(    x)
{
  x = rate("threads/1 fsync/file:loop/append")
  if (!x)
    x = rate("append/random 1 sync/file:loop/append")
  if (x)
    printf "write and fdatasync of one event: %.0f us\n", 1e6 / x
}

function print_peers(    c, i, text)
{
  heading("What each does")
  print "All: events of the same bytes, in transactions of the same sizes, " \
    "with the same\nflushes; a process each. eventseal checkpoints while it " \
    "appends, bare Berkeley DB\nnever; SQLite and SQLCipher at the same size " \
    "of their log, in exclusive mode, with\nprepared statements, by id " \
    "(clustered) or by position (log).\n"
  split("|cipher|MAC|pages|cache|append refuses|log", part, "|")
  for (c = 1; c <= n_contenders; c++)
    {
      split(description[c], text, "|")
      printf "%-26s %s\n", contender[c], text[1]
      if (text[1] == "not built")
        continue
      printf " "
      for (i = 2; i <= 7; i++)
        printf " %s: %s%s", part[i], text[i],
          i == 7 ? "\n" : i == 4 ? ";\n " : ";"
    }
}

function print_append()
{
  heading("Append: events a second, by events a commit; ours: " ours)
  begin_table("append", "random 1 none/append=1;random 10 none/append=10;" \
    "random 100 none/append=100;random 1 sync/append=1 sync;" \
    "random 10 sync/append=10 sync;random 100 sync/append=100 sync")
  print_rates("random ids")
  print_ratios(ours)
  print ""
  begin_table("append", "time 100 none/append=100;" \
    "time 100 sync/append=100 sync;size 100/append=100 B;" \
    "size 1000/append=1 KB;size 16000/append=16 KB")
  print_rates("time-ordered ids; sizes")
  print_ratios(ours)
}

function print_threads(    batch)
{
  heading("Threads: events a second")
  begin_table("threads", "1 fsync/append=1 sync;4 fsync/append=4;" \
    "16 fsync/append=16;1 slow/append=1, +1 ms;4 slow/append=4, +1 ms;" \
    "16 slow/append=16, +1 ms")
  print_rates("1 event a commit")
  for (batch = 1; batch <= 100; batch *= 10)
    {
      print ""
      begin_table("threads", (batch == 1 ? "" : "1 " batch \
        " fsync/append=1 sync;4 " batch " fsync/append=4;16 " batch \
        " fsync/append=16;") "1 " batch " none/append=1 none;4 " batch \
        " none/append=4;16 " batch " none/append=16")
      print_rates(batch (batch == 1 ? " event" : " events") " a commit")
    }
}

function print_replay(length_,    text)
{
  heading("Read: events a second, sequences of " length_)
  text = length_ "/cold=cold;" length_ "/reopened=reopened;" length_ \
    "/replay=cached;" length_ "/get=one event;" length_ "/scan=whole log"
  begin_table("replay", text)
  print_rates("")
  print_ratios(ours)
  print "cold: few sequences, of the disk; reopened: few, of the system's cache;"
  print "cached: all of them, of the contender's own"
}

# A step that costs less than can be measured has no rate.
function microseconds(key,    x)
{
  x = rate(key)
  return x ? sprintf("%.2f", 1e6 / x) : "-"
}

function print_split(    i, j, sizes, steps, n, m)
{
  heading("What an event costs in microseconds, " ours)
  n = split("100 250 1000 16000", sizes, " ")
  m = split("map compress seal store", steps, " ")
  printf "%-26s", "bytes of state"
  for (j = 1; j <= m; j++)
    printf " %10s", steps[j]
  print ""
  for (i = 1; i <= n; i++)
    {
      printf "%-26s", sizes[i]
      for (j = 1; j <= m; j++)
        printf " %10s", microseconds("split/" sizes[i] "/" ours "/" steps[j])
      print ""
    }
  print ""
  printf "%-26s %10s %10s\n", "the mapper alone, 250 B", "to record", "back"
  n = split("plain lz4 aes-cbc lz4+aes-cbc", sizes, " ")
  for (i = 1; i <= n; i++)
    printf "%-26s %10s %10s\n", sizes[i],
      microseconds("split/mapper/eventseal:bdb:" sizes[i] "/map"),
      microseconds("split/mapper/eventseal:bdb:" sizes[i] "/unmap")
}

function milliseconds(key,    x)
{
  x = rate(key)
  return x ? sprintf("%.1f", 1000 / x) : "-"
}

function print_growth(    c, n, x)
{
  heading("Growth: microseconds an event, and milliseconds to open; caches of " \
    "256 MiB")
  printf "%-26s %10s %10s %10s\n", "", "events", "append", "open"
  for (c = 1; c <= n_contenders; c++)
    {
      table = "growth/grow/" contender[c] "/"
      for (n = 10000; n <= size; n *= 10)
        {
          x = rate(table "grow@" n)
          if (x)
            printf "%-26s %10s %10.2f %10s\n", contender[c], number(n), 1e6 / x,
              milliseconds(table "open@" n)
        }
      x = milliseconds("growth/killed/" contender[c] "/open")
      if (x != "-")
        printf "%-26s %10s %10s %10s\n", contender[c], "killed", "", x
    }
}

# Kept in KiB in the place of seconds.
function mebibytes(key)
{
  return sprintf("%.1f", seconds[key, 1] / 1024)
}

function print_memory_of(what, n,    key)
{
  key = "memory/" what "/" ours "/"
  printf "%-12s %10s %10s %10s %10s %21.0f\n", number(n),
    mebibytes(key "import-rss"), mebibytes(key "replay-rss"),
    mebibytes(key "export-rss"), mebibytes(key "verify-rss"),
    seconds[key "aggregate", 1]
}

function print_memory()
{
  heading("Memory: the most that a process had, in MiB; a cache of 1 MiB")
  printf "%-12s %10s %10s %10s %10s %21s\n", "events", "import", "replay",
    "export", "verify", "an open aggregate, B"
  print_memory_of("small", size / 100)
  print_memory_of("large", size / 10)
}

function print_command()
{
  heading("The command beside the library: whole programs, events a second")
  begin_table("command", "whole/import=import;whole/append=append;" \
    "whole/export=export;whole/scan=scan")
  print_rates("")
}

# ------------------------------------------------------------------- targets

function meets(x, wanted)
{
  if (wanted ~ /^</)
    return x <= substr(wanted, 2) + 0
  return x >= wanted + 0
}

function measured(i)
{
  if (second[i] == "")
    return rate(first[i]) ? 1e6 / rate(first[i]) : 0
  return least[i] ~ /^</ ? ratio(second[i], first[i]) \
    : ratio(first[i], second[i])
}

function print_targets(    i, x, word)
{
  heading("Targets")
  printf "%-56s %6s %6s %6s\n", "", "least", "beyond", "is"
  for (i = 1; i <= n_targets; i++)
    {
      x = measured(i)
      if (!x)
        word = "not measured"
      else if (!meets(x, least[i]))
        word = "not met"
      else
        word = beyond[i] != "" && meets(x, beyond[i]) ? "beyond" : "met"
      printf "%-56s %6s %6s %6s %s\n", label[i], least[i], beyond[i],
        x ? sprintf("%.2f", x) : "-", word
      if (x)
        printf "{\"section\": \"target\", \"measure\": \"%s\", \"least\": " \
          "\"%s\", \"beyond\": \"%s\", \"is\": %.4f, \"met\": %s}\n",
          label[i], least[i], beyond[i], x,
          word == "not met" ? "false" : "true" >ratios
    }
}

END {
  ours = "eventseal:bdb:lz4+aes-cbc"
  printf "" >ratios
  $0 = about
  printf "%s processors, Linux %s; %s events, %s; %s rounds, medians\n",
    member("processors"), member("kernel"), number(member("events")),
    member("input") == "file" ? "from a file" : "generated", member("rounds")
  print_flush()
  print_peers()
  if ("append" in seen)
    print_append()
  if ("threads" in seen)
    print_threads()
  if ("replay" in seen)
    {
      print_replay(20)
      print_replay(1000)
    }
  if ("split" in seen)
    print_split()
  if ("growth" in seen)
    print_growth()
  if ("memory" in seen)
    print_memory()
  if ("command" in seen)
    print_command()
  print_targets()
}
