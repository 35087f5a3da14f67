#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
# What sg3_utils can do to a disk with image 2.0: unmap, verify, compare. What of it
# scsi_debug can do as well, it is asked to do in the same way.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=sg_utils.sh
. "$(dirname "$0")/sg_utils.sh"

# status_from LBA: the extents that GET LBA STATUS tells of, one a time
status_from()
{
	sg_get_lba_status --lba="$1" "$dev" | sed -n 's/^\[1\] LBA: 0x0*\([0-9a-f]*\)  blocks: *\([0-9]*\)  \(.*\)/\2 \3/p'
}

# Each of these is done on $dev, ours or scsi_debug's.
provision()
{
	data "$tmp/data" 32768 2
	head -c 32768 /dev/zero >"$tmp/zeros"
	sg_dd if="$tmp/data" of="$dev" bs=512 bpt=64 seek=64 2>"$tmp/dd"
	equal "extent at 64" "$(status_from 64)" "64 mapped (or unknown)"
	equal "extent behind" "$(status_from 128)" "$((BLOCKS - 128)) deallocated"
	ends 0 sg_unmap --lba=72 --num=16 --force "$dev"
	equal "extent at 64" "$(status_from 64)" "8 mapped (or unknown)"
	equal "extent at 72" "$(status_from 72)" "16 deallocated"
	equal "extent at 88" "$(status_from 88)" "40 mapped (or unknown)"
	head -c 8192 "$tmp/zeros" >"$tmp/expected"
	blocks_are 72 "$tmp/expected"

	# WRITE SAME: a block of data, and with UNMAP
	data "$tmp/block" 512 3
	ends 0 sg_write_same --10 --lba=72 --num=4 --in="$tmp/block" --xferlen=512 "$dev"
	ends 0 sg_write_same --16 --lba=76 --num=4 --in="$tmp/block" --xferlen=512 "$dev"
	for _ in 1 2 3 4 5 6 7 8; do cat "$tmp/block"; done >"$tmp/expected"
	blocks_are 72 "$tmp/expected"
	ends 0 sg_write_same --16 --unmap --lba=64 --num=32 --xferlen=512 "$dev"
	equal "extent at 64" "$(status_from 64)" "32 deallocated"
	ends 0 sg_write_same --10 --unmap --lba=96 --num=32 --xferlen=512 "$dev"
	equal "extent at 64" "$(status_from 64)" "$((BLOCKS - 64)) deallocated"
	blocks_are 64 "$tmp/zeros"

	ends "$OUT_OF_RANGE" sg_unmap --lba="$LAST" --num=2 --force "$dev"
	ends "$OUT_OF_RANGE" sg_write_same --16 --lba="$LAST" --num=2 --xferlen=512 "$dev"
}

verify()
{
	data "$tmp/data" 1024 4
	sg_dd if="$tmp/data" of="$dev" bs=512 bpt=2 seek=64 2>"$tmp/dd"
	ends 0 sg_verify --lba=64 --count=2 "$dev"
	ends 0 sg_verify --lba=64 --count=2 --ndo=1024 --in="$tmp/data" "$dev"
	ends 0 sg_verify --16 --lba=64 --count=2 --ndo=1024 --in="$tmp/data" "$dev"
	ends "$MISCOMPARE" sg_verify --lba=65 --count=2 --ndo=1024 --in="$tmp/data" "$dev"
	ends 0 sg_sync "$dev"
	ends 0 sg_sync --16 --lba=64 --count=8 "$dev"
}

compare_and_write()
{
	data "$tmp/old" 1024 5
	data "$tmp/new" 1024 6
	sg_dd if="$tmp/old" of="$dev" bs=512 bpt=2 seek=200 2>"$tmp/dd"
	cat "$tmp/old" "$tmp/new" >"$tmp/both"
	ends 0 sg_compare_and_write --lba=200 --num=2 --in="$tmp/both" --xferlen=2048 "$dev"
	blocks_are 200 "$tmp/new"
	ends "$MISCOMPARE" sg_compare_and_write --lba=200 --num=2 --in="$tmp/both" \
		--xferlen=2048 "$dev"
	blocks_are 200 "$tmp/new"
}

# scsi_debug does not say where.
place_of_miscompare()
{
	compare_and_write
	grep -q 'Miscompare at byte offset: 0 ' "$tmp/ends"
}

# What scsi_debug has not, or does not mind.
write_and_verify()
{
	data "$tmp/data" 1024 7
	ends 0 sg_write_verify --lba=300 --num=2 --in="$tmp/data" "$dev"
	blocks_are 300 "$tmp/data"
	data "$tmp/data" 1024 8
	ends 0 sg_write_verify --16 --bytchk=1 --lba=300 --num=2 --in="$tmp/data" "$dev"
	blocks_are 300 "$tmp/data"
	ends "$OUT_OF_RANGE" sg_write_verify --lba="$LAST" --num=2 --in="$tmp/data" "$dev"
	ends 0 sg_seek --pre-fetch --lba=300 --num-blocks=8 "$dev"
	ends 0 sg_seek --pre-fetch --10 --immed --lba="$LAST" --num-blocks=1 "$dev"
	ends "$OUT_OF_RANGE" sg_seek --pre-fetch --lba="$LAST" --num-blocks=2 "$dev"
	ends "$OUT_OF_RANGE" sg_verify --lba="$LAST" --count=2 "$dev"
	ends "$OUT_OF_RANGE" sg_sync --16 --lba="$LAST" --count=2 "$dev"
	ends "$INVALID_OPCODE" sg_seek --lba=300 "$dev"
	ends "$INVALID_OPCODE" sg_read_buffer "$dev"
	ends "$ILLEGAL" sg_write_same --16 --lba=0 --num=0 --xferlen=512 "$dev"
}

# Stopped, it is not ready for anything but to be started.
start_and_stop()
{
	ends 0 sg_start --stop "$dev"
	ends "$NOT_READY" sg_turs "$dev"
	ends "$NOT_READY" sg_verify --lba=0 --count=1 "$dev"
	ends 0 sg_start --start "$dev"
	ends 0 sg_turs "$dev"
}

# 0101... and 0011... make 0111...
or_write()
{
	head -c 512 /dev/zero | tr '\0' '\125' >"$tmp/a"
	head -c 512 /dev/zero | tr '\0' '\063' >"$tmp/b"
	head -c 512 /dev/zero | tr '\0' '\167' >"$tmp/expected"
	sg_dd if="$tmp/a" of="$dev" bs=512 seek=400 2>"$tmp/dd"
	ends 0 sg_write_x --or --16 --lba=400 --num=1 --in="$tmp/b" "$dev"
	blocks_are 400 "$tmp/expected"
}

on_ours()
{
	have_disk
	"$1"
}

# Ours was right; do they mean the same by it? COMPARE AND WRITE takes scsi_debug's
# locks in the wrong order, and lockdep says so once and nothing any more.
on_scsi_debug()
{
	[ ! -e /proc/lockdep ] || skip "scsi_debug would turn lockdep off"
	modprobe -q scsi_debug dev_size_mb=16 delay=0 lbpu=1 lbpws=1 lbpws10=1 lbprz=1 \
		unmap_granularity=8 || skip "this kernel has no scsi_debug"
	wait_until 30 scsi_debug_is_there
	dev=$(scsi_debug_sg)
	"$1"
	wait_until 30 rmmod scsi_debug
}

shared_point "G9 UNMAP, WRITE SAME, GET LBA STATUS" on_ours provision
shared_point "G10 VERIFY, SYNCHRONIZE CACHE" on_ours verify
shared_point "G11 COMPARE AND WRITE" on_ours place_of_miscompare
shared_point "G12 WRITE AND VERIFY, PRE-FETCH, bounds" on_ours write_and_verify
shared_point "G13 START STOP UNIT" on_ours start_and_stop
point "G14 ORWRITE" on_ours or_write
point "G15 scsi_debug: UNMAP, WRITE SAME, GET LBA STATUS" on_scsi_debug provision
point "G16 scsi_debug: VERIFY, SYNCHRONIZE CACHE" on_scsi_debug verify
point "G17 scsi_debug: COMPARE AND WRITE" on_scsi_debug compare_and_write

run_points
