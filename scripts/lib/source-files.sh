# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Single files of the kernel's source package: checkpatch, the kselftest
# helpers. Sourced, after common.sh.
# shellcheck disable=SC2154

# source_files: print the cache folder that holds the files, which are unpacked only once.
source_files()
{
	local version
	local dir

	version=$(dpkg-query -W -f '${Version}' linux-source-6.12 2>/dev/null) ||
		die "linux-source-6.12 is not installed: run scripts/install-deps"
	dir=$cache/source-$version
	if [ ! -d "$dir" ]; then
		rm -rf "$dir.$$"
		mkdir -p "$dir.$$"
		tar -xf /usr/src/linux-source-6.12.tar.xz -C "$dir.$$" --strip-components=1 \
			--wildcards 'linux-source-6.12/scripts/checkpatch.pl' \
			'linux-source-6.12/scripts/spelling.txt' \
			'linux-source-6.12/scripts/const_structs.checkpatch' \
			'linux-source-6.12/scripts/kernel-doc' \
			'linux-source-6.12/tools/testing/selftests/kselftest/*'
		mv -T "$dir.$$" "$dir" 2>/dev/null || rm -rf "$dir.$$"
	fi
	echo "$dir"
}
