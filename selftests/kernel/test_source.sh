#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# The adapter while the file of a new image is being waited for: nothing that its
# service hart has to do waits with it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

LIMIT=8		# seconds; a file that does not come is given up after 20

# From here on the update waits for somebody who writes to a FIFO.
wait_for_fifo()
{
	install_images
	mkfifo "$firmware/fifo.mrb"
	load dev_size_mb=4
	trigger "$host" fifo
	in_state "$host" loading
}

given_up()
{
	in_state "$host" loading || fail "the file was not waited for"
	wait_until 60 is_idle "$host"
	matches "error" "$(overlay "$host" error)" "^loading: image file cannot be opened"
	update "$host" 1.1
}

# sd has the write cache turned off by MODE SELECT, which the service hart applies.
mode_select()
{
	local cache

	wait_for_fifo
	cache=/sys/class/scsi_disk/$host:0:0:0/cache_type
	timeout "$LIMIT" bash -c "echo 'write through' >$cache"
	equal "cache type" "$(<"$cache")" "write through"
	given_up
}

lun_reset()
{
	wait_for_fifo
	timeout "$LIMIT" sg_reset --device "$(sg "$host" 0)"
	given_up
}

removal()
{
	wait_for_fifo
	timeout "$LIMIT" bash -c "echo $host >$driver/remove_adapter"
	equal "hosts left" "$(list_hosts)" ""
}

point "MODE SELECT while an image file is waited for" mode_select
point "a LUN reset while an image file is waited for" lun_reset
point "an adapter removed while an image file is waited for" removal
run_points
