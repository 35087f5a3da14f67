#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: uml
# The system services as users see them: one updater, which knows of no kind of board, on
# each kind that the module has.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

overlay_file()
{
	echo "/sys/class/scsi_host/host$host/overlay/$1"
}

# answer FILE WORD: its value
answer()
{
	sed -n "s/^$2 //p" "$(overlay_file "$1")"
}

# judge IMAGE BYTES: RETURN UPDATE STATUS of its first bytes
judge()
{
	head -c "$2" "$firmware/$1.mrb" | dd of="$(overlay_file update_status)" bs="$2" \
		iflag=fullblock status=none
	answer update_status result
}

# updater NAME: to that image, if the services say that it makes sense; permanently, if
# that is possible. Prints what became of it.
updater()
{
	local ah
	local permanent=

	ah=$(answer update_parameters ah)
	if [ "$(answer update_parameters cf)" = 1 ]; then
		case $ah in
		02h) echo "unable" ;;
		80h) echo "lacking" ;;
		*) fail "ah is $ah" ;;
		esac
		return
	fi
	[ "$(answer update_parameters dx)" -le 512 ] || fail "dx is too large"
	case $(judge "$1" "$(answer update_parameters bx)") in
	newer) ;;
	*)	answer update_status result
		return ;;
	esac
	[ "$(answer update_parameters al)" = 00h ] || permanent=" permanent"
	update "$host" "$1$permanent"
	equal "ah" "$(answer update_parameters ah)" 01h
	equal "name" "$(answer update_parameters name)" "$1"
	echo "updated$permanent"
}

update()
{
	trigger "$1" "$2"
	wait_until 60 is_idle "$1"
	equal "error" "$(overlay "$1" error)" none
}

put()
{
	echo "$2" >"$1"
}

# refuses WHAT ERROR: at once
refuses()
{
	refused "not supported" put "$(overlay_file image)" "$1"
	equal "error" "$(overlay "$host" error)" "idle: $2 (error -95)"
	equal "state" "$(overlay "$host" state)" idle
	equal "history" "$(overlay "$host" history)" ""
}

# kind NAME AH SAYS [REFUSAL]: what the updater says, and what the board refuses
kind()
{
	install_images
	load board="$1" dev_size_mb=4
	equal "board" "$(<"/sys/class/scsi_host/host$host/board")" "$1"
	equal "ah" "$(answer update_parameters ah)" "$2"
	[ -z "${4:-}" ] || refuses "1.1 permanent" "$4"
	equal "what the updater says" "$(updater 1.1)" "$3"
	if [ "${3%% *}" = updated ]; then
		equal "the second time" "$(updater 1.1)" same
		equal "an older one" "$(updater 1.0)" older
		return
	fi
	refuses 1.1 "$4"
	refuses "1.1 method=conventional" "$4"
	refused "not supported" put "$(overlay_file check)" 1.1
	equal "version" "$(overlay "$host" version)" 1.0
	fio_run --name=io --filename="$(disk "$host" 0)" --rw=write --bs=64k --size=1m
}

# Whatever is written to update_status, the answer tells.
judged()
{
	install_images
	load dev_size_mb=4
	equal "nothing asked" "$(<"$(overlay_file update_status)")" "result none"
	equal "too few bytes" "$(judge 1.1 100)" too-short
	equal "the whole page" "$(judge 2.0 4096)" newer
	equal "image" "$(answer update_status image)" 2.0
	printf '\007' | dd of="$firmware/1.1.mrb" bs=1 seek=48 conv=notrunc status=none
	equal "for another board" "$(judge 1.1 544)" other-board
	matches "reason" "$(answer update_status reason)" "image is for another board"
	head -c 544 /dev/zero >"$firmware/zeros.mrb"
	equal "no image" "$(judge zeros 544)" refused
	equal "cf, ah" "$(answer update_status cf) $(answer update_status ah)" "1 04h"
	matches "reason" "$(answer update_status reason)" "wrong magic"
	equal "version" "$(overlay "$host" version)" 1.0
}

no_media="board has no media for a permanent update"

point "S4 S5 the updater updates a board of kind sram" kind sram 00h updated "$no_media"
point "S4 S5 the updater updates a board of kind banked" kind banked 00h updated "$no_media"
point "S4 S5 S7 the updater updates a board of kind flash for good" \
	kind flash 00h "updated permanent"
point "S4 S6 the updater leaves a board of kind rom" \
	kind rom 02h unable "board cannot be updated"
point "S4 S6 the updater leaves a board of kind legacy" \
	kind legacy 80h lacking "board lacks the services for an update"
point "S4 RETURN UPDATE STATUS takes the first bytes of anything" judged
run_points
