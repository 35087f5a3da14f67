#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 1200
# kernels: uml
# Images that come by WRITE BUFFER (U2), sent by sg_write_buffer in each of its modes.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"
# shellcheck source=sg_utils.sh
. "$here/sg_utils.sh"

images=$top/build/images
size=$(stat -c %s "$images/2.1.mrb")

WHOLE=(--mode=dmc)
OFFSETS=(--mode=dmc_offs)
SAVING=(dmc_save dmc_offs_save dmc_offs_ev_defer dmc_offs_defer)

MICROCODE_CHANGED="02 6/3f/01"

# have_inband [PARAMETER...]
have_inband()
{
	install_images
	load inband_download=1 luns=2 dev_size_mb=16 "$@"
	update "$host" 2.0
	dev=$(sg "$host" 0)
	other=$(sg "$host" 1)
	no_attention "$dev"
	no_attention "$other"
}

# send IMAGE OPTION...
send()
{
	sg_write_buffer -v --in="$images/$1.mrb" "${@:2}" "$dev"
}

# piece IMAGE OFFSET LENGTH OPTION...: a part of it, at its place
piece()
{
	sg_write_buffer -v --in="$images/$1.mrb" --skip="$2" --offset="$2" --length="$3" \
		"${@:4}" "$dev"
}

# runs VERSION: the update to it was one in band.
runs()
{
	local record

	equal "version" "$(overlay "$host" version)" "$1"
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	read -r -a record <<<"$(overlay "$host" history | head -n 1)"
	equal "name in the history" "${record[3]}" "(scsi)"
}

still()
{
	wait_until 60 is_idle "$host"
	equal "version" "$(overlay "$host" version)" "$1"
}

# Without the driver's wish there are no such commands.
not_wanted()
{
	have_disk
	scsi_is "$dev" "02 5/20/00" 3b 06 00 00 00 00 00 00 00 00
	scsi_is "$dev" "02 5/20/00" 3c 03 00 00 00 00 00 00 04 00
	sg_opcodes "$dev" >"$tmp/opcodes"
	equal "such commands" "$(grep -ciE '(read|write) buffer' "$tmp/opcodes" || true)" 0
	equal "opcode of WRITE BUFFER" "$(scsi "$dev" -r 4 a3 0c 01 3b 00 00 00 00 00 04 00 00 |
		sed -n 2p)" "00 01 00 00"
}

# GOOD comes from the new image. Of the change the nexus that made it is not told.
activated()
{
	have_inband
	sg_opcodes "$dev" >"$tmp/opcodes"
	grep -i 'write buffer' "$tmp/opcodes"
	start_load load "$(disk "$host" 1)"
	send 2.1 "${OFFSETS[@]}" --bpw=4k
	runs 2.1
	scsi_is "$dev" GOOD 00 00 00 00 00 00
	load_goes_on load "$(disk "$host" 1)"
	send 3.0 "${WHOLE[@]}"
	runs 3.0
	scsi_is "$dev" GOOD 00 00 00 00 00 00
	stop_load load "$(disk "$host" 1)"
}

# The other nexus is told.
attention()
{
	have_inband
	send 2.1 "${OFFSETS[@]}" --bpw=16k
	scsi_is "$other" "$MICROCODE_CHANGED" 00 00 00 00 00 00
	scsi_is "$dev" GOOD 00 00 00 00 00 00
	runs 2.1
	descriptor
	saving_modes
	out_of_order
	bad_images
	send 2.2 "${OFFSETS[@]}" --bpw=16k
	runs 2.2
}

descriptor()
{
	equal "descriptor" "$(scsi "$dev" -r 8 3c 03 00 00 00 00 00 00 08 00 | sed -n 2p)" "00 40 00 00"
	equal "of another buffer" "$(scsi "$dev" -r 4 3c 03 01 00 00 00 00 00 04 00 | sed -n 2p)" \
		"00 00 00 00"
	scsi_is "$dev" "02 5/24/00" 3c 02 00 00 00 00 00 00 04 00
	matches "when microcode is activated, and for whom" \
		"$(scsi "$dev" -r 10 12 01 86 00 0a 00 | sed -n 2p)" "^00 86 00 3c 40 .* 03$"
}

# There is nothing to save an image on.
saving_modes()
{
	local mode

	for mode in "${SAVING[@]}"; do
		refused "Invalid field in cdb" send 2.2 "--mode=$mode"
	done
	refused "Command sequence error" sg_write_buffer -v --mode=activate_mc "$dev"
	still 2.1
}

out_of_order()
{
	refused "Command sequence error" piece 2.2 4096 4096 "${OFFSETS[@]}"
	piece 2.2 0 4096 "${OFFSETS[@]}"
	refused "Command sequence error" piece 2.2 8192 4096 "${OFFSETS[@]}"
	refused "Command sequence error" piece 2.2 0 4096 "${OFFSETS[@]}" --offset=2048
	dev=$other refused "Command sequence error" piece 2.2 4096 4096 "${OFFSETS[@]}"
	scsi_is "$dev" GOOD 3b 06 00 00 10 00 00 00 00 00
	scsi_is "$dev" "02 5/24/00" 3b 06 01 00 00 00 00 00 04 00
	scsi_is "$dev" "02 5/24/00" 3b 26 00 00 00 00 00 00 04 00
	scsi_is "$dev" "02 5/24/00" 3b 04 00 00 00 01 00 00 04 00
	scsi_is "$dev" "02 5/24/00" 3b 06 00 3f ff ff 00 00 02 00
	scsi_is "$dev" "02 5/24/00" 3b 1f 00 00 00 00 00 00 04 00
	scsi_is "$dev" "02 5/1a/00" -w "00 00 00 00" 3b 06 00 00 00 00 00 00 08 00
	sg_reset --device "$dev"
	no_attention "$dev"
	refused "Command sequence error" piece 2.2 4096 4096 "${OFFSETS[@]}"
	still 2.1
}

# The old image replies.
bad_images()
{
	scsi_is "$dev" "02 5/26/00" -w "01 02 03 04" 3b 04 00 00 00 00 00 00 04 00
	still 2.1
	matches "error" "$(overlay "$host" error)" "^loading: .*truncated"
	refused "Invalid field in parameter list" send 1.1 "${OFFSETS[@]}" --bpw=8k
	still 2.1
	matches "error" "$(overlay "$host" error)" "older: no conversion"
	echo 1 >"/sys/class/scsi_host/host$host/overlay/pause_budget_us"
	refused "Internal target failure" send 2.2 "${OFFSETS[@]}"
	still 2.1
	matches "error" "$(overlay "$host" error)" "pause budget"
	echo 0 >"/sys/class/scsi_host/host$host/overlay/pause_budget_us"
	no_attention "$dev"
	no_attention "$other"
}

# Another way in is busy; what was refused then can be sent again.
two_ways()
{
	local last=$((size - 4096))

	have_inband
	mkfifo "$firmware/fifo.mrb"
	piece 2.1 0 "$last" "${OFFSETS[@]}"
	trigger "$host" fifo
	refused "not ready" piece 2.1 "$last" 4096 "${OFFSETS[@]}"
	timeout 20 bash -c ": >$firmware/fifo.mrb"
	still 2.0
	piece 2.1 "$last" 4096 "${OFFSETS[@]}"
	runs 2.1
}

# Half of an image has come, or the update of a whole one is under way.
removal()
{
	have_inband
	piece 2.1 0 4096 "${OFFSETS[@]}"
	unload
	have_inband
	echo 100000 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	echo 100000 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	send 2.1 "${OFFSETS[@]}"
	in_state "$host" probation
	refused "not ready" send 2.2 "${OFFSETS[@]}"
	echo 1 >"/sys/class/scsi_host/host$host/overlay/rollback"
	still 2.0
	scsi_is "$dev" "$MICROCODE_CHANGED" 00 00 00 00 00 00
	send 2.1 "${OFFSETS[@]}"
	unload
}

# off_and_on: both disks tell of it, and commands are taken again
off_and_on()
{
	power_cycle "$host"
	no_attention "$dev"
	no_attention "$other"
}

# booted VERSION SLOT: after a power cycle, which logs in once more
booted()
{
	off_and_on
	equal "version" "$(overlay "$host" version)" "$1"
	equal "booted" "$(<"/sys/class/scsi_host/host$host/flash/booted")" "$2"
}

# Modes 04h to 07h: half of them save, and that is seen after a power cycle.
saved()
{
	have_inband board=flash
	send 2.1 --mode=dmc_save
	runs 2.1
	slots_are "$(slot 2.1 1)" none
	scsi_is "$other" "$MICROCODE_CHANGED" 00 00 00 00 00 00
	booted 2.1 0
	send 2.2 "${WHOLE[@]}"
	runs 2.2
	booted 2.1 0
	send 2.2 --mode=dmc_offs_save --bpw=16k
	runs 2.2
	slots_are "$(slot 2.1 1)" "$(slot 2.2 2)"
	booted 2.2 1
	send 3.0 "${OFFSETS[@]}" --bpw=16k
	runs 3.0
	booted 2.2 1
	slots_are "$(slot 2.1 1)" "$(slot 2.2 2)"
	new_adapter
}

# deferred VERSION: what runs goes on, and nothing is in the flash yet
deferred()
{
	still "$1"
	equal "error" "$(overlay "$host" error)" none
	scsi_is "$dev" GOOD 00 00 00 00 00 00
	scsi_is "$other" GOOD 00 00 00 00 00 00
}

activate()
{
	sg_write_buffer -v --mode=activate_mc "$dev"
}

# Modes 0Dh to 0Fh: what activates it is a command, a hard reset, the power.
activated_later()
{
	have_inband board=flash
	refused "Command sequence error" activate
	send 2.1 --mode=dmc_offs_defer --bpw=16k
	deferred 2.0
	slots_are none none
	activate
	runs 2.1
	scsi_is "$other" "$MICROCODE_CHANGED" 00 00 00 00 00 00
	slots_are "$(slot 2.1 1)" none
	refused "Command sequence error" activate

	send 2.2 --mode=dmc_offs_ev_defer --specific=2 --bpw=16k
	deferred 2.1
	sg_reset --host "$dev"
	wait_until 60 version_is 2.2	# it is not waited for
	runs 2.2
	slots_are "$(slot 2.1 1)" "$(slot 2.2 2)"
	no_attention "$dev"
	no_attention "$other"

	send 3.0 --mode=dmc_offs_ev_defer --specific=4 --bpw=16k
	sg_reset --host "$dev"
	no_attention "$dev"
	no_attention "$other"
	deferred 2.2
	off_and_on
	runs 3.0
	slots_are "$(slot 3.0 3)" "$(slot 2.2 2)"
	booted 3.0 0
	new_adapter
}

# One command does both; what is no good is told at once, and an image that was saved
# drops what was deferred before.
deferred_not()
{
	have_inband board=flash
	send 2.1 --mode=dmc_offs_defer --bpw=16k,act
	runs 2.1
	cp "$images/2.2.mrb" "$tmp/damaged"
	printf x | dd of="$tmp/damaged" bs=1 seek=5000 conv=notrunc status=none
	refused "Invalid field in parameter list" sg_write_buffer -v --in="$tmp/damaged" \
		--mode=dmc_offs_defer --bpw=16k "$dev"
	refused "Command sequence error" activate
	send 2.2 --mode=dmc_offs_defer --bpw=16k
	piece 2.2 0 4096 "${OFFSETS[@]}"
	trigger "$host" "2.1 permanent"
	still 2.1
	no_attention "$dev"
	refused "Command sequence error" activate
	slots_are "$(slot 2.1 1)" "$(slot 2.1 2)"
	send 2.2 --mode=dmc_offs_defer --bpw=16k
	unload
}

# A board with two banks has no media; what cannot be updated has no image that knows
# these commands.
other_boards()
{
	local mode

	have_inband board=banked
	for mode in "${SAVING[@]}"; do
		refused "Invalid field in cdb" send 2.1 "--mode=$mode"
	done
	refused "Command sequence error" activate
	send 2.1 "${OFFSETS[@]}" --bpw=16k
	runs 2.1
	send 2.2 "${WHOLE[@]}"
	runs 2.2
	for board in rom legacy; do
		unload
		load inband_download=1 dev_size_mb=4 board=$board
		dev=$(sg "$host" 0)
		no_attention "$dev"
		for mode in 4 7 14 15; do
			refused "Invalid command operation code" send 2.1 "--mode=$mode"
		done
		equal "version" "$(overlay "$host" version)" 1.0
	done
}

# GOOD says that the image has been written. What is deferred is activated before a unit is
# stopped; then each nexus is told, and the unit is stopped none the less.
saved_first()
{
	have_inband board=flash
	send 2.1 --mode=dmc_offs_save --bpw=16k
	slots_are "$(slot 2.1 1)" none
	runs 2.1
	no_attention "$dev"
	no_attention "$other"
	send 3.0 --mode=dmc_offs_defer --bpw=16k
	deferred 2.1
	scsi_is "$dev" GOOD -t 60000 1b 00 00 00 00 00
	runs 3.0
	slots_are "$(slot 2.1 1)" "$(slot 3.0 2)"
	scsi_is "$other" "$MICROCODE_CHANGED" 00 00 00 00 00 00
	scsi_is "$dev" "$MICROCODE_CHANGED" 00 00 00 00 00 00
	scsi_is "$dev" "02 2/04/02" 00 00 00 00 00 00
	scsi_is "$dev" GOOD 1b 00 00 00 01 00
	unload
}

# padded IMAGE [BYTES]: a file of 128 KiB, or so many bytes, that begins with the image
padded()
{
	cp "$images/$1.mrb" "$tmp/padded"
	truncate -s "${2:-131072}" "$tmp/padded"
}

# send_file FILE OPTION...
send_file()
{
	sg_write_buffer -v --in="$1" "${@:2}" "$dev"
}

# One answer and one effect for a file, whatever the parts' size, and however it comes.
padding()
{
	have_inband board=flash
	padded 2.1
	send_file "$tmp/padded" --mode=dmc_offs_save --bpw=4k
	runs 2.1
	padded 2.2 65536
	send_file "$tmp/padded" --mode=dmc_save
	runs 2.2
	no_attention "$dev"
	no_attention "$other"
	cat "$images/3.0.mrb" "$images/2.1.mrb" >"$tmp/two"
	send_file "$tmp/two" --mode=dmc_offs_defer --bpw=4999
	deferred 2.2
	slots_are "$(slot 2.1 1)" "$(slot 2.2 2)"
	activate
	runs 3.0
	slots_are "$(slot 3.0 3)" "$(slot 2.2 2)"
	unload
	padding_elsewhere
}

padding_elsewhere()
{
	local class

	have_inband
	padded 2.1
	send_file "$tmp/padded" "${OFFSETS[@]}" --bpw="$size"
	runs 2.1
	printf 'anything at all' >>"$firmware/2.2.mrb"
	update "$host" 2.2
	padded 3.0
	echo 1 >"/sys/class/scsi_host/host$host/overlay/upload/loading"
	cat "$tmp/padded" >"/sys/class/scsi_host/host$host/overlay/upload/data"
	echo 0 >"/sys/class/scsi_host/host$host/overlay/upload/loading"
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" 3.0
	class=/sys/class/firmware/hba_sim-host$host
	[ -e "$class" ] || return 0
	echo 1 >"$class/loading"
	cat "$tmp/padded" >"$class/data"
	echo 0 >"$class/loading"
	wait_until 60 class_is_idle "$class"
	equal "error in the class" "$(<"$class/error")" ""
	equal "updates" "$(overlay "$host" updates)" 5
}

class_is_idle()
{
	[ "$(<"$1/status")" = idle ]
}

# Where padding ends: another mode, a reset. The image that was taken stays what it is.
end_of_padding()
{
	have_inband board=flash
	padded 2.1
	images=$tmp
	mv "$tmp/padded" "$tmp/padded.mrb"
	piece padded 0 65536 --mode=dmc_offs_defer
	piece padded 65536 4096 --mode=dmc_offs_defer
	dev=$other refused "Command sequence error" piece padded 69632 4096 --mode=dmc_offs_defer
	piece padded 69632 4096 --mode=dmc_offs_defer
	refused "Command sequence error" piece padded 73728 4096 --mode=dmc_offs_save
	refused "Command sequence error" piece padded 73728 4096 --mode=dmc_offs_defer
	piece padded 0 65536 --mode=dmc_offs_defer
	sg_reset --device "$dev"
	no_attention "$dev"
	refused "Command sequence error" piece padded 65536 4096 --mode=dmc_offs_defer
	activate
	runs 2.1
}

provoke()
{
	echo "$2" >"/sys/kernel/debug/hba_sim/host$host/$1"
}

# before_pause: an update is under way, and not in its pause
before_pause()
{
	in_state "$host" loading || in_state "$host" converting
}

ports_are_back()
{
	local other

	other=$(grep -Lx Online "/sys/class/fc_remote_ports/rport-$host:"*/port_state || true)
	[ -z "$other" ] &&
		[ "$(fabric "$host" logins)" -eq $(($(fabric "$host" ports) + relogins)) ]
}

begin_update()
{
	start_job sender send 3.0 "${WHOLE[@]}"
	wait_until 20 before_pause
}

# sender_sees HOST_STATUS: "" for none; the tool's own status is 0 with each of them
sender_sees()
{
	wait_until 60 job_ended sender
	equal "host status of WRITE BUFFER" \
		"$(sed -n 's/.*Host_status=.*\[\(.*\)\].*/\1/p' "$tmp/sender.out")" "$1"
}

# lost_meanwhile LOGINS FILE VALUE [FILE VALUE]: the sender's port is lost before the pause of
# his update, and comes back with so many logins. His command fails, so nothing may change.
lost_meanwhile()
{
	begin_update
	provoke "$2" "$3"
	sender_sees DID_TRANSPORT_DISRUPTED
	still 2.0
	matches "error" "$(overlay "$host" error)" "cancelled"
	[ $# -eq 3 ] || provoke "$4" "$5"
	relogins=$((relogins + $1))
	wait_until 60 ports_are_back
	no_attention "$dev"
}

# What the sender's port may do: log out, go, or all links do.
port_lost()
{
	local ports=2048

	have_inband logins=$ports
	lost_meanwhile 1 logout_port 0
	lost_meanwhile 1 lose_port 0 return_port 0
	lost_meanwhile $ports link 0 link 1
	# of another one's loss it knows nothing
	begin_update
	provoke logout_port 1
	sender_sees ""
	runs 3.0
	relogins=$((relogins + 1))
	wait_until 60 ports_are_back
}

point "U2 in band: not without inband_download" not_wanted
point "U2 in band: modes 04h and 06h, under fio" activated
point "U2 in band: unit attention, refusals, descriptors" attention
point "U2 in band: two ways at once, one is busy" two_ways
point "U2 in band: rolled back later, unloaded meanwhile" removal
point "U2 in band: modes 04h to 07h with a boot flash" saved
point "U2 in band: modes 0Dh to 0Fh, by a command and by events" activated_later
point "U2 in band: deferred microcode that is not activated" deferred_not
point "U2 in band: boards without a boot flash" other_boards
point "U2 in band: GOOD when saved, and what is activated before a unit stops" saved_first
point "U2 in band: padding behind an image, in parts and in one, by all ways" padding
point "U2 in band: where padding ends" end_of_padding
point "U2 in band: the sender's port is lost, and his update with it" port_lost
run_points
