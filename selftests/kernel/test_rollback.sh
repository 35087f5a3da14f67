#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# kernels: uml
# Probation, commit and rollback, conversion to 2.0 and back, the pause budget,
# and the power cycle: under fio with verification.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

begin()
{
	install_images
	load luns=2 logins=30 dev_size_mb=16 "$@"
	start_load load "$(disk "$host" 0)"
}

end()
{
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	logins_as_at_power_on "$host"
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 0
}

set_overlay()
{
	echo "$2" >"/sys/class/scsi_host/host$host/overlay/$1"
}

# to_probation NAME: it runs, and stays on probation until told otherwise
to_probation()
{
	set_overlay probation_commands 4294967295
	set_overlay probation_ms 4294967295
	trigger "$host" "$1"
	wait_until 120 in_state "$host" probation
	equal "version" "$(overlay "$host" version)" "$1"
	load_goes_on load "$(disk "$host" 0)"
}

# roll_back_to NAME
roll_back_to()
{
	set_overlay rollback 1
	wait_until 120 is_idle "$host"
	equal "version" "$(overlay "$host" version)" "$1"
	matches "error" "$(overlay "$host" error)" "rolled back by hand"
	load_goes_on load "$(disk "$host" 0)"
}

commit_by_hand()
{
	begin
	to_probation 1.1
	refused "Device or resource busy" trigger "$host" 1.1
	refused "Invalid argument" set_overlay rollback 0
	refused "Invalid argument" set_overlay commit maybe
	set_overlay commit 1
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" 1.1
	refused "Invalid argument" set_overlay rollback 1
	end
}

back_from_1_1()
{
	begin
	to_probation 1.1
	roll_back_to 1.0
	equal "rollbacks" "$(overlay "$host" rollbacks)" 1
	equal "updates" "$(overlay "$host" updates)" 0
	end
}

# The data of 2.0 has other formats: converted there, and back.
there_and_back()
{
	begin media_latency_us=500
	to_probation 2.0
	roll_back_to 1.0
	set_overlay probation_commands 100
	update "$host" 1.1
	to_probation 2.0
	roll_back_to 1.1
	set_overlay probation_commands 100
	update "$host" 2.0
	note "pause $(overlay "$host" pause_ns) ns, $(overlay "$host" pause_bytes) bytes," \
		"$(overlay "$host" pause_dirty) granules converted in it"
	equal "version" "$(overlay "$host" version)" 2.0
	equal "rollbacks" "$(overlay "$host" rollbacks)" 2
	trigger "$host" 1.1
	wait_until 120 is_idle "$host"
	matches "error" "$(overlay "$host" error)" older
	end
}

over_budget()
{
	begin
	set_overlay pause_budget_us 1
	trigger "$host" 1.1
	wait_until 120 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "pause budget of 1 us exceeded by"
	equal "version" "$(overlay "$host" version)" 1.0
	set_overlay pause_budget_us 0
	update "$host" 1.1
	end
}

back_to_rom()
{
	install_images
	load luns=2 logins=30 dev_size_mb=16
	fio_run --name=fill --filename="$(disk "$host" 0)" --rw=write --bs=64k \
		--verify_interval=4k --size=4m --do_verify=0
	update "$host" 1.1
	power_cycle "$host"
	equal "version" "$(overlay "$host" version)" 1.0
	equal "logins" "$(fabric "$host" logins)" 60
	fio_run --name=check --filename="$(disk "$host" 0)" --rw=read --bs=4k --size=4m
	update "$host" 1.1
	new_adapter
}

point "U12 an image on probation stays when it is told to" commit_by_hand
point "U7 back from 1.1 to 1.0" back_from_1_1
point "U6 U7 to 2.0 and back, from 1.0 and from 1.1" there_and_back
point "a pause over its budget is given up before the swap" over_budget
point "S7 a power cycle returns to the image in ROM" back_to_rom
run_points
