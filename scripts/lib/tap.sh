# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Test programs that print TAP: their time limit, and the count of their points. Sourced.

# test_limit FILE: print how many seconds a test program may take on an idle
# machine: 240, or as a line "# timeout: SECONDS" in it says.
test_limit()
{
	local limit

	limit=$(sed -n 's/^# timeout: *\([0-9]*\).*/\1/p' "$1" | head -n 1)
	echo "${limit:-240}"
}

# test_kernels FILE: print the kernels that run a test program unless --deep is given:
# uml and those of Debian 12, or those that a line "# kernels: NAME..." in it names.
test_kernels()
{
	local kernels

	kernels=$(sed -n 's/^# kernels: *//p' "$1" | head -n 1)
	echo "${kernels:-uml 6.12 6.1}"
}

# test_smp FILE: print with which numbers of CPUs, besides two, a test program is to run:
# those that a line "# smp: N..." in it names.
test_smp()
{
	sed -n 's/^# smp: *//p' "$1" | head -n 1
}

# tap_count FILE STATUS: print "passed failed skipped" for a test program that
# wrote FILE and ended with STATUS. If a program fails without a failed point, or
# does not meet its plan, one more failed point is counted.
tap_count()
{
	awk -v status="$2" '
	/^1\.\.[0-9]+/		{ plan += substr($1, 4); plans++ }
	/^1\.\.0.*# *[Ss][Kk][Ii][Pp]/ { skipped++; planned_skip = 1 }
	/^ok /			{ if (/# *[Ss][Kk][Ii][Pp]/) skipped++; else passed++; points++ }
	/^not ok /		{ failed++; points++ }
	END {
		if (!plans || plan != points)
			failed++
		else if (!failed && status != 0 && !(status == 4 && planned_skip))
			failed++
		print passed + 0, failed + 0, skipped + 0
	}' "$1"
}

# tap_complaints FILE STATUS: print why a program counts as failed: its failed points,
# each with the last comment lines before it and the first ones after it, as programs
# differ in where they put comments.
tap_complaints()
{
	awk -v lines=15 '
	/^# log: /	{ next }
	/^# /		{ if (behind-- > 0) print; else before[++n] = $0; next }
	/^not ok /	{
		for (i = n > lines ? n - lines + 1 : 1; i <= n; i++)
			print before[i]
		print
		behind = lines
		n = 0
		next
	}
			{ n = behind = 0 }' "$1"
	if [ "$2" -ne 0 ]; then
		echo "# ended with status $2"
	fi
	if [ "$(awk '/^1\.\./ { n += substr($1, 4); p = 1 } /^(not )?ok / { n-- }
			END { print p && n == 0 }' "$1")" = 0 ]; then
		echo "# its plan is not met"
	fi
}
