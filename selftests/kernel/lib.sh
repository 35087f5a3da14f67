# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the kselftests share: the points of a test and how they are run, the
# module and its disks, load by fio, updates. Sourced. A test registers points,
# one function each, and ends with run_points:
#
#	point "S1 the disk has its size" disk_size
#	run_points
#
# A point's function runs in a shell of its own under "set -e": the first
# command that fails fails the point. So what is expected to fail goes through
# refused() or an if. Afterwards its background jobs are ended, the far end must
# have seen no login but the first ones, the module must unload, and the kernel
# must have had no complaint. Between point and shared_point lies that none of
# this is done after a shared one: the next point finds all as it is.

set -uo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=${here%/selftests/kernel}
tmp=$(mktemp -d)
mkfifo "$tmp/silence"
exec {silence}<>"$tmp/silence"
firmware=$FIRMWARE_DIR/hba_sim
# shellcheck disable=SC2034
driver=/sys/bus/platform/drivers/hba_sim

KSFT_SKIP=4
# shellcheck source=/dev/null
. "${KSELFTEST:-$top/build/kselftest}/ktap_helpers.sh"
# shellcheck source=../../scripts/lib/vm.sh
. "$top/scripts/lib/vm.sh"

# --- points

host=
hosts=()
descriptions=()
commands=()
shared=()

# point DESCRIPTION COMMAND...
point()
{
	descriptions+=("$1")
	commands+=("$(printf '%q ' "${@:2}")")
	shared+=(0)
}

shared_point()
{
	point "$@"
	shared[-1]=1
}

# note TEXT: a figure worth keeping, in the test's output even if it passes.
note()
{
	echo "# $*"
}

# skip REASON: ends the point.
skip()
{
	note "$*"
	exit "$KSFT_SKIP"
}

# skip_all REASON: ends the test before its first point.
skip_all()
{
	ktap_print_header
	echo "1..0 # SKIP $1"
	exit "$KSFT_SKIP"
}

# run_point COMMAND SHARED: 0, 1 or $KSFT_SKIP; its output goes to $tmp/log.
run_point()
{
	(
		set -eE
		trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: failed: $BASH_COMMAND" >&2' ERR
		[ ! -d /sys/module/hba_sim ] || find_hosts
		eval "$1"
		kernel_is_content
		if [ "$2" -eq 0 ]; then
			stop_jobs
			logins_as_at_power_on
			unload
			kernel_is_content
		fi
	) >"$tmp/log" 2>&1 </dev/null
}

# For the sake of the next point; what fails here has been reported.
clean_up()
{
	stop_jobs
	! mountpoint -q "$tmp/mnt" || umount "$tmp/mnt"
	unload || true
	rm -rf "$firmware"
} >/dev/null 2>&1

run_points()
{
	local i
	local status

	trap clean_up EXIT
	ktap_print_header
	ktap_set_plan "${#commands[@]}"
	for i in "${!commands[@]}"; do
		echo "<6>hba_sim-test: ${descriptions[i]}" >/dev/kmsg
		run_point "${commands[i]}" "${shared[i]}"
		status=$?
		if [ "$status" -eq 0 ] || [ "$status" -eq "$KSFT_SKIP" ]; then
			grep '^# ' "$tmp/log"
		else
			sed 's/^/# /' "$tmp/log"
			kernel_log | tail -n 15 | sed 's/^/# log: /'
		fi
		[ "${shared[i]}" -eq 1 ] || clean_up
		case $status in
		0)		ktap_test_pass "${descriptions[i]}" ;;
		"$KSFT_SKIP")	ktap_test_skip "${descriptions[i]}" ;;
		*)		ktap_test_fail "${descriptions[i]}" ;;
		esac
	done
	clean_up
	rm -rf "$tmp"
	ktap_finished
}

# --- assertions

fail()
{
	echo "$*" >&2
	return 1
}

# equal WHAT GOT WANTED
equal()
{
	[ "$2" = "$3" ] || fail "$1 is '$2', should be '$3'"
}

# matches WHAT GOT PATTERN
matches()
{
	[[ $2 =~ $3 ]] || fail "$1 is '$2', should match '$3'"
}

# refused TEXT COMMAND...: it fails, and the message has TEXT (an errno's).
refused()
{
	local text=$1
	local output

	shift
	if output=$("$@" 2>&1); then
		fail "should be refused: $*"
		return
	fi
	matches "the refusal of $*" "$output" "$text"
}

# Kernels that check each access and each lock, on emulated processors, take their time.
patience=1
[[ $KERNEL != @(lockdep|kcsan) ]] || patience=5

# wait_until SECONDS COMMAND...: it succeeds before this time is up.
wait_until()
{
	local end=$((SECONDS + $1 * patience))

	shift
	until "$@"; do
		if [ "$SECONDS" -gt "$end" ]; then
			fail "waited in vain for: $*"
			return
		fi
		nap 0.1
	done
}

# nap SECONDS: without a process, which user-mode Linux takes long to make
nap()
{
	read -rt "$1" -u "$silence" || true
}

# kernel_log: what the kernel said since the point began.
kernel_log()
{
	dmesg | awk '/hba_sim-test: / { n = 0; next } { line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }'
}

kernel_said()
{
	# by a file: who writes to a pipe that grep -q has left fails
	kernel_log >"$tmp/said"
	grep -qE -- "$1" "$tmp/said" || fail "the kernel did not say: $1"
}

# Nothing that looks like a fault; that an allocation has failed, or somebody was killed
# for lack of memory, is none, though the kernel shows a call trace with it.
kernel_is_content()
{
	! kernel_log | awk '/vmalloc error|page allocation failure|invoked oom-killer/ { skip = 1 }
		!skip { print } / pages reserved| Killed process / { skip = 0 }' | grep -vE "$harmless" | grep -E "$splat" || fail "the kernel complained"
}

# --- background jobs: $tmp/NAME.job holds the pid, $tmp/NAME.out the output

# Each is a process group of its own.
start_job()
{
	set -m
	"${@:2}" >"$tmp/$1.out" 2>&1 </dev/null &
	set +m
	echo $! >"$tmp/$1.job"
}

job_runs()
{
	local status

	{ read -r status <"/proc/$(<"$tmp/$1.job")/stat"; } 2>/dev/null || return
	[[ ! $status =~ \)\ Z ]]
}

job_ended()
{
	! job_runs "$1"
}

# descendants PID: its children and theirs, also those in a session of their own, as
# fio's are
descendants()
{
	local child

	for child in $(pgrep -P "$1"); do
		echo "$child"
		descendants "$child"
	done
}

# end_job NAME SIGNAL: it ends by itself or by SIGNAL, within a minute. KILL is for
# its children, too, who would not hear of it otherwise.
end_job()
{
	local pid
	local children=()

	pid=$(<"$tmp/$1.job")
	if [ "$2" = KILL ]; then
		mapfile -t children < <(descendants "$pid")
		pid=-$pid
	fi
	kill "-$2" -- "$pid" "${children[@]}" 2>/dev/null || true
	wait_until 60 job_ended "$1" || return
	rm "$tmp/$1.job"
}

stop_jobs()
{
	local job

	for job in "$tmp"/*.job; do
		[ ! -e "$job" ] || end_job "$(basename "$job" .job)" KILL || return
	done
}

# --- the module, its hosts and disks

# shellcheck disable=SC2153
# load PARAMETER...: load the module, wait for all disks; $host is set to its
# first SCSI host.
load()
{
	[ -d /sys/module/sd_mod ] || modprobe -q sd_mod
	[ -d /sys/module/sg ] || modprobe -q sg
	[ -d /sys/module/scsi_transport_fc ] || modprobe -q scsi_transport_fc || true
	insmod "$MODULE" "$@" || return
	find_hosts || return
	equal "number of adapters" "${#hosts[@]}" "$(</sys/module/hba_sim/parameters/adapters)"
}

# find_hosts: wait until every host's disks are there; set $host and $hosts.
# shellcheck disable=SC2034
find_hosts()
{
	local h

	mapfile -t hosts < <(list_hosts)
	host=${hosts[0]:-}
	for h in "${hosts[@]}"; do
		wait_until 120 disks_are_there "$h" || return
	done
}

list_hosts()
{
	local h

	for h in /sys/class/scsi_host/host*; do
		if [ -e "$h/proc_name" ] && [ "$(<"$h/proc_name")" = hba_sim ]; then
			echo "${h##*/host}"
		fi
	done | sort -n
}

# scsi_device HOST TARGET: its folder; disk and sg: /dev/sdX and /dev/sgN
scsi_device()
{
	echo "/sys/class/scsi_host/host$1/device"/rport-*/"target$1:0:$2/$1:0:$2:0"
}

disk()
{
	local path

	for path in "/sys/class/scsi_host/host$1/device"/rport-*/"target$1:0:$2/$1:0:$2:0"/block/*; do
		echo "/dev/${path##*/}"
	done
}

sg()
{
	local path

	for path in "/sys/class/scsi_host/host$1/device"/rport-*/"target$1:0:$2/$1:0:$2:0"/scsi_generic/*; do
		echo "/dev/${path##*/}"
	done
}

# scsi_debug_sg: the sg node of its disk
scsi_debug_sg()
{
	local node

	for node in /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*/scsi_generic/*; do
		echo "/dev/${node##*/}"
	done
}

scsi_debug_is_there()
{
	[ -c "$(scsi_debug_sg)" ] && sg_turs "$(scsi_debug_sg)"
} >/dev/null 2>&1

# disks HOST: the names of its block devices, in no order
disks()
{
	local path

	for path in "/sys/class/scsi_host/host$1/device"/rport-*/target*/*/block/*; do
		[ ! -e "$path" ] || echo "${path##*/}"
	done
}

# The last thing that sd does is to read the disk for partitions; blkid is not
# there to be waited for, so a disk is there when it can be opened.
disks_are_there()
{
	local names
	local name

	mapfile -t names < <(disks "$1")
	[ "${#names[@]}" -eq "$(</sys/module/hba_sim/parameters/luns)" ] || return
	for name in "${names[@]}"; do
		[ "$(<"/sys/block/$name/size")" -gt 0 ] && [ -b "/dev/$name" ] || return
	done
}

# unload: as soon as nobody uses it any more, which may take the kernel a moment.
unload()
{
	[ ! -d /sys/module/hba_sim ] || wait_until 30 try_unload
}

try_unload()
{
	rmmod hba_sim 2>/dev/null
}

fabric()
{
	echo "$(<"/sys/class/scsi_host/host$1/fabric/$2")"
}

# The patent's aim, as measured at the far end (U7). $relogins is how many more a point
# has provoked.
relogins=0

logins_as_at_power_on()
{
	local h

	for h in $(list_hosts); do
		equal "host$h logins" "$(fabric "$h" logins)" \
			$(($(fabric "$h" ports) + relogins))
		equal "host$h rejected tokens" "$(fabric "$h" rejected_tokens)" 0
	done
}

# --- what was built for the tests, on the host or here

# built NAME: path of a helper program or of a hostile image
built()
{
	local dir=$top/build/selftests

	if [ ! -e "$dir/.built" ]; then
		dir=/tmp/selftests
		[ -e "$dir/.built" ] || make -s -C "$here" OUT="$dir" >&2
	fi
	echo "$dir/$1"
}

# scsi DEVICE [OPTION...] BYTE...: send a CDB, print "STATUS KEY/ASC/ASCQ" in hex
# (or GOOD), then the data read, in hex.
scsi()
{
	"$(built scsi)" "$@"
}

# scsi_is DEVICE WANTED [OPTION...] BYTE...: the command ends like this
scsi_is()
{
	local result

	result=$(scsi "$1" "${@:3}")
	equal "the result of ${*:3}" "${result%%$'\n'*}" "$2"
}

TUR=(00 00 00 00 00 00)		# TEST UNIT READY

# no_attention SG: take what is pending.
no_attention()
{
	local i

	for ((i = 0; i < 5; i++)); do
		[ "$(scsi "$1" "${TUR[@]}")" != GOOD ] || return 0
	done
	fail "$1: unit attention without an end"
}

# --- load

fio_options=(--verify=crc32c --verify_state_save=0 --direct=1 --output-format=json)

# fio_result FILE: no error in any job, and something was done
fio_result()
{
	awk '/^ *"error" : /	  { error += $3; jobs++ }
	     /^ *"total_ios" : /  { ios += $3 }
	     END { printf "%d jobs, %d commands, errors %d\n", jobs, ios, error
		   exit !(jobs && ios && !error) }' "$1" || {
		cat "${1%.json}.out"
		fail "fio is not content"
	}
}

# fio_run OPTION...: in the foreground
fio_run()
{
	fio "${fio_options[@]}" --output="$tmp/fio.json" "$@" >"$tmp/fio.out" 2>&1 || true
	fio_result "$tmp/fio.json" >/dev/null
}

# start_load NAME DEVICE [OPTION...]: fill 4 MiB, then until stop_load one job
# writes and reads back the first half, another reads and verifies the second.
start_load()
{
	fio_run --name=fill --filename="$2" --rw=write --bs=64k --verify_interval=4k \
		--size=4m --do_verify=0
	start_job "$1" fio "${fio_options[@]}" --output="$tmp/$1.json" --filename="$2" \
		--bs=4k --size=2m --time_based --runtime=86400 "${@:3}" \
		--name=write --rw=randwrite --verify_backlog=16 \
		--name=read --rw=randread --offset=2m
	load_goes_on "$1" "$2"
}

# more_done DEVICE NUMBER: at least so many commands; sets $io_done to how many
more_done()
{
	local stat

	read -ra stat <"/sys/block/${1##*/}/stat"
	io_done=$((stat[0] + stat[4]))
	[ "$io_done" -ge "$2" ]
}

# commands_done DEVICE: print how many
commands_done()
{
	local io_done

	more_done "$1" 0
	echo "$io_done"
}

# load_goes_on NAME DEVICE: it gets some 50 commands done from now on.
load_goes_on()
{
	wait_until 60 more_done "$2" $(($(commands_done "$2") + 50))
	job_runs "$1" || fail "fio has ended: $(cat "$tmp/$1.out")"
}

# stop_load NAME DEVICE: fio had no error, and all is there.
stop_load()
{
	end_job "$1" INT
	note "$1: $(fio_result "$tmp/$1.json")"
	fio_run --name=check --filename="$2" --rw=read --bs=4k --size=4m
}

# --- error handling of the midlayer, by its trace events

tracing=/sys/kernel/tracing

# eh_watch: count from now on
eh_watch()
{
	[ -e "$tracing/trace" ] || mount -t tracefs tracefs "$tracing"
	echo 1 >"$tracing/events/scsi/scsi_dispatch_cmd_timeout/enable"
	echo 1 >"$tracing/events/scsi/scsi_eh_wakeup/enable"
	: >"$tracing/trace"
}

# eh_events EVENT: how often the event was seen since
eh_events()
{
	grep -c ": $1: " "$tracing/trace" || true
}

timeouts_seen()
{
	eh_events scsi_dispatch_cmd_timeout
}

# eh_was_idle: no command has timed out, and no error handling thread was woken
eh_was_idle()
{
	equal "commands that timed out" "$(timeouts_seen)" 0
	equal "wake-ups of error handling" "$(eh_events scsi_eh_wakeup)" 0
}

# --- updates

install_images()
{
	mkdir -p "$firmware"
	cp "$top"/build/images/*.mrb "$firmware"
}

overlay()
{
	echo "$(<"/sys/class/scsi_host/host$1/overlay/$2")"
}

trigger()
{
	echo "$2" >"/sys/class/scsi_host/host$1/overlay/image"
}

is_idle()
{
	in_state "$1" idle
}

in_state()
{
	local state

	read -r state <"/sys/class/scsi_host/host$1/overlay/state" && [ "$state" = "$2" ]
}

# version_is VERSION: so says the adapter of $host of its image
version_is()
{
	[ "$(overlay "$host" version)" = "$1" ]
}

# update HOST NAME: it succeeds.
update()
{
	local before

	before=$(overlay "$1" updates)
	trigger "$1" "$2"
	wait_until 120 is_idle "$1"
	equal "error of the update" "$(overlay "$1" error)" none
	equal "updates" "$(overlay "$1" updates)" $((before + 1))
}

# update_fails HOST NAME PATTERN: all is as before, and "error" says why.
update_fails()
{
	local before

	before=$(overlay "$1" version),$(overlay "$1" updates),$(overlay "$1" image)
	trigger "$1" "$2"
	wait_until 200 is_idle "$1"
	matches "error" "$(overlay "$1" error)" "$3"
	equal "version, updates, image" \
		"$(overlay "$1" version),$(overlay "$1" updates),$(overlay "$1" image)" "$before"
	logins_as_at_power_on
}
