/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before the commit, an undo may bring an image back that cannot complete, or
 * keep, what only this one knows. Such a command waits until it is decided.
 */
#ifndef IMAGES_PROBATION_H
#define IMAGES_PROBATION_H

#include "reply.h"

/**
 * wait_for_commit() - put a command off if an undo is still possible
 * @cmd: header of the command's FRAME_SCSI; nothing was done for it yet
 *
 * Context: I/O hart.
 * Return: true if it waits: the board gives it again, from its start.
 */
static inline bool wait_for_commit(const struct frame_hdr *cmd)
{
	if (!__atomic_load_n(&board_regs()->probation, __ATOMIC_RELAXED))
		return false;
	put_out(FRAME_WAIT, cmd);
	return true;
}

#endif
