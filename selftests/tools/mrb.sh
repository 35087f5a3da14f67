# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests of the mrb tool share: a folder of their own to work in, and TAP
# with what the tool said behind a point that failed. Sourced; the last line of a
# test is "finish".
# shellcheck disable=SC2034 # for who sources this

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mrb=${MRB:-$top/build/mrb}
cross=${CROSS_COMPILE_RISCV:-riscv64-unknown-elf-}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

tests=0
failed=0

ok() { # NAME STATUS
	tests=$((tests + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $tests $1"
	else
		failed=$((failed + 1))
		echo "not ok $tests $1"
		cat out err 2>/dev/null | sed 's/^/# /'
	fi
}

# The tool ends with STATUS and says exactly one line, which matches PATTERN.
refused() { # NAME STATUS PATTERN ARGUMENT...
	local name=$1 want=$2 pattern=$3 status bad=0
	shift 3
	timeout 10 "$mrb" "$@" >out 2>err
	status=$?
	[ "$status" -eq "$want" ] || bad=1
	[ "$(wc -l <err)" -eq 1 ] || bad=1
	grep -q "^mrb: .*$pattern" err || bad=1
	[ -s out ] && bad=1
	[ "$bad" -eq 0 ] || echo "status $status, wanted $want and: $pattern" >>err
	ok "$name" "$bad"
}

finish() {
	echo "1..$tests"
	[ "$failed" -eq 0 ]
}
