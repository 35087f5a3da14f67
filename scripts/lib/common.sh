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

# headers_package 6.1|6.12: Debian's package that depends on the newest headers.
headers_package()
{
	case $1 in
	6.1)	echo linux-headers-amd64 ;;
	6.12)	echo linux-headers-6.12-amd64 ;;
	*)	die "unknown kernel '$1': 6.1 or 6.12" ;;
	esac
}

# kernel_release 6.1|6.12: its release (uname -r), from the headers installed.
kernel_release()
{
	local package
	local depends

	package=$(headers_package "$1")
	depends=$(dpkg-query -W -f '${Depends}' "$package" 2>/dev/null) ||
		die "$package is not installed: run scripts/install-deps"
	depends=${depends%%[ ,]*}
	echo "${depends#linux-headers-}"
}

# kernel_kdir 6.1|6.12|uml|lockdep|kcsan: what to give to make as KDIR.
kernel_kdir()
{
	case $1 in
	uml|lockdep|kcsan)	"$top/scripts/debug-kernel" "$1" ;;
	*)	echo "/usr/src/linux-headers-$(kernel_release "$1")" ;;
	esac
}
