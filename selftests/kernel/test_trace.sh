#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# Trace events of one READ, of updates that succeed and that fail and of a crash, each in
# its place and with the values that are known from elsewhere; and the files that show
# the board's insides.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

need_tracing()
{
	[ -e "$tracing/trace" ] || mount -t tracefs tracefs "$tracing" 2>/dev/null || true
	[ -e "$tracing/events/hba_sim" ] || skip "this kernel has no trace events"
	equal "events that are on" "$(cat "$tracing"/events/hba_{sim,overlay}/enable | sort -u)" 0
	echo 4096 >"$tracing/buffer_size_kb"
	: >"$tracing/trace"
}

# events SYSTEM 0|1
events()
{
	echo "$2" >"$tracing/events/$1/enable"
}

# traced: the events so far, without task and time: "NAME: TEXT"
traced()
{
	sed -nE 's/^.* [0-9.]+: ((hba|overlay)_[a-z_]+: .*)$/\1/p' "$tracing/trace"
}

# value EVENT NAME [PATTERN]: of the first such event, with a text like this
value()
{
	traced >"$tmp/traced"
	grep -E "^$1: .*${3:-}" "$tmp/traced" | head -n 1 | grep -oE "\b$2=[^ ]*" | cut -d= -f2
}

one_read()
{
	load dev_size_mb=4 queues=1
	need_tracing
	# nobody else reads now
	udevadm settle 2>/dev/null || true
	sync
	events hba_sim 1
	dd if="$(disk "$host" 0)" of=/dev/null bs=4k skip=5 count=1 iflag=direct status=none
	events hba_sim 0
	traced >"$tmp/events"
	cat "$tmp/events"
	equal "the events" "$(cut -d: -f1 "$tmp/events" | tr '\n' ' ')" \
		"hba_submit hba_media hba_reply hba_complete "
	equal "their tags" "$(grep -oE '\btag=[0-9]+' "$tmp/events" | sort -u | wc -l)" 1
	equal "their adapters" "$(grep -c "adapter=hba_sim0 hart=1 " "$tmp/events")" 4
	matches "hba_submit" "$(<"$tmp/events")" "target=0 in=4096 cdb=28 00 00 00 00 28 00 00 08 00"
	equal "operation" "$(value hba_media op)" 1
	equal "first block" "$(value hba_media lba)" 40
	equal "blocks" "$(value hba_media blocks)" 8
	equal "status" "$(value hba_reply status)" 0x00
	equal "outcome" "$(value hba_complete outcome)" replied
	equal "bytes moved" "$(value hba_complete moved)" 4096
}

# documented FROM TO: run the lines of the documentation from one to another
documented()
{
	awk -v from="$1" -v to="$2" 'index($0, from) { on = 1 }
		on && /^\t/ { print } on && index($0, to) { exit }' \
		"$top/Documentation/tracing.rst" >"$tmp/documented"
	grep -qF -- "$2" "$tmp/documented"
	(cd "$tracing" && bash -e "$tmp/documented")
}

# The kernel's own histogram, as the documentation makes it and takes it away.
latencies()
{
	load dev_size_mb=4 queues=1
	need_tracing
	if [ ! -e "$tracing/synthetic_events" ] || [ ! -e "$tracing/events/hba_sim/hba_submit/hist" ]; then
		skip "this kernel makes no histograms"
	fi
	documented "echo 'hba_latency" "echo 'hist:keys=us"
	dd if="$(disk "$host" 0)" of=/dev/null bs=4k count=20 iflag=direct status=none
	documented "cat events/synthetic" "cat events/synthetic" >"$tmp/histogram"
	documented ": > events/synthetic/" ": > synthetic_events"
	note "$(grep hitcount "$tmp/histogram" | tr -s ' \n' ' ')"
	[ "$(awk '/Hits:/ { print $2 }' "$tmp/histogram")" -ge 20 ]
}

# A command that the microcode refuses has its sense data in the trace.
refused_read()
{
	load dev_size_mb=4 queues=1
	need_tracing
	events hba_sim 1
	scsi_is "$(sg "$host" 0)" "02 5/21/00" -r 512 28 00 7f ff ff ff 00 00 01 00
	events hba_sim 0
	traced >"$tmp/events"
	matches "the events" "$(<"$tmp/events")" "hba_reply: .* status=0x02 sense=[7f]0 00 05 .* 21 00"
	matches "the events" "$(<"$tmp/events")" "hba_complete: .* status=0x02 moved=0"
}

# states: those that the update went to
states()
{
	traced >"$tmp/traced"
	sed -nE 's/^overlay_state: .* to=([a-z]+) .*/\1/p' "$tmp/traced" | tr '\n' ' '
}

parts()
{
	traced >"$tmp/traced"
	sed -nE 's/^overlay_part: .* part=([a-z]+) .*/\1/p; s/^overlay_pause_end: .*/end/p' \
		"$tmp/traced" | tr '\n' ' '
}

calls()
{
	traced >"$tmp/traced"
	sed -nE 's/^overlay_call: .* call=([a-z]+) .*/\1/p' "$tmp/traced" |
		grep -E '^(open|staged|quiesce|unlock|copy|verify|flush|lock|resume|selftest)$' | tr '\n' ' '
}

one_update()
{
	install_images
	load dev_size_mb=4
	need_tracing
	events hba_overlay 1
	update "$host" 2.0
	events hba_overlay 0
	equal "the states" "$(states)" \
		"loading converting paused swapping starting running probation idle "
	equal "the parts" "$(parts)" "quiesce delta copy verify start end "
	equal "the services" "$(calls)" \
		"open staged quiesce unlock copy verify flush lock resume selftest "
	equal "answers" "$(grep -c '^overlay_answer: ' "$tmp/traced")" \
		"$(grep -c '^overlay_call: ' "$tmp/traced")"
	equal "other boards, other updates" "$(grep -cv ': board=hba_sim0 update=1 ' "$tmp/traced")" 0
	equal "length of the pause" "$(value overlay_pause_end pause_ns)" "$(overlay "$host" pause_ns)"
	equal "instructions" "$(value overlay_pause_end insns)" "$(overlay "$host" pause_insns)"
	matches "the end" "$(grep '^overlay_end' "$tmp/traced")" \
		"update result=committed from=1.0 to=2.0 total_ns=$(overlay "$host" total_ns) pause_ns="
	equal "stops" "$(grep -c '^overlay_stop' "$tmp/traced")" 0
}

an_undo()
{
	install_images
	load dev_size_mb=4
	need_tracing
	events hba_overlay 1
	echo 1 >"/sys/class/scsi_host/host$host/overlay/pause_budget_us"
	update_fails "$host" 2.0 budget
	events hba_overlay 0
	equal "the states" "$(states)" "loading converting paused idle "
	matches "the parts" "$(parts)" "^quiesce (delta )?undo end $"
	equal "the reason" "$(sed -n 's/^overlay_stop.* reason=//p' "$tmp/traced")" "$(overlay "$host" error)"
	matches "the end" "$(grep '^overlay_end' "$tmp/traced")" "update result=failed from=1.0 to=2.0"
}

a_crash()
{
	mkdir -p "$firmware"
	cp "$(built io_illegal.mrb)" "$firmware"
	load dev_size_mb=4 queues=1
	need_tracing
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	events hba_sim 1
	events hba_overlay 1
	trigger "$host" io_illegal
	wait_until 60 in_state "$host" probation
	cat "$(disk "$host" 0)" >/dev/null
	wait_until 60 is_idle "$host"
	events hba_sim 0
	events hba_overlay 0
	traced >"$tmp/events"
	matches "the trap" "$(grep '^hba_trap' "$tmp/events")" "adapter=hba_sim0 hart=1 cause=0x2 "
	matches "the interrupt" "$(grep '^hba_trap' "$tmp/events")" "adapter=hba_sim0 hart=0 cause=0x8000000b"
	matches "the crash" "$(grep '^hba_crash' "$tmp/events")" "adapter=hba_sim0 hart=1 .* why="
	matches "the reason" "$(grep '^overlay_stop' "$tmp/events")" "reason=probation: a hart crashed"
	matches "the states" "$(states)" "running probation (reverting )?paused swapping starting running idle $"
	matches "the end" "$(grep '^overlay_end' "$tmp/events")" "result=rolled-back"
}

# inside FILE NAME [HART]: a value, of the first hart unless told otherwise
inside()
{
	awk -v name="$2" -v hart="${3:-}" '$1 == "hart" { now = $2 }
		$1 == name && (hart == "" || now == hart) { print $2; exit }' \
		"/sys/kernel/debug/hba_sim/host$host/$1"
}

# column FILE HART NAME: of the line of a hart
column()
{
	awk -v hart="$2" -v name="$3" '$2 == hart { for (i = 1; i < NF; i += 2) if ($i == name) print $(i + 1) }' \
		"/sys/kernel/debug/hba_sim/host$host/$1"
}

insides()
{
	local sum=0
	local n

	install_images
	load dev_size_mb=4 queues=1
	equal "harts" "$(grep -c '^hart ' "/sys/kernel/debug/hba_sim/host$host/harts")" 2
	matches "pc of hart 1" "$(inside harts pc 1)" "^8[0-9a-f]{7}$"
	equal "x0" "$(inside harts x0 1)" 00000000
	while read -r n; do
		sum=$((sum + n))
	done < <(sed -n 's/^executed //p' "/sys/kernel/debug/hba_sim/host$host/harts")
	equal "instructions" "$sum" "$(<"/sys/class/scsi_host/host$host/processor/instructions")"
	equal "commands" "$(column mailboxes 1 commands)" 0
	[ "$(column mailboxes 1 ended)" -gt 0 ]
	equal "locked" "$(inside memory locked)" 1
	equal "staging" "$(inside memory staging)" 0
	equal "dirty granules" "$(inside memory dirty_granules)" 0
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	echo 4294967295 >"/sys/class/scsi_host/host$host/overlay/probation_commands"
	trigger "$host" 2.0
	wait_until 60 in_state "$host" probation
	equal "staging" "$(inside memory staging)" 1
	equal "locked" "$(inside memory locked)" 1
	equal "copied" "$(inside memory copied)" 1
	refused "Permission denied" setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all \
		--inh-caps=-all cat "/sys/kernel/debug/hba_sim/host$host/harts"
	refused "Permission denied|Invalid argument|Input/output" \
		bash -c "echo 1 >/sys/kernel/debug/hba_sim/host$host/memory"
}

read_them()
{
	while :; do
		cat /sys/kernel/debug/hba_sim/host*/{harts,mailboxes,memory} || true
	done >/dev/null 2>&1
}

# They are read while images are exchanged, and while the adapter goes.
insides_race()
{
	local i

	install_images
	load dev_size_mb=4
	start_load load "$(disk "$host" 0)"
	start_job reader read_them
	update "$host" 1.1
	update "$host" 2.0
	stop_load load "$(disk "$host" 0)"
	for ((i = 0; i < 2; i++)); do
		echo 1 >"$driver/add_adapter"
		find_hosts
		echo "${hosts[-1]}" >"$driver/remove_adapter"
	done
	job_runs reader
	end_job reader KILL
}

point "one READ" one_read
point "latencies as the documentation measures them" latencies
point "a READ that is refused" refused_read
point "one update, each phase in its place" one_update
point "an update that is undone" an_undo
point "a crash and a rollback" a_crash
point "the board's insides" insides
point "the board's insides, while they change and go" insides_race
run_points
