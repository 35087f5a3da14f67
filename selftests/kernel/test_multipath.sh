#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# Two adapters with the same storage are two paths to each of its disks, which the
# device mapper makes one disk of: it serves I/O whatever happens to one of them.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

MAP=hba_sim-paths

modprobe -q -a dm_multipath dm_round_robin || skip_all "no multipath in this kernel"

# two_paths: load two adapters, make $map of their first disks
two_paths()
{
	load adapters=2 san=shared dev_size_mb=8
	for h in "${hosts[@]}"; do
		paths+=("$(<"/sys/class/block/$(basename "$(disk "$h" 0)")/dev")")
	done
	dmsetup create "$MAP" --noudevsync --table "0 $((8 * 2048)) multipath 1 queue_if_no_path \
		0 1 1 round-robin 0 2 1 ${paths[0]} 100 ${paths[1]} 100"
	map=/dev/$(dmsetup info -c --noheadings -o blkdevname "$MAP")
	both_paths
}

no_paths()
{
	dmsetup remove --noudevsync --retry "$MAP"
}

# "8:0 A 0 8:16 F 1": what the device mapper thinks of its paths
path_state()
{
	dmsetup status "$MAP" | grep -o " $1 [AF] " | tr -d ' '
}

both_paths()
{
	for path in "${paths[@]}"; do
		matches "path" "$(path_state "$path")" "A$"
	done
}

path_failed()
{
	[[ $(path_state "$1") == *F ]]
}

same_storage()
{
	load adapters=2 san=shared luns=2 dev_size_mb=8
	for lun in 0 1; do
		equal "designators of disk $lun" \
			"$(sg_vpd --hex --page=di "$(sg "${hosts[0]}" $lun)")" \
			"$(sg_vpd --hex --page=di "$(sg "${hosts[1]}" $lun)")"
	done
	dd if=/dev/urandom of="$(disk "${hosts[0]}" 1)" bs=64k count=16 oflag=direct status=none
	cmp -n $((16 << 16)) "$(disk "${hosts[0]}" 1)" "$(disk "${hosts[1]}" 1)"
	# what is there stays when its adapters go
	dd if="$(disk "${hosts[1]}" 1)" of="$tmp/before" bs=64k count=16 iflag=direct status=none
	for h in "${hosts[@]}"; do
		echo "$h" >"$driver/remove_adapter"
	done
	echo 1 >"$driver/add_adapter"
	find_hosts
	cmp -n $((16 << 16)) "$tmp/before" "$(disk "$host" 1)"
	echo 4 >/sys/module/hba_sim/parameters/dev_size_mb
	refused "Invalid argument" bash -c "echo 1 >$driver/add_adapter"
	echo own >/sys/module/hba_sim/parameters/san
	echo 1 >"$driver/add_adapter"
	echo both >/sys/module/hba_sim/parameters/san
	refused "Invalid argument" bash -c "echo 1 >$driver/add_adapter"
}

rolling_update()
{
	install_images
	two_paths
	start_load load "$map"
	for image in 1.1 2.0; do
		for h in "${hosts[@]}"; do
			update "$h" "$image"
			load_goes_on load "$map"
		done
	done
	both_paths
	stop_load load "$map"
	no_paths
}

# The first adapter gets an image that stops it, and has to be switched off and on.
one_dies()
{
	mkdir -p "$firmware"
	head -c 5000 "$top/build/images/1.1.mrb" >"$firmware/bad.mrb"
	two_paths
	start_load load "$map"
	trigger "$host" "bad method=conventional"
	wait_until 60 path_failed "${paths[0]}"
	load_goes_on load "$map"
	matches "the other path" "$(path_state "${paths[1]}")" "A$"
	power_cycle "$host"
	wait_until 60 disks_are_there "$host"
	dmsetup message "$MAP" 0 "reinstate_path ${paths[0]}"
	load_goes_on load "$map"
	both_paths
	stop_load load "$map"
	no_paths
	# more logins than ports are as it should be here, and nowhere else
	unload
	load
}

point "A1 A7 two adapters, the same disks behind their ports" same_storage
point "U3 multipath: a rolling update of both adapters" rolling_update
point "A1 multipath: one adapter dies, and comes back" one_dies
run_points
