#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# S7, for real: a machine whose adapter has its boot flash on a disk is switched off at
# random in the middle of permanent updates, and boots again: the image that was there or the
# one that was being written, and none that was written before is lost. Output is TAP.
#
#	test_power_kill.sh [ROUNDS]
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
out=$top/build/vm/power
disk=$top/build/vm/power.disk
rounds=${1:-5}
written=0

# lines WORD: those of the guest's output that begin so
lines()
{
	grep -a "^$1 " "$out/output.log" 2>/dev/null
}

# The machine is on, until it has written so many images and some time more.
switch_off()
{
	local wanted=$((RANDOM % 3))
	local vm

	rm -f "$out/output.log"
	HBA_SIM_DISK=$disk "$top/scripts/vm" --kernel 6.12 --smp 2 --timeout 400 --name power \
		-- selftests/vm/flash-guest >/dev/null 2>&1 &
	vm=$!
	while kill -0 "$vm" 2>/dev/null; do
		if lines booted >/dev/null && [ "$(lines written | wc -l)" -ge "$wanted" ]; then
			sleep "0.$((RANDOM % 1000))"
			kill "$vm"
			break
		fi
		sleep 0.1
	done
	wait "$vm"
}

# What it said at its start, beside what it had written before.
check_boot()
{
	local word
	local slot
	local version
	local sequence

	read -r word slot version sequence < <(lines booted) || return
	echo "# ${word:-} from $slot: $version, sequence $sequence; $written was written last"
	if [ "$written" -eq 0 ] && [ "$sequence" -eq 0 ]; then
		[ "$slot $version" = "rom 1.0" ]
		return
	fi
	[ "$version" = 1.1 ] && [ "$slot" != rom ] && [ "$sequence" -ge "$written" ] &&
		[ "$sequence" -le $((written + 1)) ]
}

truncate -s 0 "$disk"
truncate -s 2M "$disk"
tr '\0' '\377' <"$disk" >"$disk.erased" && mv "$disk.erased" "$disk"
echo "TAP version 13"
echo "1..$rounds"
for ((n = 1; n <= rounds; n++)); do
	switch_off
	if check_boot && ! lines failed: >/dev/null; then
		echo "ok $n - S7 booted after the machine was switched off"
	else
		lines failed: | sed 's/^/# /'
		echo "not ok $n - S7 booted after the machine was switched off"
	fi
	last=$(lines written | tail -n 1)
	[ -z "$last" ] || written=${last#written }
	[ -n "$last" ] || written=$(lines booted | awk '{ print $4 }')
done
rm -f "$disk"
