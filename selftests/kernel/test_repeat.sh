#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: 6.12
# One hundred updates of 1.1 onto itself under verify, however long that takes; with
# DEEP up to a thousand, as many as there is time for.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=100
MOST=$ROUNDS
LIMIT=0		# seconds, for those beyond ROUNDS
if [ -n "${DEEP:-}" ]; then
	MOST=1000
	LIMIT=500
fi

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
	for ((i = 0; i < ROUNDS || (i < MOST && SECONDS - begin < LIMIT); i++)); do
		update "$host" 1.1
		pause=$(overlay "$host" pause_ns)
		longest=$((pause > longest ? pause : longest))
		waited=$((waited + $(overlay "$host" waiting_commands)))
	done
	note "$i updates in $((SECONDS - begin)) s, longest pause $longest ns, $waited commands waited"
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	equal "updates" "$(overlay "$host" updates)" "$i"
}

point "U7 U9 U10 $ROUNDS updates of 1.1 onto itself under verify" again_and_again
run_points
