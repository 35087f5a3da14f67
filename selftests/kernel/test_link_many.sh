#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: 6.1
# The link of an adapter with 1,024 logins (with --deep 4,096) fails: all ports are blocked together, the disks
# come back before the others, no command fails, and none is dispatched again and again.
# And a port that somebody has declared marginal is not tried to the end.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

LOGINS=1024
[ -z "${DEEP:-}" ] || LOGINS=4096
AT_ONCE=256	# ports that are blocked together, see hba_sim/driver/fc_rport.h
MAP=hba_sim-marginal

need_tracing()
{
	[ -e "$tracing/trace" ] || mount -t tracefs tracefs "$tracing" 2>/dev/null || true
	[ -e "$tracing/events/hba_sim/hba_ports" ] || skip "this kernel has no trace events"
	echo 16384 >"$tracing/buffer_size_kb"
	: >"$tracing/trace"
}

# watch SYSTEM EVENT 0|1
watch()
{
	echo "$3" >"$tracing/events/$1/$2/enable"
}

provoke()
{
	echo "$2" >"/sys/kernel/debug/hba_sim/host$host/$1"
}

port_state()
{
	echo "$(<"/sys/class/fc_remote_ports/rport-$host:0-$1/port_state")"
}

port_is()
{
	[ "$(port_state "$1")" = "$2" ]
}

relogged()
{
	[ "$(fabric "$host" logins)" -ge $(($(fabric "$host" ports) + $1)) ]
}

# sums NAME: all values of that name in the events of remote ports
sums()
{
	grep -oE "hba_ports: .*" "$tracing/trace" | grep -oE "\b$1=[0-9]+" |
		awk -F= '{ sum += $2 } END { print sum + 0 }'
}

# all_were NAME: the events tell of all ports; to read the files of thousands takes too long
all_were()
{
	[ "$(sums "$1")" -ge $LOGINS ]
}

# rounds NAME: in how many events that is not 0
rounds()
{
	grep "hba_ports: " "$tracing/trace" | grep -cE "\b$1=[1-9]" || true
}

# How many reads were answered before the last port was found?
reads_before_last()
{
	awk '/hba_ports: .*found=[1-9]/ { before = reads }
		/hba_complete: .*outcome=replied/ { reads++ }
		END { print before + 0 }' "$tracing/trace"
}

bounce()
{
	local device

	load luns=2 logins=$LOGINS dev_size_mb=16
	need_tracing
	device=$(disk "$host" 0)
	start_load bounce "$device"
	watch hba_sim hba_ports 1
	provoke link 0
	wait_until 30 all_were blocked
	port_is 0 Blocked
	port_is $((LOGINS - 1)) Blocked
	watch hba_sim hba_ports 0
	equal "ports that were blocked" "$(sums blocked)" $LOGINS
	[ "$(rounds blocked)" -le $((LOGINS / AT_ONCE + 2)) ] ||
		fail "ports were blocked in $(rounds blocked) rounds"
	: >"$tracing/trace"
	watch hba_sim hba_ports 1
	watch hba_sim hba_complete 1
	provoke link 1
	wait_until 120 all_were found
	relogged $LOGINS
	watch hba_sim hba_complete 0
	watch hba_sim hba_ports 0
	equal "ports that were found" "$(sums found)" $LOGINS
	[ "$(reads_before_last)" -gt 0 ] || fail "no I/O before the last port was found"
	load_goes_on bounce "$device"
	stop_load bounce "$device"
	relogins=$LOGINS
}

# Down for a second, up again while ports are still being blocked, or not.
short_bounce()
{
	local device

	load luns=2 logins=$LOGINS dev_size_mb=16
	device=$(disk "$host" 1)
	start_load short "$device"
	provoke link 0
	sleep 1
	provoke link 1
	load_goes_on short "$device"
	wait_until 120 relogged $LOGINS
	wait_until 60 port_is $((LOGINS - 1)) Online
	stop_load short "$device"
	relogins=$LOGINS
}

# dispatches: of READ (10), since they are watched
dispatches()
{
	grep -c "scsi_dispatch_cmd_start: .*READ_10" "$tracing/trace" || true
}

# A read is at the media when its port is lost, with all others; it is dispatched once more.
dispatched_twice()
{
	local device

	load luns=16 logins=$LOGINS dev_size_mb=1 media_latency_us=2000000
	need_tracing
	device=$(disk "$host" 15)
	watch scsi scsi_dispatch_cmd_start 1
	start_job read dd if="$device" of=/dev/null bs=4k count=1 iflag=direct
	sleep 0.5
	equal "dispatches" "$(dispatches)" 1
	provoke link 0
	wait_until 30 port_is 15 Blocked
	sleep 2
	[ "$(dispatches)" -le 2 ] || fail "one read was dispatched $(dispatches) times"
	provoke link 1
	wait_until 30 job_ended read
	watch scsi scsi_dispatch_cmd_start 0
	grep -q "1+0 records in" "$tmp/read.out" || fail "$(<"$tmp/read.out")"
	[ "$(dispatches)" -le 3 ] || fail "one read was dispatched $(dispatches) times"
	wait_until 120 relogged $LOGINS
	wait_until 60 port_is $((LOGINS - 1)) Online
	relogins=$LOGINS
}

# read_of_path: one that the disk takes too long for; it fails
read_of_path()
{
	dmsetup create "$MAP" --noudevsync --table "0 2048 multipath 0 0 1 1 round-robin 0 1 1 \
		$(<"/sys/class/block/$(basename "$1")/dev") 100"
	: >"$tracing/trace"
	watch scsi scsi_dispatch_cmd_start 1
	! dd if="/dev/$(dmsetup info -c --noheadings -o blkdevname "$MAP")" of=/dev/null bs=4k \
		count=1 iflag=direct 2>/dev/null || fail "the read has not failed"
	watch scsi scsi_dispatch_cmd_start 0
	dmsetup remove --noudevsync --retry "$MAP"
}

# Who has another path does not want a marginal one to be tried as often as a good one.
marginal()
{
	local device

	modprobe -q -a dm_multipath dm_round_robin || skip "no multipath in this kernel"
	load dev_size_mb=4 media_latency_us=4000000
	need_tracing
	device=$(disk "$host" 0)
	echo 1 >"/sys/block/$(basename "$device")/device/timeout"
	echo Marginal >"/sys/class/fc_remote_ports/rport-$host:0-0/port_state"
	port_is 0 Marginal
	read_of_path "$device"
	equal "dispatches through a marginal port" "$(dispatches)" 1
	echo Online >"/sys/class/fc_remote_ports/rport-$host:0-0/port_state"
	read_of_path "$device"
	[ "$(dispatches)" -gt 1 ] || fail "a good port is not tried again"
	note "a good port was tried $(dispatches) times"
}

point "A7: many logins, the link fails and returns: no command fails" bounce
point "A7: many logins, the link is down for a second" short_bounce
point "A7: a command to a lost port is not dispatched again and again" dispatched_twice
point "a marginal port is not tried to the end" marginal
run_points
