// SPDX-License-Identifier: GPL-2.0
/*
 * The service hart: messages of the I/O harts, and the update interrupt,
 * which it takes only while it waits for a frame.
 */
#include <hba_sim/overlay.h>
#include "attention.h"
#include "entry.h"
#include "extra.h"
#include "login.h"
#include "message.h"
#include "scsi.h"
#include "scsi_mode.h"
#include "selftest.h"

_Static_assert(BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE == ENTRY_STACK_TOP, "ENTRY_STACK_TOP");
_Static_assert(ENTRY_PANIC == BOARD_PANIC, "ENTRY_PANIC");
_Static_assert(ENTRY_OVERLAY == START_OVERLAY, "ENTRY_OVERLAY");

void service_main(u32 reason);

static void service_frame(const union frame *in)
{
	switch (in->hdr.type) {
	case FRAME_MSG:
		if (in->msg.code == MSG_MODE_SELECT)
			mode_select_apply(&in->msg);
		else
			extra_service_message(&in->msg);
		break;
	case FRAME_TMF:
		scsi_task_management(&in->tmf);
		break;
	}
}

/*
 * Persistent data is kept if it is sane. If not, derived data is computed again from
 * the other tables, and a reservation that makes no sense is dropped. If that is not
 * enough, everything is initialised as at power-on, with new logins to all ports.
 */
static void keep_if_sane(void)
{
	u32 fault = selftest();

	if (!fault)
		return;
	board_call(BOARD_DAMAGED, fault, 0, 0);
	login_mend();
	for (u32 i = 0; i < board_regs()->nr_targets; i++)
		if (lu_table[i].target == i)
			extra_mend(&lu_table[i]);
	if (selftest())
		persist_init();
}

/*
 * The initialization module (patent: 216). Data that is not persistent is initialised
 * whatever the reason. A warm start keeps persistent data, and so does an overlay,
 * which each logical unit reports by a unit attention. Whether that data makes sense to
 * the new image is tested after the pause.
 */
static void service_start(u32 reason)
{
	if (reason == START_COLD)
		persist_init();
	if (reason == START_WARM)
		keep_if_sane();
	if (reason == START_OVERLAY) {
		attention_set_all(UA_MICROCODE);
		board_call(OVERLAY_RESUME, 0, 0, 0);
		board_call(OVERLAY_SELFTEST, selftest(), 0, 0);
	}
	login_forget();
	allow_external_interrupt();
}

/**
 * service_main() - the service hart's life
 * @reason: START_*
 *
 * Context: called by start.S, does not return.
 */
void service_main(u32 reason)
{
	struct mailbox *mbox = mailbox();

	service_start(reason);
	for (;;) {
		wait_for_frame_or_interrupt();
		service_frame(&mbox->in);
		mbox->in.hdr.type = FRAME_NONE;
	}
}
