#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# kernels: 6.12
# Module parameters: what is out of range is refused with its name and the range
# in the kernel log, the extremes work.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

cpus=$(sed 's/.*[-,]//' /sys/devices/system/cpu/possible)
cpus=$((cpus + 1 < 64 ? cpus + 1 : 64))

# bad PARAMETER RANGE VALUE...: none of the values is accepted.
bad()
{
	local name=$1
	local range=$2
	local value

	shift 2
	for value in "$@"; do
		refused "Invalid parameters" insmod "$MODULE" "$name=$value"
		kernel_said "hba_sim: $name=$value: must be $range\$"
	done
	# No number at all: the kernel's own check
	for value in "" x 1x -1 1.5 99999999999; do
		refused "Invalid parameters|out of range" insmod "$MODULE" "$name=$value"
		kernel_said "hba_sim: .*\`$value' invalid for parameter \`$name'"
	done
	[ ! -d /sys/module/hba_sim ]
}

all_bad()
{
	bad adapters "0 to 64" 65 4294967295
	bad queues "1 to $cpus" $((cpus + 1)) 65 4294967295
	bad luns "1 to 256" 0 257 4294967295
	bad logins "1 to 4096" 4097 4294967295
	bad dev_size_mb "1 to 16777216" 0 16777217 4294967295
	bad media_latency_us "0 to 10000000" 10000001 4294967295
}

too_few_logins()
{
	refused "Invalid parameters" insmod "$MODULE" luns=5 logins=4
	kernel_said "hba_sim: logins=4: must be 5 to 4096"
	refused "Invalid parameters" insmod "$MODULE" luns=256 logins=255
	kernel_said "hba_sim: logins=255: must be 256 to 4096"
}

unknown_parameter()
{
	insmod "$MODULE" adapters=0 no_such=1
	kernel_said "unknown parameter 'no_such'"
	unload
}

defaults()
{
	load
	equal "ports" "$(fabric "$host" ports)" 1
	equal "disks" "$(disks "$host" | wc -l)" 1
	equal "queues" "$(hardware_queues)" "$cpus"
}

hardware_queues()
{
	local dev

	dev=$(disk "$host" 0)
	find "/sys/block/${dev##*/}/mq" -mindepth 1 -maxdepth 1 | wc -l
}

one_queue()
{
	load queues=1 dev_size_mb=1
	equal "queues" "$(hardware_queues)" 1
	equal "size" "$(blockdev --getsize64 "$(disk "$host" 0)")" 1048576
	fio_run --name=a --filename="$(disk "$host" 0)" --rw=randwrite --bs=4k --size=256k \
		--numjobs=2 --offset_increment=512k
}

# Larger than this machine's memory, by far: 16 TiB
largest_disk()
{
	local last=$(((16 << 40) / 4096 - 1))

	load dev_size_mb=16777216
	equal "size" "$(blockdev --getsize64 "$(disk "$host" 0)")" $((16 << 40))
	head -c 4096 /dev/urandom >"$tmp/data"
	dd if="$tmp/data" of="$(disk "$host" 0)" bs=4k seek="$last" oflag=direct conv=notrunc \
		status=none
	cmp "$tmp/data" <(dd if="$(disk "$host" 0)" bs=4k skip="$last" count=1 iflag=direct \
		status=none)
	cmp -n 4096 /dev/zero <(dd if="$(disk "$host" 0)" bs=4k skip=$((last - 1)) count=1 \
		iflag=direct status=none)
}

most_logins()
{
	load logins=4096 luns=2 dev_size_mb=4
	equal "logins" "$(fabric "$host" logins)" 4096
	fio_run --name=a --filename="$(disk "$host" 1)" --rw=randwrite --bs=4k --size=64k
	install_images
	update "$host" 1.1
	fio_run --name=a --filename="$(disk "$host" 1)" --rw=randwrite --bs=4k --size=64k
}

most_disks()
{
	load luns=256 dev_size_mb=1
	equal "disks" "$(disks "$host" | wc -l)" 256
	fio_run --name=a --filename="$(disk "$host" 255)" --rw=randwrite --bs=4k --size=64k
}

# As many as there may be, and not one more.
most_adapters()
{
	load adapters=0 dev_size_mb=1 queues=1
	echo 64 >"$driver/add_adapter"
	equal "adapters" "$(list_hosts | wc -l)" 64
	refused "No space|Invalid" add_adapter 1
	equal "adapters" "$(list_hosts | wc -l)" 64
}

add_adapter()
{
	echo "$1" >"$driver/add_adapter"
}

remove_adapter()
{
	echo "$1" >"$driver/remove_adapter"
}

bad_numbers()
{
	local value

	load dev_size_mb=4
	for value in "" x 1x -1 0 65 4294967296 "1 2"; do
		refused "Invalid argument|out of range" add_adapter "$value"
	done
	kernel_said "hba_sim: add_adapter=65: must be 1 to 64"
	for value in "" x 1x -1 "1 2"; do
		refused "Invalid argument|out of range" remove_adapter "$value"
	done
	refused "No such device" remove_adapter 4294967295
	refused "No such device" remove_adapter $((host + 1))
	equal "adapters" "$(list_hosts)" "$host"
}

# Root is not enough: it takes CAP_SYS_ADMIN.
capability()
{
	local file

	load dev_size_mb=4
	for file in add_adapter:1 remove_adapter:"$host"; do
		refused "not permitted" setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin \
			bash -c "echo ${file#*:} >$driver/${file%:*}"
	done
	equal "adapters" "$(list_hosts)" "$host"
}

# Changed at run time, a parameter is for the adapters added from then on, and is
# checked then.
run_time()
{
	local first

	load dev_size_mb=4
	first=$host
	echo 2 >/sys/module/hba_sim/parameters/luns
	echo 8 >/sys/module/hba_sim/parameters/dev_size_mb
	add_adapter 1
	wait_until 60 disks_are_there $((first + 1))
	equal "size of the new one's" "$(blockdev --getsize64 "$(disk $((first + 1)) 1)")" $((8 << 20))
	equal "disks of the old one" "$(disks "$first" | wc -l)" 1
	echo 0 >/sys/module/hba_sim/parameters/luns
	refused "Invalid argument" add_adapter 1
	kernel_said "hba_sim: luns=0: must be 1 to 256"
	refused "Permission denied|Read-only" bash -c "echo 3 >/sys/module/hba_sim/parameters/adapters"
	echo 1 >/sys/module/hba_sim/parameters/luns
}

# parameter NAME VALUE
parameter()
{
	echo "$2" >"/sys/module/hba_sim/parameters/$1"
}

# Shared disks are as the first adapter that has them wants them, not one that could not be
# added.
failed_sharing()
{
	load adapters=0 san=shared dev_size_mb=4 luns=2 board=flash flash_mtd=there-is-none
	refused "No such device|Invalid|not supported" add_adapter 1
	parameter flash_mtd ""
	parameter luns 3
	add_adapter 1
	host=$(list_hosts)
	wait_until 60 disks_are_there "$host"
	equal "disks" "$(disks "$host" | wc -l)" 3
	dd if=/dev/urandom of="$(disk "$host" 2)" bs=64k count=4 oflag=direct status=none
	parameter luns 2
	refused "Invalid argument" add_adapter 1
	kernel_said "san=shared: has 3 disks of 4 MiB"
	remove_adapter "$host"
	refused "Invalid argument" add_adapter 1
	parameter luns 3
	add_adapter 1
	host=$(list_hosts)
	wait_until 60 disks_are_there "$host"
	! cmp -s -n $((4 << 16)) /dev/zero "$(disk "$host" 2)" || fail "the data is gone"
}

# A user may offer any device to any driver.
foreign_device()
{
	local device

	load dev_size_mb=4
	for device in /sys/bus/platform/devices/*; do
		[ -e "$device/driver" ] || break
	done
	[ ! -e "$device/driver" ] || return "$KSFT_SKIP"
	note "$device"
	echo hba_sim >"$device/driver_override"
	echo "${device##*/}" >/sys/bus/platform/drivers_probe || true
	echo >"$device/driver_override"
	[ ! -e "$device/driver" ]
	equal "adapters" "$(list_hosts)" "$host"
}

point "values out of range are refused, with name and range" all_bad
point "fewer logins than LUNs are refused" too_few_logins
point "a parameter that there is not" unknown_parameter
point "A6 by default one hart for each CPU" defaults
point "one queue, the smallest disk" one_queue
point "the largest disk" largest_disk
point "A7 4096 logins, kept in an update" most_logins
point "256 disks" most_disks
point "A1 64 adapters and no more" most_adapters
point "add_adapter and remove_adapter refuse what is no number" bad_numbers
point "add_adapter and remove_adapter are for CAP_SYS_ADMIN" capability
point "parameters changed at run time" run_time
point "shared disks of an adapter that could not be added" failed_sharing
point "another device is no adapter" foreign_device
run_points
