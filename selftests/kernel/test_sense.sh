#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# SCSI as a disk speaks it: data, status and sense data of each command, and the
# unit attentions, as seen from user space.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

BLOCKS=$((8 << 11))		# 8 MiB
LAST=$((BLOCKS - 1))

# One disk for most points; $dev is its sg node.
have_disk()
{
	[ -d /sys/module/hba_sim ] || load luns=2 dev_size_mb=8
	dev=$(sg "$host" 0)
}

# be4 NUMBER: as four bytes of a CDB
be4()
{
	printf '%02x %02x %02x %02x' $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) \
		$(($1 & 255))
}

# shows PATTERN COMMAND...: it succeeds and prints this.
shows()
{
	local pattern=$1
	local output

	shift
	output=$("$@" 2>&1) || fail "$*: $output"
	matches "what $* prints" "$output" "$pattern"
}

# The kernel takes the attention of power-on when it looks for disks, and says so.
power_on()
{
	have_disk
	kernel_said "Power-on or device reset occurred"
	scsi_is "$dev" GOOD "${TUR[@]}"
	sg_turs -n 3 "$dev"
}

inquiry()
{
	have_disk
	shows 'HBASIM.*OVERLAY DISK.*level: 1\.0 ' sg_inq "$dev"
	shows 'PDT=0.*version=0x06.*CmdQue=1' sg_inq "$dev"
	shows 'Unit serial number: [0-9A-F]{12}' sg_inq --page=0x80 "$dev"
	shows '0x0.*0x80.*0x83.*0xb0.*0xb1.*0xb2' sg_inq --page=0x00 "$dev"
	shows 'NAA.*T10.*HBASIM.*[Rr]elative target port' sg_inq --page=0x83 "$dev"
	shows 'Maximum transfer length: [1-9]' sg_inq --page=0xb0 "$dev"
	shows 'Non-rotating' sg_vpd --page=0xb1 "$dev"
	shows 'provisioning' sg_vpd --page=0xb2 "$dev"
	# Allocation lengths cut what is sent and change nothing else.
	equal "5 bytes of INQUIRY" "$(scsi "$dev" -r 64 12 00 00 00 05 00 | tail -n +2)" \
		"$(scsi "$dev" -r 64 12 00 00 00 40 00 | tail -n +2 | cut -c -14 | head -n 1)"
	scsi_is "$dev" GOOD 12 00 00 00 00 00
	# A page code without EVPD, and a page that there is not.
	scsi_is "$dev" "02 5/24/00" -r 64 12 00 80 00 40 00
	scsi_is "$dev" "02 5/24/00" -r 64 12 01 42 00 40 00
}

capacity()
{
	have_disk
	shows "Last LBA=$LAST .*block length=512" sg_readcap "$dev"
	shows "Last LBA=$LAST .*block length=512" sg_readcap --long "$dev"
	shows "Number of LUNs in list: 1|Lun list length = 8" sg_luns "$dev"
	scsi_is "$dev" "02 5/24/00" -r 16 a0 00 07 00 00 00 00 00 00 10 00 00
}

opcodes()
{
	have_disk
	shows 'Read\(16\).*' sg_opcodes "$dev"
	shows 'Write\(10\)' sg_opcodes "$dev"
	shows 'NOT supported' sg_opcodes --opcode=0x20 "$dev"
	matches "support of opcode 20h" "$(scsi "$dev" -r 64 a3 0c 01 20 00 00 00 00 00 40 00 00)" \
		"^GOOD.00 01"
	# READ(10): supported, ten bytes, their usage
	matches "usage of READ(10)" "$(scsi "$dev" -r 64 a3 0c 01 28 00 00 00 00 00 40 00 00)" \
		"^GOOD.00 03 00 0a 28 18 ff ff ff ff 00 ff ff 00"
}

bad_commands()
{
	have_disk
	scsi_is "$dev" "02 5/20/00" -r 16 02 00 00 00 00 00
	scsi_is "$dev" "02 5/20/00" -r 16 c1 00 00 00 00 00
	scsi_is "$dev" "02 5/20/00" 7f 00 00 00 00 00 00 08 00 03 00 00
	# NACA and a reserved bit; the sense data points to the byte and the bit
	scsi_is "$dev" "02 5/24/00" 00 00 00 00 00 04
	scsi_is "$dev" "02 5/24/00" 00 01 00 00 00 00
	matches "sense-key specific bytes" "$(scsi "$dev" -v 00 00 40 00 00 00 | tail -n +2 | tr '\n' ' ')" \
		"^70 00 05 .* 24 00 00 ce 00 02"
}

out_of_range()
{
	local last
	local after

	have_disk
	last=$(be4 "$LAST")
	after=$(be4 "$BLOCKS")
	# shellcheck disable=SC2086
	{
		scsi_is "$dev" GOOD -r 512 28 00 $last 00 00 01 00
		scsi_is "$dev" "02 5/21/00" -r 512 28 00 $after 00 00 01 00
		scsi_is "$dev" "02 5/21/00" -r 1024 28 00 $last 00 00 02 00
		scsi_is "$dev" "02 5/21/00" -w "$(printf '%01024d' 0)" 2a 00 $after 00 00 01 00
		scsi_is "$dev" "02 5/21/00" -r 512 88 00 ff ff ff ff $last 00 00 00 01 00 00
		scsi_is "$dev" "02 5/21/00" -r 512 88 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00
		scsi_is "$dev" "02 5/21/00" -r 512 a8 00 $after 00 00 00 01 00 00
		scsi_is "$dev" "02 5/21/00" 2f 00 $after 00 00 01 00
		scsi_is "$dev" "02 5/21/00" 35 00 $after 00 00 01 00
		# Nothing is transferred, and this is no error at the end of the disk.
		scsi_is "$dev" GOOD 28 00 $after 00 00 00 00
		# INFORMATION is valid and the LBA
		matches "sense data" "$(scsi "$dev" -v -r 512 28 00 $after 00 00 01 00 | tail -n +2)" \
			"^f0 00 05 $after "
		matches "sense data" "$(scsi "$dev" -v -r 1024 28 00 $last 00 00 02 00 | tail -n +2)" \
			"^f0 00 05 $last "
	}
}

# READ and WRITE of each length move the same block.
reads_and_writes()
{
	local data

	have_disk
	data=$(head -c 512 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
	written()
	{
		local got

		got=$(scsi "$dev" -r 512 "$@")
		equal "result of $*" "${got%%$'\n'*}" GOOD
		equal "data of $*" "$(tail -n +2 <<<"$got" | tr -d ' \n')" "$data"
	}
	scsi_is "$dev" GOOD -w "$data" 0a 00 00 07 01 00
	written 08 00 00 07 01 00
	scsi_is "$dev" GOOD -w "$data" 2a 08 00 00 00 08 00 00 01 00
	written 28 08 00 00 00 08 00 00 01 00
	scsi_is "$dev" GOOD -w "$data" aa 10 00 00 00 09 00 00 00 01 00 00
	written a8 10 00 00 00 09 00 00 00 01 00 00
	scsi_is "$dev" GOOD -w "$data" 8a 18 00 00 00 00 00 00 00 0a 00 00 00 01 00 00
	written 88 18 00 00 00 00 00 00 00 0a 00 00 00 01 00 00
	# VERIFY: the medium only, with the same data, with other data
	scsi_is "$dev" GOOD 2f 00 00 00 00 07 00 00 01 00
	scsi_is "$dev" GOOD -w "$data" 2f 02 00 00 00 07 00 00 01 00
	scsi_is "$dev" "02 e/1d/00" -w "$(printf '%01024d' 0)" 2f 02 00 00 00 07 00 00 01 00
	sg_verify --lba=0 --count=64 "$dev"
	sg_sync "$dev"
}

# A stopped unit answers, and neither reads nor writes; here the kernel would
# start it again for its own commands, so all goes through sg.
start_stop()
{
	have_disk
	sg_start --stop "$dev"
	scsi_is "$dev" "02 2/04/02" "${TUR[@]}"
	scsi_is "$dev" "02 2/04/02" -r 512 28 00 00 00 00 00 00 00 01 00
	shows 'HBASIM' sg_inq "$dev"
	sg_start --start "$dev"
	scsi_is "$dev" GOOD "${TUR[@]}"
	scsi_is "$dev" GOOD -r 512 28 00 00 00 00 00 00 00 01 00
}

mode_pages()
{
	have_disk
	shows 'Caching.*' sg_modes --page=8 "$dev"
	shows 'Control' sg_modes --page=0x0a "$dev"
	# caching page by MODE SENSE(6): WCE set; saved values there are none
	matches "caching page" "$(scsi "$dev" -r 64 1a 08 08 00 40 00)" "^GOOD.17 00 10 00 08 12 04 00"
	scsi_is "$dev" "02 5/39/00" -r 64 1a 08 c8 00 40 00
	scsi_is "$dev" "02 5/24/00" -r 64 1a 08 01 00 40 00
	# D_SENSE on: sense data comes in descriptor format; by MODE SELECT(6)
	sg_wr_mode --page=0x0a --contents=0a,0a,06,10,00,00,00,00,ff,ff,00,00 "$dev"
	matches "descriptor sense" "$(scsi "$dev" -v 02 00 00 00 00 00 | tail -n +2)" "^72 05 20 00"
	scsi_is "$dev" "02 5/20/00" 02 00 00 00 00 00
	# Another logical unit has its own.
	matches "fixed sense" "$(scsi "$(sg "$host" 1)" -v 02 00 00 00 00 00 | tail -n +2)" \
		"^70 00 05"
	# Software write protect
	sg_wr_mode --page=0x0a --contents=0a,0a,02,10,08,00,00,00,ff,ff,00,00 "$dev"
	scsi_is "$dev" "02 7/27/02" -w "$(printf '%01024d' 0)" 2a 00 00 00 00 00 00 00 01 00
	scsi_is "$dev" GOOD -r 512 28 00 00 00 00 00 00 00 01 00
	# MODE SELECT(10) sets it back; what cannot be changed is refused, as is a short list.
	scsi_is "$dev" GOOD -w "0000000000000000 0a0a02100000 0000ffff 0000" \
		55 10 00 00 00 00 00 00 14 00
	scsi_is "$dev" GOOD -w "$(printf '%01024d' 0)" 2a 00 00 00 00 00 00 00 01 00
	scsi_is "$dev" "02 5/26/00" -w "0000000000000000 0a0a02900000 0000ffff 0000" \
		55 10 00 00 00 00 00 00 14 00
	scsi_is "$dev" "02 5/1a/00" -w "0000000000000000 0a0a0210" 55 10 00 00 00 00 00 00 0c 00
}

# The kernel's own way to change it, through sd
write_cache()
{
	local type

	have_disk
	type=/sys/class/scsi_disk/$host:0:1:0/cache_type
	equal "cache" "$(<"$type")" "write back"
	echo "write through" >"$type"
	equal "cache" "$(<"$type")" "write through"
	matches "caching page" "$(scsi "$(sg "$host" 1)" -r 64 1a 08 08 00 40 00)" \
		"^GOOD.17 00 10 00 08 12 00 00"
	dd if=/dev/zero of="$(disk "$host" 1)" bs=64k count=1 oflag=direct status=none
	echo "write back" >"$type"
	equal "cache" "$(<"$type")" "write back"
}

request_sense()
{
	have_disk
	shows 'Sense key: No Sense|No sense|No Sense' sg_requests "$dev"
	sg_reset --device "$dev"
	# Reported as data, it is gone.
	matches "REQUEST SENSE" "$(scsi "$dev" -r 18 03 00 00 00 12 00)" "^GOOD.70 00 06 .* 29 03"
	scsi_is "$dev" GOOD "${TUR[@]}"
	matches "REQUEST SENSE, descriptor" "$(scsi "$dev" -r 18 03 01 00 00 12 00)" "^GOOD.72 00 00 00"
}

log_pages()
{
	local before

	have_disk
	shows 'Supported log pages' sg_logs "$dev"
	before=$(reads_counted)
	scsi_is "$dev" GOOD -r 512 28 00 00 00 00 00 00 00 01 00
	equal "reads" "$(reads_counted)" $((before + 1))
	scsi_is "$dev" "02 5/24/00" -r 64 4d 00 19 00 00 00 00 00 40 00
	scsi_is "$dev" "02 5/24/00" -r 64 4d 00 7e 00 00 00 00 00 40 00
}

# The low half of "number of READ commands" of the statistics page
reads_counted()
{
	local page

	page=$(scsi "$dev" -r 72 4d 00 59 00 00 00 00 00 48 00 | tail -n +2 | tr -d ' \n')
	echo $((0x${page:24:8}))
}

identity()
{
	local h

	for h in $(list_hosts); do
		for t in 0 1; do
			scsi "$(sg "$h" "$t")" -r 255 12 01 80 00 ff 00
			scsi "$(sg "$h" "$t")" -r 255 12 01 83 00 ff 00
		done
	done
}

# It is all that says which disk is which: the same in each image and after each
# insmod, and no two disks with the same one.
stable_identity()
{
	local before
	local pages

	load adapters=2 luns=2 dev_size_mb=8
	before=$(identity)
	pages=$(grep -c GOOD <<<"$before")
	equal "pages" "$pages" 8
	equal "different pages" "$(identity | tr '\n' ' ' | sed 's/GOOD/\n/g' | sed 1d | sort -u | wc -l)" 8
	unload
	load adapters=2 luns=2 dev_size_mb=8
	equal "pages after insmod" "$(identity)" "$before"
	install_images
	for h in "${hosts[@]}"; do
		update "$h" 1.1
		no_attention "$(sg "$h" 0)"
		no_attention "$(sg "$h" 1)"
	done
	equal "pages of image 1.1" "$(identity)" "$before"
}

shared_point "unit attention 29/00 at power-on, once" power_on
shared_point "INQUIRY and the VPD pages" inquiry
shared_point "READ CAPACITY and REPORT LUNS" capacity
shared_point "REPORT SUPPORTED OPERATION CODES" opcodes
shared_point "sense data for commands and fields that there are not" bad_commands
shared_point "sense data for blocks that there are not" out_of_range
shared_point "READ, WRITE, VERIFY, SYNCHRONIZE CACHE" reads_and_writes
shared_point "START STOP UNIT" start_stop
shared_point "MODE SENSE and MODE SELECT" mode_pages
shared_point "the write cache turned off and on by sd" write_cache
shared_point "REQUEST SENSE" request_sense
point "LOG SENSE" log_pages
point "VPD pages 80 and 83 are the same after insmod and in each image" stable_identity
run_points
