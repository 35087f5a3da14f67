#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The processor's speed on integer code: at least LEAST million instructions per
# second when it is compiled with the flags that the kernel uses for modules, and the
# plain build's beside it. Others may be using the machine, so the best of some runs
# counts. OUT is the folder of the programs; the figures go to $OUT/speed.json.
set -u

: "${OUT:?is not set}"
LEAST=300
RUNS=10

# median_of JSON: million instructions per second
median_of()
{
	sed -n 's/.*"mips": \([0-9]*\),.*/\1/p' <<<"$1"
}

# measure PROGRAM LEAST: set $best to its line of JSON, once it is good enough or
# after RUNS runs, and $median to the figure in it.
measure()
{
	local i
	local line

	best=
	median=0
	for ((i = 0; i < RUNS && (i == 0 || median < $2); i++)); do
		line=$("$OUT/$1") || return
		if [ "$(median_of "$line")" -gt "$median" ]; then
			best=$line
			median=$(median_of "$line")
		fi
		[ "$median" -ge "$2" ] || sleep 1
	done
	echo "# $best"
}

echo 1..2
if measure hart-speed 1; then
	plain=$best
	echo "ok 1 - a plain build: $median million instructions per second"
else
	plain=null
	echo "not ok 1 - a plain build"
fi
if measure hart-speed-kernel-flags "$LEAST" && [ "$median" -ge "$LEAST" ]; then
	echo "ok 2 - the kernel's flags: $median million instructions per second"
else
	echo "not ok 2 - the kernel's flags: $median million instructions per second, not $LEAST"
fi
printf '{"least": %d,\n "plain": %s,\n "kernel": %s}\n' "$LEAST" "$plain" "${best:-null}" \
	>"$OUT/speed.json"
