// SPDX-License-Identifier: GPL-2.0
/*
 * The I/O harts: each takes the frames of its mailbox, one after the other, and keeps
 * no state between them. One of the harts also gets the frames of logins.
 */
#include "extra.h"
#include "login.h"
#include "media.h"
#include "message.h"
#include "scsi.h"
#include "scsi_mode.h"

void io_main(void);

/* Frames that only few commands need, kept out of the path of all others. */
static __slow void rare_frame(const union frame *in)
{
	if (in->hdr.type == FRAME_MSG && in->msg.code == MSG_MODE_SELECT_DONE)
		mode_select_done(&in->msg);
	else if (in->hdr.type == FRAME_MSG)
		extra_io_message(&in->msg);
	else if (in->hdr.type == FRAME_TMF)
		scsi_task_management(&in->tmf);
	else if (in->hdr.type == FRAME_ACTIVATED)
		scsi_activated(&in->activated);
	else if (in->hdr.type == FRAME_ELS_DONE)
		login_done(&in->els_done);
	else if (in->hdr.type == FRAME_LINK)
		login_again(in->hdr.tag);
}

static void io_frame(const union frame *in)
{
	if (in->hdr.type == FRAME_SCSI)
		scsi_command(&in->scsi);
	else if (in->hdr.type == FRAME_MEDIA_DONE)
		media_done(&in->media_done);
	else
		rare_frame(in);
}

/**
 * io_main() - an I/O hart's life
 *
 * Context: called by start.S, does not return.
 */
void io_main(void)
{
	struct mailbox *mbox = mailbox();

	for (;;) {
		wait_for_frame();
		io_frame(&mbox->in);
		mbox->in.hdr.type = FRAME_NONE;
	}
}
