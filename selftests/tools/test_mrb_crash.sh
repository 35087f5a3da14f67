#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "mrb crash": a dump made here byte by byte, as Documentation/crash-dump.rst has
# it, is shown with the functions and lines of an executable; dumps that are none
# are refused with one line and status 1. Output is TAP.
set -uo pipefail

# shellcheck source=mrb.sh
. "$(dirname "$0")/mrb.sh"

shows() { # NAME PATTERN ARGUMENT...: status 0, and the output has a line like this
	local name=$1 pattern=$2 bad=0
	shift 2
	timeout 10 "$mrb" crash "$@" >out 2>err || bad=1
	grep -qE -- "$pattern" out || bad=1
	[ "$bad" -eq 0 ] || echo "wanted: $pattern" >>err
	ok "$name" "$bad"
}

# dump FILE [PYTHON]: a good dump, changed by a piece of Python before it is put
# together: head and sections are as in the documentation.
dump() {
	python3 - "$@" <<'END'
import hashlib, struct, sys

text = b'text' * 10
head = dict(magic=0x43414248, version=1, header_size=696, total_size=None, nr=None, hart=3,
            where=0x80000008, time_ns=1700000000123456789, executed=12345,
            reason=b'panicked', adapter=b'hba_sim7', kernel=b'6.1-test',
            expected=hashlib.sha256(text).digest(), found=hashlib.sha256(text).digest())
stack = bytearray(0x4000)
stack[0x3ff0:0x3ff4] = struct.pack('<I', 0x80000010)
regs = [0x1000 + i for i in range(32)]
regs[1], regs[2] = 0x8000000c, 0x30003ff0
image = struct.pack('<IHHII32s10I', 0x0042524d, 1, 544, 0, 0, b'', 0x48424131, 0x10003, 5,
                    0x80000000, 0, 0, 0, 0, 0, 0)
image += struct.pack('<IHH16s', 2, 0, 0, b'named')
image = image.ljust(544, b'\0')
sections = [
    (1, 0, struct.pack('<42I', *regs, 0x80000028, 0x1800, 0, 0, 0x80000020, 0, 0x80000008, 5,
                       0xbad0, 0)),
    (2, 0, struct.pack('<36I', *regs, 0x80000008, 5, 0xbad0, 7)),
    (3, 0, struct.pack('<4I', 0x80000004, 0x13, 0x50000008, 0x2083)),
    (4, 0, struct.pack('<4I', 0xffffffff, 0x80000000, 0x80000000, 0x80000004)),
    (5, 0x80000000, image),
    (9, 0x30000000, bytes(stack)),
    (10, 0x90000000, b'data' * 4),
    (77, 0, b''),
]
tail = b''
if len(sys.argv) > 2:
    exec(sys.argv[2])
body, table = b'', b''
for kind, address, data in sections:
    table += struct.pack('<4I', kind, address, 696 + len(body), len(data))
    body += data.ljust((len(data) + 7) // 8 * 8, b'\0')
body += tail
if head['nr'] is None:
    head['nr'] = len(sections)
if head['total_size'] is None:
    head['total_size'] = 696 + len(body)
out = struct.pack('<IHHIIIIQQ128s16s64s32s32s', *head.values())
out += table[:384].ljust(384, b'\0') + body
if 'cut' in dir():
    out = out[:cut]
open(sys.argv[1], 'wb').write(out)
END
}

cat >image.S <<'END'
	.globl	first, second
	.text
first:	nop
	nop
	lw	ra, 0(x0)
	nop
second:	nop
	nop
	nop
	nop
	nop
	nop
	nop
	.globl	same
same:	nop
END
"${cross}gcc" -march=rv32ima_zicsr_zifencei -mabi=ilp32 -nostdlib -static -g \
	-Wl,-Ttext=0x80000000,--build-id=none,-e,first -o image.elf image.S || exit 1

dump good
shows "the hart" '^hart +3, an I/O hart$' good
shows "the reason" '^reason +panicked$' good
shows "the address" '^at +0x80000008$' good
shows "the time" '^time +2023-11-14 22:13:20.123456789 UTC$' good
shows "the adapter" '^adapter +hba_sim7$' good
shows "the kernel" '^kernel +6.1-test$' good
shows "the image" '^image +1.3, named "named"$' good
shows "the text" '^text +as it should be, SHA-256 [0-9a-f]{64}$' good
shows "the trap" '^last trap load access fault, value 0x0000bad0, at 0x80000008; 7 since' good
shows "the registers" '^  a2   0000100c  a3   0000100d' good
shows "an instruction" '^  0x80000004  00000013$' good
shows "the start" '^  started -> 0x80000000$' good
shows "a caller" '^   +0x8000000c$' good
shows "an unknown section" '^unknown +0x00000000 +[0-9]+ +0$' good
shows "function and line" '^at +0x80000008 first\+0x8 .*image.S:5$' good image.elf
shows "an instruction's place" '^  0x80000004  00000013 first\+0x4 .*image.S:4$' good image.elf
shows "the same in staging" '^  0x50000008  00002083 first\+0x8 .*image.S:5$' good image.elf
shows "a caller's place" '^   +0x8000000c first\+0xc .*image.S:6$' good image.elf
shows "a jump's place" '^  0x80000000 first\+0x0 .* -> 0x80000004 first\+0x4 ' good image.elf
PATH=/nowhere "$mrb" crash good image.elf >out 2>err && grep -q '^at  *0x80000008 first+0x8$' out &&
	[ "$(wc -l <err)" -eq 1 ]
ok "without addr2line there are functions" $?

dump damaged 'head["found"] = bytes(range(32)); sections.append((11, 0x80000000, text))'
shows "a damaged text" '^text +DAMAGED, SHA-256 000102.*, should be ' damaged
dump unknown 'head["found"] = bytes(32)'
shows "a text that was not looked at" '^text +its digest is not known, should be ' unknown
dump service 'head["hart"] = 0; head["where"] = 0x50000008; sections.append((6, 0x50000000, image))'
shows "the bootstrap" '^at +0x50000008 first\+0x8 ' service image.elf
shows "the staged image" '^staged +1.3, named "named"$' service
dump name 'image = image[:96] + b"\x1b[31m\xff" + image[102:]; sections[4] = (5, 0, image)'
LC_ALL=C shows "a name of other bytes" '^image +1.3, named "\?\[31m\?' name
dump sp 'sections[1] = (2, 0, struct.pack("<36I", *([0xfffffffd] * 32), 0x80000008, 5, 0, 1))'
shows "a stack pointer that is none" '^calls whose return address' sp

: >empty
refused "an empty file" 1 "not a crash dump" crash empty
refused "no file" 1 "cannot open" crash missing
refused "a folder" 1 "not a regular file" crash .
refused "another file" 1 "not a crash dump" crash image.elf
for cut in 3 4 40 695; do
	dump cut "cut = $cut"
	refused "cut at $cut" 1 "not a crash dump\|truncated" crash cut
done
for cut in 696 1000 17976; do
	dump cut "cut = $cut"
	refused "cut at $cut" 1 "crash dump has $cut bytes, should have" crash cut
done
dump long 'head["total_size"] = 696; tail = b"x" * 100'
refused "too long" 1 "should have 696" crash long
dump version 'head["version"] = 2'
refused "another version" 1 "unknown version" crash version
dump header 'head["header_size"] = 8'
refused "another header" 1 "unknown version" crash header
dump many 'head["nr"] = 25'
refused "too many sections" 1 "too many sections" crash many
dump many 'head["nr"] = 0xffffffff'
refused "far too many sections" 1 "too many sections" crash many
dump unended 'head["reason"] = b"x" * 128'
refused "a text without an end" 1 "a text that is none" crash unended
dump control 'head["kernel"] = b"6.1\x1b[31m"'
refused "a text of other bytes" 1 "a text that is none" crash control
dump none 'head["nr"] = 0'
refused "no registers" 1 "no registers" crash none
dump short 'sections[0] = (1, 0, b"x" * 8)'
refused "too few registers" 1 "section 0 has a wrong size" crash short
dump odd 'sections[2] = (3, 0, b"x" * 12)'
refused "half an instruction" 1 "section 2 has a wrong size" crash odd

# 60,000 tables of symbols, which are all the same 100,000.
python3 - image.elf >tables.elf <<'END'
import struct, sys

elf = bytearray(open(sys.argv[1], "rb").read())
table, = struct.unpack_from("<I", elf, 32)
size, count = struct.unpack_from("<2H", elf, 46)
headers = elf[table:table + size * count]
for i in range(count):
    if struct.unpack_from("<I", headers, i * size + 4)[0] == 2:
        first, length = struct.unpack_from("<2I", headers, i * size + 16)
        symbols = elf[first:first + length] + bytes(1600000)
        struct.pack_into("<2I", headers, i * size + 16, len(elf), len(symbols))
        elf += symbols
        headers += headers[i * size:i * size + size] * 60000
struct.pack_into("<I", elf, 32, len(elf))
struct.pack_into("<H", elf, 48, count + 60000)
sys.stdout.buffer.write(elf + headers)
END
PATH=/nowhere /usr/bin/timeout 10 "$mrb" crash good tables.elf >out 2>err &&
	grep -q '^at  *0x80000008 first+0x8$' out
ok "an executable with more than one table of symbols" $?
refused "an executable that is none" 1 "not an ELF file" crash good good
refused "an executable that is not there" 1 "cannot open" crash good missing

# Each field of the header and of the first section, with numbers of all sizes.
python3 - <<'END'
data = bytearray(open('good', 'rb').read())
n = 0
for at in [12, 16, 312, 316, 320, 324, 328, 332, 336, 340]:
    for value in [0, 1, 7, 695, 696, 700, 0x7ffffff8, 0xfffffff8, 0xffffffff]:
        bad = data[:]
        bad[at:at + 4] = value.to_bytes(4, 'little')
        open('field-%d' % n, 'wb').write(bad)
        n += 1
for seed in range(200):
    import random
    r = random.Random(seed)
    bad = data[:]
    for _ in range(20):
        bad[r.randrange(0, 2000)] = r.randrange(256)
    open('field-%d' % n, 'wb').write(bad)
    n += 1
END
bad=0
for file in field-*; do
	timeout 10 "$mrb" crash "$file" >out 2>err
	status=$?
	[ "$status" -le 1 ] && [ "$(wc -l <err)" -eq "$status" ] || bad=1
done
ok "hostile fields: shown, or refused with one line" "$bad"

timeout 10 "$mrb" crash >out 2>err
[ $? -eq 2 ]
ok "without a file it is wrong usage" $?
timeout 10 "$mrb" crash good >/dev/full 2>err
[ $? -eq 1 ]
ok "a full disk is noticed" $?

finish
