#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hbactl before a sysfs that is made of plain files: each command for people and for
# programs, each exit status, and files with anything in them. The tool is built with
# sanitizers for this. An actor plays the kernel: it sees what is written and
# lets the update go its way. Output is TAP.
set -uo pipefail

# shellcheck source=mrb.sh
. "$(dirname "$0")/mrb.sh"

export HBACTL_SYSFS=$work/sys
hosts=$HBACTL_SYSFS/class/scsi_host
make -s -C "$top/tools/hbactl" build="$work/bin" \
	CFLAGS="-O1 -g -Wall -Wextra -Werror -std=gnu11 -fsanitize=address,undefined -fno-sanitize-recover=all" ||
	exit 1
hbactl=${HBACTL:-$work/bin/hbactl}
actors=()

# adapter N: host N on device hba_sim.N, as after two updates
adapter() {
	local device=$HBACTL_SYSFS/devices/platform/hba_sim.$1/host$1
	local at=$device/scsi_host/host$1

	mkdir -p "$at/overlay" "$at/fabric" "$at/processor" "$hosts" "$HBACTL_SYSFS/class/fc_host/host$1"
	ln -sfn "$device" "$at/device"
	ln -sfn "$at" "$hosts/host$1"
	echo Online >"$HBACTL_SYSFS/class/fc_host/host$1/port_state"
	echo hba_sim >"$at/proc_name"
	echo 2.0 >"$at/overlay/image"
	echo 2.0 >"$at/overlay/version"
	echo idle >"$at/overlay/state"
	echo 100 >"$at/overlay/progress"
	echo none >"$at/overlay/error"
	echo 1234567 >"$at/overlay/pause_ns"
	echo 3 >"$at/overlay/updates"
	echo "result none" >"$at/overlay/check"
	: >"$at/overlay/commit"
	: >"$at/overlay/rollback"
	cat >"$at/overlay/history" <<-'LINES'
	2 1.1 2.0 2.0 overlay one-ahead,schemas 1234567 1 2 3 4 5 - 7 - committed
	1 1.0 1.1 a\x20b overlay - - - - - - - - - - failed loading: no such image file (error -2)
	LINES
}

fresh() {
	rm -rf "$HBACTL_SYSFS"
	adapter 3
}

# actor N FILE: when FILE of host N is written to, do what the rest of stdin says, with
# $written and, below the host's folder, relative names
actor() {
	local at=$hosts/host$1
	local script before

	script=$(cat)
	before=$(stat -c %Y.%y "$at/$2")
	(
		cd "$at" || exit
		until [ "$(stat -c %Y.%y "$2")" != "$before" ] && [ -s "$2" ]; do
			sleep 0.02
		done
		# shellcheck disable=SC2034
		written=$(cat "$2")
		eval "$script"
	) &
	actors+=($!)
}

# shellcheck disable=SC2016
ends='echo loading >overlay/state; echo 40 >overlay/progress; sleep 0.2
	echo probation >overlay/state; sleep 0.2
	echo idle >overlay/state
	sed -i "1i 3 2.0 2.1 ${written%% *} overlay same-version 2000 1 2 3 4 5 - 0 $RESULT" overlay/history'

# acts N RESULT: the next update of host N ends like this
acts() {
	actor "$1" overlay/image <<<"RESULT='$2'; $ends"
}

settle() {
	local actor

	for actor in "${actors[@]}"; do
		kill "$actor" 2>/dev/null
	done
	wait
	actors=()
}

# runs NAME STATUS OUT ERR ARGUMENT...: exit status, and patterns for stdout and stderr;
# an empty pattern: nothing is said there
runs() {
	local name=$1 want=$2 out=$3 err=$4 bad=0 status
	shift 4
	timeout 20 "$hbactl" "$@" >out 2>err
	status=$?
	[ "$status" -eq "$want" ] || bad=1
	if [ -n "$out" ]; then grep -qE -- "$out" out || bad=1; else [ ! -s out ] || bad=1; fi
	if [ -n "$err" ]; then grep -qE -- "^hbactl: .*$err" err || bad=1; else [ ! -s err ] || bad=1; fi
	[ "$bad" -eq 0 ] || echo "status $status, wanted $want, '$out' and '$err'" >>err
	settle
	ok "$name" "$bad"
}

# json NAME STATUS PYTHON ARGUMENT...: the last line is JSON, with this exit status, and
# PYTHON holds of it, d; all lines are JSON, l
json() {
	local name=$1 want=$2 test=$3 bad=0 status
	shift 3
	timeout 20 "$hbactl" --json "$@" >out 2>err
	status=$?
	[ "$status" -eq "$want" ] || bad=1
	python3 -c '
import json, sys
l = [json.loads(line) for line in open("out", "rb").read().decode("ascii").splitlines()]
d = l[-1]
assert d["exit"] == int(sys.argv[1]), "exit"
assert ("error" in d) == (d["exit"] != 0), "error"
assert eval(sys.argv[2]), d' "$status" "$test" 2>>err || bad=1
	[ "$bad" -eq 0 ] || echo "status $status, wanted $want and: $test" >>err
	settle
	ok "$name" "$bad"
}

# --- the command line

fresh
runs "help" 0 '^usage: hbactl list' '' --help
runs "no command" 2 '' 'no command'
runs "an unknown command" 2 '' 'unknown command nonsense' nonsense
runs "an unknown option" 2 '' 'bad option --nonsense' list --nonsense
runs "an option of another command" 2 '' 'not for list' list --all
runs "too many arguments" 2 '' 'too many' status host3 host4
runs "no image" 2 '' 'which image' update
runs "--all and an adapter" 2 '' 'neither' update 2.1 host3 --all
runs "--all without waiting" 2 '' 'neither' update 2.1 --all --no-wait
for timeout in 0 -1 1x '' 99999999; do
	runs "timeout '$timeout'" 2 '' 'not a number of seconds' update 2.1 --timeout="$timeout"
done
for image in '' a/b .. '2.1 method=conventional' '2.1 permanent' $'2.1\n' \
	012345678901234567890123456789012; do
	runs "image ${image@Q}" 2 '' 'not the name of an image' update "$image"
done
[ "$(<"$hosts/host3/overlay/image")" = 2.0 ]
ok "nothing was written" $?
json "usage, for programs" 2 'd["command"] == "status" and "too many" in d["error"]' status a b
timeout 10 "$hbactl" list >/dev/full 2>err
[ $? -eq 1 ]
ok "a full disk is noticed" $?

# --- what is shown

runs "list" 0 '^host3 +hba_sim.3  2.0  2.0  idle$' '' list
json "list, for programs" 0 'd["adapters"][0]["version"] == "2.0" and d["adapters"][0]["device"] == "hba_sim.3"' list
runs "status" 0 '^paused for +1.235 ms$' '' status
runs "status by host" 0 '^adapter +host3$' '' status host3
runs "status by device" 0 '^adapter +host3$' '' status hba_sim.3
json "status, for programs" 0 'd["pause_ns"] == 1234567 and d["version"] == "2.0" and d["image"] == "2.0" and d["updates"] == 3' status
runs "another adapter" 4 '' 'no adapter host4' status host4
runs "history" 0 '^ +2  1.1 -> 2.0  image 2.0, overlay: committed, paused for 1.235 ms$' '' history
runs "history of a failure" 0 '1.0 -> 1.1  image a.x20b, overlay: failed; loading: no such' '' history
json "history, for programs" 0 '[h["number"] for h in d["history"]] == [2, 1] and d["history"][1]["pause_ns"] is None and d["history"][1]["image"] == "a\\x20b" and d["history"][0]["to"] == "2.0" and d["history"][1]["reason"].endswith("(error -2)")' history
runs "no slots" 3 '' 'no permanent media' slots
json "no slots, for programs" 3 '"no permanent media" in d["error"]' slots
mkdir "$hosts/host3/flash"
printf '0 none\n1 2.0 7 51200\n' >"$hosts/host3/flash/slots"
echo 1 >"$hosts/host3/flash/booted"
runs "slots" 0 '^slot 1  2.0 7 51200$' '' slots
printf '0 none\n1 none failed\n' >"$hosts/host3/flash/slots"
runs "a slot that failed" 0 '^slot 1  none failed$' '' slots
json "a slot that failed, for programs" 0 'd["slots"][1] == {"slot": 1, "version": None, "reason": "failed"}' slots
printf '0 none\n1 2.0 7 51200\n' >"$hosts/host3/flash/slots"
json "slots, for programs" 0 'd["booted"] == 1 and d["slots"] == [{"slot": 0, "version": None}, {"slot": 1, "version": "2.0", "sequence": 7, "size": 51200}]' slots
adapter 10
adapter 9
runs "which one?" 2 '' 'there are 3 adapters' status
json "by their numbers" 0 '[a["adapter"] for a in d["adapters"]] == ["host3", "host9", "host10"]' list
echo other >"$hosts/host9/proc_name"
runs "another driver's" 4 '' 'no adapter host9' status host9

# --- an update

fresh
acts 3 '- committed'
runs "update" 0 '^host3: 2.1 runs, committed, paused for 2.0 us$' '' update 2.1
[ "$(<"$hosts/host3/overlay/image")" = 2.1 ]
ok "the name was written" $?
fresh
acts 3 '- committed'
runs "phases" 0 '^host3: loading, 40 %$' '' update 2.1 --watch
fresh
acts 3 '- committed'
json "update, for programs" 0 'd["adapters"][0]["ok"] and d["adapters"][0]["result"] == "committed" and d["adapters"][0]["pause_ns"] == 2000' update 2.1 hba_sim.3
fresh
acts 3 '- committed'
json "phases, for programs" 0 '{"event": "state", "adapter": "host3", "state": "loading", "progress": 40} in l' update 2.1 --watch
fresh
acts 3 '- failed converting: image aborted: \"x\"'
runs "an update that fails" 1 '' 'host3: failed: converting: image aborted' update 2.1
fresh
acts 3 '- rolled-back probation: a hart crashed'
json "an update that is rolled back" 1 'not d["adapters"][0]["ok"]' update 2.1
fresh
acts 3 '- stopped probation: x'
runs "an adapter that stops" 1 '' 'stopped: probation: x' update 2.1
fresh
actor 3 overlay/image <<<"sed -i '1i 3 2.0 2.1 other overlay - 1 1 2 3 4 5 - 0 - committed' overlay/history
	RESULT='- failed loading: no'; ${ends//1i 3/1i 4}"
runs "somebody else's update between" 1 '' 'failed: loading: no' update 2.1
fresh
actor 3 overlay/image <<<'echo loading >overlay/state'
runs "it takes too long" 6 '' 'it goes on: loading' update 2.1 --timeout 1
fresh
actor 3 overlay/image <<<'echo idle >overlay/state'
runs "no record comes" 1 '' 'no record' update 2.1
fresh
runs "only begun" 0 '^host3: begun$' '' update 2.1 --no-wait
ln -sf /dev/full "$hosts/host3/overlay/image"
runs "the name cannot be written" 1 '' 'overlay/image: No space' update 2.1
rm "$hosts/host3/overlay/image"
runs "the adapter goes" 4 '' 'gone or has stopped' update 2.1
fresh
runs "no permanent media" 3 '' 'no permanent media' update 2.1 --permanent
[ "$(<"$hosts/host3/overlay/image")" = 2.0 ]
ok "and nothing was written" $?
mkdir "$hosts/host3/flash"
echo "0 none" >"$hosts/host3/flash/slots"
acts 3 '- committed'
runs "permanent" 0 'committed' '' update 2.1 --permanent
[ "$(<"$hosts/host3/overlay/image")" = "2.1 permanent" ]
ok "the word was written" $?

fresh
: >"$hosts/host3/overlay/image_port"
actor 3 overlay/image_port <<<"RESULT='- committed'; written=port:7; $ends"
runs "from a port" 0 'host3: 2.1 runs, committed' '' update port:7
[ "$(<"$hosts/host3/overlay/image_port")" = 7 ] && [ "$(<"$hosts/host3/overlay/image")" = 2.0 ]
ok "the port was written" $?
runs "from a port, permanent" 2 '' 'from a port' update port:7 --permanent
for port in 010 07 00; do
	runs "from port $port" 2 '' 'begins with 0' update "port:$port"
done
[ "$(<"$hosts/host3/overlay/image_port")" = 7 ] && [ "$(<"$hosts/host3/overlay/image")" = 2.0 ]
ok "and nothing was written" $?

# a terminal has a bar
fresh
acts 3 '- committed'
timeout 20 script -qec "$hbactl update 2.1 --watch" /dev/null >out 2>err &&
	grep -q 'host3 \[############\.\.\.\.\.\.\.\.\.\.\.\.\.\.\.\.\.\.\]  40%  loading' out
status=$?
settle
ok "a bar" "$status"

# --- all of them

fresh
adapter 4
adapter 5
acts 3 '- committed'
acts 4 '- committed'
acts 5 '- committed'
json "all" 0 '[a["ok"] for a in d["adapters"]] == [True] * 3' update 2.1 --all
fresh
adapter 4
adapter 5
acts 3 '- committed'
acts 4 '- failed converting: refused'
json "all, until one fails" 1 '[a["ok"] for a in d["adapters"]] == [True, False] and "refused" in d["error"]' update 2.1 --all
[ "$(<"$hosts/host5/overlay/image")" = 2.0 ]
ok "the third was left alone" $?
fresh
adapter 4
echo Linkdown >"$HBACTL_SYSFS/class/fc_host/host4/port_state"
runs "all, with a path down" 3 '' 'host4: its port is not online: Linkdown' update 2.1 --all
echo Online >"$HBACTL_SYSFS/class/fc_host/host4/port_state"
echo probation >"$hosts/host4/overlay/state"
runs "all, with one busy" 3 '' 'host4: an update is under way' update 2.1 --all
[ "$(<"$hosts/host3/overlay/image")" = 2.0 ]
ok "the first was left alone" $?
echo idle >"$hosts/host4/overlay/state"
runs "all, with one that has no media" 3 '' 'no permanent media' update 2.1 --all --permanent

# --- the end of a probation

fresh
runs "commit at the wrong time" 3 '' 'no image is on probation' commit
runs "rollback at the wrong time" 3 '' 'no image is on probation' rollback
echo probation >"$hosts/host3/overlay/state"
actor 3 overlay/commit <<<"RESULT='- committed'; written=2.1; $ends"
runs "commit" 0 '^host3: 2.1 runs, committed' '' commit
echo probation >"$hosts/host3/overlay/state"
actor 3 overlay/rollback <<<"RESULT='900 rolled-back by hand'; written=2.1; ${ends//1i 3/1i 4}"
runs "rollback" 0 '^host3: 2.0 runs, rolled-back, paused for 0.9 us$' '' rollback
echo probation >"$hosts/host3/overlay/state"
: >"$hosts/host3/overlay/commit"
actor 3 overlay/commit <<<"RESULT='900 rolled-back probation: x'; written=2.1; ${ends//1i 3/1i 5}"
json "a commit that comes too late" 1 '"rolled-back: probation: x" in d["error"]' commit

# --- a check

# shellcheck disable=SC2016
checks='echo loading >overlay/state; printf "result checking\nimage 2.1\n" >overlay/check; sleep 0.2
	printf "%b" "$SAYS" >overlay/check; echo idle >overlay/state'
fresh
actor 3 overlay/check <<<"SAYS='result fits\nimage 2.1\nprepare_ns 5\nconverted_bytes 0\npause_bytes 9\npause_ns 7\n'; $checks"
runs "check" 0 '^pause_ns +7$' '' check 2.1
actor 3 overlay/check <<<"SAYS='result fits\nimage 2.1\nprepare_ns 5\nconverted_bytes 0\npause_bytes 9\npause_ns 7\n'; $checks"
json "check, for programs" 0 'd["result"] == "fits" and d["pause_ns"] == 7' check 2.1
actor 3 overlay/check <<<"SAYS='result refused\nimage 2.1\nreason converting: no\n'; $checks"
json "a check that says no" 1 'd["reason"] == "converting: no" and d["result"] == "refused"' check 2.1

# --- crash dumps

fresh
runs "no dumps" 0 '^no crash dumps$' '' crash
json "no dumps, for programs" 0 'd["dumps"] == []' crash
for n in 1 2 3; do
	mkdir -p "$HBACTL_SYSFS/class/devcoredump/devcd$n"
done
ln -s "$HBACTL_SYSFS/devices/platform/hba_sim.3" "$HBACTL_SYSFS/class/devcoredump/devcd1/failing_device"
mkdir "$HBACTL_SYSFS/devices/platform/other.0"
ln -s "$HBACTL_SYSFS/devices/platform/other.0" "$HBACTL_SYSFS/class/devcoredump/devcd2/failing_device"
python3 - "$HBACTL_SYSFS/class/devcoredump/devcd1/data" <<'PYTHON'
import struct, sys

regs = struct.pack('<42I', *range(42))
head = struct.pack('<IHHIIIIQQ128s16s64s32s32s', 0x43414248, 1, 696, 696 + len(regs), 1, 3,
                   0x80000008, 1700000000123456789, 12345, b'panicked', b'hba_sim3', b'6.1-test',
                   bytes(32), bytes(32))
head += struct.pack('<4I', 1, 0, 696, len(regs))
open(sys.argv[1], 'wb').write(head.ljust(696, b'\0') + regs)
PYTHON
runs "a dump" 0 '^reason +panicked$' '' crash
runs "a dump of one" 0 '^hart +3, an I/O hart$' '' crash host3
json "a dump, for programs" 0 '[(x["adapter"], x["hart"], x["where"], x["reason"], x["time_ns"]) for x in d["dumps"]] == [("host3", 3, "0x80000008", "panicked", 1700000000123456789)]' crash
runs "a dump, discarded" 0 'panicked' '' crash --clear
[ "$(<"$HBACTL_SYSFS/class/devcoredump/devcd1/data")" = 1 ]
ok "it was written to" $?
json "a dump that is none" 1 'd["dumps"] == [] and "not a crash dump" in d["error"]' crash

# --- anything

fresh
printf 'a "b" \\ \x1b[2J\x80\xff\tc\n' >"$hosts/host3/overlay/image"
json "a name of all bytes" 0 'd["image"] == "a \"b\" \\ \x1b[2J\x80\xff\tc"' status
runs "the same for people" 0 '^image +a "b" . .\[2J...c$' '' status
for number in 007 -1 1e5 0x10 18446744073709551616 ' 1' 1.5 ''; do
	echo "$number" >"$hosts/host3/overlay/updates"
	json "the number '$number'" 0 'd["updates"] != d' status
done
cat >garbage <<'PYTHON'
import os, random, sys

r = random.Random(int(sys.argv[1]))
pieces = [b'idle', b'probation', b'\n', b' ', b'3 1.0 1.1 2.1 overlay none', b' -', b'-', b'\0',
          b'\xff', b'committed', b'99999999999999999999', b'0', b'%s%n', b'result fits\nimage 2.1\n',
          b'result', b'image', b'"', b'\\', b'x' * 5000, b'2.1']
for folder, _, files in os.walk(sys.argv[2]):
    for file in files:
        if file == 'proc_name':
            continue
        path = os.path.join(folder, file)
        text = b''.join(r.choice(pieces) for _ in range(r.randrange(0, 40)))
        open(path, 'wb').write(text)
PYTHON
fresh
mkdir "$hosts/host3/flash" "$HBACTL_SYSFS/class/devcoredump" "$HBACTL_SYSFS/class/devcoredump/devcd1"
touch "$hosts/host3/flash/"{slots,booted} "$HBACTL_SYSFS/class/devcoredump/devcd1/data"
ln -s "$HBACTL_SYSFS/devices/platform/hba_sim.3" "$HBACTL_SYSFS/class/devcoredump/devcd1/failing_device"
bad=0
: >all.json
for seed in {1..6}; do
	python3 garbage "$seed" "$HBACTL_SYSFS"
	for command in list status history slots crash "check 2.1 --timeout 1" commit \
		"update 2.1 --no-wait"; do
		for form in --json ""; do
			# shellcheck disable=SC2086
			timeout 10 "$hbactl" $form $command >out 2>err
			status=$?
			[ "$status" -le 6 ] || bad=1
			[ -z "$form" ] || cat out >>all.json
			[ "$bad" -eq 0 ] || break 3
		done
	done
done
[ "$bad" -eq 0 ] || echo "seed $seed, $command, status $status" >>err
python3 -c 'import json; assert len([json.loads(l) for l in open("all.json")]) >= 48' 2>>err || bad=1
ok "files with anything in them" "$bad"

rm -rf "$HBACTL_SYSFS"
runs "no sysfs" 4 '' 'there is no adapter' status
runs "and no list" 0 '' '' list
mkdir -p "$hosts/host1" "$hosts/hostx" "$hosts/host99999999999" "$hosts/host"
mkfifo "$hosts/host1/proc_name"
runs "a pipe" 4 '' 'there is no adapter' status
export HBACTL_SYSFS=
fresh=$work/other
mkdir -p "$fresh"
runs "another sysfs" 0 '' '' list --sysfs "$fresh"

# --- what comes with it

if command -v man >/dev/null; then
	man --warnings -E UTF-8 -l -Tutf8 -Z "$top/tools/hbactl/hbactl.8" 2>err >/dev/null && [ ! -s err ]
	ok "the manual page" $?
fi
bash -c '. "$1"; HBACTL_SYSFS=/nowhere; COMP_WORDS=(hbactl upd); COMP_CWORD=1; _hbactl
	[ "${COMPREPLY[*]}" = update ] || exit
	COMP_WORDS=(hbactl update 1.1 --perm); COMP_CWORD=3; _hbactl; [ "${COMPREPLY[*]}" = --permanent ]' \
	_ "$top/tools/hbactl/completion.sh" >out 2>err
ok "completion" $?
"$hbactl" --help | grep -oE -- '--[a-z-]+' | sort -u >options
bad=0
while read -r option; do
	grep -qF -- "${option//-/\\-}" "$top/tools/hbactl/hbactl.8" || bad=1
	grep -qF -- "$option" "$top/tools/hbactl/completion.sh" || bad=1
done <options
[ -s options ] && [ "$bad" -eq 0 ]
ok "each option has its place in the manual page and in the completion" $?

finish
