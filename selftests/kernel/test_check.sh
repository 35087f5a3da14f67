#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# A check says what an update would come to, and fio does not notice.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# finding KEY: of the last check
finding()
{
	sed -n "s/^$1 //p" "/sys/class/scsi_host/host$host/overlay/check"
}

# check IMAGE RESULT: and nothing else has changed
check()
{
	local before

	before=$(as_before)
	echo "$1" >"/sys/class/scsi_host/host$host/overlay/check"
	wait_until 60 is_idle "$host"
	equal "image" "$(finding image)" "$1"
	equal "result for $1" "$(finding result)" "$2"
	equal "what an update would change" "$(as_before)" "$before"
}

as_before()
{
	overlay "$host" error
	overlay "$host" updates
	overlay "$host" history
	overlay "$host" pause_ns
	overlay "$host" version
	cat "/sys/class/scsi_host/host$host/"{pla,port_firmware}/{active,versions,erases,programs}
}

fits()
{
	local disk expected

	install_images
	load luns=2 logins=30 dev_size_mb=16
	disk=$(disk "$host" 0)
	equal "result" "$(finding result)" none
	start_load load "$disk"
	for image in 1.0 1.1 2.0 2.1 3.0; do
		check "$image" fits
		note "$image: $(finding converted_bytes) bytes converted, pause of $(finding pause_bytes) bytes, $(finding pause_ns) ns"
	done
	overlay "$host" incompatibilities | grep -x 'chip 0/1 0/2 found'
	overlay "$host" incompatibilities | grep -x 'chip 1/1 1/2 found'
	load_goes_on load "$disk"
	expected=$(finding pause_bytes)
	update "$host" 3.0
	equal "bytes of the pause, without dirty granules" \
		"$(($(overlay "$host" pause_bytes) - 64 * $(overlay "$host" pause_dirty)))" \
		"$expected"
	check 1.1 refused
	matches "reason" "$(finding reason)" 'older: no conversion'
	stop_load load "$disk"
	logins_as_at_power_on "$host"
}

refused_ones()
{
	local check

	install_images
	load dev_size_mb=4
	check=/sys/class/scsi_host/host$host/overlay/check
	check gone refused
	matches "reason" "$(finding reason)" '^loading: no such image file'
	head -c 20000 "$firmware/1.1.mrb" >"$firmware/short.mrb"
	check short refused
	matches "reason" "$(finding reason)" 'truncated'
	refused "Invalid argument" write_to "$check" ../1.1
	refused "Invalid argument" write_to "$check" ""
	refused "not supported" write_to "$check" "1.1 method=conventional"
	refused "resource busy" two_at_once "$check"
	timeout 20 bash -c ": >$firmware/never.mrb"
	wait_until 60 is_idle "$host"
	equal "result" "$(finding result)" refused
	update "$host" 1.1
}

write_to()
{
	echo "$2" >"$1"
}

# A file that does not come: the first check waits for it.
two_at_once()
{
	rm -f "$firmware/never.mrb"
	mkfifo "$firmware/never.mrb"
	echo never >"$1"
	echo 1.1 >"$1"
}

removed_meanwhile()
{
	install_images
	load dev_size_mb=4
	echo 2.0 >"/sys/class/scsi_host/host$host/overlay/check"
	unload
	load
	check 2.0 fits
}

point "U8 what fits, under fio; the update moves what was foretold" fits
point "U8 what is refused, and why" refused_ones
point "the module is unloaded in a check" removed_meanwhile
run_points
