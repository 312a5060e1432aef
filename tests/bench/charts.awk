# SPDX-License-Identifier: LGPL-2.1-or-later
#
# awk -v folder=FOLDER -f lines.awk -f charts.awk bench.jsonl: a file for each
# chart, in the columns that its part of gnuplot wants.

member("round") > 0 {
  take()
}

# NAME|EVENTS A SECOND|WHETHER IT IS OURS, the fastest last.
function bars(file, key_start, key_end,    i, j, x, m, kept, part)
{
  m = 0
  for (i = 1; i <= n_shown; i++)
    {
      split(shown[i], part, "=")
      x = rate(key_start part[1] key_end)
      if (!x)
        continue
      for (j = m++; j > 0 && speed[j] > x; j--)
        {
          speed[j + 1] = speed[j]
          kept[j + 1] = kept[j]
        }
      speed[j + 1] = x
      kept[j + 1] = part[2] "|" x "|" (part[1] ~ /^eventseal/ ? 1 : 0)
    }
  for (i = 1; i <= m; i++)
    print kept[i] >(folder "/" file)
}

# Microseconds; what takes none was not measured as a rate.
function cost(key)
{
  return rate(key) ? 1e6 / rate(key) : 0
}

function costs(    i, part, key)
{
  split("100 250 1000 16000", part, " ")
  for (i = 1; i <= 4; i++)
    {
      key = "split/" part[i] "/eventseal:bdb:lz4+aes-cbc/"
      if (rate(key "store"))
        printf "%s|%.3f|%.3f|%.3f|%.3f\n", title[part[i]], cost(key "map"),
          cost(key "compress"), cost(key "seal"),
          cost(key "store") >(folder "/cost")
    }
}

# SIZE|MICROSECONDS|WHETHER IT IS OURS, a block for each store; and in a file
# of their own the names, SIZE|MICROSECONDS|NAME, far enough from each other.
function growths(    i, j, m, size, part, key, high, last, name, at)
{
  for (i = 1; i <= n_shown; i++)
    {
      split(shown[i], part, "=")
      key = "growth/grow/" part[1] "/grow@"
      if (!rate(key 10000))
        continue
      printf "%s", m ? "\n\n" : "" >(folder "/growth")
      for (size = 10000; rate(key size); size *= 10)
        {
          print size "|" cost(key size) "|" (part[1] ~ /^eventseal/ ? 1 : 0) \
            >(folder "/growth")
          if (cost(key size) > high)
            high = cost(key size)
        }
      last = size / 10
      for (j = m++; j > 0 && at[j] > cost(key last); j--)
        {
          at[j + 1] = at[j]
          name[j + 1] = name[j]
        }
      at[j + 1] = cost(key last)
      name[j + 1] = part[2]
    }
  for (i = 1; i <= m; i++)
    {
      if (i > 1 && at[i] < at[i - 1] + 0.07 * high)
        at[i] = at[i - 1] + 0.07 * high
      print last "|" at[i] "|" name[i] >(folder "/growth.names")
    }
}

END {
  title[100] = "100 B"
  title[250] = "250 B, real"
  title[1000] = "1 KB"
  title[16000] = "16 KB"
  n_shown = split("eventseal:bdb:plain=eventseal, plain;" \
    "eventseal:bdb:lz4+aes-cbc=eventseal, encrypted;" \
    "eventseal:lmdb:plain=eventseal on LMDB, plain;" \
    "eventseal:lmdb:lz4+aes-cbc=eventseal on LMDB, encrypted;" \
    "bdb:clustered=Berkeley DB;" \
    "bdb:numbered=Berkeley DB, our layout;" \
    "bdb:clustered-aes=Berkeley DB, encrypted;" \
    "bdb:numbered-aes=Berkeley DB, encrypted, our layout;" \
    "sqlite:clustered=SQLite, by id;sqlite:log=SQLite, by position;" \
    "sqlcipher:clustered=SQLCipher, by id;" \
    "sqlcipher:log=SQLCipher, by position;" \
    "lmdb:numbered=LMDB, our layout", shown, ";")
  costs()
  bars("peers", "append/random 100 none/", "/append")
  bars("replay", "replay/20/", "/replay")
  growths()
}
