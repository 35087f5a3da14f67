#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the documentation says in names and numbers is what the sources have: the
# functions of the walkthrough and of the page for newcomers, and where they are; the files
# that any page names; frames, services, registers and
# limits of the programming model; capabilities. Output is TAP.
set -uo pipefail

# shellcheck source=report.sh
. "$(dirname "$0")/report.sh"
walk=Documentation/walkthrough.rst
newcomer=Documentation/newcomer.rst
model=Documentation/programming-model.rst
format=Documentation/mrb-format.rst

# constant FILE NAME: its value, in digits
constant()
{
	sed -nE "s/^#define[ \t]+$2[ \t]+([0-9]+)(u|ull)?\b.*/\1/p" "$1"
}

# with_commas NUMBER: as the documentation writes it
with_commas()
{
	sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta' <<<"$1"
}

# defined NAME [FILE]: a function, a label or a macro that takes arguments begins there
defined()
{
	local in=("${@:2}")

	[ $# -gt 1 ] || in=(hba_sim overlay mrb images include)
	grep -rqE "^([^[:space:]#*/].*[ *])?$1(:|\()|^#define $1\(" "${in[@]}"
}

# missing_functions PAGE
missing_functions()
{
	local name

	grep -oE '[a-z_0-9]+\(\)' "$1" | tr -d '()' | sort -u | while read -r name; do
		defined "$name" || echo "$name() is nowhere"
	done
}

# shellcheck disable=SC2016
# Files and folders of the tree, in quotes; those with NAME or a star in them are none.
missing_files()
{
	local page
	local name

	for page in README.md Documentation/*.rst Documentation/api/*.rst; do
		grep -oE '`(hba_sim|overlay|mrb|images|include|selftests|scripts|tools|Documentation)/[a-z0-9_./-]+`' "$page" |
			tr -d '`' | grep -E '\.([chS]|sh|rst|py|inc|table|config)$|/(driver|adapter|engine|node)$' |
			sort -u | while read -r name; do
			[ -e "$name" ] || echo "$page: there is no $name"
		done
	done
}

# Each room is on the page for newcomers, as the static check knows it.
missing_rooms()
{
	local name

	sed -nE '/^rooms=/,/^.$/s/^((hba_sim|overlay)\/[a-z_]+|mrb)( .*)?$/\1/p' scripts/lib/check-includes |
		while read -r name; do
			grep -q "^\`\`$name\`\` " "$newcomer" || echo "$name is not in $newcomer"
		done
}

# "name() (path)", also with a line break in it
misplaced_functions()
{
	local name
	local path

	tr -d '`' <"$walk" | tr '\n' ' ' | grep -oE '[a-z_0-9]+\(\),? +\([a-zA-Z0-9_/]+\.[chS]\>' |
		tr -d '(),' | while read -r name path; do
		defined "$name" "$path" || echo "$name() is not in $path"
	done
}

# missing_names HEADER PATTERN: names of an enum or of macros that the model leaves out
missing_names()
{
	local name

	sed -nE "s/^(#define)?[ \t]+($2)[ \t].*/\2/p" "$1" | while read -r name; do
		grep -q "\`\`$name\`\`" "$model" || echo "$name is not in $model"
	done
}

# Fields of struct board_regs, with their offsets: four bytes each, twelve for a chip
missing_registers()
{
	awk '/^struct board_regs/ { on = 1 } /^};/ { on = 0 }
	on && /__le32/ { sub(";", "", $2); print 4 * n++, $2 }
	on && /struct board_chip/ { print 4 * n, "chip"; n += 3 * chips }' \
		chips="$(constant include/hba_sim/board.h BOARD_CHIPS)" include/hba_sim/board.h |
		while read -r offset name; do
		grep -qE "^$offset +$name +" "$model" || echo "$name at $offset is not in $model"
	done
}

# wrong_number TEXT FILE CONSTANT: TEXT with the constant's value for % is in the model
wrong_number()
{
	local value
	local text

	value=$(with_commas "$(constant "$2" "$3")")
	text=${1//%/$value}
	[ -n "$value" ] || echo "there is no $3 in $2"
	tr -s '\n ' ' ' <"$model" | grep -qF -- "$text" || echo "'$text' is not in $model"
}

wrong_numbers()
{
	wrong_number "at most % media requests and messages" hba_sim/adapter/mailbox.c CMD_REQUESTS_MAX
	wrong_number "at most % in all" include/hba_sim/board.h BOARD_MAX_HARTS
	wrong_limit "an update, without its pause" overlay/engine/state.c UPDATE
	wrong_limit "the pause, QUIESCE to RESUME" overlay/engine/pause.c PAUSE
	wrong_limit "a rollback, each way back" overlay/engine/state.c UPDATE
	wrong_limit "cancelled after the pause" overlay/engine/engine.c HURRY
	wrong_limit "idle after a failed update" overlay/engine/engine.c RESTART
	wrong_limit "a message, hart 0's start" hba_sim/adapter/service.c SERVICE
	wrong_limit "a frame, an I/O hart's start" hba_sim/adapter/mailbox.c FRAME
	wrong_limit "an event of the port hart" hba_sim/adapter/port_hart.c PORT
}

# wrong_limit ROW FILE NAME: the row of the table of limits has both bounds of the code
wrong_limit()
{
	local insns
	local ms
	local time

	insns=$(with_commas "$(constant "$2" "$3_INSN_LIMIT")")
	ms=$(($(constant "$2" "$3_NS") / 1000000))
	time=$((ms / 1000))
	[ "$((ms % 1000))" = 0 ] || time=$time.$((ms % 1000 / 100))
	grep -qE "^$1 +$insns +$time s " "$model" || echo "'$1' is not $insns and $time s in $model"
}

# The table of costs has each call of hba_sim/cost.h, and what it costs.
wrong_costs()
{
	local name
	local insns
	local bytes

	sed -nE 's/^\t\t\{ ([A-Z_]+),\t+([0-9]+),\t+([0-9]+) \},$/\1 \2 \3/p' include/hba_sim/cost.h |
		while read -r name insns bytes; do
		insns=$(with_commas "$insns")
		[ "$bytes" = 0 ] || insns="$insns +$(with_commas "$bytes") bytes"
		grep -qE "^\`\`$name\`\` +$insns" "$model" || echo "$name: $insns is not in $model"
	done
}

# The table of capabilities has each name, with its bit and who owns it.
missing_capabilities()
{
	local cap
	local name
	local bit

	sed -nE 's/^\t\{ (CAP_[A-Z0-9_]+),\t+"([a-z0-9-]+)" \},$/\1 \2/p' hba_sim/adapter/capability.c |
		while read -r cap name; do
		bit=$(sed -nE "s/^#define[ \t]+${cap}[ \t]+\(1u << ([0-9]+)\).*/\1/p" \
			include/hba_sim/board.h)
		grep -qE "^$bit +[a-z]+ +\`\`$name\`\` " "$format" ||
			echo "bit $bit, $name is not in $format"
	done
}

echo 1..12
report "the walkthrough's functions exist" "$(missing_functions "$walk")"
report "and are in the files that it names" "$(misplaced_functions)"
report "the newcomer's functions exist" "$(missing_functions "$newcomer")"
report "and all rooms are there" "$(missing_rooms)"
report "the files that pages name exist" "$(missing_files)"
report "the programming model has all frames" \
	"$(missing_names include/hba_sim/frame.h 'FRAME_(SCSI|TMF|M[A-Z_]+|ELS[A-Z_]*|REPLY|WAIT|LINK|ACTIVATED)')"
report "all services" "$(missing_names include/hba_sim/overlay.h 'OVERLAY_[A-Z]+')"
report "all reasons to start" "$(missing_names include/hba_sim/board.h 'START_[A-Z]+')"
report "all registers" "$(missing_registers)"
report "and limits as they are" "$(wrong_numbers)"
report "all costs as they are" "$(wrong_costs)"
report "the image format has all capabilities" "$(missing_capabilities)"
