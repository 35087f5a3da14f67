#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Disks without any file: their size, their data, file systems on them.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

MIB=$((1 << 20))

no_file()
{
	rm -rf "$firmware"
	load
	equal "number of disks" "$(disks "$host" | wc -l)" 1
	equal "size" "$(blockdev --getsize64 "$(disk "$host" 0)")" $((256 * MIB))
	equal "block size" "$(blockdev --getss "$(disk "$host" 0)")" 512
	equal "version" "$(overlay "$host" version)" 1.0
	equal "image" "$(overlay "$host" image)" 1.0
	equal "state" "$(overlay "$host" state)" idle
	equal "error" "$(overlay "$host" error)" none
	equal "progress" "$(overlay "$host" progress)" 0
	equal "updates" "$(overlay "$host" updates)" 0
	equal "pause" "$(overlay "$host" pause_ns)" 0
	matches "capabilities" " $(overlay "$host" capabilities) " " overlay .* update "
}

several_disks()
{
	local t

	load luns=3 logins=20 dev_size_mb=8
	equal "number of disks" "$(disks "$host" | wc -l)" 3
	equal "ports" "$(fabric "$host" ports)" 20
	equal "logins" "$(fabric "$host" logins)" 20
	for t in 0 1 2; do
		equal "size" "$(blockdev --getsize64 "$(disk "$host" "$t")")" $((8 * MIB))
		fill "$(disk "$host" "$t")" "$t$t$t$t"
	done
	for t in 0 1 2; do
		filled "$(disk "$host" "$t")" "$t$t$t$t"
	done
}

# fill DEVICE PATTERN and filled DEVICE PATTERN: 64 KiB of it
fill()
{
	pattern "$2" | dd of="$1" bs=64k oflag=direct iflag=fullblock status=none
}

filled()
{
	pattern "$2" | cmp - <(dd if="$1" bs=64k count=1 iflag=direct status=none)
}

pattern()
{
	printf "%0*d" 65536 0 | tr 0 "${1:0:1}"
}

two_adapters()
{
	local a

	load adapters=2 dev_size_mb=4
	equal "number of adapters" "${#hosts[@]}" 2
	for a in "${hosts[@]}"; do
		fill "$(disk "$a" 0)" "$((a % 10))"
	done
	for a in "${hosts[@]}"; do
		filled "$(disk "$a" 0)" "$((a % 10))"
	done
}

# Reads of the whole disk, in pieces of a size that is no power of two.
zeros()
{
	local dev

	load dev_size_mb=3
	dev=$(disk "$host" 0)
	cmp -n $((3 * MIB)) /dev/zero <(dd if="$dev" bs=37k iflag=fullblock status=none)
	echo written | dd of="$dev" bs=512 seek=2049 conv=sync oflag=direct status=none
	equal "the block written" "$(dd if="$dev" bs=512 skip=2049 count=1 iflag=direct \
		status=none | tr -d '\0')" written
	cmp -n 512 /dev/zero <(dd if="$dev" bs=512 skip=2048 count=1 iflag=direct status=none)
	cmp -n 512 /dev/zero <(dd if="$dev" bs=512 skip=2050 count=1 iflag=direct status=none)
}

# verified BLOCKSIZE DEPTH: random writes, read back by fio
verified()
{
	load dev_size_mb=16 luns=2
	fio_run --bs="$1" --iodepth="$2" --ioengine=libaio --size=2m \
		--rw=randwrite --name=a --filename="$(disk "$host" 0)" \
		--name=b --filename="$(disk "$host" 1)"
}

# Every length of command: the last block, odd offsets, the largest transfer.
edges()
{
	local dev

	load dev_size_mb=4
	dev=$(disk "$host" 0)
	head -c 512 /dev/urandom >"$tmp/last"
	dd if="$tmp/last" of="$dev" bs=512 seek=8191 oflag=direct conv=notrunc status=none
	cmp "$tmp/last" <(dd if="$dev" bs=512 skip=8191 count=1 iflag=direct status=none)
	head -c $((3 * MIB)) /dev/urandom >"$tmp/large"
	dd if="$tmp/large" of="$dev" bs=1536k seek=512 oflag=direct,seek_bytes conv=notrunc \
		status=none
	cmp "$tmp/large" <(dd if="$dev" bs=1536k skip=512 count=2 iflag=direct,skip_bytes status=none)
	cmp "$tmp/last" <(dd if="$dev" bs=512 skip=8191 count=1 iflag=direct status=none)
}

forced_unit_access()
{
	local dev

	load dev_size_mb=4
	dev=$(disk "$host" 0)
	equal "write cache" "$(<"/sys/block/$(basename "$dev")/queue/write_cache")" "write back"
	equal "FUA" "$(<"/sys/block/$(basename "$dev")/queue/fua")" 1
	head -c 65536 /dev/urandom >"$tmp/data"
	sg_dd if="$tmp/data" of="$(sg "$host" 0)" bs=512 oflag=fua,dpo >"$tmp/out" 2>&1
	cmp "$tmp/data" <(dd if="$dev" bs=64k count=1 iflag=direct status=none)
	dd if="$tmp/data" of="$dev" bs=4k seek=64 oflag=direct,dsync status=none
	cmp "$tmp/data" <(dd if="$dev" bs=64k skip=4 count=1 iflag=direct status=none)
}

file_system()
{
	local dev

	grep -qw ext4 /proc/filesystems || modprobe -q ext4 || skip "no ext4 in this kernel"
	load dev_size_mb=32
	dev=$(disk "$host" 0)
	mkfs.ext4 -q -F "$dev"
	mkdir "$tmp/mnt"
	mount "$dev" "$tmp/mnt"
	head -c 3000000 /dev/urandom >"$tmp/file"
	cp "$tmp/file" "$tmp/mnt/file"
	refused "busy|in use" rmmod hba_sim
	umount "$tmp/mnt"
	fsck.ext4 -f -n "$dev"
	mount -o ro "$dev" "$tmp/mnt"
	cmp "$tmp/file" "$tmp/mnt/file" || { umount "$tmp/mnt"; return 1; }
	umount "$tmp/mnt"
}

point "S1 a disk without any file, run by the ROM image" no_file
point "A1 several disks and sessions, each with data of its own" several_disks
point "A1 two adapters, each with data of its own" two_adapters
point "what was never written reads as zeros" zeros
point "the last block, large transfers, odd offsets" edges
point "A2 4 KiB at queue depth 1 under verify" verified 4k 1
point "A2 4 KiB at queue depth 32 under verify" verified 4k 32
point "A2 128 KiB at queue depth 32 under verify" verified 128k 32
point "FUA and DPO" forced_unit_access
point "a file system" file_system
run_points
