#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: 6.12
# The machine goes to sleep and wakes, as far as /sys/power/pm_test lets it: under fio, in
# updates, on probation, in logins. Nothing is lost, and nothing of ours keeps tasks from
# being frozen. The guest's root is behind a virtio-9p device, which cannot be suspended: the
# module awake keeps it awake.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2153
# stay_awake: load the module awake, which "make -C selftests/kernel awake" builds
stay_awake()
{
	local dir=$top/build/awake-$RELEASE

	[ ! -d /sys/module/awake ] || return 0
	if [ ! -e "$dir/awake.ko" ]; then
		dir=/tmp/awake
		make -s -C "$here" KDIR="$KDIR" AWAKE="$dir" awake >&2
	fi
	insmod "$dir/awake.ko"
}

# sleep_once [LEVEL STATE]: all tasks are frozen for a second, and at most levels all
# devices suspended
sleep_once()
{
	local before

	[ $# -eq 2 ] || set -- devices freeze
	stay_awake
	before=$(times_slept)
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo "$1" >/sys/power/pm_test
	echo "$2" >/sys/power/state
	echo none >/sys/power/pm_test
	equal "how often it slept" "$(times_slept)" $((before + 1))
	frozen_in_time
}

times_slept()
{
	kernel_log | grep -c 'debug: Waiting for' || true
}

# The kernel gives up after 20 seconds. Commands and works of ours take far less.
frozen_in_time()
{
	local slow

	slow=$(kernel_log | grep -E 'elapsed ([5-9]|[0-9]{2,})\.[0-9]+ seconds' || true)
	[ -z "$slow" ] || fail "$slow"
}

set_overlay()
{
	echo "$2" >"/sys/class/scsi_host/host$host/overlay/$1"
}

begin()
{
	install_images
	load luns=2 logins=30 dev_size_mb=16 media_latency_us=500
	eh_watch
	start_load load "$(disk "$host" 0)" --ioengine=libaio --iodepth=8
}

end()
{
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	eh_was_idle
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 0
}

each_depth()
{
	local depth
	local depths=("freezer freeze" "devices freeze" "core mem" "freezer disk")

	[ -z "${DEEP:-}" ] || depths+=("platform freeze" "platform mem" "devices disk"
		"core disk")
	begin
	for depth in "${depths[@]}"; do
		# shellcheck disable=SC2086
		sleep_once $depth
		load_goes_on load "$(disk "$host" 0)"
	done
	end
}

keep_updating()
{
	local n=0

	while [ ! -e "$tmp/stop" ]; do
		update "$host" 1.1 || touch "$tmp/wrong"
		n=$((n + 1))
		echo "$n" >"$tmp/updates"
	done
}

at_work()
{
	! is_idle "$host"
}

# Some update is under way whenever all falls asleep, in one state or another.
in_updates()
{
	local i

	begin
	set_overlay probation_ms 50
	start_job updates keep_updating
	for ((i = 0; i < 3; i++)); do
		wait_until 30 at_work
		nap "0.$((RANDOM % 10))"
		sleep_once
		load_goes_on load "$(disk "$host" 0)"
	done
	touch "$tmp/stop"
	wait_until 60 job_ended updates
	[ ! -e "$tmp/wrong" ] || fail "updates: $(<"$tmp/updates.out")"
	note "$(<"$tmp/updates") updates"
	[ "$(<"$tmp/updates")" -ge 4 ]
	end
}

# 4096 logins are converted, which takes a while.
in_conversion()
{
	install_images
	load luns=1 logins=4096 dev_size_mb=8
	update "$host" 1.1
	set_overlay probation_commands 4294967295
	set_overlay probation_ms 4294967295
	trigger "$host" 2.0
	sleep_once
	wait_until 60 in_state "$host" probation
	equal "version" "$(overlay "$host" version)" 2.0
	set_overlay rollback 1
	sleep_once
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "rolled back by hand"
	equal "version" "$(overlay "$host" version)" 1.1
}

# A bootstrap without an end; the host reset comes when all is awake again.
in_a_long_update()
{
	begin
	cp "$(built slow.mrb)" "$firmware"
	trigger "$host" slow
	wait_until 60 in_state "$host" converting
	sleep_once
	load_goes_on load "$(disk "$host" 0)"
	is_idle "$host" || sg_reset --host "$(sg "$host" 1)"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "converting: (cancelled|image hangs)"
	update "$host" 1.1
	end
}

# to_probation NAME
to_probation()
{
	set_overlay probation_commands 4294967295
	set_overlay probation_ms "${2:-4294967295}"
	trigger "$host" "$1"
	wait_until 120 in_state "$host" probation
}

on_probation()
{
	begin
	to_probation 2.0
	sleep_once
	in_state "$host" probation
	load_goes_on load "$(disk "$host" 0)"
	set_overlay rollback 1
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "rolled back by hand"
	to_probation 2.0
	sleep_once
	set_overlay commit 1
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" 2.0
	end
}

# UNMAP of two ranges waits for the end of the probation, and the freezer for UNMAP.
waiting_command()
{
	install_images
	load luns=1 dev_size_mb=8
	update "$host" 2.0
	no_attention "$(sg "$host" 0)"
	to_probation 2.0 4000
	no_attention "$(sg "$host" 0)"
	start_job unmap sg_unmap --lba=0,64 --num=8,8 --force "$(disk "$host" 0)"
	wait_until 3 command_waits
	sleep_once
	wait_until 10 job_ended unmap
	equal "what sg_unmap says" "$(<"$tmp/unmap.out")" ""
	wait_until 10 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
}

command_waits()
{
	grep -q ' waiting [1-9]' "/sys/kernel/debug/hba_sim/host$host/mailboxes"
}

# The reader waits for whoever writes to a FIFO; the freezer waits for neither.
file_that_does_not_come()
{
	begin
	mkfifo "$firmware/fifo.mrb"
	trigger "$host" fifo
	in_state "$host" loading
	sleep_once
	in_state "$host" loading || fail "the file was not waited for"
	load_goes_on load "$(disk "$host" 0)"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^loading: image file cannot be opened"
	update "$host" 1.1
	end
}

logged_in_again()
{
	[ "$(fabric "$host" logins)" -ge $(($(fabric "$host" ports) + relogins)) ]
}

# All sessions are lost, and each login has three answers to wait for.
in_logins()
{
	install_images
	load luns=2 logins=30 dev_size_mb=16 login_delay_ms=300
	start_load load "$(disk "$host" 0)"
	echo 0 >"/sys/kernel/debug/hba_sim/host$host/link"
	echo 1 >"/sys/kernel/debug/hba_sim/host$host/link"
	sleep_once
	relogins=30
	wait_until 30 logged_in_again
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
}

[ -w /sys/power/pm_test ] || skip_all "this kernel has no /sys/power/pm_test"

point "each depth of sleep under verify" each_depth
point "in the middle of updates under verify" in_updates
point "in a conversion, and in a rollback" in_conversion
point "in an update that takes long" in_a_long_update
point "on probation: a rollback and a commit afterwards" on_probation
point "a command waits for the end of the probation" waiting_command
point "an image file that does not come keeps nobody awake" file_that_does_not_come
point "logins in progress" in_logins
run_points
