#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml 6.1
# timeout: 600
# Adapters and the module go away at any time: under load, in the middle of an
# update, while errors are handled. Refused with EBUSY, or clean.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

busy()
{
	load dev_size_mb=8
	start_load user "$(disk "$host" 0)"
	refused "in use" rmmod hba_sim
	load_goes_on user "$(disk "$host" 0)"
	stop_load user "$(disk "$host" 0)"
}

after_load()
{
	local i

	for i in 1 2 3; do
		load dev_size_mb=8 media_latency_us=$((i * 1000))
		fio_run --name=brief --filename="$(disk "$host" 0)" --ioengine=libaio \
			--iodepth=32 --rw=randwrite --bs=4k --size=256k
		unload
	done
}

# No disk has been looked for yet, or all of them are being looked at.
at_once()
{
	local i

	for i in 1 2 3 4; do
		insmod "$MODULE" adapters=2 luns=3 dev_size_mb=4
		[ "$i" -gt 2 ] || sleep "0.$i"
		unload
	done
}

# unload_during NAME STATE: the trigger is given, then all goes away.
unload_during()
{
	install_images
	[ "$1" = 1.1 ] || cp "$(built "$1.mrb")" "$firmware"
	load dev_size_mb=8
	trigger "$host" "$1"
	[ -z "$2" ] || wait_until 60 in_state "$host" "$2"
	rmmod hba_sim
	[ ! -d /sys/module/hba_sim ]
}

# A long probation with a user who knows nothing of it: the image stays, at once.
unload_on_probation()
{
	install_images
	load adapters=2 dev_size_mb=8
	for h in "${hosts[@]}"; do
		echo 1000000 >"/sys/class/scsi_host/host$h/overlay/probation_commands"
		echo 600000 >"/sys/class/scsi_host/host$h/overlay/probation_ms"
		trigger "$h" 2.0
		wait_until 60 in_state "$h" probation
	done
	timeout 60 bash -c "echo $host >$driver/remove_adapter"
	equal "hosts left" "$(list_hosts)" "${hosts[1]}"
	in_state "${hosts[1]}" probation
	timeout 60 rmmod hba_sim
	[ ! -d /sys/module/hba_sim ]
}

update_and_unload()
{
	unload_during 1.1 ""
	unload_during 1.1 ""
}

update_and_remove()
{
	install_images
	cp "$(built slow.mrb)" "$firmware"
	load adapters=2 dev_size_mb=8
	trigger "$host" slow
	trigger "${hosts[1]}" 1.1
	wait_until 60 in_state "$host" converting
	echo "$host" >"$driver/remove_adapter"
	echo "${hosts[1]}" >"$driver/remove_adapter"
	equal "hosts left" "$(list_hosts | wc -l)" 0
}

# open_too_long: a file of the removed adapter's sysfs folder is still open.
open_too_long()
{
	load adapters=2 dev_size_mb=8
	exec 7<"/sys/class/scsi_host/host$host/overlay/state"
	exec 8>"/sys/class/scsi_host/host$host/overlay/image"
	echo "$host" >"$driver/remove_adapter"
	refused "No such device" read_line
	refused "No such device" write_line
	exec 7<&- 8>&-
}

read_line()
{
	cat <&7
}

write_line()
{
	echo 1.1 >&8
}

# fio's commands end with errors, those of the other adapter do not.
remove_under_load()
{
	load adapters=2 dev_size_mb=8 media_latency_us=2000
	start_load kept "$(disk "${hosts[1]}" 0)"
	start_load removed "$(disk "$host" 0)" --ioengine=libaio --iodepth=16
	echo "$host" >"$driver/remove_adapter"
	wait_until 60 job_ended removed
	refused "not content" fio_result "$tmp/removed.json"
	equal "hosts left" "$(list_hosts)" "${hosts[1]}"
	refused "No such device" bash -c "echo $host >$driver/remove_adapter"
	load_goes_on kept "$(disk "${hosts[1]}" 0)"
	stop_load kept "$(disk "${hosts[1]}" 0)"
}

add_and_remove()
{
	local i
	local before

	load adapters=0 dev_size_mb=8
	equal "hosts" "$(list_hosts | wc -l)" 0
	for ((i = 0; i < ${DEEP:+10}0 + 5; i++)); do
		echo 2 >"$driver/add_adapter"
		equal "hosts" "$(list_hosts | wc -l)" 2
		before=$(list_hosts | head -n 1)
		echo "$before" >"$driver/remove_adapter"
		list_hosts | while read -r h; do
			echo "$h" >"$driver/remove_adapter"
		done
		equal "hosts" "$(list_hosts | wc -l)" 0
	done
	echo 1 >"$driver/add_adapter"
	find_hosts
	fio_run --name=brief --filename="$(disk "$host" 0)" --rw=randwrite --bs=4k --size=64k
}

# Adapters come and go from two sides at once.
at_the_same_time()
{
	load adapters=1 dev_size_mb=4
	start_job adder bash -c "for i in 1 2 3 4 5 6; do echo 1 >$driver/add_adapter; done"
	start_job remover bash -c "for i in {1..30}; do for n in /sys/class/scsi_host/host*/proc_name; do
		[ \"\$(cat \$n 2>/dev/null)\" != hba_sim ] || { n=\${n%/proc_name}; echo \${n##*host} >$driver/remove_adapter; }
		done; done 2>/dev/null"
	wait_until 60 job_ended adder
	wait_until 60 job_ended remover
}

# Commands time out and resets are asked for until the module is gone.
while_errors_are_handled()
{
	load luns=2 dev_size_mb=8 media_latency_us=5000000
	start_job slow bash -c "while :; do $(built scsi) $(sg "$host" 0) -t 100 -r 512 \
		28 00 00 00 00 00 00 00 01 00 || exit; done"
	start_job reset bash -c "while sg_reset --device $(sg "$host" 1); do :; done"
	wait_until 60 grep -q . "$tmp/slow.out"
	echo "$host" >"$driver/remove_adapter"
	wait_until 60 job_ended slow
	wait_until 60 job_ended reset
	unload
}

# The first command that the removal gives a hart, or a reset that somebody asks for,
# makes it trap: what restarts it is woken while the adapter goes.
while_resets_crash()
{
	local i
	local t

	install_images
	cp "$(built aged_trap.mrb)" "$firmware"
	for i in 1 2 3; do
		load luns=2 dev_size_mb=4
		update "$host" aged_trap
		for t in 0 1; do
			start_job "reset$t" bash -c "while [ -e $(sg "$host" "$t") ]; do
				sg_reset --device $(sg "$host" "$t") || :; done"
		done
		echo "$host" >"$driver/remove_adapter"
		for t in 0 1; do
			wait_until 60 job_ended "reset$t"
		done
		kernel_said "hart [0-9]* trapped"
		unload
	done
}

point "rmmod under load is refused" busy
point "rmmod after load" after_load
point "rmmod just after insmod" at_once
point "rmmod just after an update was triggered" update_and_unload
point "rmmod while the bootstrap of a new image runs" unload_during slow converting
point "rmmod while an image is on probation" unload_on_probation
point "adapters removed while they are updated" update_and_remove
point "sysfs files held open while their adapter goes" open_too_long
point "A1 an adapter removed under load, the other not concerned" remove_under_load
point "A1 adapters added and removed" add_and_remove
point "adapters added and removed at the same time" at_the_same_time
point "an adapter removed while errors are handled" while_errors_are_handled
point "an adapter removed while resets crash its image" while_resets_crash
run_points
