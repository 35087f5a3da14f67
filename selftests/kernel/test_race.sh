#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: uml
# Everything at once, for kernels that check locks and find data races: commands
# on all queues under verify, updates, rollbacks, resets, aborts, adapters that
# come and go, readers of all files, and the module's end in the middle of it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

LENGTH=$((${DEEP:+1} + 0 ? 120 : 20))	# seconds
ROUNDS=$((${DEEP:+1} + 0 ? 20 : 3))
READ=(28 00 00 00 00 00 00 00 01 00)

# actor NAME COMMAND...: do it again and again until $tmp/stop is there, and count
# in $tmp/NAME.count how often it could be done.
actor()
{
	local name=$1
	local n=0

	shift
	while [ ! -e "$tmp/stop" ]; do
		if "$@" 2>/dev/null; then
			n=$((n + 1))
			echo "$n" >"$tmp/$name.count"
		fi
		sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
	done
}

start_actor()
{
	echo 0 >"$tmp/$1.count"
	start_job "$1" actor "$@"
}

# stop_actors NAME...: each was able to do something.
stop_actors()
{
	local name

	touch "$tmp/stop"
	for name in "$@"; do
		wait_until 150 job_ended "$name"
		note "$name: $(<"$tmp/$name.count")"
	done
	rm "$tmp/stop"
	for name in "$@"; do
		[ "$(<"$tmp/$name.count")" -gt 0 ] || fail "$name could do nothing"
	done
}

# start_writers DEVICE: a job of fio on each CPU, and thus on each queue
start_writers()
{
	local n

	n=$(nproc)
	fio_run --name=fill --filename="$1" --rw=write --bs=64k --verify_interval=4k \
		--size=4m --do_verify=0
	start_job writers fio "${fio_options[@]}" --output="$tmp/writers.json" --filename="$1" \
		--ioengine=libaio --iodepth=4 --bs=4k --rw=randwrite --verify_backlog=16 \
		--size=$((4 / n))m --offset_increment=$((4 / n))m --numjobs="$n" \
		--cpus_allowed="0-$((n - 1))" --cpus_allowed_policy=split \
		--time_based --runtime=86400 --name=writer
	load_goes_on writers "$1"
}

# An update that a reset or the user ends is none that failed. 1.1 for the first
# half of the time, then 2.0, which there is no way back from but a rollback.
update_once()
{
	local image=1.1
	local end=$((SECONDS + 120))

	[ "$SECONDS" -lt "$half" ] || image=2.0
	trigger "$host" "$image" || return
	until is_idle "$host"; do
		[ "$SECONDS" -lt "$end" ] || { echo "never idle" >>"$tmp/wrong"; return 1; }
		sleep 0.1
	done
	case $(overlay "$host" error) in
	none)				return 0 ;;
	*cancelled*|*"by hand"*)	return 1 ;;
	*)	echo "$image: $(overlay "$host" error)" >>"$tmp/wrong"; return 1 ;;
	esac
}

decide_once()
{
	local what=rollback

	[ $((RANDOM % 2)) -eq 0 ] || what=commit
	echo 1 >"/sys/class/scsi_host/host$host/overlay/$what"
}

reset_once()
{
	local what=--device

	[ $((RANDOM % 3)) -ne 0 ] || what=--host
	sg_reset "$what" "$(sg "$host" $((RANDOM % 2)))"
	sleep 0.5	# sd gives up a command that was reset six times
}

# A millisecond is not always enough.
abort_once()
{
	"$(built scsi)" "$(sg "$host" 1)" -t 1 -r 512 "${READ[@]}" >/dev/null
}

read_once()
{
	grep -qs . /sys/class/scsi_host/host*/{overlay,fabric,processor}/* \
		/sys/class/scsi_host/host*/{can_queue,state,host_busy,active_mode} \
		/sys/module/hba_sim/parameters/*
}

# Another adapter, updated while it goes.
come_and_go()
{
	local new

	echo $((RANDOM % 2000)) >/sys/module/hba_sim/parameters/media_latency_us
	echo 1 >"$driver/add_adapter" || return
	new=$(list_hosts | tail -n 1)
	[ "$new" != "$host" ] || return
	trigger "$new" 1.1
	sleep "0.$((RANDOM % 10))"
	echo "$new" >"$driver/remove_adapter"
}

# KCSAN without a watched access, or lockdep after it has given up, finds nothing.
checkers_work()
{
	local watched

	if [ -e /sys/kernel/debug/kcsan ]; then
		watched=$(awk '/^setup_watchpoints/ { print $2 }' /sys/kernel/debug/kcsan)
		note "KCSAN watched $watched accesses"
		[ "$watched" -gt 1000 ]
	fi
	[ ! -e /proc/lockdep_stats ] || grep -Eq 'debug_locks: +1$' /proc/lockdep_stats
}

at_once()
{
	local actors=(update_once decide_once reset_once abort_once read_once come_and_go)
	local half=$((SECONDS + LENGTH / 2))
	local name

	install_images
	load luns=2 logins=20 dev_size_mb=8 media_latency_us=500
	echo 2000 >"/sys/class/scsi_host/host$host/overlay/probation_ms"
	start_writers "$(disk "$host" 0)"
	for name in "${actors[@]}"; do
		start_actor "$name" "$name"
	done
	sleep "$LENGTH"
	stop_actors "${actors[@]}"
	[ ! -e "$tmp/wrong" ] || fail "updates: $(<"$tmp/wrong")"
	load_goes_on writers "$(disk "$host" 0)"
	stop_load writers "$(disk "$host" 0)"
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 0
	checkers_work
}

# Whoever has a device open keeps the module; all others find it gone.
until_unloaded()
{
	local actors=(update_once decide_once abort_once read_once)
	local half=$((SECONDS + 100000))
	local name
	local i

	install_images
	for ((i = 0; i < ROUNDS; i++)); do
		load luns=2 dev_size_mb=8 media_latency_us=$((i % 3 * 500))
		for name in "${actors[@]}"; do
			start_actor "$name" "$name"
		done
		sleep "1.$((RANDOM % 10))"
		wait_until 60 try_unload
		touch "$tmp/stop"
		for name in "${actors[@]}"; do
			wait_until 150 job_ended "$name"
		done
		rm "$tmp/stop"
	done
	note "$i times"
}

point "I/O, updates, rollbacks, resets, aborts, adapters that come and go" at_once
point "the module goes in the middle of updates, aborts and reads" until_unloaded
run_points
