#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The static check of includes finds each wrong direction, however it is written, in a copy of
# the tree with one line more. Output is TAP.
set -uo pipefail

# shellcheck source=report.sh
. "$(dirname "$0")/report.sh"
check=scripts/lib/check-includes
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# missed FILE LINE: with this line in front of the file the check has to name that, and nothing
# else; prints what it says instead
missed()
{
	local said

	sed -i "1i $2" "$tree/$1"
	said=$("$check" "$tree") && said="nothing is wrong: $said"
	sed -i 1d "$tree/$1"
	[[ $said == "$1:1: "* && $(wc -l <<<"$said") -eq 1 ]] || echo "it says: $said"
}

cp -r hba_sim overlay mrb include images "$tree"
report "no include in the wrong direction" "$("$check" "$tree" || echo failed)"
while IFS='|' read -r file line; do
	report "$file: $line" "$(missed "$file" "$line")"
done <<'END'
overlay/engine/engine.c|#include "../hba_sim/adapter/adapter.h"
overlay/engine/engine.c|#include "cpu.h"
overlay/engine/engine.h|#include "hba_sim/processor/cpu.h"
overlay/engine/engine.c|#include "../node/node.h"
mrb/mrb.c|#  include <hba_sim/../../hba_sim/processor/bus.h>
mrb/mrb.c|#include "../images/base/lib.h"
hba_sim/processor/slow.c|#include "../adapter/trace.h"
hba_sim/far_end/fabric.c|#include "../adapter/adapter.h"
hba_sim/adapter/queue.c|#include "../adapter_update/adapter_update.h"
hba_sim/adapter/queue.c|#include "../processor/insn.h"
hba_sim/driver/scsi.c|#include "../adapter/mailbox.h"
hba_sim/adapter_update/ops_board.c|#include "../driver/host.h"
include/hba_sim/board.h|#include "../../hba_sim/adapter/adapter.h"
include/hba_sim/board.h|#include <engine.h>
images/base/lib.c|#include "../../hba_sim/processor/cpu.h"
images/v2_0/convert.c|#include "../../mrb/mrb.h"
END
echo "1..$n"
