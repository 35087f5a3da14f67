#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# kernels: uml
# What is left of updates and crashes for people to read: the history, the parts
# of the pause, the histogram of the waits, and the crash dump, which "mrb crash"
# reads and gives names to.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

mrb=$top/build/mrb
dumps=/sys/class/devcoredump
hostile=$(built hostile.elf)

begin()
{
	install_images
	cp "$(dirname "$hostile")"/*.mrb "$firmware/"
	load luns=2 logins=10 dev_size_mb=16 "$@"
}

set_overlay()
{
	echo "$2" >"/sys/class/scsi_host/host$host/overlay/$1"
}

# newest: the columns of the history's first line, in $column
newest()
{
	local line

	read -r line <"/sys/class/scsi_host/host$host/overlay/history"
	read -ra column <<<"$line"
}

sum()
{
	local sum=0
	local figure

	for figure; do
		[ "$figure" = - ] || sum=$((sum + figure))
	done
	echo "$sum"
}

# The parts in the history, those in their own files, and the pause are one.
history_of_update()
{
	local parts=()
	local name

	begin media_latency_us=300
	start_load load "$(disk "$host" 0)" --iodepth=16
	equal "history" "$(overlay "$host" history)" ""
	update "$host" 1.1
	newest
	equal "the line" "${column[*]:0:6}" "1 1.0 1.1 1.1 overlay one-ahead,size,caches"
	equal "the result" "${column[15]} ${column[*]:16}" "committed "
	equal "pause" "${column[6]}" "$(overlay "$host" pause_ns)"
	equal "sum of the parts" "$(sum "${column[@]:7:6}")" "${column[6]}"
	for name in quiesce delta copy verify start; do
		parts+=("$(overlay "$host" "pause_${name}_ns")")
	done
	equal "parts" "${parts[*]}" "${column[*]:7:5}"
	note "pause ${column[6]} ns: quiesce, delta, copy, verify, start ${parts[*]}"
	equal "waiting" "${column[13]}" "$(overlay "$host" waiting_commands)"
	stop_load load "$(disk "$host" 0)"
}

# in_histogram COLUMN: sum of it
in_histogram()
{
	awk -v c="$1" '{ n += $c } END { print n }' \
		"/sys/class/scsi_host/host$host/overlay/wait_histogram"
}

histogram()
{
	local total=0
	local i

	begin media_latency_us=300
	start_load load "$(disk "$host" 0)" --iodepth=16
	for ((i = 0; i < 5 || (total == 0 && i < 50); i++)); do
		update "$host" 1.1
		equal "waits of the last update" "$(in_histogram 2)" \
			"$(overlay "$host" waiting_commands)"
		total=$((total + $(overlay "$host" waiting_commands)))
		equal "waits of all updates" "$(in_histogram 3)" "$total"
	done
	note "$total commands waited in $i pauses"
	[ "$total" -gt 0 ] || fail "no command waited"
	stop_load load "$(disk "$host" 0)"
}

failures()
{
	begin
	trigger "$host" "no such image"
	wait_until 60 is_idle "$host"
	newest
	equal "the line" "${column[*]:0:16}" \
		"1 1.0 - no\\x20such\\x20image overlay - - - - - - - - - - failed"
	matches "the reason" "${column[*]:16}" "^loading: no such image file"
	update_fails "$host" copy_illegal "^swapping: "
	newest
	equal "the name" "${column[3]}" copy_illegal
	equal "the start's part" "${column[11]}" -
	equal "sum of the parts" "$(sum "${column[@]:7:6}")" "${column[6]}"
	matches "the end" "${column[*]:15}" "^failed swapping: image trapped"
	set_overlay probation_ms 4294967295
	set_overlay probation_commands 4294967295
	trigger "$host" 1.1
	wait_until 60 in_state "$host" probation
	set_overlay rollback 1
	wait_until 60 is_idle "$host"
	newest
	matches "the end" "${column[*]:14}" "^[0-9]+ rolled-back probation: rolled back by hand"
	set_overlay probation_commands 0
	for ((i = 0; i < 40; i++)); do
		update "$host" 1.1
	done
	newest
	equal "the last number" "${column[0]}" 43
	note "lines and bytes: $(wc -lc <"/sys/class/scsi_host/host$host/overlay/history")"
	[ "$(wc -c <"/sys/class/scsi_host/host$host/overlay/history")" -le 4096 ]
	[ "$(wc -l <"/sys/class/scsi_host/host$host/overlay/history")" -le 32 ]
	awk '$NF != "committed" { exit 1 }' "/sys/class/scsi_host/host$host/overlay/history"
}

# --- crash dumps

need_coredump()
{
	[ -d "$dumps" ] || skip "this kernel has no device coredumps"
}

dump()
{
	local file

	for file in "$dumps"/devcd*/data; do
		[ ! -e "$file" ] || echo "$file"
	done
}

a_dump()
{
	[ -n "$(dump)" ]
}

# The kernel forgets a dump when somebody writes to it.
forget_dumps()
{
	local file

	for file in $(dump); do
		echo 1 >"$file"
	done
	wait_until 30 no_dump
}

no_dump()
{
	[ -z "$(dump)" ]
}

# crash_with IMAGE: a hart crashes in it, and there is one dump of it in $tmp/dump.
crash_with()
{
	forget_dumps
	set_overlay probation_commands 4294967295
	trigger "$host" "$1"
	wait_until 200 a_dump
	cp --sparse=never "$(dump)" "$tmp/dump"
	"$mrb" crash "$(dump)" >"$tmp/shown"
	"$mrb" crash "$tmp/dump" "$hostile" >"$tmp/named"
	wait_until 200 is_idle "$host"
}

shown()
{
	grep -qE -- "$2" "$1" || {
		cat "$1"
		fail "there is no: $2"
	}
}

io_hart()
{
	need_coredump
	begin queues=1
	start_load load "$(disk "$host" 0)"
	crash_with io_illegal
	shown "$tmp/shown" "^hart +1, an I/O hart"
	shown "$tmp/shown" "^reason +(trapped|panicked)"
	shown "$tmp/shown" "^last trap +illegal instruction"
	grep -qxF "kernel    $(uname -r)" "$tmp/shown"
	shown "$tmp/shown" "^text +as it should be"
	shown "$tmp/named" "^at +0x[0-9a-f]+ hostile_runtime_io_illegal\\+0x[0-9a-f]+ .*hostile[_a-z]*\\.S:[0-9]+"
	shown "$tmp/named" "^  0x[0-9a-f]+  10500073 hostile_runtime_io_illegal"
	shown "$tmp/named" "^  0x[0-9a-f]+  00000000 hostile_runtime_io_illegal"
	note "dump of $(stat -c %s "$tmp/dump") bytes, $(grep '^at ' "$tmp/named")"
	stop_load load "$(disk "$host" 0)"
	matches "error" "$(overlay "$host" error)" "hart crashed"
	forget_dumps
}

bootstrap()
{
	need_coredump
	begin
	crash_with pause_illegal
	shown "$tmp/shown" "^hart +0, the service hart"
	shown "$tmp/shown" "^reason +paused: image trapped: illegal instruction"
	shown "$tmp/shown" "^staged +[0-9.]+, named \"pause_illegal\""
	shown "$tmp/named" "^at +0x5[0-9a-f]+ hostile_bootstrap_pause_illegal\\+0x[0-9a-f]+ "
	forget_dumps
}

# Many crashes in a row, one dump; and what it refers to goes away.
storm()
{
	local i

	need_coredump
	begin queues=1
	start_load load "$(disk "$host" 0)"
	crash_with io_hang
	for ((i = 0; i < 3; i++)); do
		trigger "$host" io_illegal
		wait_until 200 is_idle "$host"
	done
	equal "number of dumps" "$(dump | wc -l)" 1
	shown "$tmp/named" "^reason +hangs"
	shown "$tmp/named" "^at +0x[0-9a-f]+ hostile_runtime_io_hang"
	stop_load load "$(disk "$host" 0)"
	stop_jobs
	logins_as_at_power_on
	unload
	cmp "$tmp/dump" "$(dump)"
	load dev_size_mb=4
	unload
	cmp "$tmp/dump" "$(dump)"
	forget_dumps
}

point "U12 an update is in the history, with the parts of its pause" history_of_update
point "U10 each command that waited is in the histogram" histogram
point "failures and rollbacks are in the history, which is bounded" failures
point "a crash of an I/O hart leaves a dump that names the function" io_hart
point "a crash of a bootstrap in the pause leaves a dump" bootstrap
point "a storm of crashes leaves one dump, which outlives the module" storm
run_points
