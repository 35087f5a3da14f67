#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# kernels: uml
# The boot flash: temporary updates are gone after a power cycle, permanent ones are
# booted, from memory or from an MTD device, and damage leads to the other slot or the ROM.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

mtdram="mtdram test device"
image=$top/build/images/1.1.mrb

runs()
{
	equal "version" "$(overlay "$host" version)" "$1"
	equal "booted" "$(flash booted)" "$2"
}

# update_permanent NAME: and without a word about conversion or the like
update_permanent()
{
	trigger "$host" "$1 permanent"
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" "$1"
}

both_ways()
{
	install_images
	load board=flash logins=20 dev_size_mb=16
	slots_are none none
	update "$host" 2.0
	equal "operations" "$(flash operations)" 0
	power_cycle "$host"
	runs 1.0 rom

	start_load load "$(disk "$host" 0)"
	update_permanent 1.1
	slots_are "$(slot 1.1 1)" none
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	power_cycle "$host"
	runs 1.1 0
	trigger "$host" "2.0 temporary"
	wait_until 60 is_idle "$host"
	power_cycle "$host"
	runs 1.1 0
	update_permanent 2.0
	slots_are "$(slot 1.1 1)" "$(slot 2.0 2)"
	power_cycle "$host"
	runs 2.0 1
	fio_run --name=io --filename="$(disk "$host" 0)" --rw=write --bs=64k --size=1m
	new_adapter
}

# mtd_node NAME: its character device
mtd_node()
{
	sed -n "s/^\(mtd[0-9]*\): .* \"$1\"\$/\/dev\/\1/p" /proc/mtd
}

need_mtd()
{
	if ! modprobe -q mtd || ! modprobe -q "$1"; then
		skip "this kernel has no $1"
	fi
}

# In the middle of an update, by debugfs; and the next one succeeds.
loses_power()
{
	local lose

	install_images
	load board=flash dev_size_mb=4
	lose=/sys/kernel/debug/hba_sim/host$host/lose_flash
	update_permanent 1.1
	echo 20 >"$lose"
	trigger "$host" "2.0 permanent"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "media cannot be written"
	equal "lost" "$(<"$lose")" 1
	power_cycle "$host"
	equal "lost" "$(<"$lose")" 0
	runs 1.1 0
	slots_are "$(slot 1.1 1)" none
	update_permanent 2.0
	power_cycle "$host"
	runs 2.0 1
	new_adapter
}

# What lies in a slot is the file, and who has the device open keeps the adapter.
as_mtd()
{
	local node

	need_mtd mtd
	install_images
	load board=flash dev_size_mb=4
	node=$(mtd_node hba_sim0)
	[ -c "$node" ] || fail "there is no MTD device"
	update_permanent 1.1
	dd if="$node" bs=1024 skip=1 count=64 status=none | head -c "$(stat -c %s "$image")" |
		cmp - "$image"
	exec 7<"$node"
	refused "busy" put "$driver/remove_adapter" "$host"
	refused "in use" rmmod hba_sim
	exec 7<&-
	# all bits of the image's second KiB cleared
	dd if=/dev/zero of="$node" bs=1024 seek=2 count=1 conv=notrunc status=none
	power_cycle "$host"
	runs 1.0 rom
	slots_are none none
	new_adapter
}

put()
{
	echo "$2" >"$1"
}

# As on a machine that is switched off: the module goes, and the flash stays.
on_mtdram()
{
	need_mtd mtdram
	rmmod mtdram
	modprobe mtdram total_size=1024 erase_size=64
	install_images
	load board=flash flash_mtd="\"$mtdram\"" dev_size_mb=4
	update_permanent 1.1
	unload
	load board=flash flash_mtd="\"$mtdram\"" dev_size_mb=4
	runs 1.1 0
	update_permanent 2.0
	unload
	load board=flash flash_mtd="\"$mtdram\"" dev_size_mb=4
	runs 2.0 1
	refused "busy" put "$driver/add_adapter" 1
	kernel_said "flash_mtd=$mtdram: cannot be used"
	refused "in use" rmmod mtdram
	unload
	rmmod mtdram
	refused "No such device" insmod "$MODULE" board=flash flash_mtd="\"$mtdram\""
	kernel_said "flash_mtd=$mtdram: cannot be used"
	load board=flash
	runs 1.0 rom
}

# flashcp_slot VERSION SEQUENCE SLOT [FOLDER]: into that slot, which is a partition for as long
# as that takes
flashcp_slot()
{
	local node
	local partition

	node=$(mtd_node hba_sim0)
	"$top/build/mrb" slot "${4:-$top/build/images}/$1.mrb" "$2" -o "$tmp/slot"
	mtdpart add "$node" slot $(($3 << 20)) $((1 << 20))
	partition=$(mtd_node slot)
	flashcp "$tmp/slot" "$partition"
	refused "busy" put "$driver/remove_adapter" "$host" 8<"$partition"
	mtdpart del "$node" "${partition#/dev/mtd}"
}

# upload_slot VERSION SLOT: what is in that slot takes over while I/O goes on
upload_slot()
{
	local upload=/sys/class/scsi_host/host$host/overlay/upload

	echo 1 >"$upload/loading"
	dd if="$(mtd_node hba_sim0)" of="$upload/data" bs=4k iflag=skip_bytes,count_bytes \
		skip=$((1024 + ($2 << 20))) status=none \
		count="$(stat -c %s "$top/build/images/$1.mrb")"
	echo 0 >"$upload/loading"
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" "$1"
}

# mtd-utils know nothing of us.
by_flashcp()
{
	need_mtd mtd
	load board=flash dev_size_mb=16
	flashcp_slot 1.1 1 0
	power_cycle "$host"
	runs 1.1 0
	slots_are "$(slot 1.1 1)" none

	start_load load "$(disk "$host" 0)"
	flashcp_slot 2.0 2 1
	upload_slot 2.0 1
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	power_cycle "$host"
	runs 2.0 1
	slots_are "$(slot 1.1 1)" "$(slot 2.0 2)"

	flash_erase "$(mtd_node hba_sim0)" $((1 << 20)) 1
	power_cycle "$host"
	runs 1.1 0

	# an image that was never proved, and whose I/O harts trap: it is tried once
	flashcp_slot hart_illegal 3 1 "$(dirname "$(built scsi)")"
	power_cycle "$host"
	runs 1.1 0
	slots_are "$(slot 1.1 1)" "none failed"
	power_cycle "$host"
	runs 1.1 0
	kernel_log >"$tmp/log"
	equal "tries" "$(grep -c 'slot 1, image 1.1, cannot start: a hart trapped' "$tmp/log")" 1
	fio_run --name=io --filename="$(disk "$host" 0)" --rw=write --bs=64k --size=1m
	new_adapter
}

point "S7 a temporary update is gone with the power, a permanent one is booted" both_ways
point "S7 the boot flash loses its power" loses_power
point "S7 the boot flash is an MTD device" as_mtd
point "S7 flashcp and flash_erase of mtd-utils write the slots" by_flashcp
point "S7 an MTD device is the boot flash" on_mtdram
run_points
