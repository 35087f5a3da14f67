#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml 6.1
# timeout: 600
# Error handling: aborts, resets of a logical unit and of the host, with commands
# in flight, with an image that swallows commands, and during updates.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

GET_LBA_STATUS=(9e 12 00 00 00 00 00 00 00 00 00 00 00 18 00 00)
READ=(28 00 00 00 00 00 00 00 01 00)

in_flight()
{
	local stat

	read -ra stat <"/sys/block/${1##*/}/stat"
	[ "${stat[8]}" -gt 0 ]
}

# start_write NAME DEVICE: one block of random data, which is to arrive
start_write()
{
	head -c 4096 /dev/urandom >"$tmp/$1.data"
	start_job "$1" dd if="$tmp/$1.data" of="$2" bs=4k oflag=direct conv=notrunc
	wait_until 30 in_flight "$2"
}

has_arrived()
{
	wait_until 60 job_ended "$1"
	matches "what dd says" "$(<"$tmp/$1.out")" "1.0 records out"
	cmp "$tmp/$1.data" <(dd if="$2" bs=4k count=1 iflag=direct status=none)
}

# set_timeout TARGET SECONDS
set_timeout()
{
	echo "$2" >"$(scsi_device "$host" "$1")/timeout"
}

# A second at the remote port, a reset in between: the kernel sends the command again.
unit_reset()
{
	local t

	load luns=3 dev_size_mb=4 media_latency_us=1000000
	for t in 0 1; do
		start_write "disk$t" "$(disk "$host" "$t")"
	done
	sg_reset --device "$(sg "$host" 0)"
	sg_reset --device "$(sg "$host" 2)"
	for t in 0 1; do
		has_arrived "disk$t" "$(disk "$host" "$t")"
	done
	# On the idle one the attention is still there; on the other never was one.
	scsi_is "$(sg "$host" 2)" "02 6/29/03" "${TUR[@]}"
	scsi_is "$(sg "$host" 2)" GOOD "${TUR[@]}"
	scsi_is "$(sg "$host" 1)" GOOD "${TUR[@]}"
}

host_reset()
{
	local t

	load luns=3 dev_size_mb=4 media_latency_us=1000000
	for t in 0 1; do
		start_write "disk$t" "$(disk "$host" "$t")"
	done
	sg_reset --host "$(sg "$host" 2)"
	for t in 0 1; do
		has_arrived "disk$t" "$(disk "$host" "$t")"
	done
	scsi_is "$(sg "$host" 2)" "02 6/29/02" "${TUR[@]}"
	scsi_is "$(sg "$host" 2)" GOOD "${TUR[@]}"
}

# A reset gives the mode pages their default values back.
reset_of_pages()
{
	load dev_size_mb=4
	sg_wr_mode --page=0x0a --contents=0a,0a,06,10,00,00,00,00,ff,ff,00,00 "$(sg "$host" 0)"
	sg_reset --device "$(sg "$host" 0)"
	matches "fixed sense data" "$(scsi "$(sg "$host" 0)" -v "${TUR[@]}" | tail -n +2)" \
		"^70 00 06 .* 29 03"
}

# A quarter of a second for what takes three: aborted; the next one is as usual.
timeouts()
{
	local i

	load dev_size_mb=4 media_latency_us=3000000
	eh_watch
	for i in 1 2 3; do
		scsi_is "$(sg "$host" 0)" "host 03" -t 250 -r 512 "${READ[@]}"
	done
	equal "timeouts" "$(timeouts_seen)" 3
	scsi_is "$(sg "$host" 0)" GOOD "${TUR[@]}"
	scsi_is "$(sg "$host" 0)" GOOD -r 512 "${READ[@]}"
}

# The same for sd's commands, many at once: errors, no hang; then all is well.
many_timeouts()
{
	local dev

	load dev_size_mb=4 media_latency_us=3000000
	dev=$(disk "$host" 0)
	set_timeout 0 1
	echo 0 >"/sys/class/scsi_disk/$host:0:0:0/max_retries"
	start_job fio fio "${fio_options[@]}" --output="$tmp/aborted.json" --name=aborted \
		--filename="$dev" --ioengine=libaio --iodepth=32 --rw=randwrite --bs=4k \
		--size=128k --do_verify=0
	wait_until 90 job_ended fio
	refused "not content" fio_result "$tmp/aborted.json"
	set_timeout 0 60
	start_write late "$dev"
	has_arrived late "$dev"
}

# An update is no reason for a timeout: it is put off a few times.
timeout_in_update()
{
	install_images
	cp "$(built slow.mrb)" "$firmware"
	load dev_size_mb=4 media_latency_us=600000
	trigger "$host" slow
	wait_until 60 in_state "$host" converting
	scsi_is "$(sg "$host" 0)" GOOD -t 250 -r 512 "${READ[@]}"
	in_state "$host" converting
	sg_reset --host "$(sg "$host" 0)"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "converting: cancelled"
}

# aborted_late SG CDB...: put off three times, as an update is under way, then aborted
aborted_late()
{
	eh_watch
	scsi_is "$1" "host 03" -t 250 "${@:2}"
	equal "timeouts" "$(timeouts_seen)" 4
}

# The image in place answers nothing; the one that is to come converts for ever.
abort_in_converting()
{
	cp "$(built slow.mrb)" "$firmware"
	trigger "$host" slow
	wait_until 60 in_state "$host" converting
	aborted_late "$(sg "$host" 1)" "${TUR[@]}"
	in_state "$host" converting
	sg_reset --host "$(sg "$host" 1)"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "converting: cancelled"
}

# Resets in these two states, under load; on probation also an abort, of a command
# that waits for its end. None but a host reset before the pause ends the update.
aimed()
{
	local dev

	install_images
	cp "$(built slow.mrb)" "$firmware"
	load luns=2 dev_size_mb=8
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	dev=$(disk "$host" 0)
	start_load load "$dev" --ioengine=libaio --iodepth=8 --rate_iops=300
	trigger "$host" slow
	wait_until 60 in_state "$host" converting
	resets_in converting
	sg_reset --host "$(sg "$host" 0)"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "converting: cancelled"
	load_goes_on load "$dev"

	trigger "$host" 2.0
	wait_until 60 in_state "$host" probation
	no_attention "$(sg "$host" 1)"
	aborted_late "$(sg "$host" 1)" -r 24 "${GET_LBA_STATUS[@]}"
	resets_in probation
	sg_reset --host "$(sg "$host" 0)"
	in_state "$host" probation
	load_goes_on load "$dev"
	echo 1 >"/sys/class/scsi_host/host$host/overlay/commit"
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "updates" "$(overlay "$host" updates)" 1
	no_attention "$(sg "$host" 1)"
	scsi_is "$(sg "$host" 1)" GOOD "${TUR[@]}"
	stop_load load "$dev"
}

# resets_in STATE: of the unit that fio is at, and of the other one
resets_in()
{
	local t

	for t in 0 1; do
		sg_reset --device "$(sg "$host" "$t")"
		in_state "$host" "$1"
		load_goes_on load "$(disk "$host" 0)"
	done
	scsi_is "$(sg "$host" 1)" "02 6/29/03" "${TUR[@]}"
	in_state "$host" "$1"
}

# When its probation is over the image takes commands and never answers. Aborts and resets succeed, and
# once a good image runs the kernel's next try does.
swallowed()
{
	install_images
	cp "$(built swallow.mrb)" "$firmware"
	load luns=2 dev_size_mb=4
	trigger "$host" swallow
	wait_until 60 is_idle "$host"
	equal "image" "$(overlay "$host" image)" swallow
	scsi_is "$(sg "$host" 1)" "host 03" -t 250 "${TUR[@]}"
	sg_reset --device "$(sg "$host" 1)"
	sg_reset --host "$(sg "$host" 1)"
	scsi_is "$(sg "$host" 1)" "host 03" -t 250 "${TUR[@]}"
	abort_in_converting
	set_timeout 0 3
	start_write swallowed "$(disk "$host" 0)"
	update "$host" 1.1
	has_arrived swallowed "$(disk "$host" 0)"
	no_attention "$(sg "$host" 1)"
}

# resets_and_updates: both go on for a while, under load; an update is either
# done or cancelled, and no I/O is lost.
resets_and_updates()
{
	local i
	local done=0
	local cancelled=0

	install_images
	load luns=2 dev_size_mb=8 media_latency_us=1000
	start_load load "$(disk "$host" 0)" --ioengine=libaio --iodepth=8
	for i in 1 2 3 4 5 6; do
		trigger "$host" 1.1
		if [ $((i % 2)) -eq 0 ]; then
			sg_reset --device "$(sg "$host" 0)"
		else
			sg_reset --host "$(sg "$host" 1)"
		fi
		wait_until 60 is_idle "$host"
		case $(overlay "$host" error) in
		none)		done=$((done + 1)) ;;
		*cancelled*)	cancelled=$((cancelled + 1)) ;;
		*)		fail "error is '$(overlay "$host" error)'" ;;
		esac
		load_goes_on load "$(disk "$host" 0)"
	done
	note "$done updates done, $cancelled cancelled"
	equal "updates" "$(overlay "$host" updates)" "$done"
	stop_load load "$(disk "$host" 0)"
	update "$host" 1.1
}

point "LUN reset with commands in flight, unit attention 29/03" unit_reset
point "host reset with commands in flight, unit attention 29/02" host_reset
point "a reset undoes MODE SELECT" reset_of_pages
point "commands that time out are aborted" timeouts
point "32 commands of sd time out at once" many_timeouts
point "a timeout is put off during an update" timeout_in_update
point "aborts and resets while data is converted, and on probation" aimed
point "an image that swallows commands, replaced by a good one" swallowed
point "resets during updates under verify" resets_and_updates
run_points
