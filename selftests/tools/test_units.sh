#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The systemd units: systemd knows all that is in them, and the script that they start
# takes adapters one after the other and stops at the first that fails. Output is TAP.
set -uo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
units=$top/scripts/systemd
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0

# report TITLE STATUS [LOG]
report()
{
	n=$((n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $n - $1"
	else
		[ -z "${3:-}" ] || sed 's/^/# /' "$3"
		echo "not ok $n - $1"
	fi
}

# Where it is not installed the script is this tree's.
verify()
{
	cp "$units"/*.path "$units"/*.service "$tmp"
	sed -i "s|^ExecStart=/usr/local/sbin|ExecStart=$units|" "$tmp"/*.service
	systemd-analyze --man=no verify "$tmp"/*.path "$tmp"/*.service >"$tmp/log" 2>&1 &&
		[ ! -s "$tmp/log" ]
}

# adapter NUMBER IMAGE ERROR: a folder as in sysfs, whose updates end like this
adapter()
{
	mkdir -p "$tmp/class/host$1/overlay"
	echo hba_sim >"$tmp/class/host$1/proc_name"
	echo "$2" >"$tmp/class/host$1/overlay/image"
	echo idle >"$tmp/class/host$1/overlay/state"
	echo "$3" >"$tmp/class/host$1/overlay/error"
}

images()
{
	cat "$tmp"/class/host*/overlay/image | tr '\n' ' '
}

# run_script WANTED-STATUS WANTED-IMAGES
run_script()
{
	local status=0

	HBA_SIM_CLASS=$tmp/class sh "$units/hba_sim-update" "$tmp/image" >"$tmp/log" 2>&1 || status=1
	[ "$status" -eq "$1" ] && [ "$(images)" = "$2" ]
}

echo "1..4"
if command -v systemd-analyze >/dev/null; then
	verify
	report "systemd knows what is in the units" $? "$tmp/log"
else
	n=1
	echo "ok 1 - systemd knows what is in the units # SKIP there is no systemd-analyze"
fi
echo 2.0 >"$tmp/image"
adapter 1 1.0 none
adapter 2 2.0 "an old one"	# it runs the image: nothing is done
adapter 3 1.0 none
run_script 0 "2.0 2.0 2.0 "
report "all adapters are updated" $? "$tmp/log"
adapter 1 1.0 none
adapter 2 1.1 "loading: refused"
adapter 3 1.0 none
run_script 1 "2.0 2.0 1.0 "
report "the first failure is the last update" $? "$tmp/log"
# another name comes while the second one has something else to do
adapter 1 1.0 none
adapter 2 1.0 none
adapter 3 1.0 none
echo converting >"$tmp/class/host2/overlay/state"
(
	sleep 0.5
	echo 3.0 >"$tmp/image"
	echo idle >"$tmp/class/host2/overlay/state"
) &
run_script 0 "3.0 3.0 3.0 "
report "a name that comes meanwhile is not missed" $? "$tmp/log"
wait
[ "$n" -eq 4 ]
