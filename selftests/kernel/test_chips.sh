#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# Image 3.0 needs another configuration of the PLA, and burns it while fio goes on.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

pla()
{
	echo "$(<"/sys/class/scsi_host/host$host/pla/$1")"
}

# pla_is ACTIVE VERSIONS ERASES PROGRAMS
pla_is()
{
	equal "active, versions, erases, programs" \
		"$(pla active),$(pla versions),$(pla erases),$(pla programs)" "$1,$2,$3,$4"
}

burned()
{
	install_images
	load luns=2 logins=30 dev_size_mb=16
	pla_is 0 "1 0" 0 17
	start_load load "$(disk "$host" 0)"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	trigger "$host" 3.0
	wait_until 120 in_state "$host" probation
	pla_is 1 "1 2" 2 34
	equal "wear" "$(pla wear)" "0 0 1 1"
	load_goes_on load "$(disk "$host" 0)"

	# back, and again: it is there already
	echo 1 >"/sys/class/scsi_host/host$host/overlay/rollback"
	wait_until 120 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 1.0
	pla_is 0 "1 2" 2 34
	echo 0 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	update "$host" 3.0
	pla_is 1 "1 2" 2 34
	equal "erases, programs, bytes of the update" \
		"$(overlay "$host" erases),$(overlay "$host" programs),$(overlay "$host" burned_bytes)" \
		0,0,0
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	logins_as_at_power_on "$host"
}

after_power_cycle()
{
	install_images
	load dev_size_mb=4
	update "$host" 3.0
	equal "erases, programs, bytes of the update" \
		"$(overlay "$host" erases),$(overlay "$host" programs),$(overlay "$host" burned_bytes)" \
		3,18,4608
	power_cycle "$host"
	equal "version" "$(overlay "$host" version)" 1.0
	pla_is 0 "1 2" 2 34
	equal "recovered" "$(pla recovered)" 0
	new_adapter
}

point "U8 the PLA is burned under load, and selected with its image" burned
point "S7 after a power cycle it has what the ROM needs" after_power_cycle
run_points
