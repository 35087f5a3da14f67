#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
# The lines that README.md tells people to type, exactly as they stand there.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

readme=$top/README.md

by_hand()
{
	sed -n '/^<!-- by-hand -->/,/^<!-- \/by-hand -->/p' "$readme" |
		sed '/^<!--/d; /^```/d'
}

# The module is built before: the lines begin after make.
typed()
{
	by_hand >"$tmp/lines"
	[ -s "$tmp/lines" ] || skip "README.md has no by-hand block"
	(cd "$top" && bash -e "$tmp/lines") >"$tmp/typed" 2>&1 || {
		cat "$tmp/typed"
		fail "the lines fail"
	}
	find_hosts
	equal "version" "$(overlay "$host" version)" 1.1
	equal "error" "$(overlay "$host" error)" none
	equal "updates" "$(overlay "$host" updates)" 1
	matches "what fio says" "$(<"$tmp/typed")" "err= 0"
	matches "what the last line prints" "$(<"$tmp/typed")" "overlay/version:1.1"
}

point "S1 U1 the lines of the README, as they stand there" typed
run_points
