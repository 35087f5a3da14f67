#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What scripts/vm makes of a guest: the command's status, and failures that its
# command did not see or the console did not show. Boots user-mode Linux a few
# times. Output is TAP.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
n=0

# verdict TITLE STATUS COMMAND: in a guest, with the console as quiet as can be
verdict()
{
	local status=0
	local output

	n=$((n + 1))
	output=$("$top/scripts/vm" --kernel uml --mem 256 --timeout 300 --name verdict -- \
		bash -c "dmesg -n 1; $3" 2>&1) || status=$?
	if [ "$status" -eq "$2" ]; then
		echo "ok $n - $1"
	else
		printf '%s\n' "$output" | sed 's/^/# /'
		echo "not ok $n - $1: status $status, not $2"
	fi
}

echo 1..4
verdict "a command that succeeds" 0 true
verdict "a command that fails" 7 "exit 7"
verdict "a warning that the console did not show" 99 "echo 512 >/proc/sys/kernel/tainted"
verdict "an oops that the console did not show" 99 "echo 128 >/proc/sys/kernel/tainted"
