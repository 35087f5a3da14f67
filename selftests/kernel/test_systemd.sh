#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
# The automated trigger (scripts/systemd): systemd, as PID 1 of a namespace, sees that another
# name is in /etc/hba_sim/image, and the adapters are updated.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

systemd=/lib/systemd/systemd
unit=hba_sim-update

# Where the units say that they are installed; the guest's file system is read-only.
install_units()
{
	local target

	cp -a /etc "$tmp/etc"
	mkdir "$tmp/etc/hba_sim" "$tmp/units"
	mount --bind "$tmp/etc" /etc
	mount -t tmpfs tmpfs /usr/local/sbin
	install -m 755 "$top/scripts/systemd/$unit" /usr/local/sbin
	install -m 644 "$top/scripts/systemd/"*.path "$top/scripts/systemd/"*.service "$tmp/units"
	# QEMU without KVM and the kernel's code patching when memory accounting begins do not
	# go together
	mkdir -p "$tmp/etc/systemd"
	printf '[Manager]\nDefaultMemoryAccounting=no\nDefaultTasksAccounting=no\n' \
		>"$tmp/etc/systemd/system.conf"
	# the rest of a machine is not started: these are empty
	for target in sysinit basic paths shutdown; do
		printf '[Unit]\nDefaultDependencies=no\n' >"$tmp/units/$target.target"
	done
	# what "systemctl enable" would have made of the unit's [Install]
	printf '[Unit]\nDefaultDependencies=no\nWants=%s.path\n' "$unit" \
		>"$tmp/units/multi-user.target"
}

remove_units()
{
	umount -l /etc /usr/local/sbin 2>/dev/null
	rm -rf /run/systemd
}

# It talks to nobody who is not in its namespace.
ask_systemd()
{
	nsenter --target "$(pgrep -P "$(<"$tmp/systemd.job")")" --pid --mount \
		systemctl --quiet "$@" 2>/dev/null
}

start_systemd()
{
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
	start_job systemd env container=test SYSTEMD_UNIT_PATH="$tmp/units" \
		SYSTEMD_LOG_TARGET=null unshare --fork --pid --mount-proc --kill-child \
		"$systemd" --system --unit=multi-user.target
	wait_until 120 ask_systemd is-active "$unit.path"
}

all_run()
{
	local h

	for h in "${hosts[@]}"; do
		[ "$(overlay "$h" version)" = "$1" ] && is_idle "$h" || return
	done
}

# Written, once for all of them
new_image()
{
	echo "$1" >/etc/hba_sim/image
}

triggered()
{
	[ -x "$systemd" ] || skip "there is no systemd"
	unshare --pid --fork true 2>/dev/null || skip "this kernel has no PID namespaces"
	install_images
	load adapters=2 dev_size_mb=4
	trap remove_units EXIT
	install_units
	start_systemd
	equal "version" "$(overlay "$host" version)" 1.0
	new_image 1.1
	wait_until 120 all_run 1.1
	new_image no_such
	wait_until 120 ask_systemd is-failed "$unit.service"
	matches "error" "$(overlay "$host" error)" "no such image file"
	equal "error of the other" "$(overlay "${hosts[1]}" error)" none
	# it is still watched
	new_image 2.0
	wait_until 120 all_run 2.0
	equal "result" "$(ask_systemd show -P Result "$unit.service")" success
}

point "a systemd path unit updates all adapters" triggered
run_points
