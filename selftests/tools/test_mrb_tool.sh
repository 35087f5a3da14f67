#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The mrb tool: small executables made into images and back, and everything
# that it has to refuse with one line and the right status. Output is TAP.
set -uo pipefail

# shellcheck source=mrb.sh
. "$(dirname "$0")/mrb.sh"

flags=(-march=rv32ima_zicsr_zifencei -mabi=ilp32 -mcmodel=medany -O1 -ffreestanding
	-nostdlib -static -I "$top/include" "-Wl,--no-warn-rwx-segments")

check() { # NAME COMMAND...: the command succeeds
	local name=$1
	shift
	"$@" >out 2>err
	ok "$name" $?
}

no_new_file() { # NAME FILE...: none of them exists, nor a temporary of one
	local name=$1 file bad=0
	shift
	for file in "$@"; do
		compgen -G "$file*" >/dev/null && bad=1
	done
	ok "$name" "$bad"
}

json() { # FILE EXPRESSION: of the parsed output, named i
	"$mrb" info --json "$1" |
		python3 -c "import json, sys; i = json.load(sys.stdin); print($2)"
}

equals() { # NAME WANTED GOT
	[ "$2" = "$3" ]
	local bad=$?
	[ "$bad" -eq 0 ] || echo "wanted '$2', got '$3'" >err
	ok "$1" "$bad"
}

cat >image.c <<'END'
#include <hba_sim/board.h>
#include <hba_sim/mrb.h>

extern char _start[], update[], __bootstrap_start[];

__le32 logins[16];
__le32 counters[6] = { 1, 2, 3, 4, 5, 6 };
char odd[3] = "abc";

__attribute__((section(".mrb_header"), used))
const struct mrb_header header = {
	.magic = MRB_MAGIC,
	.format = MRB_FORMAT,
	.header_size = sizeof(struct mrb_header),
	.board_id = BOARD_ID,
	.version = MRB_VERSION(1, 7),
	.ordinal = 3,
	.load_addr = BOARD_TEXT_BASE,
	.runtime_entry = (__le32)_start - BOARD_TEXT_BASE,
	.bootstrap_entry = (__le32)__bootstrap_start - BOARD_TEXT_BASE,
	.update_entry = (__le32)update - BOARD_TEXT_BASE,
	.cap_provided = CAP_IMAGE_FRAME_1 | CAP_IMAGE_UPDATE,
	.cap_required = CAP_BOARD_OVERLAY,
	.pause_budget_us = 500,
	.frame_formats = 1 << 1,
	.name = "te\"st\\1.7",
	.nr_schemas = 2,
	.schema = {
		{ .id = 1, .version = 1, .address = (__le32)logins, .record_size = 8, .count = 8 },
		{ .id = 2, .version = 5, .address = (__le32)counters, .record_size = 24,
		  .count = 1 },
	},
};

int helper(int x) { return x * 3 + logins[x & 7]; }

__attribute__((section(".bootstrap")))
int bootstrap_code(int n)
{
	switch (n) {
	case 0: return helper(counters[1]);
	case 1: return odd[n];
	}
	return header.version + n;
}
END

cat >start.S <<'END'
	.globl _start, update
_start:	la	sp, logins
	lui	a0, %hi(counters)	# allowed here, outside the bootstrap
	lw	a0, %lo(counters)(a0)
update:	wfi
	j	update
	.section .bootstrap, "ax"
#if defined ABS_HI20
	lui	a0, %hi(counters)
#elif defined ABS_LO12
	lw	a0, %lo(counters)(a1)
#elif defined ABS_STORE
	sw	a0, %lo(counters)(a1)
#elif defined ABS_WORD
	.word	counters
#elif defined ABS_SYMBOL
	.weak	nowhere
	lla	a0, nowhere
#elif defined ABS_CONTROL
	lla	a0, control
#elif defined ABS_HALF
	.reloc	., R_RISCV_ADD32, counters
	.word	0
#elif defined PC_DIFFERENCE
	.word	update - counters
	.word	. - update
#endif
	la	a0, counters
	beqz	a0, 1f
	call	helper
1:	tail	update
END

cat >image.ld <<'END'
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(DATA_FLAGS); }
SECTIONS
{
	. = TEXT;
	.text : {
		KEEP(*(.mrb_header))
		*(.text*)
		__bootstrap_start = .;
		KEEP(*(.bootstrap))
		__bootstrap_end = .;
		*(.rodata* .srodata*)
	} :text
	. = 0x90000000;
	.data : { *(.data*) *(.sdata*) } :data
	.bss : { *(.bss*) *(.sbss*) } :data
	/DISCARD/ : { *(.comment) *(.riscv.attributes) }
}
END

build() { # OUT [FLAG...]; TEXT, DATA_FLAGS and LDSED change the linker script, relocs a flag
	local out=$1
	shift
	sed -e "s/DATA_FLAGS/${DATA_FLAGS:-6}/; s/TEXT/${TEXT:-0x80000000}/; ${LDSED:-}" \
		image.ld >variant.ld
	"${cross}gcc" "${flags[@]}" "${relocs:--Wl,--emit-relocs}" "$@" -T variant.ld -o "$out" \
		image.c start.S 2>err
}

echo "TAP version 13"
if ! command -v "${cross}gcc" >/dev/null; then
	echo "1..0 # SKIP no ${cross}gcc"
	exit 0
fi

# --- from executable to image and back
check "small image builds" build a.elf
check "pack" "$mrb" pack a.elf -o a.mrb
check "verify" "$mrb" verify a.mrb
check "info" "$mrb" info a.mrb
"$mrb" info a.mrb >info.txt
check "info names the version" grep -qx 'version  *1\.7' info.txt
check "info shows the second schema" grep -Eq '^1 +2 +5 +0x9000' info.txt
equals "version in JSON" 1.7 "$(json a.mrb 'i["version"]')"
equals "name in JSON, with its quote and backslash" 'te"st\1.7' "$(json a.mrb 'i["name"]')"
equals "total size" "$(stat -c %s a.mrb)" "$(json a.mrb 'i["total_size"]')"
equals "blocks" "[('text', $((0x80000000))), ('data', $((0x90000000)))]" \
	"$(json a.mrb '[(b["type"], b["address"]) for b in i["block"]]')"
equals "uninitialized data is in memory only" "28 92" \
	"$(json a.mrb '"%(file_size)d %(mem_size)d" % i["block"][1]')"
equals "schemas" "[(1, 8, 8), (2, 24, 1)]" \
	"$(json a.mrb '[(s["id"], s["record_size"], s["count"]) for s in i["schema"]]')"

# Checksum and digest once more, by other means.
equals "SHA-256 as documented" "$(json a.mrb 'i["sha256"]')" "$(
	{ head -c 16 a.mrb; head -c 32 /dev/zero; tail -c +49 a.mrb; } | sha256sum |
		cut -d ' ' -f 1)"
equals "CRC-32 as documented" "$(json a.mrb 'i["crc32"]')" "$(
	{ head -c 12 a.mrb; head -c 36 /dev/zero; tail -c +49 a.mrb; } |
		python3 -c 'import sys, zlib; print(zlib.crc32(sys.stdin.buffer.read()))')"

check "extract" "$mrb" extract a.mrb -o blocks
check "extract into a folder that is there" "$mrb" extract -o blocks a.mrb
check "the blocks make up the file" cmp a.mrb <(cat blocks/block0-text.bin blocks/block1-data.bin)
"${cross}objcopy" -O binary -j .data a.elf data.bin
check "data is the executable's" cmp -n "$(stat -c %s data.bin)" data.bin blocks/block1-data.bin
check "pack without -o" "$mrb" pack a.elf
check "packing twice gives the same" cmp a.mrb <("$mrb" pack -o b.mrb a.elf && cat b.mrb)
(umask 027 && "$mrb" pack -o mode.mrb a.elf)
equals "mode follows umask" 640 "$(stat -c %a mode.mrb)"
ln -s b.mrb link.mrb
check "pack through a symbolic link" "$mrb" pack -o link.mrb a.elf
check "the link is still one" test -L link.mrb

# --- position independence of the bootstrap
check "differences build" build pc.elf -DPC_DIFFERENCE
check "differences are no addresses" "$mrb" pack pc.elf
for kind in HI20:R_RISCV_HI20 LO12:R_RISCV_LO12_I STORE:R_RISCV_LO12_S WORD:R_RISCV_32 \
	HALF:R_RISCV_ADD32; do
	build abs.elf "-DABS_${kind%:*}"
	refused "absolute relocation ${kind#*:}" 1 \
		"${kind#*:} against 'counters' at 0x8000.*__bootstrap_start+0x" \
		pack -o abs.mrb abs.elf
done
build abs.elf -DABS_CONTROL -Wl,--defsym=control=0x70000000
refused "pc-relative to a fixed address" 1 "'control' (0x70000000).*not in the image" \
	pack -o abs.mrb abs.elf
build abs.elf "-Wl,--defsym=__global_pointer\$=0x90000000"
refused "relaxed to relative to gp" 1 "R_RISCV_GPREL_I" pack -o abs.mrb abs.elf
build abs.elf -DABS_SYMBOL
refused "weak symbol without a definition" 1 "nowhere" pack -o abs.mrb abs.elf
relocs=-g0 build abs.elf
refused "no relocations" 1 "link with --emit-relocs" pack -o abs.mrb abs.elf
cp a.elf stripped.elf
"${cross}strip" -N __bootstrap_end a.elf -o stripped.elf
refused "no bootstrap symbols" 1 "__bootstrap_start and __bootstrap_end are missing" \
	pack -o abs.mrb stripped.elf
LDSED='s/__bootstrap_end = .;//; s/__bootstrap_start = .;/&__bootstrap_end = .;/' build empty.elf \
	-DABS_HI20
check "empty bootstrap range has nothing to check" "$mrb" pack empty.elf
no_new_file "no image is left of what was refused" abs.mrb

# --- executables that are none
: >empty
head -c 300 /dev/urandom >noise
printf '\177ELF' >short.elf
mkdir dir
mkfifo fifo
"${cross}gcc" -march=rv64ima -mabi=lp64 -nostdlib -x c -o wide.elf - <<<'void _start(void) {}' 2>err
gcc -c -x c -o host.o - <<<'int x;'
"${cross}gcc" -march=rv32imac -mabi=ilp32 -nostdlib -x c -o compressed.elf - \
	<<<'void _start(void) {}' 2>err
"${cross}gcc" "${flags[@]}" -c -o object.o start.S
refused "pack: empty file" 1 "empty" pack empty -o no.mrb
refused "pack: directory" 1 "not a regular file" pack dir -o no.mrb
refused "pack: FIFO" 1 "not a regular file" pack fifo -o no.mrb
refused "pack: missing file" 1 "No such file" pack nothing.elf -o no.mrb
refused "pack: not ELF" 1 "not an ELF" pack noise -o no.mrb
refused "pack: only a magic" 1 "not an ELF" pack short.elf -o no.mrb
refused "pack: 64-bit" 1 "32-bit" pack wide.elf -o no.mrb
refused "pack: 64-bit object of the host" 1 "32-bit" pack host.o -o no.mrb
refused "pack: compressed instructions" 1 "compressed" pack compressed.elf -o no.mrb
refused "pack: object file" 1 "not an executable" pack object.o -o no.mrb
DATA_FLAGS=7 build wx.elf
refused "pack: writable and executable" 1 "both writable and executable" pack wx.elf -o no.mrb
LDSED='s/KEEP(.*mrb_header.*//; s/:text$/:text .mrb_header : { *(.mrb_header) } :text/' \
	build late.elf
refused "pack: header not in front" 1 "no MRB header" pack late.elf -o no.mrb
TEXT=0x80001000 build moved.elf
refused "pack: at another address" 1 "first block is not at the load address" \
	pack moved.elf -o no.mrb
LDSED='s/0x90000000/0x90200000/' build far.elf
refused "pack: outside the board" 1 "outside the board's code region (block\[1\].address" \
	pack far.elf -o no.mrb
truncated=0
size=$(stat -c %s a.elf)
for ((len = 0; len < size; len += 97)); do
	head -c "$len" a.elf >cut.elf
	"$mrb" pack cut.elf -o no.mrb >out 2>err
	[ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] || truncated=1
done
ok "pack: truncated anywhere" "$truncated"
# Many symbols, whose names reach to the end of a large string table: no look at one is long.
python3 - a.elf >many.elf <<'END'
import struct, sys

elf = bytearray(open(sys.argv[1], "rb").read())
table, = struct.unpack_from("<I", elf, 32)
size, count = struct.unpack_from("<2H", elf, 46)

def move(section, contents):
	struct.pack_into("<2I", elf, section + 16, len(elf), len(contents))
	elf.extend(contents)

for i in range(count):
	section = table + i * size
	if struct.unpack_from("<I", elf, section + 4)[0] == 2:
		strings = table + struct.unpack_from("<I", elf, section + 24)[0] * size
		move(section, struct.pack("<3I2BH", 0, 0, 0, 0, 0, 1) * 500000)
		move(strings, b"x" * 8000000 + b"\0")
sys.stdout.buffer.write(elf)
END
refused "pack: symbols with long names" 1 "symbols .* are missing" pack many.elf -o no.mrb
{ head -c -1 many.elf; printf x; } >endless.elf
refused "pack: names without an end" 1 "symbols .* are missing" pack endless.elf -o no.mrb
no_new_file "no image is left of what was no executable" no.mrb

# --- images that are none
cut() { head -c "$1" a.mrb >cut.mrb; }
for command in verify info; do
	refused "$command: empty file" 1 "empty" $command empty
	refused "$command: directory" 1 "not a regular file" $command dir
	refused "$command: FIFO" 1 "not a regular file" $command fifo
	refused "$command: missing file" 1 "No such file" $command nothing
	cut 543
	refused "$command: truncated in the header" 1 "shorter than a header" $command cut.mrb
	cut 600
	refused "$command: truncated" 1 "truncated.*total_size" $command cut.mrb
done
{ cat a.mrb; echo; } >long.mrb
equals "verify: what lies behind an image is padding" "long.mrb: good, with 1 bytes of padding" \
	"$("$mrb" verify long.mrb)"
check "extract: padding does no harm" "$mrb" extract long.mrb -o padded
rm -rf padded
{ head -c 600 a.mrb; printf X; tail -c +602 a.mrb; } >flip.mrb
refused "verify: damaged" 1 "CRC-32 differs" verify flip.mrb
refused "verify: an executable" 1 "magic" verify a.elf
refused "extract: damaged" 1 "CRC-32" extract flip.mrb -o blocks2
no_new_file "nothing is extracted from a damaged image" blocks2
truncate -s 65M huge
refused "verify: huge file" 1 "too large" verify huge
refused "a name with a newline gives one line" 1 "No such file" verify $'a\nb'

# --- set
check "set fields" "$mrb" set a.mrb -o set.mrb ordinal=9 version=2.11 name=other \
	pause_budget_us=0x10 cap_required=7 'schema[1].version=6'
equals "fields are set" "9 2.11 other 16 7 6" "$(json set.mrb \
	'*(i[f] for f in "ordinal version name pause_budget_us cap_required".split()),
		i["schema"][1]["version"]' |
	tr -d "(),'")"
check "what was set verifies" "$mrb" verify set.mrb
check "the source is as it was" cmp a.mrb b.mrb
check "set in place" "$mrb" set set.mrb -o set.mrb ordinal=3 version=0x10007 'name=te"st\1.7' \
	pause_budget_us=500 cap_required=1 'schema[1].version=5'
check "and back again" cmp a.mrb set.mrb
check "set another board" "$mrb" set a.mrb -o board.mrb board_id=1
refused "another board is refused" 1 "another board (board_id, byte 48)" verify board.mrb
check "info shows it all the same" "$mrb" info board.mrb
for change in ordinal=0:ordinal load_addr=0x80000010:load_addr runtime_entry=0x20:runtime_entry \
	bootstrap_entry=2:bootstrap_entry update_entry=0x7ffffffc:update_entry \
	cap_provided=8:cap_provided cap_provided=0x8000:cap_provided \
	frame_formats=0:frame_formats name=:name name=a/b:name total_size=544:crc32 \
	total_size=543:total_size total_size=0x7fffffff:total_size format=2:format magic=1:magic \
	nr_blocks=0:nr_blocks 'block[0].type=2:block\[0\].type' \
	'block[1].address=0x9000000c:block\[1\].address' \
	'schema[0].count=4096:schema\[0\].address'; do
	"$mrb" set a.mrb -o bad.mrb "${change%%:*}"
	refused "verify: ${change%%:*}" 1 "(${change#*:}, byte" verify bad.mrb
done

# What the module refuses beside that; an image with contents for chips.
with_chips=$top/build/images/3.0.mrb
equals "verify: contents for chips" "$with_chips: good" "$("$mrb" verify "$with_chips")"
for type in pla port; do
	at=$(json "$with_chips" \
		"[b['file_offset'] + 16 for b in i['block'] if b['type'] == '$type'][0]")
	{ head -c "$at" "$with_chips"; printf Z; tail -c "+$((at + 2))" "$with_chips"; } >bad.mrb
	"$mrb" set bad.mrb -o bad.mrb ordinal=1
	refused "verify: contents for the $type that are not whole" 1 \
		"contents for chip [01] that are not whole" verify bad.mrb
	check "info shows them all the same" "$mrb" info bad.mrb
done
"$mrb" set a.mrb -o bad.mrb frame_formats=8
refused "verify: a frame format that there is not" 1 "speaks no frame format" verify bad.mrb
"$mrb" set a.mrb -o good.mrb frame_formats=0xa
check "verify: one of two frame formats" "$mrb" verify good.mrb
"$mrb" set a.mrb -o good.mrb frame_formats=4
check "verify: a frame format for which the board may have a PLA" "$mrb" verify good.mrb
"$mrb" set "$with_chips" -o bad.mrb frame_formats=1
refused "verify: a frame format that its own PLA does not take" 1 "speaks no frame format" \
	verify bad.mrb

check "slot" "$mrb" slot a.mrb 7 -o slot
equals "slot: magic, format and sequence" "53 4c 4f 54 01 00 00 00 07 00 00 00" \
	"$(od -An -tx1 -N12 slot | xargs)"
check "slot: the image is in its second page" cmp a.mrb <(tail -c +1025 slot)
refused "slot: no sequence number" 2 "not a sequence number" slot a.mrb 0 -o no.mrb
refused "slot: a bad sequence number" 2 "not a sequence number" slot a.mrb 7x -o no.mrb
refused "slot: no image" 1 "file is empty" slot empty 1 -o no.mrb
refused "set: file too short" 1 "shorter than a header" set empty -o no.mrb ordinal=1
refused "set: unknown field" 2 "no such field" set a.mrb -o no.mrb colour=1
refused "set: table index out of range" 2 "no such field" set a.mrb -o no.mrb 'block[8].type=1'
refused "set: no value" 2 "FIELD=VALUE" set a.mrb -o no.mrb ordinal
refused "set: not a number" 2 "not a value" set a.mrb -o no.mrb ordinal=3x
refused "set: too large a number" 2 "not a value" set a.mrb -o no.mrb ordinal=0x100000000
refused "set: negative number" 2 "not a value" set a.mrb -o no.mrb ordinal=-1
refused "set: name too long" 2 "not a value" set a.mrb -o no.mrb name=12345678901234567
refused "set: digest" 2 "cannot be set" set a.mrb -o no.mrb sha256=0
no_new_file "nothing is left of what was not set" no.mrb

# --- usage
check "help" "$mrb" --help
refused "no command" 2 "no command"
refused "unknown command" 2 "unknown command" frobnicate
refused "unknown option" 2 "unknown option" pack -x a.elf
refused "--json is for info" 2 "unknown option" verify --json a.mrb
refused "-o without argument" 2 "argument" pack a.elf -o
refused "no file" 2 "number of arguments" verify
refused "two files" 2 "number of arguments" verify a.mrb b.mrb
refused "extract without -o" 2 "-o is missing" extract a.mrb
refused "set without -o" 2 "-o is missing" set a.mrb ordinal=1

# --- output that cannot be written
refused "output in no folder" 1 "cannot write: No such file" pack a.elf -o none/x.mrb
refused "output is a folder" 1 "cannot write: not a regular file" pack a.elf -o dir
refused "output is a FIFO" 1 "cannot write: not a regular file" pack a.elf -o fifo
refused "extract into a file" 1 "cannot write" extract a.mrb -o a.elf
check "the FIFO is still one" test -p fifo
if [ -w /dev/full ]; then
	"$mrb" info a.mrb >/dev/full 2>err
	equals "standard output is full" 1 $?
fi
mkdir locked
cp a.mrb locked/old.mrb
chmod 555 locked
chmod 755 .
# As root, permissions mean nothing: then it is done as somebody else.
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
cp "$mrb" tool
"${as_user[@]}" ./tool pack a.elf -o locked/old.mrb >out 2>err
equals "no permission to write" "1 1" "$? $(grep -c 'cannot write: Permission denied' err)"
check "the old output is as it was" cmp a.mrb locked/old.mrb
chmod 000 b.mrb
"${as_user[@]}" ./tool verify b.mrb >out 2>err
equals "no permission to read" "1 1" "$? $(grep -c 'cannot open: Permission denied' err)"
chmod 755 locked
equals "no temporary files are left" "" "$(find . -name '*.mrb.??????')"

finish
