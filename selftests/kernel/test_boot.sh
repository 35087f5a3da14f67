#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# An adapter without local media gets its image from behind its ports or from its host,
# at power-on and later.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

# store NAME: the second disk holds an image, from its first block on.
store()
{
	dd if="$top/build/images/$1.mrb" of="$(disk "$host" 1)" bs=64k conv=fsync status=none
}

update_from_port()
{
	local before

	before=$(overlay "$host" updates)
	echo "$1" >"/sys/class/scsi_host/host$host/overlay/image_port"
	wait_until 120 is_idle "$host"
	equal "error of the update" "$(overlay "$host" error)" none
	equal "updates" "$(overlay "$host" updates)" $((before + 1))
}

# No file is needed for any of it.
from_a_port()
{
	load luns=2 logins=4 dev_size_mb=8
	store 1.1
	start_load load "$(disk "$host" 0)"
	update_from_port 1
	equal "version" "$(overlay "$host" version)" 1.1
	store 2.0
	update_from_port 1
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	equal "version" "$(overlay "$host" version)" 2.0
	matches "history" "$(overlay "$host" history | head -n 1)" "port:1"
}

# What is wrong is said, and nothing else happens.
not_from_a_port()
{
	load luns=2 logins=4 dev_size_mb=8
	echo 1 >"/sys/class/scsi_host/host$host/overlay/image_port"
	wait_until 120 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^loading: there is no image behind port 1"
	echo 77 >"/sys/class/scsi_host/host$host/overlay/image_port"
	wait_until 120 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^loading: image aborted: no session"
	refused "Invalid argument" \
		bash -c "echo two >/sys/class/scsi_host/host$host/overlay/image_port"
	equal "version" "$(overlay "$host" version)" 1.0
}

# The media keep what they have, the adapter has nothing of its own.
power_cycle_from_port()
{
	load luns=2 dev_size_mb=8 boot=port:1
	matches "error" "$(overlay "$host" error)" "^loading: there is no image behind port 1"
	equal "version" "$(overlay "$host" version)" 1.0
	store 2.1
	power_cycle "$host"
	equal "version" "$(overlay "$host" version)" 2.1
	equal "logins" "$(fabric "$host" logins)" $((2 * $(fabric "$host" ports)))
	for _ in 1 2 3; do
		! sg_turs "$(sg "$host" 1)" || break
	done
	cmp -n "$(stat -c %s "$top/build/images/2.1.mrb")" "$top/build/images/2.1.mrb" \
		"$(disk "$host" 1)"
	new_adapter
}

# Its disks are found when the image already runs: they show its revision.
from_the_host()
{
	install_images
	load dev_size_mb=8 boot=host:2.0
	equal "version" "$(overlay "$host" version)" 2.0
	equal "revision" "$(xargs <"$(scsi_device "$host" 0)/rev")" 2.0
	echo host:absent >/sys/module/hba_sim/parameters/boot
	echo 1 >"$driver/add_adapter"
	find_hosts
	equal "adapters" "${#hosts[@]}" 2
	equal "version" "$(overlay "${hosts[1]}" version)" 1.0
	matches "error" "$(overlay "${hosts[1]}" error)" "no such image file"
}

bad_parameter()
{
	for word in disk port: port:x host: "host:$(printf 'x%.0s' {1..100})" ""; do
		! insmod "$MODULE" boot="$word" 2>/dev/null || fail "boot=$word was taken"
	done
	load dev_size_mb=4
}

point "U2 S8 an update from a disk behind the adapter's own ports" from_a_port
point "U2 what is behind a port is no image" not_from_a_port
point "S8 a power cycle: the image comes from behind a port" power_cycle_from_port
point "S8 power on: the image comes from the host" from_the_host
point "S8 a place to boot from that does not exist" bad_parameter
run_points
