#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# hart-run: the programs of isa/, its exit statuses, and bad ELF files. Runs
# the build with sanitizers. Prints TAP.

set -u
out=${OUT:-../../build/host}
run=$out/hart-run-asan
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
number=0
failures=0

result() {	# result ok|"not ok" NAME
	number=$((number + 1))
	[ "$1" = ok ] || failures=$((failures + 1))
	echo "$1 $number - $2"
}

# expect NAME STATUS PATTERN ARGS...: the status, and one line on stderr that
# matches the pattern, or nothing there if it is empty.
expect() {
	local name=$1 status=$2 pattern=$3 got
	shift 3
	timeout 60 "$run" "$@" >"$tmp/stdout" 2>"$tmp/stderr"
	got=$?
	if [ "$got" -ne "$status" ]; then
		echo "# status $got, not $status: $(head -n 3 "$tmp/stderr")"
		result "not ok" "$name"
	elif [ -n "$pattern" ] && { [ "$(wc -l <"$tmp/stderr")" -ne 1 ] ||
				    ! grep -q -- "$pattern" "$tmp/stderr"; }; then
		echo "# stderr: $(head -n 3 "$tmp/stderr")"
		result "not ok" "$name"
	elif [ -z "$pattern" ] && [ -s "$tmp/stderr" ]; then
		echo "# stderr: $(head -n 3 "$tmp/stderr")"
		result "not ok" "$name"
	else
		result ok "$name"
	fi
}

# assemble NAME < source: makes $tmp/NAME.elf
assemble() {
	riscv64-unknown-elf-gcc -march=rv32ima_zicsr_zifencei -mabi=ilp32 -nostdlib \
		-Wl,--no-warn-rwx-segments -T guest/bare.ld -x assembler - -o "$tmp/$1.elf"
}

# patch NAME OFFSET HEX...: a copy of exit.elf with bytes replaced
patch() {
	local name=$1 offset=$2 byte
	shift 2
	cp "$tmp/exit.elf" "$tmp/$name.elf"
	for byte in "$@"; do
		printf '%b' "\\x$byte" |
			dd of="$tmp/$name.elf" bs=1 seek=$((offset)) conv=notrunc status=none
		offset=$((offset + 1))
	done
}

for program in "$out"/isa/*.elf; do
	expect "isa: $(basename "$program" .elf)" 0 "" --max-insns 10000000 "$program"
done
expect "a program in C" 204 "" "$out/work.elf"

assemble exit <<'S'
	.globl _start
_start:	li a0, 0x12a
	li a7, 93
	ecall
S
expect "exit status is the low byte of a0" 42 "" "$tmp/exit.elf"
expect "limit that just suffices" 42 "" --max-insns 3 "$tmp/exit.elf"
expect "limit that does not" 125 "limit of 2 instructions" --max-insns 2 "$tmp/exit.elf"
expect "statistics" 42 "" --stats "$tmp/exit.elf"
if grep -q '^instructions: 3$' "$tmp/stdout" &&
   grep -q '^instructions per second: [0-9]*$' "$tmp/stdout"; then
	result ok "statistics are printed"
else
	result "not ok" "statistics are printed"
fi

assemble loop <<'S'
	.globl _start
_start:	j _start
S
expect "endless loop" 125 "limit of 1000000 instructions reached at 0x80000000" \
	--max-insns 1000000 "$tmp/loop.elf"

assemble illegal <<'S'
	.globl _start
_start:	nop
	.word 0
S
expect "trap without a handler" 125 "illegal instruction (mcause 0x2) at 0x80000004" \
	"$tmp/illegal.elf"

assemble other_ecall <<'S'
	.globl _start
_start:	li a7, 1
	ecall
S
expect "another ecall, no handler" 125 "environment call" "$tmp/other_ecall.elf"

assemble wfi <<'S'
	.globl _start
_start:	wfi
S
expect "wfi" 125 "wfi at 0x80000000" "$tmp/wfi.elf"

assemble fences <<'S'
	.globl _start
_start:	fence.i
	j _start
S
expect "fence.i counts to the limit" 125 "limit of 5000" --max-insns 5000 "$tmp/fences.elf"

# The last word of memory answers, the next does not.
assemble end_of_memory <<'S'
	.set SIZE, 0x01000000
	.globl _start
_start:	la t0, handler
	csrw mtvec, t0
	li t0, 0x80000000
	li t1, SIZE
	add t0, t0, t1
	sw t0, -4(t0)
	lw a0, -4(t0)
	bne a0, t0, handler
	li a0, 7
	sw t0, 0(t0)
	li a0, 1
handler:
	li a7, 93
	ecall
S
expect "16 MiB of memory" 7 "" "$tmp/end_of_memory.elf"
expect "more memory" 1 "" --mem 0x2000000 "$tmp/end_of_memory.elf"
expect "less memory" 0 "" --mem 0x800000 "$tmp/end_of_memory.elf"

# Memory of several windows: code and data in the last one.
assemble large <<'S'
	.globl _start
_start:	li t0, 0xffff0000
	la t2, code
	lw t1, 0(t2)
	sw t1, 0(t0)
	lw t1, 4(t2)
	sw t1, 4(t0)
	lw t1, 8(t2)
	sw t1, 8(t0)
	jr t0
code:	li a0, 9
	li a7, 93
	ecall
S
expect "2 GiB of memory" 9 "" --mem 2147483648 "$tmp/large.elf"
expect "one page less" 125 "store access fault (mcause 0x7)" --mem 2147418112 "$tmp/large.elf"

expect "no file given" 126 "usage"
expect "two files" 126 "usage" "$tmp/exit.elf" "$tmp/exit.elf"
expect "no such file" 126 "No such file" "$tmp/none.elf"
expect "a directory" 126 "not a regular file" "$tmp"
mkfifo "$tmp/fifo"
expect "a FIFO" 126 "not a regular file" "$tmp/fifo"
expect "a device" 126 "not a regular file" /dev/zero
expect "bad limit" 126 "not a number" --max-insns 12x "$tmp/exit.elf"
expect "negative limit" 126 "not a number" --max-insns -1 "$tmp/exit.elf"
expect "huge limit" 126 "not a number" --max-insns 99999999999999999999 "$tmp/exit.elf"
expect "too much memory" 126 "not a number" --mem 2147483649 "$tmp/exit.elf"
expect "no memory" 126 "not a number" --mem 0 "$tmp/exit.elf"
expect "memory too small" 126 "outside memory" --mem 8 "$tmp/exit.elf"

: >"$tmp/empty.elf"
expect "empty file" 126 "truncated" "$tmp/empty.elf"
echo "#!/bin/sh" >"$tmp/text.elf"
head -c 100 /dev/zero >>"$tmp/text.elf"
expect "not ELF" 126 "not an ELF file" "$tmp/text.elf"
expect "64-bit ELF of another machine" 126 "not a 32-bit" "$run"
patch big_endian 5 02
expect "big-endian" 126 "little-endian" "$tmp/big_endian.elf"
patch machine 18 03 00
expect "another machine" 126 "not a RISC-V" "$tmp/machine.elf"
patch type 16 01 00
expect "object file" 126 "not an executable" "$tmp/type.elf"
patch entry_odd 24 02
expect "misaligned entry" 126 "entry 0x80000002" "$tmp/entry_odd.elf"
patch entry_out 24 00 00 00 00
expect "entry outside memory" 126 "entry 0x00000000" "$tmp/entry_out.elf"
patch entry_end 24 00 00 00 81
expect "entry at the end of memory" 126 "entry 0x81000000" "$tmp/entry_end.elf"
patch phoff 28 ff ff ff ff
expect "program headers beyond the file" 126 "truncated" "$tmp/phoff.elf"
patch phentsize 42 10 00
expect "program header size" 126 "wrong size" "$tmp/phentsize.elf"
patch phnum 44 ff ff
expect "65535 program headers" 126 "too many" "$tmp/phnum.elf"
patch phnum0 44 00 00
expect "no program headers" 126 "no program headers" "$tmp/phnum0.elf"
# exit.elf has one program header, at 52: type offset vaddr paddr filesz memsz
patch offset 56 f0 ff ff ff
expect "segment beyond the file" 126 "truncated" "$tmp/offset.elf"
patch paddr 64 00 00 00 00
expect "segment below memory" 126 "lies outside memory" "$tmp/paddr.elf"
patch paddr_end 64 fc ff ff 80
expect "segment across the end of memory" 126 "lies outside memory" "$tmp/paddr_end.elf"
patch paddr_wrap 64 fc ff ff ff
expect "segment that wraps around" 126 "lies outside memory" --mem 2147483648 \
	"$tmp/paddr_wrap.elf"
patch filesz 68 ff ff ff ff
expect "more in the file than in memory" 126 "more bytes in the file" "$tmp/filesz.elf"
patch memsz 68 ff ff ff ff ff ff ff ff
expect "segment of 4 GiB" 126 "lies outside memory" "$tmp/memsz.elf"

size=$(stat -c %s "$tmp/exit.elf")
for length in 1 16 51 52 60 83 84 4096; do
	[ "$length" -lt "$size" ] || continue
	head -c "$length" "$tmp/exit.elf" >"$tmp/cut.elf"
	expect "cut to $length bytes" 126 "truncated" "$tmp/cut.elf"
done

echo "1..$number"
[ "$failures" -eq 0 ]
