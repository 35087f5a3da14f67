#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# S7, for real: a machine whose adapter has its boot flash on a disk is switched off in the
# middle of permanent updates, and boots again: the image that was there or the one that was
# being written, and none that was written before is lost. Output is TAP.
#
#	test_power_kill.sh [ROUNDS]		at random
#	test_power_kill.sh --operations [STRIDE [FIRST]]
#						half-way through each STRIDEth operation of the flash,
#						and through the last one
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
out=$top/build/vm/power
flash=$top/build/vm/power.disk
kernel=${HBA_SIM_POWER_KERNEL:-6.12}
title="S7 booted after the machine was switched off"
written=0
n=0
# shellcheck source=../../scripts/lib/vm.sh
. "$top/scripts/lib/vm.sh"

# lines WORD: those of the guest's output that begin so
lines()
{
	grep -a "^$1 " "$out/output.log" 2>/dev/null
}

# start ARGUMENT...: the machine is on. It has one processor: with two, one boot of some thirty
# ends as an emulated one meets an instruction that the kernel is just patching.
start()
{
	switched_off=no
	rm -f "$out/output.log" "$out/console.log"
	HBA_SIM_DISK=$flash "$top/scripts/vm" --kernel "$kernel" --smp 1 --timeout 600 --name power \
		-- selftests/vm/flash-guest "$@" >/dev/null 2>&1 &
	vm=$!
}

# Until it has written so many images and some time more.
off_at_random()
{
	local wanted=$((RANDOM % 3))

	start
	while kill -0 "$vm" 2>/dev/null; do
		if lines booted >/dev/null && [ "$(lines written | wc -l)" -ge "$wanted" ]; then
			sleep "0.$((RANDOM % 1000))"
			kill "$vm" && switched_off=yes
			break
		fi
		sleep 0.1
	done
	wait "$vm"
}

# off_at OPERATION: when that has been done by half, or all of them; 0: at once
off_at()
{
	start "$1"
	while kill -0 "$vm" 2>/dev/null; do
		if lines lost >/dev/null || lines written >/dev/null; then
			kill "$vm" && switched_off=yes
			break
		fi
		sleep 0.1
	done
	wait "$vm"
}

# What it said at its start, beside what it had written before. $1: how much later what is
# in the flash may be than what is known to have been written
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
		[ "$sequence" -le $((written + $1)) ]
}

# A machine that went down by itself proves nothing, and what its kernel said may be why.
check_end()
{
	if [ "$switched_off" = no ]; then
		echo "# it was not switched off: it ended, or did nothing for too long"
		return 1
	fi
	! grep -vaE "$harmless" "$out/console.log" | grep -aE "$splat" | sed 's/^/# /' | grep .
}

# judge TITLE LATER
judge()
{
	local last

	n=$((n + 1))
	if check_boot "$2" && check_end && ! lines failed: >/dev/null; then
		echo "ok $n - $1"
	else
		lines failed: | sed 's/^/# /'
		echo "not ok $n - $1"
	fi
	last=$(lines written | tail -n 1)
	[ -z "$last" ] || written=${last#written }
	[ -n "$last" ] || written=$(lines booted | awk '{ print $4 }')
}

at_random()
{
	local rounds=$1

	while [ "$n" -lt "$rounds" ]; do
		off_at_random
		judge "$title" 1
	done
	echo "1..$n"
}

# An operation that was done by half makes no image: nothing may be later. Each machine is
# judged by the next one, which begins the next operation.
at_each_operation()
{
	local stride=$1
	local at=$2
	local before="all of it was written"
	local all

	off_at 1000000
	judge "the first image is written" 0
	read -r _ all < <(lines all)
	echo "# operations of an update: ${all:=0}"
	if [ "$written" -eq 0 ] || [ "$all" -eq 0 ]; then
		echo "not ok $((++n)) - there are operations"
		echo "1..$n"
		return
	fi
	while :; do
		off_at "$at"
		judge "$title: $before" 0
		lines lost >/dev/null || break
		before="half-way through operation $at"
		[ "$at" -ge "$all" ] || [ $((at + stride)) -lt "$all" ] || at=$((all - stride))
		at=$((at + stride))
	done
	echo "1..$n"
}

mkdir -p "${flash%/*}"
head -c 2M /dev/zero | tr '\0' '\377' >"$flash"
echo "TAP version 13"
if [ "${1:-}" = --operations ]; then
	at_each_operation "${2:-1}" "${3:-1}"
else
	at_random "${1:-5}"
fi
rm -f "$flash"
