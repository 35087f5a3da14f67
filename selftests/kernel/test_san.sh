#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 500
# kernels: uml
# Logins are remote ports of the FC transport class. Links fail, ports go and log
# out, also in an update: commands wait and none is lost; who stays away too long
# loses its disk, until it comes back. An update touches no remote port (U7).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

relogins=0

# The far end has seen those that the point has provoked, and no other one.
logins_as_at_power_on()
{
	local h

	for h in $(list_hosts); do
		equal "host$h logins" "$(fabric "$h" logins)" \
			$(($(fabric "$h" ports) + relogins))
		equal "host$h PRLIs" "$(fabric "$h" prlis)" "$(fabric "$h" logins)"
		equal "host$h PLOGIs" "$(fabric "$h" plogis)" "$(fabric "$h" logins)"
		equal "host$h rejected tokens" "$(fabric "$h" rejected_tokens)" 0
	done
}

# fc FILE and rport PORT FILE: of the first host
fc()
{
	echo "$(<"/sys/class/fc_host/host$host/$1")"
}

rport()
{
	echo "$(<"/sys/class/fc_remote_ports/rport-$host:0-$1/$2")"
}

provoke()
{
	echo "$2" >"/sys/kernel/debug/hba_sim/host$host/$1"
}

port_is()
{
	[ "$(rport "$1" port_state)" = "$2" ]
}

# ports_are STATE: all of them
ports_are()
{
	local other

	other=$(grep -Lx "$1" "/sys/class/fc_remote_ports/rport-$host:"*/port_state || true)
	[ -z "$other" ]
}

# relogged N: there have been N logins beyond the first ones, and the ports are there
relogged()
{
	[ "$(fabric "$host" logins)" -ge $(($(fabric "$host" ports) + $1)) ] && ports_are Online
}

attributes()
{
	local names

	load luns=2 logins=20 dev_size_mb=4 queues=1
	matches "node name" "$(fc node_name)" '^0x2000484241[0-9a-f]{6}$'
	matches "port name" "$(fc port_name)" '^0x2001484241[0-9a-f]{6}$'
	matches "fabric name" "$(fc fabric_name)" '^0x1000484241000000$'
	matches "port id" "$(fc port_id)" '^0x02[0-9a-f]{4}$'
	equal "port type" "$(fc port_type)" "NPort (fabric via point-to-point)"
	equal "port state" "$(fc port_state)" Online
	equal "speed" "$(fc speed)" "16 Gbit"
	equal "classes" "$(fc supported_classes)" "Class 3"
	matches "symbolic name" "$(fc symbolic_name)" '^hba_sim[0-9]+ '
	names=("/sys/class/fc_remote_ports/rport-$host:"*)
	equal "remote ports" "${#names[@]}" 20
	equal "roles of 1" "$(rport 1 roles)" "FCP Target"
	equal "roles of 2" "$(rport 2 roles)" "FCP Initiator"
	equal "FLOGIs" "$(fabric "$host" flogis)" 1
	equal "port id of 19" "$(rport 19 port_id)" 0x010013
	matches "lsscsi -t" "$(lsscsi -t "$host:0:1:0")" \
		"disk +fc:$(rport 1 port_name),0x010001 +/dev/sd"
	equal "transport of target 1" \
		"$(</sys/class/fc_transport/target"$host":0:1/port_name),$(</sys/class/fc_transport/target"$host":0:1/port_id)" \
		"$(rport 1 port_name),0x010001"
	matches "lsscsi -t" "$(lsscsi -t "$host:0:1:0")" \
		"^\[$host:0:1:0\] +disk +fc:$(rport 1 port_name),0x010001 +$(disk "$host" 1) *$"
	matches "its device" "$(readlink -f "$(scsi_device "$host" 1)")" "/rport-$host:0-1/"
}

statistics()
{
	local device
	local before

	load dev_size_mb=4
	device=$(disk "$host" 0)
	echo 1 >"/sys/class/fc_host/host$host/statistics/reset_statistics"
	equal "output requests" "$(fc statistics/fcp_output_requests)" 0x0
	dd if=/dev/zero of="$device" bs=512k count=4 oflag=direct status=none
	dd if="$device" of=/dev/null bs=512k count=3 iflag=direct status=none
	[ $(($(fc statistics/fcp_output_requests))) -ge 4 ]
	equal "words sent" "$(fc statistics/tx_words)" 0x80000
	before=$(fc statistics/fcp_input_requests)
	[ $((before)) -ge 3 ] || fail "input requests are $before"
	equal "link failures" "$(fc statistics/link_failure_count)" 0x0
}

port_loss()
{
	local device

	load luns=2 logins=4 dev_size_mb=16 media_latency_us=2000
	device=$(disk "$host" 0)
	start_load loss "$device" --ioengine=libaio --iodepth=16
	provoke lose_port 0
	wait_until 10 port_is 0 Blocked
	port_is 1 Online
	dd if="$(disk "$host" 1)" of=/dev/null bs=4k count=4 iflag=direct status=none
	sleep 1
	port_is 0 Blocked
	equal "logins" "$(fabric "$host" logins)" 4
	provoke return_port 0
	wait_until 10 relogged 1
	load_goes_on loss "$device"
	stop_load loss "$device"
	relogins=1
}

logouts()
{
	local device

	load luns=1 logins=2 dev_size_mb=16 media_latency_us=1000
	device=$(disk "$host" 0)
	start_load logout "$device" --ioengine=libaio --iodepth=16
	for relogins in 1 2 3 4 5; do
		provoke logout_port 0
		wait_until 10 relogged "$relogins"
		load_goes_on logout "$device"
	done
	stop_load logout "$device"
	refused "Invalid argument" provoke logout_port 2
}

link_bounce()
{
	local device

	load luns=2 logins=16 dev_size_mb=16
	device=$(disk "$host" 0)
	start_load link "$device"
	provoke link 0
	equal "port state" "$(fc port_state)" Linkdown
	wait_until 10 ports_are Blocked
	provoke link 1
	wait_until 20 relogged 16
	load_goes_on link "$device"
	stop_load link "$device"
	equal "link failures" "$(fc statistics/link_failure_count)" 0x1
	relogins=16
}

# The link fails while the new image converts or is on probation: the update
# succeeds, the logins come before its pause or when it is over.
link_in_update()
{
	local device

	install_images
	load luns=2 logins=8 dev_size_mb=16
	device=$(disk "$host" 0)
	start_load update "$device"
	trigger "$host" 2.0
	provoke link 0
	provoke link 1
	wait_until 120 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	wait_until 20 relogged 8
	trigger "$host" 2.0
	provoke logout_port 0
	wait_until 120 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	wait_until 20 relogged 9
	load_goes_on update "$device"
	stop_load update "$device"
	relogins=9
}

# Nothing is blocked, deleted or made in an update: the devices stay the same ones.
update_touches_nothing()
{
	local before

	install_images
	load luns=2 logins=30 dev_size_mb=4
	start_job uevents "$(built watch)" uevents
	sleep 0.5
	before=$(stat -c '%n %i' "/sys/class/fc_remote_ports/rport-$host:"*)
	for name in 1.1 2.0; do
		update "$host" "$name"
		ports_are Online
	done
	end_job uevents KILL
	equal "remote ports" "$(stat -c '%n %i' "/sys/class/fc_remote_ports/rport-$host:"*)" "$before"
	! grep -E "rport|target$host" "$tmp/uevents.out"
}

has_no_disk()
{
	[ ! -e "$(scsi_device "$host" 0)" ]
}

has_disk()
{
	[ -b "$(disk "$host" 0)" ]
}

device_loss()
{
	local device

	load luns=2 logins=2 dev_size_mb=4
	device=$(disk "$host" 0)
	dd if=/dev/urandom of="$tmp/data" bs=64k count=1 status=none
	dd if="$tmp/data" of="$device" bs=64k oflag=direct status=none
	echo 1 >"/sys/class/fc_remote_ports/rport-$host:0-0/dev_loss_tmo"
	equal "dev_loss_tmo" "$(rport 0 dev_loss_tmo)" 1
	provoke lose_port 0
	wait_until 20 has_no_disk
	equal "state" "$(rport 0 port_state)" "Not Present"
	provoke return_port 0
	wait_until 20 has_disk
	wait_until 20 disks_are_there "$host"
	dd if="$(disk "$host" 0)" bs=64k count=1 iflag=direct status=none | cmp - "$tmp/data"
	relogins=1
}

# The reset of a unit waits for its port. If that goes for good, the reset concerns nobody.
reset_of_lost_unit()
{
	load luns=2 logins=2 dev_size_mb=4 media_latency_us=4000000
	scsi_is "$(sg "$host" 0)" GOOD "${TUR[@]}"
	echo 1 >"/sys/class/fc_remote_ports/rport-$host:0-1/dev_loss_tmo"
	provoke lose_port 1
	start_job reset sg_reset --no-esc --device "$(sg "$host" 1)"
	start_job read scsi "$(sg "$host" 0)" -t 20000 -r 512 28 00 00 00 00 00 00 00 01 00
	wait_until 20 job_ended reset
	wait_until 20 job_ended read
	equal "the other unit's read" "$(head -n 1 "$tmp/read.out")" GOOD
	scsi_is "$(sg "$host" 0)" GOOD "${TUR[@]}"
	equal "state" "$(rport 1 port_state)" "Not Present"
	provoke return_port 1
	wait_until 20 relogged 1
	relogins=1
}

# Who has another path does not want to wait: with fast_io_fail_tmo commands fail
# soon, those that are under way and those that come, and the disk stays.
fast_failure()
{
	local device

	load luns=2 logins=2 dev_size_mb=4 media_latency_us=1000000
	device=$(disk "$host" 0)
	echo 60 >"/sys/class/fc_remote_ports/rport-$host:0-0/dev_loss_tmo"
	echo 1 >"/sys/class/fc_remote_ports/rport-$host:0-0/fast_io_fail_tmo"
	start_job read dd if="$device" of=/dev/null bs=4k count=1 iflag=direct
	sleep 0.3
	provoke lose_port 0
	wait_until 20 job_ended read
	refused "Input/output error|No such device" \
		timeout 20 dd if="$device" of=/dev/null bs=4k count=1 iflag=direct
	port_is 0 Blocked
	has_disk
	provoke return_port 0
	wait_until 20 relogged 1
	dd if="$device" of=/dev/null bs=4k count=1 iflag=direct status=none
	relogins=1
}

# As many as there can be; no update asks one of them again.
all_logins()
{
	local names

	install_images
	load luns=2 logins=4096 login_delay_ms=1 dev_size_mb=4 queues=1
	names=("/sys/class/fc_remote_ports/rport-$host:"*)
	equal "remote ports" "${#names[@]}" 4096
	for name in 1.1 2.0; do
		update "$host" "$name"
		note "$name: pause $(overlay "$host" pause_ns) ns"
	done
	equal "FLOGIs" "$(fabric "$host" flogis)" 1
	equal "logins" "$(fabric "$host" logins)" 4096
	ports_are Online
}

# An adapter that has stopped logs in to nobody: commands end, and are not tried for ever.
stopped_adapter()
{
	local device

	mkdir -p "$firmware"
	head -c 5000 "$top/build/images/1.1.mrb" >"$firmware/bad.mrb"
	load luns=1 logins=2 dev_size_mb=4
	device=$(disk "$host" 0)
	echo 1 >"/sys/class/fc_remote_ports/rport-$host:0-0/fast_io_fail_tmo"
	trigger "$host" "bad method=conventional"
	wait_until 60 port_state_is Error
	! timeout 30 dd if="$device" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null ||
		fail "an adapter that has stopped has answered"
	provoke logout_port 0
	start_job read dd if="$device" of=/dev/null bs=4k count=1 iflag=direct
	wait_until 20 job_ended read
}

port_state_is()
{
	[ "$(fc port_state)" = "$1" ]
}

# The far end takes its time; I/O goes on meanwhile. Wherever updates find 64 logins, each
# is made once: see logins_as_at_power_on.
slow_logins()
{
	local device

	install_images
	load luns=1 logins=64 dev_size_mb=16 login_delay_ms=300
	device=$(disk "$host" 0)
	start_load slow "$device"
	provoke logout_port 5
	load_goes_on slow "$device"
	wait_until 20 relogged 1
	for relogins in 65 129; do
		provoke link 0
		provoke link 1
		update "$host" "$([ "$relogins" = 65 ] && echo 1.1 || echo 2.0)"
		wait_until 20 relogged "$relogins"
	done
	equal "FLOGIs" "$(fabric "$host" flogis)" 3
	load_goes_on slow "$device"
	stop_load slow "$device"
}

direct()
{
	refused "Invalid (argument|parameters)" insmod "$MODULE" topology=direct logins=2
	load topology=direct dev_size_mb=4
	equal "port type" "$(fc port_type)" "Point-To-Point (direct nport connection)"
	equal "fabric name" "$(fc fabric_name)" 0x0
	equal "port id" "$(fc port_id)" 0x000001
	equal "its port id" "$(rport 0 port_id)" 0x000002
	dd if=/dev/zero of="$(disk "$host" 0)" bs=64k count=4 oflag=direct status=none
	provoke link 0
	wait_until 10 port_is 0 Blocked
	equal "port type" "$(fc port_type)" Unknown
	provoke link 1
	wait_until 20 relogged 1
	relogins=1
}

# The module goes while a port is away and its commands wait.
unload_without_port()
{
	local device

	load luns=2 logins=3 dev_size_mb=4
	device=$(disk "$host" 0)
	provoke lose_port 0
	wait_until 10 port_is 0 Blocked
	start_job read dd if="$device" of=/dev/null bs=4k count=1 iflag=direct
	sleep 0.5
	job_runs read
	echo "$host" >"$driver/remove_adapter"
	wait_until 10 job_ended read
	load_is_gone=$(list_hosts)
	equal "hosts" "$load_is_gone" ""
}

point "fc_host and remote ports have their attributes" attributes
point "statistics count what was moved" statistics
point "a port is lost and comes back: no command fails" port_loss
point "a port logs out again and again: no command fails" logouts
point "the link goes down and up: no command fails" link_bounce
point "U7: links fail in updates and logins come afterwards" link_in_update
point "U7: an update touches no remote port" update_touches_nothing
point "after dev_loss_tmo the disk goes, and it comes back" device_loss
point "after dev_loss_tmo a reset of its unit concerns no other" reset_of_lost_unit
point "after fast_io_fail_tmo commands fail and the disk stays" fast_failure
point "A7 U7: 4096 logins, and two updates" all_logins
point "an adapter that has stopped ends commands to a lost port" stopped_adapter
point "A7 U7 logins that take a while, beside I/O and an update" slow_logins
point "A7 two ports without a fabric" direct
point "an adapter is removed while a port is lost" unload_without_port
run_points
