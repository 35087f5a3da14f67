# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Power cycles of an adapter, and what its boot flash has then. Sourced after lib.sh.

# power_cycle HOST: off and on. Its microcode logs in once more to each port.
power_cycle()
{
	echo 1 >"/sys/class/scsi_host/host$1/processor/power_cycle"
}

# Two logins at each port are as it should be after a power cycle, and nowhere else: the next
# adapter begins anew.
new_adapter()
{
	unload
	load
}

# flash FILE: what the adapter says of its boot flash
flash()
{
	# shellcheck disable=SC2154	# of lib.sh
	echo "$(<"/sys/class/scsi_host/host$host/flash/$1")"
}

# slot VERSION SEQUENCE: what a slot with this image has
slot()
{
	# shellcheck disable=SC2154	# of lib.sh
	echo "$1 $2 $(stat -c %s "$top/build/images/$1.mrb")"
}

# slots_are FIRST SECOND
slots_are()
{
	equal "slots" "$(flash slots)" "0 $1"$'\n'"1 $2"
}
