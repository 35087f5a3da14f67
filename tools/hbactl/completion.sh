# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for hbactl: commands, options, adapters and images that are there.

_hbactl_adapters()
{
	local host

	for host in "${HBACTL_SYSFS:-/sys}"/class/scsi_host/host*; do
		[ "$(cat "$host/proc_name" 2>/dev/null)" != hba_sim ] || echo "${host##*/}"
	done
}

_hbactl_images()
{
	local image

	for image in /lib/firmware/hba_sim/*.mrb; do
		[ ! -e "$image" ] || basename "$image" .mrb
	done
}

# _hbactl_options COMMAND
_hbactl_options()
{
	case $1 in
	check)			echo --watch --timeout ;;
	update)			echo --all --permanent --watch --no-wait --timeout ;;
	commit|rollback)	echo --watch --no-wait --timeout ;;
	crash)			echo --clear ;;
	esac
	echo --json --sysfs --help
}

# _hbactl_words COMMAND ARGUMENTS-BEFORE: what may stand here
_hbactl_words()
{
	case $1,$2 in
	,*)				echo list status check update commit rollback history \
						slots crash ;;
	check,0|update,0)		_hbactl_images ;;
	check,1|update,1|status,0|commit,0|rollback,0|history,0|slots,0|crash,0)
					_hbactl_adapters ;;
	esac
}

_hbactl()
{
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local command=
	local arguments=0
	local i

	COMPREPLY=()
	case $previous in
	--timeout)	return ;;
	--sysfs)	mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
	esac
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--timeout|--sysfs)	i=$((i + 1)) ;;
		-*)			;;
		*)
			[ -z "$command" ] || arguments=$((arguments + 1))
			command=${command:-${COMP_WORDS[i]}}
			;;
		esac
	done
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_hbactl_options "$command")" -- "$current")
	else
		mapfile -t COMPREPLY < <(compgen -W "$(_hbactl_words "$command" "$arguments")" \
			-- "$current")
	fi
}

complete -F _hbactl hbactl
