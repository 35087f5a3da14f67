# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the scripts share: paths, error messages, and the list of kernels.
# Sourced, after "set -euo pipefail".
# shellcheck disable=SC2034

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${HBA_SIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hba_sim}
build=$top/build
readonly top cache build

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

# as_root COMMAND...: run COMMAND as root, through sudo if necessary.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

# The kernels of Debian that are built for and tested: name (the release begins with it), the
# archive's suite that has it, or "installed", and the package that depends on its newest headers.
kernel_table='
6.1	installed		linux-headers-amd64
6.12	installed		linux-headers-6.12-amd64
7	trixie-backports	linux-headers-amd64
'

# kernel_names: of the table, in one line
kernel_names()
{
	awk 'NF { printf "%s%s", n++ ? " " : "", $1 } END { print "" }' <<<"$kernel_table"
}

# kernel_column NAME NUMBER: of the table
kernel_column()
{
	awk -v name="$1" -v column="$2" '$1 == name { print $column; found = 1 } END { exit !found }' \
		<<<"$kernel_table" || die "unknown kernel '$1': one of $(kernel_names)"
}

kernel_suite()
{
	kernel_column "$1" 2
}

headers_package()
{
	kernel_column "$1" 3
}

# is_kernel NAME: true if the table has it
is_kernel()
{
	[[ " $(kernel_names) " == *" $1 "* ]]
}

# kernel_is NAME RELEASE: what follows the newest headers may come to another kernel one day.
kernel_is()
{
	[[ $2 == "$1".* ]] || die "the newest kernel '$1' is $2: change the table in scripts/lib/common.sh"
}

# kernel_release NAME: its release (uname -r), from the headers installed or fetched.
kernel_release()
{
	local package
	local release

	if [ "$(kernel_suite "$1")" = installed ]; then
		package=$(headers_package "$1")
		release=$(dpkg-query -W -f '${Depends}' "$package" 2>/dev/null) ||
			die "$package is not installed: run scripts/install-deps"
		release=${release%%[ ,]*}
	else
		release=$("$top/scripts/kernels" --kdir "$1") || return 1
	fi
	kernel_is "$1" "${release##*linux-headers-}"
	echo "${release##*linux-headers-}"
}

# kernel_kdir NAME|uml|lockdep|kcsan: what to give to make as KDIR.
kernel_kdir()
{
	case $1 in
	uml|lockdep|kcsan)	"$top/scripts/debug-kernel" "$1" ;;
	*)	"$top/scripts/kernels" --kdir "$1" ;;
	esac
}
