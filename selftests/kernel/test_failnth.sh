#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: uml
# No memory: allocations of loading the module, of adding an adapter, of a write to a
# disk, of a host reset, of a trigger and of the update itself, in its worker, fail one
# at a time. Needs the fault injection of the user-mode debug kernel. Some of these
# take a thousand allocations; the first ones fail each, then some, with DEEP each.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

debug=/sys/kernel/debug
MOST=30000
first=1

# allow_injection SLAB PAGES: which GFP_KERNEL allocations may fail; by default
# none of those that may wait does, nor single pages.
allow_injection()
{
	[ -e /proc/self/fail-nth ] || skip "no fault injection in this kernel"
	echo Y | tee "$debug"/fail{slab,_page_alloc}/ignore-gfp-wait >"$tmp/tee"
	[ "$1" != slab ] || echo N >"$debug/failslab/ignore-gfp-wait"
	[ "$2" != pages ] || echo N >"$debug/fail_page_alloc/ignore-gfp-wait"
	echo 0 >"$debug/fail_page_alloc/min-order"
	# vmalloc's pages
	echo N >"$debug/fail_page_alloc/ignore-gfp-highmem"
}

# stride PERCENT: this in a plain run; each allocation with DEEP
stride()
{
	if [ -n "${DEEP:-}" ]; then
		echo 0
	else
		echo "$1"
	fi
}

# fault WHICH SETTING VALUE
fault()
{
	echo "$3" >"$debug/$1/$2"
}

# until_missed PERCENT COMMAND ARGUMENT...: have "inject" do it with N = $first and so
# on until there is no Nth allocation; N grows by PERCENT at least. COMMAND LINE then
# looks at the line that inject printed.
until_missed()
{
	local n
	local line
	local hits=0
	local errors=0

	for ((n = first; n <= MOST; n += 1 + (n - first) * $1 / 100)); do
		line=$("$(built inject)" "$n" "${@:3}")
		echo "N = $n: $line"
		"$2" "$line"
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

# until_enough PERCENT COMMAND ARGUMENT...: the same, but from the Nth page on the task
# gets no more; one that fails alone is hardly missed.
until_enough()
{
	local n
	local line
	local left
	local hits=0
	local errors=0

	fault fail_page_alloc task-filter Y
	for ((n = first; n <= MOST; n += 1 + (n - first) * $1 / 100)); do
		fault fail_page_alloc space "$n"
		fault fail_page_alloc times 1000000
		fault fail_page_alloc probability 100
		line=$("$(built inject)" task "${@:3}")
		fault fail_page_alloc probability 0
		left=$(<"$debug/fail_page_alloc/times")
		echo "N = $n: $line"
		"$2" "$line"
		[ "$left" -lt 1000000 ] || break
		hits=$((hits + 1))
		[ "$line" = "task ok" ] || errors=$((errors + 1))
	done
	fault fail_page_alloc times 1
	fault fail_page_alloc task-filter N
	note "without pages from the Nth on, $hits times, $errors of them made it fail"
	equal "the last one" "$line" "task ok"
	[ "$hits" -gt 0 ] && [ "$errors" -gt 0 ]
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

# adding HOW SLAB PAGES PERCENT, without looking for disks: there the midlayer itself
# does not survive each failure.
adding()
{
	local scan

	allow_injection "$2" "$3"
	scan=$(</sys/module/scsi_mod/parameters/scan)
	load adapters=0 luns=2 logins=4 dev_size_mb=4
	# shellcheck disable=SC2064
	trap "dmesg -n 8; echo $scan >/sys/module/scsi_mod/parameters/scan" EXIT
	echo none >/sys/module/scsi_mod/parameters/scan
	dmesg -n 4	# call traces of failed allocations are for the log only
	"$1" "$4" after_add write "$driver/add_adapter" 1
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

# Loaded and working, or not loaded and an errno that says why.
after_insmod()
{
	case $1 in
	*ok)
		equal "adapters after '$1'" "$(list_hosts | wc -l)" 1
		unload
		;;
	*ENOMEM|*ENODEV|*EINVAL)
		;;
	*)
		fail "the error is '$1'"
		;;
	esac
	[ ! -d /sys/module/hba_sim ] || fail "the module is there after '$1'"
}

# pages_of ARGUMENT...: how many pages it takes to have "inject" do that
pages_of()
{
	fault fail_page_alloc task-filter Y
	fault fail_page_alloc space 1000000
	fault fail_page_alloc times 1000000
	fault fail_page_alloc probability 100
	"$(built inject)" task "$@" >"$tmp/pages"
	fault fail_page_alloc probability 0
	fault fail_page_alloc times 1
	fault fail_page_alloc task-filter N
	echo $((1000000 - $(<"$debug/fail_page_alloc/space")))
}

# What the kernel needs to load a module comes before the module's own code and is not
# ours to try: its trace events give a warning for each that there is no memory for. With
# a bad parameter the module's own code needs nothing. How many pages the loader takes
# depends on how full the kernel's slabs just are, from 10 to 40; so a margin is left.
LOADER_MARGIN=64
skip_loader()
{
	local nothing=(insmod "$MODULE" adapters=65)

	if [ "$1" = slab ]; then
		first=$("$(built inject)" count "${nothing[@]}")
		first=$((first + 1))
	else
		first=$(($(pages_of "${nothing[@]}") + LOADER_MARGIN))
	fi
	note "the module's own begins with number $first"
	[ "$first" -gt 1 ]
}

# loading HOW SLAB PAGES PERCENT, without looking for disks: see adding
loading()
{
	local scan

	allow_injection "$2" "$3"
	scan=$(</sys/module/scsi_mod/parameters/scan)
	# shellcheck disable=SC2064
	trap "dmesg -n 8; echo $scan >/sys/module/scsi_mod/parameters/scan" EXIT
	echo none >/sys/module/scsi_mod/parameters/scan
	dmesg -n 4
	skip_loader "$2"
	"$1" "$4" after_insmod insmod "$MODULE" "luns=1 dev_size_mb=4"
	echo "$scan" >/sys/module/scsi_mod/parameters/scan
	load dev_size_mb=4
	fio_run --name=a --filename="$(disk "$host" 0)" --rw=randwrite --bs=4k --size=256k
}

# It has been done, or it has not; then the disk serves as before.
after_reset()
{
	case $1 in
	*ok|*ENOMEM|*EIO)	;;
	*)			fail "the error is '$1'" ;;
	esac
	no_attention "$(sg "$host" 0)"
}

resetting()
{
	allow_injection slab pages
	load dev_size_mb=4
	until_missed 0 after_reset reset "$(sg "$host" 0)" host
	fio_run --name=a --filename="$(disk "$host" 0)" --rw=randwrite --bs=4k --size=256k
}

# An update is the work of a kworker, which starts a thread to read the file. These,
# and whom they start, can be made to fail by a flag that a new thread inherits.
# mark_workers 0|1
mark_workers()
{
	local task
	local name

	for task in /proc/[0-9]*; do
		{ read -r name <"$task/comm"; } 2>/dev/null || continue
		case $name in
		kworker/u*|kthreadd)
			echo "$1" >"$task/make-it-fail" 2>/dev/null || true
			;;
		esac
	done
}

no_faults()
{
	fault "$1" probability 0
	fault "$1" interval 1
	fault "$1" task-filter N
	mark_workers 0
}

# update_with FAULT: an update while the workers' allocations may fail: it has been
# done, or the old image runs on. Sets $left to how many more may fail.
update_with()
{
	local version

	mark_workers 1
	fault "$1" probability 100
	trigger "$host" 1.1
	wait_until 60 is_idle "$host"
	left=$(<"$debug/$1/times")
	fault "$1" probability 0
	version=$(overlay "$host" version)
	case $(overlay "$host" error) in
	none)
		equal "version" "$version" 1.1
		;;
	"loading: "*"(error -1"[12]")"*)
		errors=$((errors + 1))
		;;
	*)
		fail "the error is '$(overlay "$host" error)'"
		;;
	esac
	scsi_is "$(sg "$host" 0)" GOOD 00 00 00 00 00 00 || no_attention "$(sg "$host" 0)"
}

begin_updates()
{
	allow_injection "$1" "$2"
	install_images
	load dev_size_mb=4
	echo 0 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	trap 'dmesg -n 8; no_faults failslab; no_faults fail_page_alloc' EXIT
	dmesg -n 4
}

end_updates()
{
	note "$hits of the worker's allocations failed, $errors made the update fail"
	equal "the last error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" 1.1
	[ "$hits" -gt 10 ] && [ "$errors" -gt 5 ]
	fio_run --name=a --filename="$(disk "$host" 0)" --rw=randwrite --bs=4k --size=256k
	logins_as_at_power_on
}

# The kernel counts the allocations that may fail, over all updates, until one has
# failed; its count cannot be read. Every INTERVALth fails. So from a known count c the
# Nth fails by the interval c + N, and then the count is that.
updating_slab()
{
	local n
	local count=0
	local left
	local hits=0
	local errors=0

	begin_updates slab ""
	fault failslab task-filter Y
	for ((n = 1; n < 2000; n += 1 + n * $1 / 100)); do
		fault failslab interval $((count + n))
		fault failslab times 1
		update_with failslab
		[ "$left" -eq 0 ] || break
		count=$((count + n))
		hits=$((hits + 1))
	done
	end_updates
}

# From the Nth page on there is no more memory.
updating_pages()
{
	local n
	local left
	local hits=0
	local errors=0
	local all=1000000

	begin_updates "" pages
	fault fail_page_alloc task-filter Y
	for ((n = 0; n < 2000; n += 1 + n * $1 / 100)); do
		fault fail_page_alloc space $((n + 1))
		fault fail_page_alloc times "$all"
		update_with fail_page_alloc
		[ "$left" -lt "$all" ] || break
		hits=$((hits + 1))
	done
	fault fail_page_alloc times 1
	end_updates
}

point "slab allocations of insmod fail" loading until_missed slab "" "$(stride 14)"
point "no pages for insmod" loading until_enough "" pages "$(stride 14)"
point "slab allocations of add_adapter fail" adding until_missed slab "" "$(stride 10)"
point "no pages for add_adapter" adding until_enough "" pages "$(stride 8)"
point "each allocation of a write to the disk fails once" writing
point "each allocation of a host reset fails once" resetting
point "each allocation of a trigger fails once" triggering
point "slab allocations of an update fail in its worker" updating_slab "$(stride 5)"
point "no pages for an update in its worker" updating_pages "$(stride 5)"
run_points
