# SPDX-License-Identifier: LGPL-2.1-or-later
#
# complete.bash COMPLETION PROGRAM LINE: prints what bash would offer for LINE,
# which ends at the cursor, a line each. "+default" stands for files, "+dirnames"
# for folders, "+nospace" for no blank behind it.

# Only readline knows it; here it says what it was asked.
compopt ()
{
  printf '+%s\n' "$2"
}

# shellcheck source=/dev/null
source "$1"

# As readline does it: blanks part words, and "=" is one of its own.
line=${3//=/ = }
read -ra COMP_WORDS <<<"$line"
[[ $line == *' ' && $line != *'= ' ]] && COMP_WORDS+=('')
COMP_WORDS[0]=$2
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
current=${COMP_WORDS[COMP_CWORD]}
[[ $current == = ]] && current=
COMPREPLY=()
_eventseal "$2" "$current" "${COMP_WORDS[COMP_CWORD - 1]}"
[[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
