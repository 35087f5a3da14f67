# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests with sg3_utils share. Sourced after lib.sh, whose variables it uses.
# shellcheck disable=SC2154

# The utilities' exit statuses (sg3_utils(8)).
# shellcheck disable=SC2034
{
	NOT_READY=2
	ILLEGAL=5
	INVALID_OPCODE=9
	MISCOMPARE=14
	OUT_OF_RANGE=22
	CONFLICT=24
}

BLOCKS=$((16 << 11))		# 16 MiB
# shellcheck disable=SC2034
LAST=$((BLOCKS - 1))

# A disk with image 2.0; $dev is its sg node.
have_disk()
{
	if [ ! -d /sys/module/hba_sim ]; then
		install_images
		load dev_size_mb=16
		update "$host" 2.0
	fi
	dev=$(sg "$host" 0)
	no_attention "$dev"
}

# says COMMAND...: what it prints, without the lines that name the disk, is what
# the standard input has; spaces count as one.
says()
{
	equal "what $* prints" "$("$@" 2>&1 | squeeze)" "$(squeeze)"
}

squeeze()
{
	sed 's/[[:space:]]\+/ /g; s/^ //; s/ $//
		/^HBASIM\|Peripheral device type: disk$\|peripheral_type: disk/d; /^$/d'
}

# ends STATUS COMMAND...
ends()
{
	local status=0

	"${@:2}" >"$tmp/ends" 2>&1 || status=$?
	[ "$status" -eq "$1" ] || fail "${*:2} ends with $status, not $1: $(<"$tmp/ends")"
}

# data FILE BYTES SEED: always the same data for a seed
data()
{
	awk -v n="$2" -v seed="$3" 'BEGIN {
		srand(seed)
		while (n--)
			printf "%c", 33 + int(rand() * 90)
	}' >"$1"
}

# blocks_are LBA FILE: the blocks from there on have what the file has.
blocks_are()
{
	local count=$(($(stat -c %s "$2") / 512))

	rm -f "$tmp/read"
	sg_dd if="$dev" of="$tmp/read" bs=512 skip="$1" count="$count" >"$tmp/dd" 2>&1 ||
		fail "sg_dd: $(<"$tmp/dd")"
	cmp "$tmp/read" "$2"
}
