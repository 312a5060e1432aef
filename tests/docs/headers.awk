# SPDX-License-Identifier: LGPL-2.1-or-later
#
# awk -f headers.awk libeventseal.map HEADER...: what the documentation of the
# headers lacks, one line each: "symbol", "type" or "name", then where and what.
# It leans on the layout that clang-format gives them.

function complain (kind, name, what)
{
  print kind " " file[name] ": " name ": " what
}

# What follows the annotations, as in "(out) (optional): the position".
function words (text)
{
  sub (/^(\([^()]*(\([^()]*\))?\) ?)+:?/, "", text)
  gsub (/[ :]/, "", text)
  return text != ""
}

function declare (name, kind)
{
  declared[name] = kind
  file[name] = FILENAME
  sub (/.*\//, "", file[name])
}

# The name in "const EvsId *id", "(*close) (gpointer self)" or "bytes[16]".
function declarator (text)
{
  if (match (text, /\(\*[A-Za-z_]+\)/))
    return substr (text, RSTART + 2, RLENGTH - 3)
  gsub (/\[[^]]*\]|[ ;]+$/, "", text)
  sub (/.*[ *]/, "", text)
  return text
}

# @list: what stands between the parentheses.
function declare_parameters (name, list,    n, i, parts)
{
  n = list == "void" || list == "" ? 0 : split (list, parts, /, */)
  for (i = 1; i <= n; i++)
    part[name, n_parts[name] += 1] = declarator(parts[i])
}

# ------------------------------------------------------------- documentation

function note_references (text,    word)
{
  while (match (text,
                /#Evs[A-Za-z]+|%EVS_[A-Z0-9_]+|evs_[a-z0-9_]+ \(\)|@[a-z_]+/))
    {
      word = substr (text, RSTART, RLENGTH)
      text = substr (text, RSTART + RLENGTH)
      gsub (/[#% ()]/, "", word)
      referred[doc, word] = 1
    }
}

function read_documentation (line)
{
  sub (/^ \*( |$)/, "", line)
  if (doc == "")
    {
      doc = line
      sub (/:.*/, "", doc)
      documented[doc] = FILENAME
      sub (/.*\//, "", documented[doc])
      return
    }
  if (line == "")
    tag = ""
  else if (match (line, /^(@[A-Za-z_.]+|Returns):/))
    {
      tag = substr (line, 1, RLENGTH - 1)
      line = substr (line, RLENGTH + 2)
      said[doc, tag] = ""
    }
  note_references(line)
  if (line != "")
    said[doc, tag] = said[doc, tag] line " "
}

FILENAME ~ /\.map$/ {
  map = FILENAME
  sub (/.*\//, "", map)
  if (match ($0, /^    evs_[a-z0-9_]+;/))
    exported[substr ($1, 1, length ($1) - 1)] = 1
  next
}

/^\/\*\*$/ { doc = tag = ""; in_doc = 1; next }
in_doc && /^ \*\/$/ { in_doc = 0; next }
in_doc { read_documentation($0); next }

# -------------------------------------------------------------- declarations

# A comment in a struct speaks of the members up to the next blank line.
inside && /^ *\/\*/ { covered = 1; in_comment = 1 }
in_comment { if (/\*\//) in_comment = 0; next }
!inside && /^\/\*/ { in_comment = !/\*\//; next }
inside && /^$/ { covered = 0; next }

/^#define EVS_/ {
  name = $2
  sub (/\(.*/, "", name)
  declare(name, "macro")
  if (match ($0, /EVS_[A-Z_]+\([^)]*\)/))
    {
      list = substr ($0, RSTART, RLENGTH - 1)
      sub (/.*\(/, "", list)
      declare_parameters(name, list)
    }
}
/^#/ { while (/\\$/) if ((getline) <= 0) break; next }

/^typedef struct _Evs[A-Za-z]+ Evs[A-Za-z]+;$/ {
  declare(declarator($0), "type")
  next
}
/^(typedef (struct|union|enum)|struct _Evs[A-Za-z]+)$/ {
  inside = $1 == "struct" ? substr ($2, 2) : $2
  n_members = covered = statement = ""
  next
}
inside && /^[{]/ { next }
inside && /^[}]/ {
  name = NF > 1 ? declarator($0) : inside
  declare(name, "type")
  for (i = 1; i <= n_members; i++)
    {
      part[name, i] = members[i]
      if (members[i] in silent)
        unsaid[name, members[i]] = 1
    }
  n_parts[name] = n_members
  inside = ""
  split ("", silent)
  next
}
inside == "enum" {
  name = $1
  sub (/,$/, "", name)
  members[n_members += 1] = name
  silent[name] = 1
  declare(name, "value")
  next
}
inside {
  comment = sub (/ *\/\*.*/, "")
  depth += gsub (/[{]/, "{") - gsub (/[}]/, "}")
  statement = statement " " $0
  if (depth == 0 && /;$/)
    {
      name = declarator(statement)
      members[n_members += 1] = name
      if (!comment && !covered)
        silent[name] = 1
      statement = ""
    }
  next
}

/^(EVS_API|typedef) / || statement != "" {
  statement = statement " " $0
  if (!/;$/)
    next
  match (statement, /evs_[a-z0-9_]+ \(|\(\*Evs[A-Za-z]+\) \(/)
  name = substr (statement, RSTART, RLENGTH)
  gsub (/[ (*)]/, "", name)
  declare(name, statement ~ /^ EVS_API/ ? "function" : "callback")
  gives[name] = substr (statement, 1, RSTART - 1) !~ / void $/
  list = substr (statement, RSTART + RLENGTH)
  sub (/\) *;$/, "", list)
  sub (/^ */, "", list)
  declare_parameters(name, list)
  statement = ""
}

# -------------------------------------------------------------------- verdict

function check_part (kind, name, member,    tag)
{
  tag = "@" member
  known[name, tag] = 1
  if ((name, tag) in said ? words(said[name, tag]) : !unsaid[name, member])
    return
  complain(kind, name, "no words on " member)
}

function check (name, type,    kind, i)
{
  kind = type == "function" ? "symbol" : "type"
  if (type == "value")
    return
  if (!(name in documented))
    {
      complain(kind, name, "not documented")
      return
    }
  known[name, ""] = known[name, "Returns"] = 1
  if (!((name, "") in said) && name !~ /_get_type$/)
    complain(kind, name, "no words on what it is or does")
  if (gives[name] && !words(said[name, "Returns"]))
    complain(kind, name, "no words on what it returns")
  for (i = 1; i <= n_parts[name]; i++)
    {
      if (type != "type")
        unsaid[name, part[name, i]] = part[name, i] != "self"
      check_part(kind, name, part[name, i])
    }
}

END {
  for (name in declared)
    check(name, declared[name])
  for (name in exported)
    if (!(name in documented))
      print "symbol " map ": " name ": not documented"
  for (name in documented)
    if (!(name in declared))
      print "name " documented[name] ": " name ": not declared"
  for (key in said)
    {
      split (key, pair, SUBSEP)
      if (pair[1] in declared && !(key in known))
        complain("name", pair[1], pair[2] " is not there")
    }
  for (key in referred)
    {
      split (key, pair, SUBSEP)
      if (pair[2] ~ /^@/ && declared[pair[1]] !~ /function|callback|macro/)
        continue
      if (!(pair[2] in declared) && !(key in known))
        print "name " documented[pair[1]] ": " pair[1] ": names " pair[2] \
          ", which is not there"
    }
}
