#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# The conventional overlay, which is there to be compared with: what it costs, and
# what it leaves of an adapter whose image is bad.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

LOGINS=20

conventional()
{
	trigger "$host" "$1 method=conventional"
	wait_until 60 is_idle "$host"
}

load_adapter()
{
	install_images
	load luns=2 "logins=$LOGINS" dev_size_mb=16
}

# More logins than at power-on are as it should be here.
load_anew()
{
	unload
	load
}

# Number of version, method and result of the last update in its history.
last_is()
{
	local words

	read -ra words <"/sys/class/scsi_host/host$host/overlay/history"
	equal "history" "${words[1]} ${words[2]} ${words[4]} ${words[15]}" "$*"
}

# A file that does not come.
wait_for_file()
{
	[ -p "$firmware/fifo.mrb" ] || mkfifo "$firmware/fifo.mrb"
	trigger "$host" "fifo method=conventional"
	wait_until 10 in_state "$host" paused
}

# I/O stands still for so long, and then goes on.
stands_still()
{
	local there=$1
	local before

	wait_for_file
	before=$(commands_done "$there")
	sleep 0.5
	equal "commands done meanwhile" "$(commands_done "$there")" "$before"
	timeout 10 bash -c "echo no image >$firmware/fifo.mrb" || true
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^paused: image file"
	last_is 1.0 - conventional failed
	load_goes_on load "$there"
}

# Error handling does not wait for a file, and fio's commands are sent again.
reset_in_pause()
{
	wait_for_file
	timeout 15 sg_reset --host "$(sg "$host" 1)"
	wait_until 10 is_idle "$host"
	equal "error" "$(overlay "$host" error)" \
		"paused: image file cannot be opened in time (error -4)"
	last_is 1.0 - conventional failed
	load_goes_on load "$1"
}

removed_in_pause()
{
	load_adapter
	wait_for_file
	timeout 15 bash -c "echo $host >$driver/remove_adapter"
	equal "hosts left" "$(list_hosts | wc -l)" 0
	load_anew
}

minor()
{
	local there
	local pause

	load_adapter
	there=$(disk "$host" 0)
	start_load load "$there" --rate_iops=300
	refused "Invalid argument" trigger "$host" "1.1 method=other"
	stands_still "$there"
	reset_in_pause "$there"
	conventional 1.1
	equal "error" "$(overlay "$host" error)" none
	last_is 1.0 1.1 conventional committed
	pause=$(overlay "$host" pause_ns)
	load_goes_on load "$there"
	logins_as_at_power_on
	update "$host" 1.1
	note "pause: conventional $pause ns, overlay $(overlay "$host" pause_ns) ns"
	stop_load load "$there"
}

has_stopped()
{
	[ "$(scsi "$(sg "$host" 0)" -t 5000 "${TUR[@]}")" = "host 01" ]
}

# Half an image, when start_load's data is on the disk.
dead()
{
	head -c 20000 "$firmware/1.1.mrb" >"$firmware/half.mrb"
	conventional half
	matches "error" "$(overlay "$host" error)" "^swapping: bootstrap gave up"
	last_is 2.0 - conventional stopped
	kernel_said "only a power cycle helps"
	wait_until 10 has_stopped
	refused "No such device" trigger "$host" 1.1
	power_cycle "$host"
	equal "version" "$(overlay "$host" version)" 1.0
	fio_run --name=check --filename="$(disk "$host" 0)" --rw=read --bs=4k --size=4m
	update "$host" 1.1
}

major()
{
	local there

	load_adapter
	there=$(disk "$host" 0)
	start_load load "$there" --rate_iops=300
	conventional 2.0
	equal "error" "$(overlay "$host" error)" none
	last_is 1.0 2.0 conventional committed
	equal "logins" "$(fabric "$host" logins)" $((2 * LOGINS))
	equal "rejected tokens" "$(fabric "$host" rejected_tokens)" 0
	load_goes_on load "$there"
	stop_load load "$there"
	dead
	load_anew
}

point "U13 I/O stands still, a host reset, then 1.0 to 1.1 with all logins" minor
point "U13 1.0 to 2.0 with new logins; then a bad image, and a power cycle" major
point "U13 removed in the pause" removed_in_pause
run_points
