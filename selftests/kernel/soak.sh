#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A soak: steps drawn from a seed, for SOAK_MINUTES, while fio writes and verifies.
# SOAK_SEED replays the steps of the run that printed it; each step draws the same
# number of times, so what a step finds does not change the ones behind it. Run by
# scripts/check --soak; no test_*.sh, so selftests/kernel/run has it only by name.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SOAK_MINUTES=${SOAK_MINUTES:-1}
SOAK_SEED=${SOAK_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
HOSTILE=(illegal stack store_text store_data abort idle order_copy pause_illegal
	pause_abort swap_illegal swap_nothing copy_illegal copy_unverified flush_illegal
	start_illegal start_idle hart_illegal)
declare -A counts

counted()
{
	counts[$1]=$((${counts[$1]:-0} + 1))
}

# begin_life LUNS LATENCY: the module is loaded, and fio writes and verifies.
begin_life()
{
	install_images
	load "luns=$1" logins=10 dev_size_mb=8 "media_latency_us=$2"
	start_load load "$(disk "$host" 0)" --rate_iops=500
}

end_life()
{
	load_goes_on load "$(disk "$host" 0)"
	stop_load load "$(disk "$host" 0)"
	logins_as_at_power_on
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 0
	unload
}

older_than_running()
{
	[ "$1" = 1.1 ] && [ "$(overlay "$host" version)" = 2.0 ]
}

update_step()
{
	if older_than_running "$1"; then
		update_fails "$host" "$1" older
	else
		update "$host" "$1"
	fi
}

# To probation, and back by hand; a probation that ends first is no failure.
rollback_step()
{
	if older_than_running "$1"; then
		update_fails "$host" "$1" older
		return
	fi
	trigger "$host" "$1"
	wait_until 120 past_swap
	echo 1 2>/dev/null >"/sys/class/scsi_host/host$host/overlay/rollback" || true
	wait_until 120 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^none|rolled back by hand"
}

past_swap()
{
	in_state "$host" probation || is_idle "$host"
}

hostile_step()
{
	cp "$(built "${HOSTILE[$1]}.mrb")" "$firmware/hostile.mrb"
	update_fails "$host" hostile .
	rm "$firmware/hostile.mrb"
}

# reset_step OPTION: perhaps in the middle of an update
reset_step()
{
	local updating=$2

	! older_than_running 1.1 || updating=0
	[ "$updating" -eq 0 ] || trigger "$host" 1.1
	sg_reset "$1" "$(sg "$host" 0)"
	wait_until 120 is_idle "$host"
	[ "$updating" -eq 0 ] || matches "error" "$(overlay "$host" error)" "^none|cancelled"
}

adapter_step()
{
	local new

	echo 1 >"$driver/add_adapter"
	new=$(list_hosts | tail -n 1)
	wait_until 120 disks_are_there "$new"
	fio_run --name=new --filename="$(disk "$new" 0)" --rw=randwrite --bs=4k --size=256k
	echo "$new" >"$driver/remove_adapter"
}

reload_step()
{
	end_life
	begin_life "$1" "$2"
}

# step KIND A B: each a number below 32768
step()
{
	local image=1.1

	[ $(($2 % 2)) -eq 0 ] || image=2.0
	case $(($1 % 12)) in
	0|1|2)	counted updates; update_step "$image" ;;
	3)	counted rollbacks; rollback_step "$image" ;;
	4|5|6)	counted hostile; hostile_step $(($2 % ${#HOSTILE[@]})) ;;
	7)	counted unit-resets; reset_step --device $(($3 % 2)) ;;
	8)	counted host-resets; reset_step --host $(($3 % 2)) ;;
	9)	counted adapters; adapter_step ;;
	*)	counted reloads; reload_step $(($2 % 3 + 1)) $(($3 % 3 * 500)) ;;
	esac
}

soak()
{
	local end=$((SECONDS + SOAK_MINUTES * 60))
	local draws
	local n=0
	local name

	note "SOAK_SEED=$SOAK_SEED"
	RANDOM=$SOAK_SEED
	begin_life 1 0
	while [ "$SECONDS" -lt "$end" ]; do
		draws=("$RANDOM" "$RANDOM" "$RANDOM")
		n=$((n + 1))
		echo "<6>hba_sim-soak: seed $SOAK_SEED step $n: ${draws[*]}" >/dev/kmsg
		echo "seed $SOAK_SEED step $n: ${draws[*]}"
		step "${draws[@]}"
		load_goes_on load "$(disk "$host" 0)"
	done
	end_life
	note "$n steps in $((SECONDS / 60)) min"
	for name in "${!counts[@]}"; do
		note "$name: ${counts[$name]}"
	done
	[ "$n" -gt 0 ]
}

point "soak of $SOAK_MINUTES minutes, seed $SOAK_SEED" soak
run_points
