# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Reads the lines of bench.jsonl. What was measured has a key,
# SECTION/CASE/CONTENDER/STEP.

# The value of a member of the line, which has no escapes in it.
function member(name,    at, text)
{
  at = index($0, "\"" name "\": ")
  if (!at)
    return ""
  text = substr($0, at + length(name) + 4)
  if (substr(text, 1, 1) == "\"")
    {
      text = substr(text, 2)
      return substr(text, 1, index(text, "\"") - 1)
    }
  sub(/[,}].*/, "", text)
  return text
}

# Takes the line in.
function take(    key, round)
{
  key = member("section") "/" member("case") "/" member("contender") "/" \
    member("step")
  round = member("round") + 0
  events[key, round] = member("events") + 0
  seconds[key, round] = member("seconds") + 0
  if (round > n_rounds[key])
    n_rounds[key] = round
}

# The median of list[1] to list[n], which it sorts.
function median(list, n,    i, j, x)
{
  for (i = 2; i <= n; i++)
    {
      x = list[i]
      for (j = i - 1; j > 0 && list[j] > x; j--)
        list[j + 1] = list[j]
      list[j + 1] = x
    }
  return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

# Events a second; 0 if it was not measured.
function rate(key,    i, n, list)
{
  for (i = 1; i <= n_rounds[key]; i++)
    if (seconds[key, i] > 0)
      list[++n] = events[key, i] / seconds[key, i]
  return n ? median(list, n) : 0
}
