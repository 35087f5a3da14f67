#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
# kernels: uml
# The port firmware: image 2.0 brings another one, and the next link event and logins are
# on its terms. Firmware that is hostile harms nobody.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Links fail here, and the logins that follow are as they should be.
logins_as_at_power_on()
{
	equal "rejected tokens" "$(fabric "$host" rejected_tokens)" 0
}

firmware()
{
	echo "$(<"/sys/class/scsi_host/host$host/port_firmware/$1")"
}

# firmware_is ACTIVE VERSIONS ERASES PROGRAMS WEAR FAULTS
firmware_is()
{
	equal "active, versions, erases, programs, wear, faults" \
		"$(firmware active),$(firmware versions),$(firmware erases),$(firmware programs),$(firmware wear),$(firmware faults)" \
		"$1,$2,$3,$4,$5,$6"
}

frame_size()
{
	echo "$(<"/sys/class/fc_remote_ports/rport-$host:0-$1/maxframe_size")"
}

# terms_are SPEED CREDIT SIZE SIZE-0 SIZE-3: the link's, and frame sizes of remote ports
terms_are()
{
	local fc=/sys/class/fc_host/host$host

	equal "terms" "$(<"$fc/speed"),$(firmware credit),$(<"$fc/maxframe_size"),$(frame_size 0),$(frame_size 3)" \
		"$1,$2,$3,$4,$5"
}

relogged()
{
	[ "$(fabric "$host" logins)" -eq "$1" ] && [ "$(frame_size 7)" != "" ] &&
		! grep -Lx Online "/sys/class/fc_remote_ports/rport-$host:"*/port_state | grep -q .
}

# bounce: the link goes down and comes up, and all ports are logged in to again
bounce()
{
	local before

	before=$(fabric "$host" logins)
	echo 0 >"/sys/kernel/debug/hba_sim/host$host/link"
	equal "speed of no link" "$(<"/sys/class/fc_host/host$host/speed")" unknown
	echo 1 >"/sys/kernel/debug/hba_sim/host$host/link"
	wait_until 30 relogged $((before + 8))
}

burned()
{
	install_images
	load luns=2 logins=8 dev_size_mb=16
	firmware_is 0 "1 0" 0 1 "0 0 0 0" 0
	equal "events" "$(firmware events)" 9
	terms_are "16 Gbit" 8 "2048 bytes" "2048 bytes" "1024 bytes"
	start_load load "$(disk "$host" 0)"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	trigger "$host" 2.0
	wait_until 120 in_state "$host" probation
	firmware_is 1 "1 2" 1 2 "0 0 1 0" 0
	load_goes_on load "$(disk "$host" 0)"
	equal "events" "$(firmware events)" 9

	# back, and again: it is there already
	echo 1 >"/sys/class/scsi_host/host$host/overlay/rollback"
	wait_until 120 is_idle "$host"
	firmware_is 0 "1 2" 1 2 "0 0 1 0" 0
	bounce
	terms_are "16 Gbit" 8 "2048 bytes" "2048 bytes" "1024 bytes"
	echo 0 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	update "$host" 2.0
	firmware_is 1 "1 2" 1 2 "0 0 1 0" 0
	terms_are "16 Gbit" 8 "2048 bytes" "2048 bytes" "1024 bytes"
	bounce
	terms_are "32 Gbit" 32 "2112 bytes" "2112 bytes" "1024 bytes"
	equal "events" "$(firmware events)" 27
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
}

# with_firmware NAME FILE WORD...: an image that is a copy of 2.0, by way of FILE,
# whose port firmware is these instructions
with_firmware()
{
	python3 - "$firmware/2.0.mrb" "${@:2}" <<-'END'
	import struct, sys, zlib

	image = bytearray(open(sys.argv[1], 'rb').read())
	at = image.rindex(b'CHIP')
	code = b''.join(struct.pack('<I', int(word, 16)) for word in sys.argv[3:])
	size, = struct.unpack_from('<I', image, at + 12)
	image[at + 32:at + 32 + len(code)] = code
	struct.pack_into('<I', image, at + 16, 0)
	struct.pack_into('<I', image, at + 16, zlib.crc32(image[at:at + size]))
	open(sys.argv[2], 'wb').write(image)
	END
	"$top/build/mrb" set "$2" -o "$firmware/$1.mrb" ordinal=200
}

tracing=/sys/kernel/tracing

# trace_traps 0|1: where the kernel has trace events
trace_traps()
{
	[ -e "$tracing/trace" ] || mount -t tracefs tracefs "$tracing" 2>/dev/null || true
	[ -e "$tracing/events/hba_sim/hba_trap" ] || return 0
	echo "$1" >"$tracing/events/hba_sim/hba_trap/enable"
}

# The event names the adapter of the port hart, which belongs to no queue.
traps_were_traced()
{
	[ -e "$tracing/events/hba_sim/hba_trap" ] || return 0
	grep -q "hba_trap: adapter=hba_sim0 hart=65 cause=0x7 " "$tracing/trace" ||
		fail "no such trap in the trace: $(grep hba_trap "$tracing/trace")"
	equal "traps of others in the trace" \
		"$(grep -a 'hba_trap: .*hart=65' "$tracing/trace" | grep -avc 'adapter=hba_sim0 ')" 0
}

hostile()
{
	install_images
	load logins=8 dev_size_mb=4
	# j . ; sw zero, 0(zero)
	with_firmware hang "$tmp/hang" 0000006f
	with_firmware trap "$tmp/trap" 00002023
	for name in hang trap; do
		update "$host" "$name"
		trace_traps 1
		bounce
		trace_traps 0
		terms_are "8 Gbit" 1 "256 bytes" "256 bytes" "256 bytes"
		dd if="$(disk "$host" 0)" of=/dev/null bs=64k count=4 iflag=direct status=none
	done
	traps_were_traced
	kernel_said 'port firmware 2 hangs, safe terms are used instead'
	kernel_said 'port firmware 2 traps, safe terms are used instead: .*store access fault'
	equal "lines of the log" "$(kernel_log | grep -c 'port firmware')" 2
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 0
	update "$host" 2.0
	bounce
	terms_are "32 Gbit" 32 "2112 bytes" "2112 bytes" "1024 bytes"
}

point "U8 port firmware is burned under load, and at work from the next link event on" burned
point "U8 hostile port firmware harms nobody" hostile
run_points
