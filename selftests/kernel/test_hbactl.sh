#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
# hbactl with adapters that are there: what it shows and does, its exit status, and
# that it does not touch the next adapter after a failure.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

hbactl=$top/build/hbactl

# ends STATUS PATTERN ARGUMENT...: exit status of hbactl, and what it says
ends()
{
	local status=0

	"$hbactl" "${@:3}" >"$tmp/said-by-hbactl" 2>&1 || status=$?
	equal "exit status of hbactl ${*:3}" "$status" "$1"
	matches "what hbactl ${*:3} says" "$(<"$tmp/said-by-hbactl")" "$2"
}

set_overlay()
{
	echo "$3" >"/sys/class/scsi_host/host$1/overlay/$2"
}

# The next update's probation ends by hand.
long_probation()
{
	set_overlay "$1" probation_commands 4294967295
	set_overlay "$1" probation_ms 4294967295
}

one_adapter()
{
	install_images
	load dev_size_mb=16 logins=8
	start_load one "$(disk "$host" 0)"
	ends 0 "^host$host +hba_sim\.0  1\.0  [^ ]*1\.0[^ ]*  idle$" list
	ends 0 "remote ports +8" status
	ends 0 "\"adapter\":\"host$host\",.*\"version\":\"1.0\".*\"exit\":0" status hba_sim.0 --json
	ends 3 "no permanent media" slots
	ends 3 "no permanent media" update 1.1 --permanent
	ends 0 "1.1 fits" check 1.1
	ends 1 "no_such refused: loading: no such image file" check no_such
	ends 1 "host$host: failed: loading: no such image file" update no_such
	equal "version" "$(overlay "$host" version)" 1.0
	ends 0 "probation" update 1.1 --watch
	matches "the phases" "$(<"$tmp/said-by-hbactl")" "(loading|converting), .*: 1.1 runs, committed, paused for [0-9]"
	equal "version" "$(overlay "$host" version)" 1.1
	ends 0 "image 1.1, overlay: committed, paused for .* image no_such, overlay: failed; " history
	load_goes_on one "$(disk "$host" 0)"
	stop_load one "$(disk "$host" 0)"
}

by_hand()
{
	install_images
	load dev_size_mb=4
	ends 3 "no image is on probation" commit
	ends 3 "no image is on probation" rollback
	long_probation "$host"
	ends 6 "it goes on" update 1.1 --timeout 1
	wait_until 60 in_state "$host" probation
	ends 3 "an update is under way" update 1.1
	ends 3 "an update is under way" check 1.1
	ends 0 "1.0 runs, rolled-back, paused for [0-9]" rollback
	equal "version" "$(overlay "$host" version)" 1.0
	ends 0 "begun" update 1.1 --no-wait
	wait_until 60 in_state "$host" probation
	ends 0 "1.1 runs, committed" commit
	equal "version" "$(overlay "$host" version)" 1.1
}

# slots_say BOOTED FIRST SECOND: of the first adapter
slots_say()
{
	local lines="booted  $1"$'\n'"slot 0  $2"$'\n'"slot 1  $3"

	equal "slots" "$("$hbactl" slots "host$host")" "$lines"
}

# Two adapters with a boot flash each, and what they boot after a power cycle.
permanent()
{
	local h

	install_images
	load board=flash adapters=2 dev_size_mb=4
	slots_say rom none none
	ends 0 '"booted":"rom","slots":\[\{"slot":0,"version":null\},' slots "host$host" --json
	ends 0 "host$host: 1.1 runs.*host${hosts[1]}: 1.1 runs" update 1.1 --all --permanent
	ends 0 "host$host: 2.0 runs" update 2.0 "host$host" --permanent
	ends 0 "host$host: 2.1 runs" update 2.1 "host$host"
	slots_say rom "$(slot 1.1 1)" "$(slot 2.0 2)"
	for h in "${hosts[@]}"; do
		power_cycle "$h"
	done
	ends 0 "version +2.0" status "host$host"
	ends 0 "version +1.1" status "host${hosts[1]}"
	slots_say 1 "$(slot 1.1 1)" "$(slot 2.0 2)"
	ends 0 '"booted":1,.*"slot":1,"version":"2.0","sequence":2,' slots "host$host" --json
	new_adapter
}

# stays_at HOST: when the kernel said that its image stays, in ms
stays_at()
{
	kernel_log | sed -nE "s/^\\[ *([0-9]+)\\.([0-9]{3}).*host$1: overlay: .* stays.*/\\1\\2/p" | tail -n 1
}

# The second's update began after the first's had ended, probation included.
one_at_a_time()
{
	local began=$(($(stays_at "${hosts[1]}") - $(overlay "${hosts[1]}" total_ns) / 1000000))

	[ "$began" -ge $(($(stays_at "${hosts[0]}") - 20)) ] ||
		fail "both at once: the first ended at $(stays_at "${hosts[0]}"), the second began at $began"
}

all_of_them()
{
	install_images
	load adapters=2 dev_size_mb=16
	start_load first "$(disk "${hosts[0]}" 0)"
	ends 2 "there are 2 adapters" status
	ends 4 "no adapter host999" status host999
	ends 0 "host${hosts[0]}: 1.1 runs, committed.*host${hosts[1]}: 1.1 runs, committed" update 1.1 --all
	one_at_a_time
	load_goes_on first "$(disk "${hosts[0]}" 0)"
	# the first cannot keep to this pause, so the second is left alone
	set_overlay "${hosts[0]}" pause_budget_us 1
	ends 1 "host${hosts[0]}: failed: .*budget" update 2.0 --all
	equal "version of the first" "$(overlay "${hosts[0]}" version)" 1.1
	equal "updates of the second" "$(overlay "${hosts[1]}" updates)" 1
	# and here it is the other one
	set_overlay "${hosts[0]}" pause_budget_us 0
	set_overlay "${hosts[1]}" pause_budget_us 1
	ends 1 "host${hosts[0]}: 2.0 runs, .*host${hosts[1]}: failed: .*budget" update 2.0 --all
	equal "version of the first" "$(overlay "${hosts[0]}" version)" 2.0
	equal "version of the second" "$(overlay "${hosts[1]}" version)" 1.1
	stop_load first "$(disk "${hosts[0]}" 0)"
}

# A path that is down is no time to touch the other one.
path_down()
{
	# its ports log in again when it is up
	# shellcheck disable=SC2317
	logins_as_at_power_on() { :; }
	install_images
	load adapters=2 dev_size_mb=4
	echo 0 >"/sys/kernel/debug/hba_sim/host${hosts[1]}/link"
	ends 3 "host${hosts[1]}: its port is not online: Linkdown" update 1.1 --all
	equal "updates of the first" "$(overlay "${hosts[0]}" updates)" 0
	echo 1 >"/sys/kernel/debug/hba_sim/host${hosts[1]}/link"
	wait_until 60 is_online "${hosts[1]}"
	ends 0 "host${hosts[1]}: 1.1 runs" update 1.1 --all
}

is_online()
{
	grep -qx Online "/sys/class/fc_host/host$1/port_state"
}

crashes()
{
	[ -d /sys/class/devcoredump ] || skip "this kernel has no device coredumps"
	mkdir -p "$firmware"
	cp "$(built io_illegal.mrb)" "$firmware"
	load dev_size_mb=4 queues=1
	# another test may have left one
	"$hbactl" crash --clear >/dev/null
	wait_until 30 no_dump
	long_probation "$host"
	ends 0 "begun" update io_illegal --no-wait
	wait_until 60 in_state "$host" probation
	cat "$(disk "$host" 0)" >/dev/null
	wait_until 100 is_idle "$host"
	ends 0 "rolled-back, .*; .*a hart crashed" history
	wait_until 60 a_dump
	ends 0 "adapter +hba_sim0.*registers" crash
	ends 0 "\"dumps\":\[\{\"adapter\":\"host$host\",.*\"hart\":" crash "host$host" --json
	ends 0 "reason" crash --clear
	wait_until 30 no_dump
}

a_dump()
{
	"$hbactl" crash >"$tmp/dumps"
	grep -q "^reason" "$tmp/dumps"
}

no_dump()
{
	"$hbactl" crash >"$tmp/dumps"
	grep -qx "no crash dumps" "$tmp/dumps"
}

without_privilege()
{
	install_images
	load dev_size_mb=4
	hbactl=$tmp/unprivileged
	printf '#!/bin/sh\nexec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin %s "$@"\n' \
		"$top/build/hbactl" >"$hbactl"
	chmod +x "$hbactl"
	ends 0 "version +1.0" status
	ends 5 "not permitted" update 1.1
	ends 5 "not permitted" check 1.1
	equal "version" "$(overlay "$host" version)" 1.0
}

point "one adapter: list, status, check, update, history" one_adapter
point "commit and rollback by hand" by_hand
point "all adapters, one at a time, until one fails" all_of_them
point "all adapters, with a path down" path_down
point "permanent updates, and the slots of a boot flash" permanent
point "crash dumps" crashes
point "without CAP_SYS_ADMIN" without_privilege
run_points
