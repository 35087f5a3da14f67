#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# fwupdtool finds our disks by their GUIDs and installs images (U2); nothing in it knows of
# hba_sim but the quirk file.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

export FWUPD_LOCALSTATEDIR=$tmp/fwupd FWUPD_SYSCONFDIR=$tmp/fwupd/etc
guid=63fee7bc-8a3c-5beb-ab09-3f78deef4c4a

# have_disk BOARD
have_disk()
{
	command -v fwupdtool >/dev/null || skip "there is no fwupdtool"
	# its history, too: of a disk that waits for a reboot nothing more is wanted
	rm -rf "$tmp/fwupd"
	mkdir -p "$tmp/fwupd/lib/fwupd/quirks.d" "$tmp/fwupd/etc"
	install_images
	load board="$1" inband_download=1 dev_size_mb=4
	update "$host" 2.0
	dev=$(sg "$host" 0)
	no_attention "$dev"
}

quirk()
{
	cp "$top/scripts/fwupd/hba_sim.quirk" "$tmp/fwupd/lib/fwupd/quirks.d"
}

devices()
{
	fwupdtool get-devices --plugins scsi --json >"$tmp/devices" 2>"$tmp/fwupd.log"
}

# device_says WORD: there is this string in what it tells of the disk
device_says()
{
	grep -qF "\"$1" "$tmp/devices" || fail "no '$1' in: $(<"$tmp/devices")"
}

# fwupd_install COMMAND FILE ARGUMENT...: a question at the end is answered with no
fwupd_install()
{
	LD_PRELOAD=$(built libusb_none.so) fwupdtool "$1" "$2" "${@:3}" --plugins scsi \
		--no-reboot-check </dev/null
}

# Image $1 runs after a power cycle, and is in slot $2 then.
after_power_cycle()
{
	power_cycle "$host"
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" none
	equal "version" "$(overlay "$host" version)" "$1"
	grep -q "^$2 $1 " <(flash slots)
	no_attention "$dev"
}

# As it is installed, without udev and dbus.
finds()
{
	have_disk flash
	devices
	device_says "$guid"
	device_says 'SCSI\\VEN_HBASIM&DEV_OVERLAY-DISK&REV_2.0'
	device_says "OVERLAY DISK"
	! grep -q '"updatable"' "$tmp/devices" || fail "updatable without a quirk"
	quirk
	devices
	device_says updatable
}

# Mode 0Eh, 4 KiB at a time; "reboot" is what activates it.
installs()
{
	have_disk flash
	quirk
	devices
	cp "$top/build/images/2.1.mrb" "$tmp/blob"
	refused "not aligned to 0x1000" fwupd_install install-blob "$tmp/blob" "$guid"
	truncate -s %4096 "$tmp/blob"
	fwupd_install install-blob "$tmp/blob" "$guid"
	equal "version" "$(overlay "$host" version)" 2.0
	after_power_cycle 2.1 0
	"$top/scripts/fwupd/make-cab" "$top/build/images/2.2.mrb" 2.2 "$tmp/2.2.cab"
	fwupd_install install "$tmp/2.2.cab"
	equal "version" "$(overlay "$host" version)" 2.1
	sg_write_buffer --mode=activate_mc "$dev"
	wait_until 60 is_idle "$host"
	equal "version" "$(overlay "$host" version)" 2.2
	after_power_cycle 2.2 1
	devices
	device_says 'SCSI\\VEN_HBASIM&DEV_OVERLAY-DISK&REV_2.2'
	unload
}

# There is nothing to save an image on: INVALID FIELD IN CDB.
refuses()
{
	have_disk sram
	quirk
	cp "$top/build/images/2.1.mrb" "$tmp/blob"
	truncate -s %4096 "$tmp/blob"
	refused "asc 0x24" fwupd_install install-blob "$tmp/blob" "$guid"
	equal "version" "$(overlay "$host" version)" 2.0
}

point "U2 fwupdtool finds a disk by its GUIDs" finds
point "U2 fwupdtool installs an image and a cabinet archive" installs
[ -z "${DEEP:-}" ] || point "U2 fwupdtool is told that a board has no media" refuses
run_points
