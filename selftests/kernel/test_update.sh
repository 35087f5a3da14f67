#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml 6.12 6.1 7
# timeout: 400
# Image 1.0 is replaced by 1.1 while fio writes and verifies: nothing is lost,
# nobody logs in again, and what users see is as documented.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

figures()
{
	local name

	for name in "$@"; do
		[ "$(overlay "$host" "$name")" -gt 0 ] || fail "$name is $(overlay "$host" "$name")"
	done
}

under_verify()
{
	install_images
	load luns=2 logins=50 dev_size_mb=16
	start_load "1.0" "$(disk "$host" 0)"
	update "$host" 1.1
	load_goes_on "1.0" "$(disk "$host" 0)"
	stop_load "1.0" "$(disk "$host" 0)"
	equal "version" "$(overlay "$host" version)" 1.1
	equal "image" "$(overlay "$host" image)" 1.1
	equal "updates" "$(overlay "$host" updates)" 1
	equal "progress" "$(overlay "$host" progress)" 100
	equal "ports" "$(fabric "$host" ports)" 50
	logins_as_at_power_on
	figures pause_ns pause_insns pause_bytes total_ns
	[ "$(overlay "$host" pause_ns)" -lt "$(overlay "$host" total_ns)" ]
	kernel_said "overlay: 1.1 stays, paused for"
	note "pause $(overlay "$host" pause_ns) ns of $(overlay "$host" total_ns) ns," \
		"$(overlay "$host" pause_insns) instructions, $(overlay "$host" pause_bytes) bytes," \
		"$(overlay "$host" waiting_commands) commands waited," \
		"longest $(overlay "$host" longest_wait_ns) ns"
}

# 64 commands lie at the remote port when the images are exchanged: their
# completions come to an image that has not sent the requests. On another CPU than
# the one that updates some come in the pause, and wait for its end: in the first three
# updates, or in one of the next.
commands_in_flight()
{
	local waited=0
	local least=0
	local i

	install_images
	load dev_size_mb=16 media_latency_us=5000
	start_load in-flight "$(disk "$host" 0)" --ioengine=libaio --iodepth=32
	[ "$(nproc)" -eq 1 ] || least=1
	for ((i = 0; i < 3 || (i < 30 && waited < least); i++)); do
		update "$host" 1.1
		waited=$((waited + $(overlay "$host" waiting_commands)))
		load_goes_on in-flight "$(disk "$host" 0)"
	done
	note "$waited commands waited in $i updates"
	[ "$waited" -ge "$least" ] || fail "no command waited in a pause"
	stop_load in-flight "$(disk "$host" 0)"
}

# Six seconds in flight, and the update in between, which takes less in a slow guest,
# too: it does not wait for them, they are not lost.
media_not_waited_for()
{
	local status

	install_images
	load dev_size_mb=4 media_latency_us=6000000
	start_job slow dd if=/dev/zero of="$(disk "$host" 0)" bs=4k count=1 oflag=direct
	wait_until 30 in_flight "$(disk "$host" 0)"
	update "$host" 1.1
	status=$(in_flight "$(disk "$host" 0)" && echo "in flight")
	equal "the write, after the update" "$status" "in flight"
	wait_until 30 job_ended slow
	matches "what dd says" "$(<"$tmp/slow.out")" "1.0 records out"
}

in_flight()
{
	local stat

	read -ra stat <"/sys/block/${1##*/}/stat"
	[ "${stat[8]}" -gt 0 ]
}

# Idle disks: nobody but this test takes the attention.
unit_attention()
{
	local t

	install_images
	load luns=3 dev_size_mb=4
	update "$host" 1.1
	for t in 0 1 2; do
		scsi_is "$(sg "$host" "$t")" "02 6/3f/01" "${TUR[@]}"
		scsi_is "$(sg "$host" "$t")" GOOD "${TUR[@]}"
	done
	update "$host" 1.1
	# INQUIRY and REPORT LUNS leave it, REQUEST SENSE reports it.
	scsi_is "$(sg "$host" 0)" GOOD -r 36 12 00 00 00 24 00
	scsi_is "$(sg "$host" 0)" GOOD -r 16 a0 00 00 00 00 00 00 00 00 10 00 00
	matches "REQUEST SENSE" "$(scsi "$(sg "$host" 0)" -r 18 03 00 00 00 12 00)" \
		"^GOOD.70 00 06 .* 3f 01"
	scsi_is "$(sg "$host" 0)" GOOD "${TUR[@]}"
	# To read and to write is no error to those who use the disk, but the attention is gone.
	dd if="$(disk "$host" 1)" of=/dev/null bs=4k count=1 iflag=direct status=none
	scsi_is "$(sg "$host" 1)" GOOD "${TUR[@]}"
}

revision()
{
	echo "$(<"$(scsi_device "$host" 0)/rev")"
}

new_revision()
{
	install_images
	load dev_size_mb=4
	equal "rev" "$(revision)" "1.0 "
	update "$host" 1.1
	matches "INQUIRY" "$(sg_inq "$(sg "$host" 0)")" "revision level: 1\.1"
	matches "VPD pages" "$(scsi "$(sg "$host" 0)" -r 64 12 01 00 00 40 00)" \
		"^GOOD.00 00 00 07 00 80 83 86 b0 b1 b2"
	# No automatic rescan: the midlayer still has what it saw at power-on.
	equal "rev" "$(revision)" "1.0 "
	no_attention "$(sg "$host" 0)"
	# The kernel reads standard INQUIRY data once in a device's life: it shows the
	# new VPD pages when told to look again, the revision when the device is new.
	echo 1 >"$(scsi_device "$host" 0)/rescan"
	matches "VPD pages of sysfs" "$(od -An -tx1 "$(scsi_device "$host" 0)/vpd_pg0")" \
		"00 00 00 07 00 80 83 86 b0 b1 b2"
	echo 1 >"$(scsi_device "$host" 0)/delete"
	echo "- - -" >"/sys/class/scsi_host/host$host/scan"
	wait_until 60 disks_are_there "$host"
	equal "rev of the device found anew" "$(revision)" "1.1 "
}

# Mode pages, statistics, a stopped unit: all that the old image knew (U7, U12).
state_is_kept()
{
	local before

	install_images
	load luns=2 dev_size_mb=4
	dev=$(sg "$host" 0)
	sg_wr_mode --page=0x0a --contents=0a,0a,06,10,00,00,00,00,ff,ff,00,00 "$dev"
	sg_start --stop "$(sg "$host" 1)"
	dd if="$(disk "$host" 0)" of=/dev/null bs=4k count=3 iflag=direct status=none
	before=$(scsi "$dev" -r 72 4d 00 59 00 00 00 00 00 48 00)
	update "$host" 1.1
	matches "descriptor sense data" "$(scsi "$dev" -v "${TUR[@]}" | tail -n +2)" "^72 06 3f 01"
	equal "statistics" "$(scsi "$dev" -r 72 4d 00 59 00 00 00 00 00 48 00)" "$before"
	scsi_is "$(sg "$host" 1)" "02 6/3f/01" "${TUR[@]}"
	scsi_is "$(sg "$host" 1)" "02 2/04/02" "${TUR[@]}"
	sg_start --start "$(sg "$host" 1)"
}

# Each state is seen by someone who only polls, in this order; some may be so
# short that they are missed.
pollable_state()
{
	local file

	install_images
	load dev_size_mb=4
	file=/sys/class/scsi_host/host$host/overlay/state
	start_job poll "$(built watch)" poll "$file" 1
	wait_until 30 grep -q watching "$tmp/poll.out"
	equal "the state before" "$(head -n 1 "$tmp/poll.out")" idle
	update "$host" 1.1
	wait_until 30 job_ended poll
	matches "the state at the first event" "$(tail -n 1 "$tmp/poll.out")" \
		"^(loading|converting|paused|swapping|starting|running|idle)$"
}

uevents()
{
	install_images
	load dev_size_mb=4
	start_job uevents "$(built watch)" uevents
	wait_until 30 grep -q watching "$tmp/uevents.out"
	update "$host" 1.1
	wait_until 30 grep -q "^change@.*/host$host .*OVERLAY_RESULT=success.*OVERLAY_IMAGE=1.1 OVERLAY_VERSION=1.1" "$tmp/uevents.out"
	update_fails "$host" nonsense "no such image file"
	wait_until 30 grep -q "^change@.*/host$host .*OVERLAY_RESULT=failure.*OVERLAY_IMAGE=nonsense OVERLAY_VERSION=1.1" "$tmp/uevents.out"
	equal "events" "$(grep -c OVERLAY_RESULT "$tmp/uevents.out")" 2
}

# A bootstrap that does not come to its end, until a host reset ends the update.
one_at_a_time()
{
	install_images
	cp "$(built slow.mrb)" "$firmware"
	load adapters=2 dev_size_mb=4
	trigger "$host" slow
	wait_until 60 in_state "$host" converting
	refused "busy" trigger "$host" 1.1
	refused "busy" trigger "$host" slow
	# The other adapter is not concerned.
	update "${hosts[1]}" 1.1
	equal "version of the other" "$(overlay "${hosts[1]}" version)" 1.1
	equal "version" "$(overlay "$host" version)" 1.0
	equal "updates" "$(overlay "$host" updates)" 0
	in_state "$host" converting
	sg_reset --host "$(sg "$host" 0)"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "converting: cancelled"
	update "$host" 1.1
}

# All at once, each under load
several_adapters()
{
	local h

	install_images
	load adapters=3 dev_size_mb=8
	for h in "${hosts[@]}"; do
		start_load "host$h" "$(disk "$h" 0)"
	done
	for h in "${hosts[@]}"; do
		trigger "$h" 1.1
	done
	for h in "${hosts[@]}"; do
		wait_until 120 is_idle "$h"
		equal "error" "$(overlay "$h" error)" none
		equal "version" "$(overlay "$h" version)" 1.1
		load_goes_on "host$h" "$(disk "$h" 0)"
		stop_load "host$h" "$(disk "$h" 0)"
	done
}

without_privilege()
{
	local file

	install_images
	load dev_size_mb=4
	file=/sys/class/scsi_host/host$host/overlay/image
	refused "not permitted" setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin \
		bash -c "echo 1.1 >$file"
	refused "denied|not permitted" setpriv --reuid=65534 --regid=65534 --clear-groups \
		bash -c "echo 1.1 >$file"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" 1.0
	is_idle "$host"
}

names()
{
	local name

	install_images
	cp "$firmware/1.1.mrb" "$FIRMWARE_DIR"
	load dev_size_mb=4
	for name in "" .. ../1.1 a/b /1.1 1.1/ a..b 012345678901234567890123456789012 \
		"$(printf '%5000d' 0)" $'1.1\t' $'1.1\r' $'\e[2J' $'\x7f'; do
		refused "Invalid argument" trigger "$host" "$name"
	done
	equal "error" "$(overlay "$host" error)" none
	refused "Invalid argument" printf_to_image '1.1\0'
	refused "Invalid argument" printf_to_image '1.1\0x'
	# What has nothing wrong but that there is no such file
	for name in 01234567890123456789012345678901 . "a b" '%s%n' $'\xff'; do
		update_fails "$host" "$name" "loading: no such image file"
	done
	printf_to_image 1.1
	wait_until 60 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 1.1
	rm "$FIRMWARE_DIR/1.1.mrb"
}

# shellcheck disable=SC2059
printf_to_image()
{
	printf "$1" >"/sys/class/scsi_host/host$host/overlay/image"
}

point "U1-U4 U9-U12 1.0 to 1.1 under verify" under_verify
point "U10 commands in flight at queue depth 32" commands_in_flight
point "U10 media operations are not waited for and not lost" media_not_waited_for
point "unit attention 3F/01 once for each LUN" unit_attention
point "the new INQUIRY revision shows after a rescan" new_revision
point "U7 U12 mode pages, statistics and a stopped unit outlive the update" state_is_kept
point "state can be polled" pollable_state
point "a uevent at the end" uevents
point "one update at a time for each adapter, others not concerned" one_at_a_time
point "A1 three adapters updated at once under verify" several_adapters
point "U1 the trigger needs CAP_SYS_ADMIN" without_privilege
point "names that are none, and a newline" names
run_points
