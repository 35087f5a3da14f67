#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# An image that comes as a data stream (U2), by the folder "upload" and by the kernel's
# firmware upload class, and as a packed file: it runs as one that is read by its
# name, a sender that breaks off leaves nothing behind, and two at once are not mixed.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

images=$top/build/images

# upload: the folder of the stream; class: that of the class, if the kernel has one
upload()
{
	echo "/sys/class/scsi_host/host$host/overlay/upload"
}

class()
{
	echo "/sys/class/firmware/hba_sim-host$host"
}

write_to()
{
	echo "$2" >"$1"
}

send()
{
	cat "$2" >"$1/data"
}

# by_stream IMAGE: up to the start of the update
by_stream()
{
	write_to "$(upload)/loading" 1
	send "$(upload)" "$images/$1.mrb"
	write_to "$(upload)/loading" 0
}

last_record()
{
	overlay "$host" history | head -n 1
}

# runs VERSION NAME: the update to it has succeeded, and the history calls it so.
runs()
{
	local record

	wait_until 120 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" "$1"
	read -r -a record <<<"$(last_record)"
	equal "name in the history" "${record[3]}" "$2"
}

stream()
{
	load logins=9 dev_size_mb=16
	start_load load "$(disk "$host" 0)"
	by_stream 1.1
	runs 1.1 "(upload)"
	write_to "$(upload)/loading" 1
	dd if="$images/2.0.mrb" of="$(upload)/data" bs=777 status=none
	equal "bytes received" "$(<"$(upload)/received")" "$(stat -c %s "$images/2.0.mrb")"
	write_to "$(upload)/loading" 0
	runs 2.0 "(upload)"
	stop_load load "$(disk "$host" 0)"
}

# nothing_expected: as before the first stream
nothing_expected()
{
	equal "loading" "$(<"$(upload)/loading")" 0
	equal "received" "$(<"$(upload)/received")" 0
	refused "No such device" send "$(upload)" "$images/1.1.mrb"
	refused "Invalid argument" write_to "$(upload)/loading" 0
	in_state "$host" idle
}

stream_is_gone()
{
	[ "$(<"$(upload)/loading")" = 0 ]
}

bad_streams()
{
	load dev_size_mb=4
	nothing_expected
	refused "No such device" write_to "$(upload)/loading" -1
	refused "Invalid argument" write_to "$(upload)/loading" 2
	write_to "$(upload)/loading" 1
	refused "Invalid argument" write_to "$(upload)/loading" 0
	refused "Invalid argument" dd if="$images/1.1.mrb" of="$(upload)/data" seek=1 bs=512
	head -c 3000 "$images/1.1.mrb" >"$(upload)/data"
	refused "resource busy" send "$(upload)" "$images/2.0.mrb"
	equal "received" "$(<"$(upload)/received")" 3000
	write_to "$(upload)/loading" 0
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^loading: .*truncated"
	nothing_expected
	write_to "$(upload)/loading" 1
	refused "File too large" dd if=/dev/zero of="$(upload)/data" bs=1M count=5
	nothing_expected
	cancelled
	abandoned
}

# Dropped by its sender, by another one, and as nobody goes on with it.
abandoned()
{
	write_to "$(upload)/loading" 1
	head -c 5000 "$images/2.0.mrb" >"$(upload)/data"
	write_to "$(upload)/loading" -1
	nothing_expected
	write_to "$(upload)/loading" 1
	head -c 5000 "$images/2.0.mrb" >"$(upload)/data"
	by_stream 1.1
	runs 1.1 "(upload)"
	install_images
	write_to "$(upload)/idle_ms" 3000
	write_to "$(upload)/loading" 1
	head -c 5000 "$images/2.0.mrb" >"$(upload)/data"
	update "$host" 2.0
	wait_until 30 stream_is_gone
	nothing_expected
}

# An update by name waits for its file: the stream stays until it is over.
two_ways()
{
	install_images
	mkfifo "$firmware/fifo.mrb"
	load dev_size_mb=4
	trigger "$host" fifo
	write_to "$(upload)/loading" 1
	send "$(upload)" "$images/1.1.mrb"
	refused "resource busy" write_to "$(upload)/loading" 0
	if [ -d "$(class)" ]; then
		by_class 2.1
		wait_until 30 class_is_idle
		equal "error of the class" "$(<"$(class)/error")" "preparing:device-busy"
	fi
	timeout 20 bash -c ": >$firmware/fifo.mrb"
	wait_until 60 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 1.0
	write_to "$(upload)/loading" 0
	refused "resource busy" write_to "/sys/class/scsi_host/host$host/overlay/image" 2.0
	runs 1.1 "(upload)"
}

# The update has begun and does not get to its end.
cancelled()
{
	local hang

	hang=$(built hang.mrb)	# takes long if it is not there yet
	write_to "$(upload)/loading" 1
	send "$(upload)" "$hang"
	write_to "$(upload)/loading" 0
	wait_until 30 in_state "$host" converting
	write_to "$(upload)/loading" -1
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^converting: cancelled"
	refused "No such device" write_to "$(upload)/loading" -1
}

# by_class IMAGE|FILE: up to the start of the upload
by_class()
{
	local file=$1

	[ -e "$file" ] || file=$images/$1.mrb
	write_to "$(class)/loading" 1
	send "$(class)" "$file"
	write_to "$(class)/loading" 0
}

class_is_idle()
{
	[ "$(<"$(class)/status")" = idle ]
}

need_class()
{
	[ -d "$(class)" ] || skip "this kernel has no firmware upload class"
}

class_upload()
{
	load adapters=2 logins=9 dev_size_mb=16
	need_class
	start_load load "$(disk "$host" 0)"
	by_class 1.1
	wait_until 60 class_is_idle
	equal "error of the class" "$(<"$(class)/error")" ""
	equal "state" "$(overlay "$host" state)" idle
	runs 1.1 "(firmware-class)"
	host=${hosts[1]}
	equal "version of the other adapter" "$(overlay "$host" version)" 1.0
	host=${hosts[0]}
	stop_load load "$(disk "$host" 0)"
	unload
	[ ! -e "$(class)" ]
}

# class_fails FILE ERROR
class_fails()
{
	by_class "$1"
	wait_until 120 class_is_idle
	equal "error of the class" "$(<"$(class)/error")" "$2"
	wait_until 60 is_idle "$host"
}

bad_class_uploads()
{
	load dev_size_mb=4
	need_class
	head -c 5000000 /dev/zero >"$tmp/large"
	head -c 3000 "$images/2.0.mrb" >"$tmp/short"
	echo no image >"$tmp/text"
	: >"$tmp/empty"
	class_fails "$tmp/large" "preparing:invalid-file-size"
	class_fails "$tmp/short" "programming:firmware-invalid"
	class_fails "$tmp/text" "programming:firmware-invalid"
	by_class "$tmp/empty"
	equal "state after nothing" "$(overlay "$host" state)" idle
	cp "$(built hang.mrb)" "$tmp/hang"
	by_class "$tmp/hang"
	wait_until 30 in_state "$host" converting
	write_to "$(upload)/loading" 1
	send "$(upload)" "$images/2.0.mrb"
	refused "resource busy" write_to "$(upload)/loading" 0
	write_to "$(class)/cancel" 1
	wait_until 60 class_is_idle
	equal "error of the class" "$(<"$(class)/error")" "programming:user-abort"
	wait_until 60 is_idle "$host"
	refused "No such device" write_to "$(class)/cancel" 1
	by_class 1.1
	wait_until 60 class_is_idle
	runs 1.1 "(firmware-class)"
}

# While half of an image has come, or all and the update hangs.
removal()
{
	load adapters=2 dev_size_mb=4
	write_to "$(upload)/loading" 1
	head -c 5000 "$images/2.0.mrb" >"$(upload)/data"
	if [ -d "$(class)" ]; then
		write_to "$(class)/loading" 1
		head -c 5000 "$images/2.0.mrb" >"$(class)/data"
	fi
	timeout 30 bash -c "echo $host >$driver/remove_adapter"
	host=${hosts[1]}
	write_to "$(upload)/loading" 1
	if [ -d "$(class)" ]; then
		by_class "$(built hang.mrb)"
	else
		send "$(upload)" "$(built hang.mrb)"
		write_to "$(upload)/loading" 0
	fi
	wait_until 30 in_state "$host" converting
	timeout 60 rmmod hba_sim
	[ ! -d /sys/module/hba_sim ]
	load dev_size_mb=4
	by_stream 1.1
	runs 1.1 "(upload)"
}

# Uploads begin all the time while the adapter goes.
removal_race()
{
	local i

	for ((i = 1; i <= ${DEEP:+9}1; i++)); do
		load dev_size_mb=4
		need_class
		cp "$images/1.1.mrb" "$tmp/image"
		start_job again bash -c "while [ -d $(class) ]; do
			echo 1 >$(class)/loading; cat $tmp/image >$(class)/data
			echo 0 >$(class)/loading; done"
		sleep "0.$((i % 10))"
		timeout 60 rmmod hba_sim
		stop_jobs
	done
}

# packed SUFFIX COMMAND...: the kernel unpacks it.
packed()
{
	install_images
	"${@:2}" <"$images/2.0.mrb" >"$firmware/small.mrb$1"
	head -c 5000000 /dev/zero | "${@:2}" >"$firmware/huge.mrb$1"
	head -c 2000 "$firmware/small.mrb$1" >"$firmware/cut.mrb$1"
	load dev_size_mb=4
	update_fails "$host" huge "^loading: image file .* cannot be unpacked"
	update_fails "$host" cut "^loading: image file .* cannot be unpacked"
	update "$host" small
	equal "version" "$(overlay "$host" version)" 2.0
}

point "U2 an image as a stream, under fio" stream
point "U2 streams that are no image, break off, are cancelled: nothing is left" bad_streams
point "U2 two ways at once: one is busy, nothing is mixed" two_ways
point "U2 the firmware upload class, under fio" class_upload
point "U2 bad and cancelled uploads in the class" bad_class_uploads
point "U2 adapter and module go with a stream half sent and in an update" removal
point "U2 the module goes while uploads begin" removal_race
# user-mode kernels are built without it, and 6.1 of Debian has xz alone
if [ "$KERNEL" != uml ]; then
	point "U2 an image file packed with xz" packed .xz xz -c --check=crc32
	[ "$KERNEL" = 6.1 ] || point "U2 an image file packed with zstd" packed .zst zstd -cq
fi
run_points
