/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before the commit, a rollback may bring back an image that cannot complete a command
 * that only this image knows, or cannot keep its effect. Such a command waits for the
 * end of the probation.
 */
#ifndef IMAGES_PROBATION_H
#define IMAGES_PROBATION_H

#include "reply.h"

/**
 * wait_for_commit() - put a command off while a rollback is still possible
 * @cmd: header of the command's FRAME_SCSI; nothing was done for the command yet
 *
 * Context: I/O hart.
 * Return: true if the command waits: the board will deliver its FRAME_SCSI again.
 */
static inline bool wait_for_commit(const struct frame_hdr *cmd)
{
	if (!__atomic_load_n(&board_regs()->probation, __ATOMIC_RELAXED))
		return false;
	put_out(FRAME_WAIT, cmd);
	return true;
}

#endif
