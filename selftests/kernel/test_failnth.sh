#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# No memory: allocations of adding an adapter, of a write to a disk and of a
# trigger fail, one at a time. Needs the fault injection of the user-mode debug
# kernel. Adding an adapter takes some thousand allocations; the first ones fail
# each, then some, with DEEP each.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

debug=/sys/kernel/debug
MOST=30000

# allow_injection SLAB PAGES: which GFP_KERNEL allocations may fail; by default
# none of those that may wait does, nor single pages.
allow_injection()
{
	[ -e /proc/self/fail-nth ] || skip "no fault injection in this kernel"
	echo Y | tee "$debug"/fail{slab,_page_alloc}/ignore-gfp-wait >"$tmp/tee"
	[ "$1" != slab ] || echo N >"$debug/failslab/ignore-gfp-wait"
	[ "$2" != pages ] || echo N >"$debug/fail_page_alloc/ignore-gfp-wait"
	echo 0 >"$debug/fail_page_alloc/min-order"
}

# until_missed PERCENT COMMAND ARGUMENT...: have "inject" do it with N = 1, 2, ...
# until there is no Nth allocation; N grows by PERCENT at least. COMMAND LINE then
# looks at the line that inject printed.
until_missed()
{
	local n
	local line
	local hits=0
	local errors=0

	for ((n = 1; n <= MOST; n += 1 + n * $1 / 100)); do
		line=$("$(built inject)" "$n" "${@:3}")
		"$2" "$line" || fail "with N = $n"
		case $line in
		missed*)	break ;;
		"hit ok")	;;
		*)		errors=$((errors + 1)) ;;
		esac
		hits=$((hits + 1))
	done
	note "$hits allocations failed one by one, $errors of them made it fail"
	equal "the last one" "$line" "missed ok"
	[ "$hits" -gt 0 ]
}

# An adapter is there, or none and an error that says why. EINVAL is what the
# kernel's device_add() makes of a name that there was no memory for.
after_add()
{
	local h

	case $1 in
	*ok)	equal "adapters after '$1'" "$(list_hosts | wc -l)" 1 ;;
	*ENOMEM|*ENODEV|*EINVAL)
		equal "adapters after '$1'" "$(list_hosts)" "" ;;
	*)	fail "the error is '$1'" ;;
	esac
	for h in $(list_hosts); do
		echo "$h" >"$driver/remove_adapter"
	done
}

# adding SLAB PAGES PERCENT, without looking for disks: there the midlayer itself
# does not survive each failure.
adding()
{
	local scan

	allow_injection "$1" "$2"
	scan=$(</sys/module/scsi_mod/parameters/scan)
	load adapters=0 luns=2 logins=4 dev_size_mb=4
	# shellcheck disable=SC2064
	trap "dmesg -n 8; echo $scan >/sys/module/scsi_mod/parameters/scan" EXIT
	echo none >/sys/module/scsi_mod/parameters/scan
	dmesg -n 4	# call traces of failed allocations are for the log only
	until_missed "$3" after_add write "$driver/add_adapter" 1
	echo "$scan" >/sys/module/scsi_mod/parameters/scan
	echo 1 >"$driver/add_adapter"
	find_hosts
	fio_run --name=a --filename="$(disk "$host" 1)" --rw=randwrite --bs=4k --size=256k
}

# What write() said is so: the data is there, or it was an error.
after_write()
{
	case $1 in
	*ok)			;;
	*ENOMEM|*EIO|*ENOSPC|*EAGAIN)	;;
	*)			fail "the error is '$1'" ;;
	esac
}

writing()
{
	local n
	local line
	local hits=0
	local errors=0
	local dev

	allow_injection slab pages
	load dev_size_mb=64
	dev=$(disk "$host" 0)
	for ((n = 1; n < 60; n++)); do
		line=$("$(built inject)" "$n" block "$dev" $((n << 20)))
		after_write "$line"
		[ "${line#* }" = ok ] || errors=$((errors + 1))
		if [ "${line#* }" = ok ]; then
			cmp <(head -c 4096 /dev/zero | tr '\0' "\\$(printf '%03o' "$n")") \
				<(dd if="$dev" bs=4k skip=$((n << 8)) count=1 iflag=direct status=none)
		fi
		[ "${line%% *}" = hit ] || break
		hits=$((hits + 1))
	done
	note "$hits allocations failed one by one, $errors of them made it fail"
	[ "$hits" -gt 0 ]
	equal "the last one" "$line" "missed ok"
}

triggering()
{
	local n
	local line

	allow_injection slab pages
	install_images
	load dev_size_mb=4
	for ((n = 1; n < 200; n++)); do
		line=$("$(built inject)" "$n" write "/sys/class/scsi_host/host$host/overlay/image" 1.1)
		wait_until 60 is_idle "$host"
		after_write "$line"
		[ "${line%% *}" = hit ] || break
	done
	equal "the last one" "$line" "missed ok"
	equal "version" "$(overlay "$host" version)" 1.1
}

point "slab allocations of add_adapter fail" adding slab "" "$((${DEEP:+1} + 0 ? 0 : 4))"
point "page allocations of add_adapter fail" adding "" pages "$((${DEEP:+1} + 0 ? 1 : 8))"
point "each allocation of a write to the disk fails once" writing
point "each allocation of a trigger fails once" triggering
run_points
