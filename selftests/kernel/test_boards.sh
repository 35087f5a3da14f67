#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# Boards with two banks under load, and adapters of different kinds. test_services.sh has
# all kinds, and test_flash.sh the boot flash.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

board()
{
	echo "$(<"/sys/class/scsi_host/host$1/board")"
}

put()
{
	echo "$2" >"$1"
}

# updates KIND: forward, and back by hand
updates()
{
	install_images
	load board="$1" logins=50 dev_size_mb=16
	equal "board" "$(board "$host")" "$1"
	matches "capabilities" "$(overlay "$host" capabilities)" "(^| )overlay .*$1( |$)"
	start_load "$1" "$(disk "$host" 0)"
	update "$host" 1.1
	note "1.0 to 1.1: pause $(overlay "$host" pause_ns) ns, $(overlay "$host" pause_bytes) bytes"
	load_goes_on "$1" "$(disk "$host" 0)"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	trigger "$host" 2.0
	wait_until 120 in_state "$host" probation
	load_goes_on "$1" "$(disk "$host" 0)"
	echo 1 >"/sys/class/scsi_host/host$host/overlay/rollback"
	wait_until 120 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 1.1
	echo 0 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	update "$host" 2.0
	note "1.1 to 2.0: pause $(overlay "$host" pause_ns) ns, $(overlay "$host" pause_bytes) bytes"
	load_goes_on "$1" "$(disk "$host" 0)"
	stop_load "$1" "$(disk "$host" 0)"
	logins_as_at_power_on
}

# Of a thousand logins not one byte is moved in the pause, but for what was just written.
pause_does_not_grow()
{
	local bytes

	install_images
	load board=banked logins=1000 dev_size_mb=4
	update "$host" 1.1
	bytes=$(overlay "$host" pause_bytes)
	note "1000 logins: $bytes bytes"
	[ "$bytes" -lt 1024 ] || fail "$bytes bytes in the pause"
	logins_as_at_power_on
}

mixed()
{
	install_images
	load dev_size_mb=4
	equal "board" "$(board "$host")" sram
	refused "Invalid argument" put /sys/module/hba_sim/parameters/board bank
	kernel_said "hba_sim: board: there is no such kind"
	echo banked >/sys/module/hba_sim/parameters/board
	echo 1 >"$driver/add_adapter"
	find_hosts
	equal "boards" "$(board "${hosts[0]}") $(board "${hosts[1]}")" "sram banked"
	update "${hosts[0]}" 1.1
	update "${hosts[1]}" 2.0
}

bad_kind()
{
	refused "Invalid parameters" insmod "$MODULE" board=tape
	kernel_said "hba_sim: board: there is no such kind"
	[ ! -d /sys/module/hba_sim ]
	load board=legacy
}

point "S4 a board of kind banked is updated under load, and back" updates banked
point "U10 a pause with two banks does not grow with the logins" pause_does_not_grow
point "S2 adapters of different kinds live side by side" mixed
point "there is no other kind" bad_kind
run_points
