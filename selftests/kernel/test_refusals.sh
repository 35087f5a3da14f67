#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# kernels: 6.12
# Files that are no image, and images that are not for this adapter: each is refused
# with phase and reason, and the old image serves fio as if nothing had happened.
# Images that pass all checks and misbehave: see test_hostile.sh.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

mrb=$top/build/mrb
good=$top/build/images/1.1.mrb
size=$(stat -c %s "$good")

begin()
{
	install_images
	load luns=2 logins=10 dev_size_mb=16
	start_load meanwhile "$(disk "$host" 0)" --rate_iops=300
}

# The I/O has gone on and the next image is refused as the one before.
still_serving()
{
	load_goes_on meanwhile "$(disk "$host" 0)"
	scsi_is "$(sg "$host" 1)" GOOD 00 00 00 00 00 00
	equal "version" "$(overlay "$host" version)" 1.0
}

# refuse PATTERN: the image file "bad"
refuse()
{
	trap 'rm -rf "$firmware/bad.mrb"' EXIT
	update_fails "$host" bad "$1"
	rm -rf "$firmware/bad.mrb"
}

not_a_file()
{
	rm -f "$firmware/bad.mrb"
	refuse "^loading: no such image file"
	mkdir "$firmware/bad.mrb"
	refuse "^loading: image file is empty or not a regular file"
	ln -s bad.mrb "$firmware/bad.mrb"
	refuse "^loading: "
	ln -s /dev/zero "$firmware/bad.mrb"
	refuse "^loading: image file is empty or not a regular file"
	still_serving
}

# Opening it waits for a writer; that must not keep the adapter for ever.
fifo()
{
	install_images
	mkfifo "$firmware/bad.mrb"
	load dev_size_mb=4
	trigger "$host" bad
	# Whatever becomes of this point, the adapter has to be removed after it.
	if ! wait_until 60 is_idle "$host"; then
		timeout 10 bash -c ": >'$firmware/bad.mrb'"
		fail "the update hangs until somebody writes to the FIFO"
	fi
	matches "error" "$(overlay "$host" error)" "^loading: "
	equal "version" "$(overlay "$host" version)" 1.0
	update "$host" 1.1
}

empty()
{
	: >"$firmware/bad.mrb"
	refuse "^loading: image file is empty or not a regular file"
	still_serving
}

truncated()
{
	local length

	for length in 1 16 543 544 545 4096 $((size / 2)) $((size - 4)) $((size - 1)); do
		head -c "$length" "$good" >"$firmware/bad.mrb"
		refuse "^loading: image aborted: (file is truncated|bad header)"
	done
	still_serving
}

# What lies behind an image is padding, but no file is larger than the largest image.
too_long()
{
	cp "$good" "$firmware/bad.mrb"
	for length in 4194305 5M 5G; do
		truncate -s "$length" "$firmware/bad.mrb"
		refuse "^loading: image file is larger than any image"
		cp "$good" "$firmware/bad.mrb"
	done
	still_serving
}

# flip OFFSET: a copy of the good image with one byte changed
flip()
{
	local byte

	cp "$good" "$firmware/bad.mrb"
	byte=$(od -An -tu1 -j "$1" -N 1 "$good")
	printf '%b' "\\x$(printf '%02x' $((byte ^ 0x10)))" |
		dd of="$firmware/bad.mrb" bs=1 seek="$1" conv=notrunc status=none
}

# Bytes 12 to 15 are the CRC, 16 to 47 the digest, which is no part of the CRC.
one_byte()
{
	local offset

	for offset in 0 4 6 8 60 96 112 128 200; do
		flip "$offset"
		refuse "^loading: image (aborted|refused): "
	done
	for offset in 12 15 600 $((size / 2)) $((size - 1)); do
		flip "$offset"
		refuse "^loading: image aborted: bad checksum"
	done
	for offset in 16 47; do
		flip "$offset"
		refuse "^loading: image refused: .*SHA-256 differs"
	done
	still_serving
}

random_bytes()
{
	local length

	for length in 544 30000 200000; do
		head -c "$length" /dev/urandom >"$firmware/bad.mrb"
		refuse "^loading: image aborted: bad header"
	done
	still_serving
}

# changed PATTERN FIELD=VALUE...: checksum and digest are right, the field is not.
changed()
{
	"$mrb" set "$good" -o "$firmware/bad.mrb" "${@:2}"
	refuse "$1"
}

wrong_field()
{
	changed "^loading: image aborted: bad header" magic=0x11
	changed "^loading: image aborted: bad header" format=2
	changed "^loading: image aborted: bad header" header_size=540
	changed "^loading: image aborted: bad header" load_addr=0x80000010
	changed "^loading: image aborted: bad header" bootstrap_entry=2
	changed "^loading: image (aborted|refused): " bootstrap_entry=$((size + 4))
	changed "^loading: image aborted: bad header" runtime_entry=0xfffffffc
	changed "^loading: image aborted: bad header" nr_blocks=0
	changed "^loading: image aborted: bad header" nr_blocks=9
	changed "^loading: image aborted: bad header" nr_schemas=17
	changed "^loading: image aborted: bad header" "block[0].type=2"
	changed "^loading: image aborted: bad header" "block[1].address=0xa0000000"
	changed "^loading: image aborted: bad header" "block[1].mem_size=0xfffffff0"
	changed "^loading: image aborted: bad header" "block[0].file_size=0xfffffffc"
	changed "^loading: image refused: " "block[2].address=0x90000000"
	changed "^loading: image refused: " "schema[0].address=0x80000000"
	changed "^loading: image refused: " "schema[0].count=0xffffffff"
	changed "^loading: image refused: " "schema[1].id=1"
	still_serving
}

wrong_board()
{
	changed "^loading: image (aborted|refused): for another board" board_id=0x12345678
	still_serving
}

older()
{
	changed "^loading: image refused: older: no conversion" ordinal=99
	still_serving
}

capabilities()
{
	changed "^converting: image aborted: needs capabilities 0x80000000" cap_required=0x80000001
	changed "^converting: image aborted: would lose capabilities 0x20000" cap_provided=0x50000
	changed "^converting: image aborted: speaks no frame format" frame_formats=4
	still_serving
}

schemas()
{
	changed "^converting: image aborted: no conversion for persistent data, schema 0x1" \
		"schema[0].version=2"
	changed "^converting: image aborted: no conversion for persistent data, schema 0x2" \
		"schema[1].count=255"
	changed "^converting: image aborted: no conversion for persistent data, schema 0x3" \
		nr_schemas=2 "schema[2].id=0" "schema[2].version=0" "schema[2].address=0" \
		"schema[2].record_size=0" "schema[2].count=0"
	changed "^converting: image aborted: no conversion for persistent data, schema 0x3" \
		"schema[2].id=9"
	still_serving
}

# counters: of all that an update may burn, write or tell
counters()
{
	local at=/sys/class/scsi_host/host$host

	grep . "$at"/pla/* "$at"/port_firmware/{active,versions,wear,erases,programs} \
		"$at"/overlay/{version,capabilities,updates,rollbacks} "$at"/fabric/*
}

# 3.0 carries contents for two chips: it must not burn them before it knows that it fits.
burns_nothing()
{
	local before

	good=$top/build/images/3.0.mrb
	before=$(counters)
	changed "^converting: image aborted: no conversion for persistent data, schema 0x1" \
		"schema[0].version=9"
	equal "counters, unknown data" "$(counters)" "$before"
	changed "^converting: image aborted: no conversion for persistent data, schema 0x3" \
		"schema[2].record_size=8"
	equal "counters, size of a record" "$(counters)" "$before"
	changed "^converting: image aborted: needs capabilities 0x80000000" cap_required=0x80000001
	equal "counters, capabilities" "$(counters)" "$before"
	changed "^converting: image aborted: speaks no frame format" frame_formats=32
	equal "counters, frame formats" "$(counters)" "$before"
	changed "^converting: image aborted: replaces no version before" oldest=0x10001
	equal "counters, oldest" "$(counters)" "$before"
	good=$top/build/images/1.1.mrb
	still_serving
}

finish()
{
	cp "$good" "$firmware/bad.mrb"
	stop_load meanwhile "$(disk "$host" 0)"
	equal "updates" "$(overlay "$host" updates)" 0
	logins_as_at_power_on
	# None of all that has left anything behind that hinders a good one.
	start_load good "$(disk "$host" 0)"
	update "$host" bad
	equal "version" "$(overlay "$host" version)" 1.1
	update_fails "$host" 1.0 "^loading: image refused: older: no conversion"
	load_goes_on good "$(disk "$host" 0)"
	stop_load good "$(disk "$host" 0)"
}

shared_point "fio writes and verifies meanwhile" begin
shared_point "no file, a folder, a link to itself, a device" not_a_file
shared_point "an empty file" empty
shared_point "U2 truncated files" truncated
shared_point "files that are too long" too_long
shared_point "U2 one byte is wrong" one_byte
shared_point "random bytes" random_bytes
shared_point "A5 wrong fields with good checksums" wrong_field
shared_point "A5 an image for another board" wrong_board
shared_point "A5 an older image" older
shared_point "U5 capabilities that are missing or would be lost" capabilities
shared_point "U5 persistent data that nobody converts" schemas
shared_point "A5 nothing is burned for an image that is refused" burns_nothing
point "fio has lost nothing, the next good image is laid over" finish
point "a FIFO" fifo
run_points
