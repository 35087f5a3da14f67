#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 480
# kernels: 6.12
# What sg3_utils read from a disk with image 2.0, word for word: inquiry data,
# operation codes, mode and log pages, reservations.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=sg_utils.sh
. "$(dirname "$0")/sg_utils.sh"

inquiry()
{
	have_disk
	says sg_inq -d "$dev" <<-END
		standard INQUIRY:
		PQual=0 PDT=0 RMB=0 LU_CONG=0 hot_pluggable=0 version=0x06 [SPC-4]
		[AERC=0] [TrmTsk=0] NormACA=0 HiSUP=0 Resp_data_format=2
		SCCS=0 ACC=0 TPGS=0 3PC=0 Protect=0 [BQue=0]
		EncServ=0 MultiP=0 [MChngr=0] [ACKREQQ=0] Addr16=0
		[RelAdr=0] WBus16=0 Sync=0 [Linked=0] [TranDis=0] CmdQue=1
		[SPI: Clocking=0x0 QAS=0 IUS=0]
		length=74 (0x4a) Peripheral device type: disk
		Vendor identification: HBASIM
		Product identification: OVERLAY DISK
		Product revision level: 2.0
		Unit serial number: 000000000000
		Version descriptors:
		SAM-5 (no version claimed)
		SPC-4 (no version claimed)
		SBC-3 (no version claimed)
		FCP-4 (no version claimed)
	END
}

identification()
{
	have_disk
	says sg_vpd --page=sv "$dev" <<-END
		Supported VPD pages VPD page:
		Supported VPD pages [sv]
		Unit serial number [sn]
		Device identification [di]
		Extended inquiry data [ei]
		Block limits (SBC) [bl]
		Block device characteristics (SBC) [bdc]
		Logical block provisioning (SBC) [lbpv]
	END
	says sg_vpd --page=sn "$dev" <<-END
		Unit serial number VPD page:
		Unit serial number: 000000000000
	END
	says sg_vpd --page=di "$dev" <<-END
		Device Identification VPD page:
		Addressed logical unit:
		designator type: NAA, code set: Binary
		0x3484000000000000
		designator type: T10 vendor identification, code set: ASCII
		vendor id: HBASIM
		vendor specific: 000000000000
		Target port:
		designator type: Relative target port, code set: Binary
		transport: Fibre Channel Protocol for SCSI (FCP-5)
		Relative target port: 0x1
	END
}

# The extended inquiry and the block pages: what is not 0 of the first.
block_pages()
{
	have_disk
	equal "what is set in the extended INQUIRY data" "$(sg_vpd --page=ei "$dev" |
		grep -o '[A-Z_]*=[1-9][0-9]*' | xargs)" "SIMPSUP=1 V_SUP=1"
	says sg_vpd --page=bl "$dev" <<-END
		Block limits VPD page (SBC):
		Write same non-zero (WSNZ): 1
		Maximum compare and write length: 64 blocks
		Optimal transfer length granularity: 8 blocks
		Maximum transfer length: 65535 blocks
		Optimal transfer length: 2048 blocks
		Maximum prefetch transfer length: 0 blocks [ignored]
		Maximum unmap LBA count: 1048576
		Maximum unmap block descriptor count: 16
		Optimal unmap granularity: 8 blocks
		Unmap granularity alignment valid: true
		Unmap granularity alignment: 0
		Maximum write same length: 0xffff blocks
		Maximum atomic transfer length: 0 blocks [not reported]
		Atomic alignment: 0 [unaligned atomic writes permitted]
		Atomic transfer length granularity: 0 [no granularity requirement
		Maximum atomic transfer length with atomic boundary: 0 blocks [not reported]
		Maximum atomic boundary size: 0 blocks [can only write atomic 1 block]
	END
	says sg_vpd --page=bdc "$dev" <<-END
		Block device characteristics VPD page (SBC):
		Non-rotating medium (e.g. solid state)
		Product type: Not specified
		WABEREQ=0
		WACEREQ=0
		Nominal form factor not reported
		ZONED=0
		RBWZ=0
		BOCS=0
		FUAB=0
		VBULS=0
		DEPOPULATION_TIME=0 (seconds)
	END
	says sg_vpd --page=lbpv "$dev" <<-END
		Logical block provisioning VPD page (SBC):
		Unmap command supported (LBPU): 1
		Write same (16) with unmap bit supported (LBPWS): 1
		Write same (10) with unmap bit supported (LBPWS10): 1
		Logical block provisioning read zeros (LBPRZ): 1
		Anchored LBAs supported (ANC_SUP): 0
		Threshold exponent: 0 [threshold sets not supported]
		Descriptor present (DP): 0
		Minimum percentage: 0 [not reported]
		Provisioning type: 2 (thin provisioned)
		Threshold percentage: 0 [percentages not supported]
	END
	# All pages at once, and nothing else
	equal "pages" "$(sg_vpd --all "$dev" | grep -c 'VPD page\( (SBC)\)\?:$')" 7
}

# Each command with its service action, length and the bits that it may have set.
USAGE="
00:-:00 00 00 00 00 00
03:-:03 01 00 00 ff 00
08:-:08 1f ff ff ff 00
0a:-:0a 1f ff ff ff 00
12:-:12 01 ff ff ff 00
15:-:15 10 00 00 ff 00
16:-:16 00 00 00 00 00
17:-:17 00 00 00 00 00
1a:-:1a 08 ff ff ff 00
1b:-:1b 01 00 00 05 00
25:-:25 00 00 00 00 00 00 00 00 00
28:-:28 18 ff ff ff ff 00 ff ff 00
2a:-:2a 18 ff ff ff ff 00 ff ff 00
2e:-:2e 12 ff ff ff ff 00 ff ff 00
2f:-:2f 16 ff ff ff ff 00 ff ff 00
34:-:34 02 ff ff ff ff 1f ff ff 00
35:-:35 02 ff ff ff ff 00 ff ff 00
37:-:37 00 1f 00 00 00 00 ff ff 00
41:-:41 08 ff ff ff ff 00 ff ff 00
42:-:42 00 00 00 00 00 00 ff ff 00
4d:-:4d 00 ff ff 00 ff ff ff ff 00
55:-:55 10 00 00 00 00 00 ff ff 00
5a:-:5a 18 ff ff 00 00 00 ff ff 00
5e:0:5e 00 00 00 00 00 00 ff ff 00
5e:1:5e 01 00 00 00 00 00 ff ff 00
5e:2:5e 02 00 00 00 00 00 ff ff 00
5e:3:5e 03 00 00 00 00 00 ff ff 00
5f:0:5f 00 ff 00 00 ff ff ff ff 00
5f:1:5f 01 0f 00 00 ff ff ff ff 00
5f:2:5f 02 0f 00 00 ff ff ff ff 00
5f:3:5f 03 ff 00 00 ff ff ff ff 00
5f:4:5f 04 0f 00 00 ff ff ff ff 00
5f:5:5f 05 0f 00 00 ff ff ff ff 00
5f:6:5f 06 ff 00 00 ff ff ff ff 00
88:-:88 18 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
89:-:89 18 ff ff ff ff ff ff ff ff 00 00 00 ff 00 00
8a:-:8a 18 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
8b:-:8b 18 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
8e:-:8e 12 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
8f:-:8f 16 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
90:-:90 02 ff ff ff ff ff ff ff ff ff ff ff ff 1f 00
91:-:91 02 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
93:-:93 09 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
9e:10:9e 10 00 00 00 00 00 00 00 00 ff ff ff ff 00 00
9e:12:9e 12 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
a0:-:a0 00 ff 00 00 00 ff ff ff ff 00 00
a3:c:a3 0c 87 ff ff ff ff ff ff ff 00 00
a3:d:a3 0d 80 00 00 00 ff ff ff ff 00 00
a8:-:a8 18 ff ff ff ff ff ff ff ff 00 00
aa:-:aa 18 ff ff ff ff ff ff ff ff 00 00
ae:-:ae 12 ff ff ff ff ff ff ff ff 00 00
af:-:af 16 ff ff ff ff ff ff ff ff 00 00
b7:-:b7 1f ff ff ff ff ff ff ff ff 00 00"

# usages: the same from the disk, of all commands at once; a command with a timeout
# is not among them, as none is meant to have one.
usages()
{
	sg_opcodes --mask --rctd "$dev" | awk '
		/^ [0-9a-f][0-9a-f] / {
			action = substr($0, 10, 3) ~ /[0-9a-f]/ ? $2 : "-"
			opcode = / - +- / ? $1 ":" action ":" : ""
		}
		/^ *cdb usage: / && opcode {
			sub(/^ *cdb usage: /, opcode)
			sub(/ *$/, "")
			print
		}'
}

opcodes()
{
	have_disk
	equal "operation codes, service actions, usage" "$(usages)" "${USAGE#?}"
	matches "one command" "$(sg_opcodes --rctd --opcode=0x9e,0x12 "$dev" | xargs)" \
		'supported \[conforming.*Usage data: 9e 12 ff ff .*no nominal timeout, no recommended'
	says sg_opcodes --opcode=0x20 "$dev" <<-END
		Opcode=0x20
		Command_name: Opcode=0x20
		Command is NOT supported
		No command duration limit mode page
		Multiple Logical Units (MLU): not reported
	END
	ends "$ILLEGAL" sg_opcodes --opcode=0x5e "$dev"
	says sg_opcodes --tmf "$dev" <<-END
		Task Management Functions supported by device:
		Abort task
		Logical unit reset
	END
}

capacity()
{
	have_disk
	says sg_readcap --long "$dev" <<-END
		Read Capacity results:
		Protection: prot_en=0, p_type=0, p_i_exponent=0
		Logical block provisioning: lbpme=1, lbprz=1
		Last LBA=$LAST (0x7fff), Number of logical blocks=$BLOCKS
		Logical block length=512 bytes
		Logical blocks per physical block exponent=0
		Lowest aligned LBA=0
		Hence:
		Device size: 16777216 bytes, 16.0 MiB, 0.02 GB
	END
	equal "READ CAPACITY (10)" "$(sg_readcap --brief "$dev")" "0x$(printf %x "$BLOCKS") 0x200"
	says sg_luns "$dev" <<-END
		Lun list length = 8 which imples 1 lun entry
		Report luns [select_report=0x0]:
		0000000000000000
	END
	says sg_turs --number=5 "$dev" <<-END
		Completed 5 Test Unit Ready commands with 0 errors
	END
	says sg_requests --desc "$dev" <<-END
		data-in decoded as sense:
		Descriptor format, current; Sense key: No Sense
		Additional sense: No additional sense information
	END
	says sg_reassign --grown "$dev" <<-END
		>> Elements in grown defect list: 0
	END
}

# mode_pages COMMAND...: the pages that it prints, each on a line
mode_pages()
{
	"$@" | awk '/^>>/ { if (page) print page; page = $2; next }
		/^ *[0-9a-f][0-9a-f]  / && page { $1 = ""; page = page $0 }
		END { print page }'
}

modes()
{
	local caching="08 12 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
	local control="0a 0a 02 10 00 00 00 00 ff ff 00 00"

	have_disk
	equal "all pages" "$(mode_pages sg_modes --all "$dev")" \
		"Caching, $caching"$'\n'"Control, $control"
	equal "all pages by MODE SENSE (6)" "$(mode_pages sg_modes --six --all "$dev")" \
		"Caching, $caching"$'\n'"Control, $control"
	equal "default values" "$(mode_pages sg_modes --control=2 --all "$dev")" \
		"Caching, $caching"$'\n'"Control, $control"
	equal "changeable values" "$(mode_pages sg_modes --control=1 --all "$dev")" \
		"Caching, $caching"$'\n'"Control, 0a 0a 04 00 08 00 00 00 00 00 00 00"
	matches "header" "$(sg_modes --page=8 "$dev")" 'WP=0, DpoFua=1, longlba=0'
	ends "$ILLEGAL" sg_modes --page=0x1c "$dev"

	# WCE off and on again
	caching=${caching/04/00}
	sg_wr_mode --page=8 --contents=08,12,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00 \
		--mask=0,0,4 "$dev"
	equal "without a write cache" "$(mode_pages sg_modes --page=8 "$dev")" "Caching, $caching"
	sg_wr_mode --page=8 --contents=08,12,04,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00 \
		--mask=0,0,4 "$dev"
	matches "with one" "$(mode_pages sg_modes --page=8 "$dev")" "^Caching, 08 12 04 "
}

# The counters of page 19h: reads, writes, blocks written and read
counters()
{
	local hex
	local i

	hex=$(sg_logs --page=0x19 --raw "$dev" | od -An -v -tx1 | tr -d ' \n')
	for i in 8 16 24 32; do
		echo $((16#${hex:i * 2:16}))
	done
}

logs()
{
	local before
	local after

	have_disk
	matches "list of pages" "$(sg_logs --page=0 "$dev" | xargs)" \
		'0x00 Supported log pages \[sp\] 0x19 General Statistics and Performance \[gsp\]$'
	data "$tmp/data" 1024 1
	mapfile -t before < <(counters)
	sg_dd if="$tmp/data" of="$dev" bs=512 bpt=2 seek=8 2>"$tmp/dd"
	blocks_are 8 "$tmp/data"
	mapfile -t after < <(counters)
	equal "what was counted" "$((after[0] - before[0])) $((after[1] - before[1])) \
$((after[2] - before[2])) $((after[3] - before[3]))" "1 1 2 2"
}

# pr OPTION...: PERSISTENT RESERVE OUT
pr()
{
	sg_persist --no-inquiry --out "$@" "$dev"
}

reservations()
{
	local types=("" "Write Exclusive" "" "Exclusive Access" ""
		     "Write Exclusive, registrants only" "Exclusive Access, registrants only"
		     "Write Exclusive, all registrants" "Exclusive Access, all registrants")
	local type
	local key

	have_disk
	says sg_persist --no-inquiry --read-keys "$dev" <<-END
		PR generation=0x0, there are NO registered reservation keys
	END
	pr --register --param-sark=0x123abc
	says sg_persist --no-inquiry --read-keys "$dev" <<-END
		PR generation=0x1, 1 registered reservation key follows:
		0x123abc
	END
	for type in 1 3 5 6 7 8; do
		key=0x123abc
		[ "$type" -lt 7 ] || key=0x0
		pr --reserve --param-rk=0x123abc --prout-type="$type"
		says sg_persist --no-inquiry --read-reservation "$dev" <<-END
			PR generation=0x1, Reservation follows:
			Key=$key
			scope: LU_SCOPE, type: ${types[type]}
		END
		# One's own reservation keeps nobody out; another key or type is refused.
		sg_dd if="$dev" of=/dev/null bs=512 count=1 2>"$tmp/dd"
		ends "$CONFLICT" pr --reserve --param-rk=0x999 --prout-type="$type"
		ends "$ILLEGAL" pr --release --param-rk=0x123abc --prout-type=$((type == 1 ? 3 : 1))
		pr --release --param-rk=0x123abc --prout-type="$type"
		says sg_persist --no-inquiry --read-reservation "$dev" <<-END
			PR generation=0x1, there is NO reservation held
		END
	done
	pr --register-ignore --param-sark=0x77
	pr --reserve --param-rk=0x77 --prout-type=5
	says sg_persist --no-inquiry --read-full-status "$dev" <<-END
		PR generation=0x2
		Key=0x77
		All target ports bit clear
		Relative port address: 0x1
		<< Reservation holder >>
		scope: LU_SCOPE, type: ${types[5]}
		Transport Id of initiator:
		FCP-2 World Wide Name:
		21 00 48 42 41 00 ff ff
	END
	pr --clear --param-rk=0x77
	says sg_persist --no-inquiry --read-keys "$dev" <<-END
		PR generation=0x3, there are NO registered reservation keys
	END
	says sg_persist --no-inquiry --report-capabilities "$dev" <<-END
		Report capabilities response:
		Replace Lost Reservation Capable(RLR_C): 0
		Compatible Reservation Handling(CRH): 0
		Specify Initiator Ports Capable(SIP_C): 0
		All Target Ports Capable(ATP_C): 0
		Persist Through Power Loss Capable(PTPL_C): 0
		Type Mask Valid(TMV): 1
		Allow Commands: 0
		Persist Through Power Loss Active(PTPL_A): 0
		Support indicated in Type mask:
		Write Exclusive, all registrants: 1
		Exclusive Access, registrants only: 1
		Write Exclusive, registrants only: 1
		Exclusive Access: 1
		Write Exclusive: 1
		Exclusive Access, all registrants: 1
	END
}

shared_point "G1 INQUIRY" inquiry
shared_point "G2 VPD pages: what identifies the disk" identification
shared_point "G3 VPD pages: blocks, their limits and provisioning" block_pages
shared_point "G4 operation codes, CDB usage, task management functions" opcodes
shared_point "G5 capacity, readiness, sense data, defects" capacity
shared_point "G6 mode pages, and a change" modes
shared_point "G7 log pages" logs
point "G8 persistent reservations of all types" reservations

run_points
