# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests of the documentation share: they work at the top of the tree, and a
# point has what is wrong, or nothing. Sourced.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$top" || exit 1
n=0

# report TITLE WRONG: a point, with a line for each thing that is wrong
report()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		printf '%s\n' "$2" | sed 's/^/# /'
		echo "not ok $n - $1"
	fi
}
