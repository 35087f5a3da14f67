#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.1 uml
# timeout: 400
# Commands that error handling takes away, from each owner that a command can have, while
# their processes end and their memory is used again. What would write to them afterwards
# is seen by KASAN, or by page_poison=1 slub_debug=FZP, and by the reader of that memory.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

seconds=8
[ -z "${DEEP:-}" ] || seconds=90

READ=(28 00 00 00 00 00 00 02 00 00)			# 256 KiB
WRITE_SAME=(93 08 00 00 00 00 00 00 00 00 00 00 ff ff 00 00)	# UNMAP, 65535 blocks
MODE_SELECT=(15 10 00 00 10 00)
CONTROL_PAGE=000000000a0a061000000000ffff0000

# quick TARGET: sd's commands for it time out after a second and are not tried again
quick()
{
	echo "${2:-1}" >"$(scsi_device "$host" "$1")/timeout"
	echo 1 >"$(scsi_device "$host" "$1")/eh_timeout"
	echo 0 >"/sys/class/scsi_disk/$host:0:$1:0/max_retries"
}

# fill DEVICE: what is not zeros
fill()
{
	head -c 4M /dev/urandom | dd of="$1" bs=64k oflag=direct iflag=fullblock status=none
}

# The media take longer than the reader waits, and their answers come late.
late_media()
{
	load dev_size_mb=8
	fill "$(disk "$host" 0)"
	unload
	load dev_size_mb=8 media_latency_us=1400000
	quick 0
	note "$(timeout 60 "$(built late)" "$(disk "$host" 0)" "$seconds" 1000)"
}

# A process that is killed while its commands are out.
killed()
{
	local i

	load dev_size_mb=8 media_latency_us=1200000
	quick 0
	for ((i = 0; i < seconds / 4; i++)); do
		start_job dd dd if="$(disk "$host" 0)" of=/dev/null bs=1M count=4 iflag=direct
		nap 0.3
		end_job dd KILL
		head -c 16M /dev/zero | sort >/dev/null
	done
}

# again SECONDS COMMAND...: over and over, whatever it says
again()
{
	local end=$((SECONDS + $1))

	shift
	while [ "$SECONDS" -lt "$end" ]; do
		"$@" >/dev/null 2>&1 || true
	done
}

some_updates()
{
	local i

	for i in 1.1 slow 2.0 1.1; do
		trigger "$host" "$i" || true
		wait_until 60 is_idle "$host" || true
	done
}

some_resets()
{
	local t

	for t in 0 1 2; do
		sg_reset --device "$(sg "$host" "$t")" || true
		nap 0.2
	done
	sg_reset --host "$(sg "$host" 2)" || true
	nap 0.5
}

download()
{
	sg_write_buffer -b 4k -m 5 -I "$top/build/images/1.1.mrb" "$(sg "$host" 1)" &
	nap 0.2
	kill -KILL %% || true
	wait || true
}

# Each owner at once: media, timers, deferred work, the service hart, an update that a
# command began; aborted, reset, and each phase of updates meanwhile. Unit 2 keeps its data.
storm()
{
	local name

	install_images
	cp "$(built slow.mrb)" "$firmware"
	load luns=3 dev_size_mb=64 media_latency_us=30000 inband_download=1
	fill "$(disk "$host" 2)"
	dd if="$(disk "$host" 2)" bs=64k count=64 iflag=direct status=none >"$tmp/before"
	quick 0
	start_job late "$(built late)" "$(disk "$host" 0)" "$seconds" 100
	start_job updates again "$seconds" some_updates
	start_job resets again "$seconds" some_resets
	start_job download again "$seconds" download
	start_job same again "$seconds" "$(built scsi)" "$(sg "$host" 1)" -t 10 "${WRITE_SAME[@]}"
	start_job read again "$seconds" "$(built scsi)" "$(sg "$host" 1)" -t 20 -r 65536 "${READ[@]}"
	start_job select again "$seconds" "$(built scsi)" "$(sg "$host" 1)" -t 20 \
		-w "$CONTROL_PAGE" "${MODE_SELECT[@]}"
	start_job dd again "$seconds" dd if=/dev/zero of="$(disk "$host" 1)" bs=1M count=16 \
		oflag=direct conv=notrunc
	for name in late updates resets download same read select dd; do
		wait_until $((seconds + 120)) job_ended "$name"
	done
	matches "the reader" "$(<"$tmp/late.out")" "reads failed"
	wait_until 60 is_idle "$host"
	wait_until 30 scsi_is "$(sg "$host" 2)" GOOD "${TUR[@]}"
	cmp "$tmp/before" <(dd if="$(disk "$host" 2)" bs=64k count=64 iflag=direct status=none)
}

# Writes find no memory, and are aborted while they wait for some.
no_memory()
{
	local total

	total=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
	load dev_size_mb=$((total * 4)) media_limit_mb=0
	quick 0
	start_job hog bash -c "head -c $((total / 3))M /dev/zero | tail -c $((total / 3))M | sleep 8"
	timeout 60 dd if=/dev/zero of="$(disk "$host" 0)" bs=1M oflag=direct status=none || true
	end_job hog KILL
	wait_until 30 scsi_is "$(sg "$host" 0)" GOOD "${TUR[@]}"
}

point "reads whose media answer when they have been aborted" late_media
point "processes that are killed with commands out" killed
point "writes that are aborted while memory is short" no_memory
point "aborts and resets of commands with each owner, during updates" storm
run_points
