#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Documentation/requirements.rst: each requirement has a row; a row has tests, or those of
# the system services the word "Open"; the tests exist, and carry the row's id. And what
# carries an id that looks like one has a row. Output is TAP.
set -uo pipefail

# shellcheck source=report.sh
. "$(dirname "$0")/report.sh"
rows=Documentation/requirements.rst

wanted()
{
	printf '%s\n' A{1..7} U{1..15} S{1..8}
}

# row ID: its lines
row()
{
	awk -v id="$1" '/^[AUS][0-9]+$/ { on = $0 == id } on' "$rows"
}

# shellcheck disable=SC2016
# proofs ID: "FILE NAME" for each test of its row
proofs()
{
	row "$1" | sed -nE 's/^\* ``([^`]+)``: (``)?([^`]+)(``)?$/\1 \3/p'
}

# ids TEXT: those in it, with U1-U4 as four, a line each
ids()
{
	grep -oE '\b[AUS][0-9]+(-[AUS][0-9]+)?\b' <<<"$1" | while IFS=- read -r from to; do
		to=${to:-$from}
		seq -f "${from:0:1}%g" "${from:1}" "${to:1}"
	done
}

# points FILE: descriptions of a script's points
points()
{
	sed -nE 's/^[[:space:]]*(shared_)?point "([^"]*)".*/\2/p' "$1"
}

# function_text FILE NAME: a function with the comment before it
function_text()
{
	awk -v name="$2" '
	/^\/\*/ { text = "" }
	{ text = text $0 "\n" }
	$0 ~ "^static void " name "\\(" { found = 1 }
	/^}/ { if (found) { printf "%s", text; exit } text = "" }' "$1"
}

# carries FILE NAME: all that a test says of its ids; nothing if there is no such test
carries()
{
	case $1 in
	*.sh)	points "$1" | grep -xF -- "$2" ;;
	*.c)	grep -qE "\<(cmocka_unit_test[a-z_]*|TEST)\($2\>" "$1" || return
		function_text "$1" "$2"
		sed -nE 's/.*cmocka_run_group_tests_name\("([^"]*)".*/\1/p' "$1" ;;
	esac
}

missing_rows()
{
	wanted | while read -r id; do
		[ -n "$(row "$id")" ] || echo "$id has no row"
	done
}

unknown_rows()
{
	grep -xE '[A-Z][0-9]+' "$rows" | sort | uniq -d | sed 's/$/ has two rows/'
	grep -xE '[A-Z][0-9]+' "$rows" | grep -vxF "$(wanted)" | sed 's/$/ is no requirement/'
}

unproved_rows()
{
	wanted | while read -r id; do
		[ -n "$(proofs "$id")" ] && continue
		[[ $id == S* ]] && row "$id" | grep '^Open: ' >/dev/null && continue
		echo "$id has no test"
	done
}

wrong_proofs()
{
	local text

	wanted | while read -r id; do
		proofs "$id" | while read -r file name; do
			text=$([ ! -e "$file" ] || carries "$file" "$name")
			if [ -z "$text" ]; then
				echo "$id: there is no '$name' in $file"
			elif ! ids "$text" | grep -xF "$id" >/dev/null; then
				echo "$id: '$name' in $file does not carry it"
			fi
		done
	done
}

# shellcheck disable=SC2016
# A bullet that is not understood is a test that is not looked at.
strange_lines()
{
	grep -n '^\*' "$rows" | grep -vE '^[0-9]+:\* ``selftests/[a-z_/0-9]+\.(c|sh)``: (``[a-z_0-9]+``|[^`]+)$'
}

stray_ids()
{
	local file

	for file in selftests/kernel/test_*.sh; do
		ids "$(points "$file" | grep -oE '^([AUS][0-9]+(-[AUS][0-9]+)?:? )+')" |
			grep -vxF "$(wanted)" | sed "s|\$| in $file is no requirement|"
	done
}

echo 1..6
report "each requirement has a row" "$(missing_rows)"
report "and no row is of anything else" "$(unknown_rows)"
report "each row has a test" "$(unproved_rows)"
report "all lines with tests are understood" "$(strange_lines)"
report "the tests exist and carry their rows' ids" "$(wrong_proofs)"
report "points of kselftests carry ids that have a row" "$(stray_ids)"
