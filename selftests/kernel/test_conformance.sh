#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# kernels: 6.12
# What libiscsi's iscsi-test-cu says of our disk, with image 2.0 laid over 1.0,
# and of scsi_debug's, which has the same size and limits: we pass what that one
# passes, fail nothing, and skip only what Documentation/conformance.rst gives a
# reason for. $OUT/conformance.json has for "hba_sim" and "scsi_debug" a map from
# test to pass, fail or skip; the tool's own output lies beside it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

export LC_ALL=C		# sort and join agree
DOCUMENT=$top/Documentation/conformance.rst
LIKE_OURS=(dev_size_mb=64 delay=0 scsi_level=6 lbpu=1 lbpws=1 lbpws10=1 lbprz=1
	   unmap_max_desc=16 unmap_max_blocks=1048576 write_same_length=65535)

# The kernel's scsi_debug does not survive it: an LBA of all ones, plus one, is 0.
KILLS_SCSI_DEBUG=GetLBAStatus.BeyondEol

[ "$KERNEL" = 6.12 ] || skip_all "the comparison with scsi_debug is made on 6.12"

# The names of the tool's tests, sorted; all but F1 find them in a file.
list_tests()
{
	iscsi-test-cu --list | sed -n 's/^ALL\.\([^.]*\.[^.]*\)$/\1/p' | sort >"$tmp/tests"
	[ -s "$tmp/tests" ]
}

# results LOG: a line "TEST RESULT" for each. A test that is content without
# having done anything has been skipped.
results()
{
	awk '
	function verdict(what) {
		if (test != "")
			print suite "." test, skips ? "skip" : what
		test = ""
	}
	/^Suite: / { suite = $2; next }
	/^  Test: / {
		test = $2
		skips = /\[SKIPPED\]/
		done = 0
	}
	test == "" { next }
	/\[SKIPPED\]/ { skips = 1 }
	/^ +(Send |\[SUCCESS\])/ { done = 1 }
	/passed$/ { verdict(done ? "pass" : "skip"); next }
	/FAILED$/ { skips = 0; verdict("fail") }' "$1"
}

# examine NAME NODE [EXCEPT]: $tmp/NAME.results, sorted, of all tests but one
examine()
{
	local list

	list=$(grep -vx "${3:-}" "$tmp/tests" | sed 's/^/ALL./' | paste -sd ,)
	iscsi-test-cu --dataloss --Verbose-scsi --test="$list" "$2" >"$tmp/$1.log" 2>&1 || true
	{
		results "$tmp/$1.log"
		[ -z "${3:-}" ] || echo "$3 skip"
	} | sort >"$tmp/$1.results"
	gzip -c "$tmp/$1.log" >"$OUT/conformance-$1.log.gz"
}

json_map()
{
	awk -v name="$1" '
	{ line[NR] = sprintf("    \"%s\": \"%s\"", $1, $2) }
	END {
		printf "  \"%s\": {\n", name
		for (i = 1; i <= NR; i++)
			print line[i] (i < NR ? "," : "")
		printf "  }"
	}' "$tmp/$1.results"
}

examine_both()
{
	local ours

	list_tests
	install_images
	load dev_size_mb=64
	update "$host" 2.0
	modprobe scsi_debug "${LIKE_OURS[@]}"
	wait_until 30 scsi_debug_is_there
	ours=$(sg "$host" 0)
	no_attention "$ours"
	examine scsi_debug "$(scsi_debug_sg)" "$KILLS_SCSI_DEBUG" &
	examine hba_sim "$ours"
	wait $!
	{
		echo "{"
		json_map hba_sim
		echo ","
		json_map scsi_debug
		printf '\n}\n'
	} >"$OUT/conformance.json"
	note "hba_sim: $(cut -d ' ' -f 2 "$tmp/hba_sim.results" | sort | uniq -c | xargs)"
	note "scsi_debug: $(cut -d ' ' -f 2 "$tmp/scsi_debug.results" | sort | uniq -c | xargs)"
	rmmod scsi_debug
}

# A test that ended the tool has no result, nor have those behind it.
all_have_results()
{
	local name

	for name in hba_sim scsi_debug; do
		equal "the tests of $name without a result" \
			"$(join -v 1 "$tmp/tests" "$tmp/$name.results" | xargs)" ""
	done
	[ "$(grep -c ' pass$' "$tmp/hba_sim.results")" -gt 100 ]
}

none_fails()
{
	equal "what fails" "$(sed -n 's/ fail$//p' "$tmp/hba_sim.results" | xargs)" ""
}

pass_what_scsi_debug_passes()
{
	join "$tmp/scsi_debug.results" "$tmp/hba_sim.results" >"$tmp/both"
	equal "what scsi_debug passes and we do not" \
		"$(awk '$2 == "pass" && $3 != "pass" { print $1 }' "$tmp/both" | xargs)" ""
	[ "$(grep -c ' pass pass$' "$tmp/both")" -gt 50 ]
}

# documented: the patterns of the table of skips
# shellcheck disable=SC2016
documented()
{
	sed -n '/^What we skip/,/^What scsi_debug/s/^``\([^`]*\)``.*/\1/p' "$DOCUMENT"
}

# matching PATTERN TEST...: the tests that it stands for, of which there must be one
matching()
{
	local test
	local found=

	for test in "${@:2}"; do
		# shellcheck disable=SC2053
		[[ $test == $1 ]] || continue
		found=1
		echo "$test"
	done
	[ -n "$found" ] || fail "there is no test $1"
}

# What is skipped is documented, and what is documented is skipped.
skips_are_documented()
{
	local pattern
	local tests

	mapfile -t tests <"$tmp/tests"
	documented | while read -r pattern; do
		matching "$pattern" "${tests[@]}"
	done | sort -u >"$tmp/documented"
	[ -s "$tmp/documented" ]
	equal "what is skipped without a reason, or has a reason and is not skipped" \
		"$(sed -n 's/ skip$//p' "$tmp/hba_sim.results" | sort | diff - "$tmp/documented" |
			grep '^[<>]' | xargs)" ""
}

shared_point "F1 iscsi-test-cu on a disk of ours and on one of scsi_debug" examine_both
shared_point "F2 each test has a result" all_have_results
shared_point "F3 none fails" none_fails
shared_point "F4 what scsi_debug passes, we pass" pass_what_scsi_debug_passes
point "F5 what is skipped has a reason in the documentation" skips_are_documented

run_points
