#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 480
# kernels: 6.12
# ext4 lives on a disk whose microcode is replaced 50 times while files are
# written, verified and removed: every checksum fits, fsck finds nothing.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

UPDATES=50
FILES=24
MNT=$tmp/mnt	# known to clean_up

have_ext4()
{
	grep -qw ext4 /proc/filesystems || modprobe -q ext4 || skip "this kernel has no ext4"
}

mount_disk()
{
	mount -t ext4 "$(disk "$host" 0)" "$MNT"
}

# A tree that stays as it is; $MNT/sums has its checksums.
make_tree()
{
	local upper=(a b c)
	local lower=(d e)
	local i

	mkdir -p "$MNT/tree"/{a,b,c}/{d,e}
	for ((i = 0; i < FILES; i++)); do
		head -c $((i * 4999 + 1)) /dev/urandom \
			>"$MNT/tree/${upper[i % 3]}/${lower[i % 2]}/file$i"
	done
	ln -s ../../b/e "$MNT/tree/a/d/link"
	ln "$MNT/tree/a/d/file0" "$MNT/tree/hard"
	(cd "$MNT" && find tree -type f -exec sha256sum {} + | sort -k 2) >"$tmp/sums"
	cp "$tmp/sums" "$MNT/sums"
	equal "files in the tree" "$(wc -l <"$tmp/sums")" $((FILES + 1))
	sync
}

# From the medium, not from the page cache.
check_tree()
{
	echo 3 >/proc/sys/vm/drop_caches
	cmp "$tmp/sums" "$MNT/sums"
	(cd "$MNT" && sha256sum --quiet --check "$tmp/sums")
	[ "$MNT/tree/a/d/file0" -ef "$MNT/tree/hard" ]
	equal "the link" "$(readlink "$MNT/tree/a/d/link")" ../../b/e
}

# Until $tmp/stop is there: write files with their checksums, read them back
# from the medium, remove the oldest. A round for each line of the output.
write_files()
{
	local round=0
	local dir

	set -e
	while [ ! -e "$tmp/stop" ]; do
		dir=$MNT/work/$round
		mkdir -p "$dir"
		head -c $((200000 + round % 7 * 1000)) /dev/urandom >"$dir/data"
		sha256sum <"$dir/data" >"$dir/sum"
		sync "$dir/data" "$dir/sum"
		echo 1 >/proc/sys/vm/drop_caches
		sha256sum <"$dir/data" | cmp - "$dir/sum"
		mv "$dir/data" "$dir/verified"
		rm -rf "$MNT/work/$((round - 20))"
		round=$((round + 1))
		echo "$round"
	done
}

rounds()
{
	wc -l <"$tmp/writer.out"
}

has_rounds()
{
	job_runs writer || fail "the writer has ended: $(tail -n 3 "$tmp/writer.out")"
	[ "$(rounds)" -ge "$1" ]
}

# The writer has got on since then, so the image does its work.
writer_goes_on()
{
	wait_until 120 has_rounds $(($(rounds) + 1))
}

stop_writer()
{
	: >"$tmp/stop"
	wait_until 120 job_ended writer
	rm "$tmp/writer.job"
	check_work
}

# What it left is whole; the last round had its data renamed.
check_work()
{
	local dir

	echo 3 >/proc/sys/vm/drop_caches
	equal "rounds that are there" "$(find "$MNT/work" -name verified | wc -l)" \
		"$(($(rounds) < 20 ? $(rounds) : 20))"
	for dir in "$MNT"/work/*; do
		sha256sum <"$dir/verified" | cmp - "$dir/sum"
	done
}

fsck_clean()
{
	e2fsck -f -n "$(disk "$host" 0)" >"$tmp/fsck" 2>&1 || fail "e2fsck: $(<"$tmp/fsck")"
	! grep -i 'fix\|error\|inconsisten' "$tmp/fsck"
}

make_disk()
{
	have_ext4
	install_images
	load dev_size_mb=64 logins=16
	mkdir "$MNT"
	mkfs.ext4 -q -F "$(disk "$host" 0)"
	mount_disk
	make_tree
	check_tree
	note "$(tail -n 1 /proc/mounts | cut -d ' ' -f 1-4)"
}

# update_to VERSION: and the writer goes on
update_to()
{
	update "$host" "$1"
	writer_goes_on
}

fifty_updates()
{
	local i

	have_ext4
	rm -f "$tmp/stop"
	start_job writer write_files
	writer_goes_on
	update_to 1.1
	update_to 2.0
	for ((i = 3; i <= UPDATES; i++)); do
		update_to 2.0
		[ $((i % 10)) -ne 0 ] || check_tree
	done
	equal "updates" "$(overlay "$host" updates)" "$UPDATES"
	equal "version" "$(overlay "$host" version)" 2.0
	stop_writer
	note "$(rounds) rounds of the writer through $UPDATES updates"
	check_tree
}

# is_queue FILE WANTED: of the disk's request queue
is_queue()
{
	local name

	name=$(disk "$host" 0)
	equal "$1" "$(<"/sys/block/${name##*/}/queue/$1")" "$2"
}

# Image 1.x has no UNMAP, and what the kernel knows is what it was told when it found
# the disk: 2.0 can do it, and the kernel believes so when it has asked again.
discard_is_known()
{
	local device

	have_ext4
	device=$(scsi_device "$host" 0)
	is_queue discard_max_bytes 0
	refused "not supported" fstrim "$MNT"
	echo 1 >"$device/rescan"
	is_queue discard_max_bytes $((1048576 * 512))
	is_queue discard_granularity 4096
	equal provisioning_mode "$(cat "$device"/scsi_disk/*/provisioning_mode)" unmap
}

# granule_of FILE: the first block on the disk with which a granule of UNMAP (8 blocks)
# is wholly the file's; what is unmapped by halves stays mapped, and is zero
granule_of()
{
	local first

	first=$(filefrag -v -b512 "$1" | sed -n 's/^ *0: *0\.\. *[0-9]*: *\([0-9]*\)\.\..*/\1/p')
	echo $(((first + 7) / 8 * 8))
}

# status_of BLOCK: what the disk says of it
status_of()
{
	sg_get_lba_status --lba="$1" "$(sg "$host" 0)" | sed -n 's/^\[1\] .*blocks: *[0-9]*  //p'
}

# Blocks that ext4 gives back are unmapped, and nothing else is.
trimmed()
{
	local block

	have_ext4
	block=$(granule_of "$(find "$MNT/work" -name verified | tail -n 1)")
	equal "status of block $block" "$(status_of "$block")" "mapped (or unknown)"
	rm -rf "$MNT/work"
	sync
	fstrim -v "$MNT" >"$tmp/trim"
	note "$(<"$tmp/trim")"
	matches "what was trimmed" "$(<"$tmp/trim")" ' [1-9][0-9.]* [MG]iB '
	equal "status of block $block" "$(status_of "$block")" deallocated
	check_tree
}

clean_at_the_end()
{
	have_ext4
	umount "$MNT"
	fsck_clean
	mount_disk
	check_tree
	umount "$MNT"
	fsck_clean
}

shared_point "X1 a file system and its checksums, with image 1.0" make_disk
shared_point "X2 50 updates while files are written, verified and removed" fifty_updates
shared_point "X3 the kernel uses UNMAP when it has asked the disk again" discard_is_known
shared_point "X4 what is given back is unmapped, and nothing else" trimmed
point "X5 unmounted, fsck finds nothing; mounted again, all is there" clean_at_the_end

run_points
