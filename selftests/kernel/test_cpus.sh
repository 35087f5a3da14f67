#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: 6.12
# smp: 1 8
# CPUs come and go under fio and in updates, and the kernel has one CPU, or many. When the
# last CPU of a hardware queue goes the block layer waits for all commands there to end.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=$((${DEEP:+1} + 0 ? 200 : 12))
cpus=/sys/devices/system/cpu

set_overlay()
{
	echo "$2" >"/sys/class/scsi_host/host$host/overlay/$1"
}

# All that can go but CPU 0
hotplug_cpus()
{
	local file

	for file in "$cpus"/cpu[1-9]*/online; do
		[ ! -e "$file" ] || echo "${file%/online}"
	done
}

set_cpus()
{
	local cpu

	for cpu in "${others[@]}"; do
		echo "$1" >"$cpu/online"
	done
}

begin()
{
	install_images
	load luns=2 logins=30 dev_size_mb=16 "$@"
	eh_watch
	start_load load "$(disk "$host" 0)" --ioengine=libaio --iodepth=16
}

end()
{
	set_cpus 1
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	eh_was_idle
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 0
}

# to_probation NAME MS
to_probation()
{
	set_overlay probation_commands 4294967295
	set_overlay probation_ms "$2"
	trigger "$host" "$1"
	wait_until 120 in_state "$host" probation
}

# An update, a rollback, a conversion: with the CPUs that there are
updates_and_back()
{
	begin media_latency_us=500
	equal "queues" "$(</sys/module/hba_sim/parameters/queues)" 0
	update "$host" 1.1
	load_goes_on load "$(disk "$host" 0)"
	to_probation 2.0 4294967295
	load_goes_on load "$(disk "$host" 0)"
	set_overlay rollback 1
	wait_until 120 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "rolled back by hand"
	set_overlay probation_ms 100
	update "$host" 2.0
	note "$(nproc) CPUs, pause $(overlay "$host" pause_ns) ns, $(overlay "$host" waiting_commands) waited"
	end
}

# The adapter goes while fio has it open: fio's commands fail, and the module can go.
removed_under_load()
{
	install_images
	load luns=2 dev_size_mb=16 media_latency_us=500
	start_load load "$(disk "$host" 0)" --ioengine=libaio --iodepth=16
	trigger "$host" 1.1
	echo "$host" >"$driver/remove_adapter"
	wait_until 60 job_ended load
	wait_until 30 try_unload
}

# The last one that is left serves all queues.
one_left()
{
	begin media_latency_us=500
	set_cpus 0
	equal "CPUs" "$(nproc)" 1
	update "$host" 1.1
	load_goes_on load "$(disk "$host" 0)"
	to_probation 2.0 4294967295
	set_overlay rollback 1
	wait_until 120 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "rolled back by hand"
	end
}

# Its queues are for all CPUs that there can be.
missing_at_first()
{
	set_cpus 0
	begin
	equal "queues" "$(queues)" "$(wc -w <<<"0 ${others[*]}")"
	set_cpus 1
	taskset -c "${others[-1]##*/cpu}" dd if="$(disk "$host" 1)" of=/dev/null bs=4k \
		count=64 iflag=direct status=none
	update "$host" 1.1
	end
}

queues()
{
	grep -c ' held ' "/sys/kernel/debug/hba_sim/host$host/mailboxes"
}

keep_updating()
{
	local n=0
	local image=1.1

	while [ ! -e "$tmp/stop" ]; do
		[ $((n % 10)) -ne 9 ] || image=2.0
		update "$host" "$image" || touch "$tmp/wrong"
		n=$((n + 1))
		echo "$n" >"$tmp/updates"
	done
}

# Some CPU goes or comes all the time.
come_and_go()
{
	local i
	local cpu
	local before

	begin media_latency_us=500
	set_overlay probation_ms 20
	before=$(overlay "$host" updates)
	start_job updates keep_updating
	for ((i = 0; i < ROUNDS; i++)); do
		cpu=${others[RANDOM % ${#others[@]}]}
		[ "$(<"$cpu/online")" -eq 0 ] || echo 0 >"$cpu/online"
		nap "0.$((RANDOM % 3))"
		[ $((RANDOM % 2)) -eq 0 ] || echo 1 >"$cpu/online"
		load_goes_on load "$(disk "$host" 0)"
	done
	set_cpus 1
	touch "$tmp/stop"
	wait_until 60 job_ended updates
	[ ! -e "$tmp/wrong" ] || fail "updates: $(<"$tmp/updates.out")"
	note "$(<"$tmp/updates") updates"
	[ "$(<"$tmp/updates")" -ge 3 ]
	[ "$(overlay "$host" updates)" -gt "$before" ]
	end
}

on_cpu()
{
	taskset -c "${cpu##*/cpu}" "$@"
}

# The CPU goes only when the command has ended, and the command does end.
in_flight_there()
{
	local cpu=${others[-1]}

	load dev_size_mb=4 media_latency_us=3000000
	start_job slow on_cpu dd if=/dev/zero of="$(disk "$host" 0)" bs=4k count=1 oflag=direct
	wait_until 10 in_flight "$(disk "$host" 0)"
	echo 0 >"$cpu/online"
	! in_flight "$(disk "$host" 0)" || fail "the CPU has gone, and the command is there"
	wait_until 10 job_ended slow
	matches "what dd says" "$(<"$tmp/slow.out")" "1.0 records out"
	set_cpus 1
}

in_flight()
{
	local stat

	read -ra stat <"/sys/block/${1##*/}/stat"
	[ "${stat[8]}" -gt 0 ]
}

# UNMAP of two ranges waits for the end of the probation, and the CPU for UNMAP.
waiting_there()
{
	local cpu=${others[-1]}

	install_images
	load dev_size_mb=8
	update "$host" 2.0
	to_probation 2.0 4000
	no_attention "$(sg "$host" 0)"
	start_job unmap on_cpu sg_unmap --lba=0,64 --num=8,8 --force "$(disk "$host" 0)"
	wait_until 3 command_waits
	echo 0 >"$cpu/online"
	! command_waits || fail "the CPU has gone, and the command waits"
	wait_until 10 job_ended unmap
	equal "what sg_unmap says" "$(<"$tmp/unmap.out")" ""
	wait_until 10 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	set_cpus 1
}

command_waits()
{
	grep -q ' waiting [1-9]' "/sys/kernel/debug/hba_sim/host$host/mailboxes"
}

mapfile -t others < <(hotplug_cpus)

point "A6 with all CPUs, 1 or 8: an update, a rollback, a conversion under verify" updates_and_back
point "with all CPUs, 1 or 8: an adapter removed under load, in an update" removed_under_load
if [ ${#others[@]} -gt 0 ]; then
	point "all CPUs but one go, and come back" one_left
	point "CPUs that come after the adapter" missing_at_first
	point "CPUs come and go in updates under verify" come_and_go
	point "a CPU goes while a command of its queue is in flight" in_flight_there
	point "a CPU goes while a command of its queue waits for the end of the probation" \
		waiting_there
fi
run_points
