#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.1
# timeout: 900
# Memory that really ends: disks larger than it, the bound of what they take, swap, and
# file systems whose users have little of it. No failure is injected.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

NO_SPACE="02 7/27/07"
limit=/sys/module/hba_sim/parameters/media_limit_mb

# meminfo NAME: in MiB
meminfo()
{
	awk -v name="$1:" '$1 == name { print int($2 / 1024) }' /proc/meminfo
}

used_kb()
{
	echo "$(<"$driver/media_used_kb")"
}

# A process that goes on wanting memory, as all others do.
neighbour()
{
	while :; do
		head -c 8M /dev/zero | sort >/dev/null || exit 1
		echo . >>"$tmp/neighbour"
	done
}

neighbour_lives()
{
	local before

	before=$(stat -c %s "$tmp/neighbour")
	wait_until 60 more_than "$tmp/neighbour" "$before"
	job_runs neighbour || fail "the neighbour has ended"
}

more_than()
{
	[ "$(stat -c %s "$1")" -gt "$2" ]
}

nobody_was_killed()
{
	kernel_log >"$tmp/killed"
	! grep -E "Out of memory|oom-kill|Killed process" "$tmp/killed" ||
		fail "a process was killed for lack of memory"
}

# fills DEVICE: the writer is told that there is no space
fills()
{
	refused "No space left" dd if=/dev/zero of="$1" bs=1M oflag=direct status=none
	kernel_said "critical space allocation error"
}

# A disk of four times the memory: with the default limit, then without one.
larger_than_memory()
{
	local total
	local before

	total=$(meminfo MemTotal)
	load dev_size_mb=$((total * 4))
	: >"$tmp/neighbour"
	start_job neighbour neighbour
	before=$(<"$limit")
	if [ "$before" -lt $((total * 2 / 5)) ] || [ "$before" -gt $((total * 3 / 5)) ]; then
		fail "the default limit is $before MiB of $total"
	fi
	fills "$(disk "$host" 0)"
	equal "used" "$(used_kb)" $((before * 1024))
	neighbour_lives
	echo 0 >"$limit"
	fills "$(disk "$host" 0)"
	[ "$(used_kb)" -gt $((before * 1024)) ]
	note "without a limit $(($(used_kb) / 1024)) of $total MiB; $(meminfo MemAvailable) are left"
	[ "$(meminfo MemAvailable)" -ge $((total / 24)) ] || fail "too little is left"
	neighbour_lives
	nobody_was_killed
	scsi_is "$(sg "$host" 0)" GOOD "${TUR[@]}"
}

# Two disks of two adapters, and the bound is one. A write that is refused takes nothing of
# what is left. Memory comes back with an adapter.
one_bound_for_all()
{
	local other
	local place

	load adapters=2 dev_size_mb=64 media_limit_mb=8
	other=${hosts[1]}
	dd if=/dev/zero of="$(disk "$host" 0)" bs=8k count=1023 oflag=direct status=none
	for place in 0 64 0; do
		refused "No space left" dd if=/dev/zero of="$(disk "$other" 0)" bs=64k count=1 \
			seek=$place oflag=direct status=none
		equal "used" "$(used_kb)" 8184
	done
	dd if=/dev/zero of="$(disk "$other" 0)" bs=4k count=2 seek=4096 oflag=direct status=none
	fills "$(disk "$other" 0)"
	equal "used" "$(used_kb)" 8192
	echo "$host" >"$driver/remove_adapter"
	wait_until 30 used_at_most 2048
	echo 64 >"$limit"
	dd if=/dev/zero of="$(disk "$other" 0)" bs=1M count=32 oflag=direct status=none
	echo "$other" >"$driver/remove_adapter"
	wait_until 30 used_at_most 0
}

used_at_most()
{
	[ "$(used_kb)" -le "$1" ]
}

# hex BLOCKS BYTE: so many blocks full of it
hex()
{
	local block

	printf -v block "%$(($1 * 512))s"
	echo "${block// /$2}"
}

# Each command that needs memory is told so; those that need none go on; what UNMAP
# gives back can be used at once.
each_command()
{
	local sg

	install_images
	load dev_size_mb=16 media_limit_mb=1
	update "$host" 2.0
	sg=$(sg "$host" 0)
	no_attention "$sg"
	dd if=/dev/urandom of="$(disk "$host" 0)" bs=1M count=1 oflag=direct status=none
	equal "used" "$(used_kb)" 1024
	# what lies from LBA 1000h on is not backed
	scsi_is "$sg" "$NO_SPACE" -w "$(hex 8 ff)" 2a 00 00 00 10 00 00 00 08 00
	scsi_is "$sg" "$NO_SPACE" -w "$(hex 1 ff)" 93 00 00 00 00 00 00 00 10 00 00 00 40 00 00 00
	scsi_is "$sg" "$NO_SPACE" -w "$(hex 8 ff)" 8b 00 00 00 00 00 00 00 10 00 00 00 00 08 00 00
	scsi_is "$sg" "$NO_SPACE" -w "$(hex 1 00)$(hex 1 ff)" \
		89 00 00 00 00 00 00 00 10 00 00 00 00 01 00 00
	equal "what is there" "$(scsi "$sg" -r 512 28 00 00 00 10 00 00 00 01 00 | tr -d ' \n')" \
		"GOOD$(hex 1 00)"
	scsi_is "$sg" GOOD -w "$(hex 8 5a)" 2a 00 00 00 00 00 00 00 08 00
	scsi_is "$sg" GOOD -w "$(hex 1 00)" 93 00 00 00 00 00 00 00 10 00 00 00 40 00 00 00
	scsi_is "$sg" GOOD -w "0016001000000000$(printf %016x 0)$(printf %08x 1024)00000000" \
		42 00 00 00 00 00 00 00 18 00
	scsi_is "$sg" GOOD -w "$(hex 8 ff)" 2a 00 00 00 10 00 00 00 08 00
	[ "$(used_kb)" -le 1024 ]
}

# swap_to DEVICE
swap_to()
{
	mkswap "$1" >/dev/null
	swapon "$1"
}

# Swap whose disk takes memory itself. In a control group it serves; when the machine runs
# out the disk takes no more, so somebody is killed, at last by us; then all is well again.
# Linux 6.1 tries pages again whose way to the swap has failed, for half an hour and more,
# before it kills anybody, and nothing else gets on: there the machine does not run out.
swap()
{
	local total

	[ -e /proc/swaps ] || skip "the kernel has no swap"
	total=$(meminfo MemTotal)
	install_images
	load dev_size_mb="$total"
	swap_to "$(disk "$host" 0)"
	if in_group 24 true; then
		start_job swapped in_group 24 bash -c "head -c 96M /dev/zero | tail -c 96M | wc -c"
		update "$host" 1.1
		update "$host" 2.0
		wait_until 120 job_ended swapped
		equal "bytes" "$(<"$tmp/swapped.out")" $((96 << 20))
		[ "$(used_kb)" -gt 40000 ] || fail "nothing was swapped out"
	fi
	if [[ $KERNEL == 6.1 ]]; then
		swapoff "$(disk "$host" 0)"
		return
	fi
	dmesg -n 4	# who is killed for lack of memory is told of with a call trace
	start_job hog bash -c "head -c $((total * 3 / 2))M /dev/zero | tail -c $((total * 3 / 2))M | wc -c"
	wait_until 60 job_ended hog || end_job hog KILL
	dmesg -n 5
	note "the disk took $(($(used_kb) / 1024)) of $total MiB; hog: $(tail -n 1 "$tmp/hog.out")"
	scsi_is "$(sg "$host" 0)" GOOD "${TUR[@]}"
	swapoff "$(disk "$host" 0)"
}

# in_group MIB COMMAND...: with so much memory
in_group()
{
	local group=/sys/fs/cgroup/hba_sim

	[ -e /sys/fs/cgroup/cgroup.controllers ] || mount -t cgroup2 cgroup2 /sys/fs/cgroup
	grep -qw memory /sys/fs/cgroup/cgroup.controllers || return "$KSFT_SKIP"
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p "$group"
	echo "${1}M" >"$group/memory.max"
	(echo "$BASHPID" >"$group/cgroup.procs"; exec "${@:2}")
}

# file_system TYPE: six times as much as its user has memory, through updates
file_system()
{
	local dev
	local sum
	local i

	command -v "mkfs.$1" >/dev/null || skip "mkfs.$1 is not installed"
	modprobe -q "$1" || true
	grep -qw "$1" /proc/filesystems || skip "the kernel has no $1"
	install_images
	load dev_size_mb=300
	dev=$(disk "$host" 0)
	"mkfs.$1" -q "$dev" >/dev/null
	mkdir -p "$tmp/mnt"
	mount -t "$1" "$dev" "$tmp/mnt"
	in_group 24 true || skip "the kernel has no memory control groups"
	sum=$(in_group 24 dd if=/dev/urandom bs=1M count=48 status=none | tee "$tmp/mnt/file" | sha256sum)
	start_job copy bash -c "for i in 1 2; do cp $tmp/mnt/file $tmp/mnt/copy\$i; done; sync"
	for i in 1.1 2.0; do
		update "$host" "$i"
	done
	wait_until 200 job_ended copy
	umount "$tmp/mnt"
	mount -t "$1" "$dev" "$tmp/mnt"
	for i in file copy1 copy2; do
		equal "the sum of $i on $1" "$(in_group 24 sha256sum <"$tmp/mnt/$i")" "$sum"
	done
	umount "$tmp/mnt"
	nobody_was_killed
}

point "a disk larger than memory ends in ENOSPC, and the machine lives" larger_than_memory
point "one bound for all disks, and memory that comes back" one_bound_for_all
point "each command that needs memory, beyond the bound" each_command
point "swap larger than what its disk may take" swap
point "ext4 in a small memory control group, through updates" file_system ext4
point "xfs in a small memory control group, through updates" file_system xfs
point "btrfs in a small memory control group, through updates" file_system btrfs
run_points
