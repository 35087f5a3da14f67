#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The table of mutations fits the sources: each row's text is found exactly once. The
# mutations are not tried here: scripts/check --deep mutants does that. Output is TAP.
set -uo pipefail

# shellcheck source=report.sh
. "$(dirname "$0")/report.sh"
tables=(selftests/mutants/*.table)

# unfit_rows: what the runner says of rows that do not fit
unfit_rows()
{
	selftests/mutants/run --list 2>&1 | grep -v -e '^ok' -e '^TAP' -e '^1\.\.'
}

# Each source of the engine has a row; its trace points are a header's macros.
untouched_sources()
{
	local file

	for file in overlay/engine/*.c; do
		[ "$file" = overlay/engine/trace.c ] || grep -qxF "file: $file" "${tables[@]}" ||
			echo "no row changes $file"
	done
}

too_few_rows()
{
	local rows

	rows=$(cat "${tables[@]}" | grep -c '^id: ')
	[ "$rows" -ge 150 ] || echo "$rows rows"
}

echo 1..3
report "each row fits its file" "$(unfit_rows)"
report "each source of the engine has a row" "$(untouched_sources)"
report "there are 150 rows or more" "$(too_few_rows)"
