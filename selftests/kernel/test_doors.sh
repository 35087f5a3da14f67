#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: uml
# All ways in which change what an adapter executes, tried by those who may not: root
# without capabilities, a user whose are all files, and root of a user namespace. The table
# is in Documentation/ways-in.rst.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

parameters=/sys/module/hba_sim/parameters
image=$top/build/images/1.1.mrb

# as WHO COMMAND...
as()
{
	local nobody=(--reuid=65534 --regid=65534 --clear-groups --no-new-privs)

	case $1 in
	root)	setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "${@:2}" ;;
	user)	setpriv "${nobody[@]}" --bounding-set=-all --inh-caps=-all "${@:2}" ;;
	userns)	setpriv "${nobody[@]}" unshare -Ur "${@:2}" ;;
	admin)	"${@:2}" ;;
	esac
}

# mtd_node NAME: its character device, if there is one
mtd_node()
{
	sed -n "s/^\(mtd[0-9]*\): .* \"$1\"\$/\/dev\/\1/p" /proc/mtd 2>/dev/null || true
}

# An adapter with all doors; the modes of their files keep nobody out.
have_doors()
{
	install_images
	modprobe -q mtd || true
	modprobe -q mtdblock || true
	load board=flash inband_download=1 luns=2 dev_size_mb=4
	update "$host" 2.0
	dev=$(sg "$host" 0)
	no_attention "$dev"
	folder=/sys/class/scsi_host/host$host
	class=/sys/class/firmware/hba_sim-host$host
	debug=/sys/kernel/debug/hba_sim/host$host
	lip=/sys/class/fc_host/host$host/issue_lip
	mtd=$(mtd_node "hba_sim0")
	block=${mtd/mtd/mtdblock}
	bsg=/dev/bsg/$(basename "$(scsi_device "$host" 0)")
	chmod 755 /sys/kernel/debug
	chmod a+rw "$folder"/overlay/* "$folder"/overlay/upload/* "$folder/processor/power_cycle" \
		"$driver"/*_adapter "$parameters"/* "$lip" "$debug"/* "$dev" "$(disk "$host" 0)"
	chmod a+x "$folder/overlay/upload"
	[ ! -e "$class" ] || chmod a+rw "$class"/{loading,data,cancel}
	[ ! -e "$mtd" ] || chmod a+rw "$mtd"
	[ ! -b "$block" ] || chmod a+rw "$block"
	[ ! -e "$bsg" ] || chmod a+rw "$bsg"
	before=$(executed)
}

# executed: all that tells what runs, what will, and whether anything has happened to it
executed()
{
	cat "$folder"/overlay/{version,updates,rollbacks,history,state,error,check} \
		"$folder"/overlay/upload/{loading,received} \
		"$folder"/overlay/{probation_commands,probation_ms,pause_budget_us} \
		"$folder"/flash/{slots,booted,operations} "$folder"/{pla,port_firmware}/* \
		"$folder"/fabric/{flogis,plogis,prlis,logins} \
		"$parameters"/{boot,board,flash_mtd,inband_download} "$debug/link"
	list_hosts
}

# writes WHO VALUE FILE
writes()
{
	# shellcheck disable=SC2016
	as "$1" bash -c 'printf %s "$1" >"$2"' - "$2" "$3"
}

# no_write WHO VALUE FILE: it is not the mode that keeps him out
no_write()
{
	[ -e "$3" ] || fail "there is no $3"
	refused "not permitted" writes "$@"
}

# The parameters that choose what the next adapter executes.
for_code_are_shut()
{
	no_write "$1" host:1.1 "$parameters/boot"
	no_write "$1" banked "$parameters/board"
	no_write "$1" "mtdram test device" "$parameters/flash_mtd"
	no_write "$1" 1 "$parameters/inband_download"
}

sysfs_is_shut()
{
	local file

	for file in image image_port check update_status commit rollback probation_commands \
		probation_ms pause_budget_us upload/loading upload/idle_ms upload/data; do
		no_write "$1" 1 "$folder/overlay/$file"
	done
	no_write "$1" 1 "$folder/processor/power_cycle"
	no_write "$1" 1 "$lip"
	no_write "$1" 1 "$driver/add_adapter"
	no_write "$1" "$host" "$driver/remove_adapter"
	for_code_are_shut "$1"
	for file in link lose_port return_port logout_port lose_flash; do
		no_write "$1" 0 "$debug/$file"
	done
}

# Of the kernel's own files one lets its writer begin, and none lets bytes in.
class_is_shut()
{
	[ -e "$class" ] || return 0
	writes "$1" 1 "$class/loading"
	refused "not permitted" as "$1" dd if="$image" of="$class/data" status=none
	writes admin -1 "$class/loading"
}

# By the disk's own node and by bsg; sg has no filter for who may write to its node.
commands_are_shut()
{
	local node

	for node in "$(disk "$host" 0)" "$bsg"; do
		[ -e "$node" ] || continue
		refused "not permitted" as "$1" sg_write_buffer -v --in="$image" --mode=dmc "$node"
		refused "not permitted" as "$1" sg_write_buffer -v --mode=activate_mc "$node"
	done
	refused "CAP_SYS_ADMIN|denied|not permitted" as "$1" sg_reset --host "$dev"
	refused "CAP_SYS_ADMIN|denied|not permitted" as "$1" sg_reset --host "$(disk "$host" 0)"
}

# Neither opened, nor written by who was given it open, nor through mtdblock.
flash_is_shut()
{
	[ -e "$mtd" ] || return 0
	refused "not permitted" as "$1" dd if=/dev/zero of="$mtd" bs=1024 count=1 conv=notrunc
	refused "not permitted" as "$1" dd if="$mtd" of=/dev/null bs=1024 count=1
	refused "not permitted" as "$1" bash -c 'printf "\0" >&3' 3<>"$mtd"
	refused "not permitted" as "$1" flash_erase "$mtd" 0 1
	[ -b "$block" ] || return 0
	refused "not permitted" as "$1" dd if=/dev/zero of="$block" bs=1024 count=1 conv=notrunc,fsync
}

# shut WHO: each door; and nothing has come of it
shut()
{
	have_doors
	sysfs_is_shut "$1"
	class_is_shut "$1"
	commands_are_shut "$1"
	flash_is_shut "$1"
	equal "what is executed" "$(executed)" "$before"
	scsi_is "$dev" GOOD "${TUR[@]}"
}

namespaces()
{
	[ -e /proc/self/ns/user ] || skip "this kernel has no user namespaces"
	[ ! -e /proc/sys/kernel/unprivileged_userns_clone ] ||
		echo 1 >/proc/sys/kernel/unprivileged_userns_clone
	equal "uid in a namespace" "$(as userns id -u)" 0
	shut userns
}

# Whoever may write to an sg node sends what he likes; so it is the parameter that decides.
by_sg()
{
	have_doors
	as user sg_write_buffer -v --in="$top/build/images/2.1.mrb" --mode=dmc "$dev"
	wait_until 60 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 2.1
	unload
	load board=flash luns=2 dev_size_mb=4
	update "$host" 2.0
	dev=$(sg "$host" 0)
	no_attention "$dev"
	chmod a+rw "$dev"
	refused "Invalid command operation code" as user sg_write_buffer -v --in="$image" \
		--mode=dmc "$dev"
	equal "version" "$(overlay "$host" version)" 2.0
}

# The same doors are open to who may: that is what was refused.
open_to_admin()
{
	have_doors
	writes admin 1000 "$folder/overlay/probation_commands"
	writes admin rom "$parameters/boot"
	writes admin 0 "$debug/link"
	writes admin 1 "$debug/link"
	writes admin 1 "$lip"
	sg_write_buffer -v --in="$top/build/images/2.1.mrb" --mode=dmc "$dev"
	wait_until 60 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 2.1
	if [ -e "$mtd" ]; then
		printf '\0' 3<>"$mtd" >&3
		equal "operations" "$(flash operations)" 1
		flash_erase "$mtd" 0 1 2>&1
	fi
	writes admin 1 "$folder/processor/power_cycle"
	equal "version" "$(overlay "$host" version)" 1.0
	new_adapter
}

# A boot flash cannot lie on another one, whose writers nobody would know.
on_another()
{
	modprobe -q mtd || skip "this kernel has no mtd"
	load board=flash dev_size_mb=4
	echo hba_sim0 >"$parameters/flash_mtd"
	refused "Invalid argument" writes admin 1 "$driver/add_adapter"
	kernel_said "flash_mtd=hba_sim0: cannot be used"
}

# Who loads the module may choose; what was chosen then counts.
at_load()
{
	install_images
	load board=flash boot=host:1.1 inband_download=1 dev_size_mb=4
	wait_until 60 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 1.1
	equal "board" "$(<"$parameters/board")" flash
	equal "boot" "$(<"$parameters/boot")" host:1.1
	equal "inband_download" "$(<"$parameters/inband_download")" Y
}

module_is()
{
	[ "$(cat /sys/module/hba_sim/initstate 2>/dev/null)" = "$1" ]
}

# While the module is being loaded its parameters are there already, and its adapters not yet.
while_loading()
{
	local before

	install_images
	start_job loading insmod "$MODULE" adapters=2 dev_size_mb=4 login_delay_ms=2000
	wait_until 10 module_is coming
	wait_until 10 test -e "$parameters/boot"
	chmod a+rw "$parameters"/{boot,board,flash_mtd,inband_download}
	before=$(cat "$parameters"/{boot,board,flash_mtd,inband_download})
	for_code_are_shut root
	for_code_are_shut user
	equal "parameters" "$(cat "$parameters"/{boot,board,flash_mtd,inband_download})" "$before"
	module_is coming || fail "the module was not being loaded any more"
	wait_until 60 module_is live
	wait_until 60 job_ended loading
	find_hosts
	for host in "${hosts[@]}"; do
		equal "version" "$(overlay "$host" version)" 1.0
	done
}

# Power cycles up to the last moment of an adapter, whose removal waits for them.
until_removed()
{
	local i

	for i in 1 2 3; do
		load dev_size_mb=4 logins=64
		start_job cycles bash -c "while echo 1 >/sys/class/scsi_host/host$host/processor/power_cycle
			[ -e /sys/class/scsi_host/host$host/processor/power_cycle ]; do :; done"
		nap 0.$i
		echo "$host" >"$driver/remove_adapter"
		end_job cycles TERM
		equal "adapters" "$(list_hosts)" ""
		kernel_is_content
		unload
	done
}

point "U1 doors: root without capabilities" shut root
point "U1 doors: a user whose mode is enough" shut user
point "U1 doors: root of a user namespace" namespaces
point "U1 doors: an sg node that anybody may write to" by_sg
point "U1 doors: open to CAP_SYS_ADMIN" open_to_admin
point "U1 doors: a boot flash is no MTD device for another one" on_another
point "U1 doors: parameters of who loads the module" at_load
point "U1 doors: parameters while the module is being loaded" while_loading
point "U1 doors: power cycles until the adapter is removed" until_removed
run_points
