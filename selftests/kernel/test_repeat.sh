#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# One hundred updates of 1.1 onto itself under verify.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=100
LIMIT=180	# seconds; a slow guest does what it can in that time
if [ -n "${DEEP:-}" ]; then
	ROUNDS=1000
	LIMIT=500
fi
LEAST=20

again_and_again()
{
	local begin
	local pause
	local longest=0
	local waited=0
	local i

	install_images
	load luns=2 logins=30 dev_size_mb=16
	start_load load "$(disk "$host" 0)" --rate_iops=1000
	begin=$SECONDS
	for ((i = 0; i < ROUNDS && SECONDS - begin < LIMIT; i++)); do
		update "$host" 1.1
		pause=$(overlay "$host" pause_ns)
		longest=$((pause > longest ? pause : longest))
		waited=$((waited + $(overlay "$host" waiting_commands)))
	done
	note "$i updates in $((SECONDS - begin)) s, longest pause $longest ns, $waited commands waited"
	[ "$i" -eq "$ROUNDS" ] || note "not $ROUNDS: the time was up"
	[ "$i" -ge "$LEAST" ]
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	equal "updates" "$(overlay "$host" updates)" "$i"
}

point "U7 U9 U10 $ROUNDS updates of 1.1 onto itself under verify" again_and_again
run_points
