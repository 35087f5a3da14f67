/* SPDX-License-Identifier: GPL-2.0 */
/* What 2.0 does where 1.x does nothing: see v1/extra.h. */
#ifndef IMAGES_EXTRA_H
#define IMAGES_EXTRA_H

#include "message.h"
#include "reply.h"
#include "reservation.h"
#include "scsi_buffer.h"
#include "scsi_provision.h"
#include "scsi_verify.h"

/* READ CAPACITY (16), byte 14: LBPME, LBPRZ */
#define EXTRA_CAPACITY	0xc0

static inline bool extra_media_done(const struct frame_media_done *done, struct lu *lu)
{
	return provision_done(done, lu) || verify_done(done, lu);
}

static inline void extra_io_message(const struct frame_msg *msg)
{
	if (msg->code == MSG_RESERVE_DONE)
		reservation_done(msg);
	else if (msg->code == MSG_DOWNLOAD_DONE)
		download_done(msg);
}

static inline void extra_service_message(const struct frame_msg *msg)
{
	if (msg->code == MSG_RESERVE)
		reservation_apply(msg);
	else if (msg->code == MSG_DOWNLOAD)
		download_apply(msg);
}

static inline bool extra_activates(const struct frame_scsi *scsi)
{
	return download_before(scsi);
}

static inline bool extra_good(const struct lu *lu)
{
	return reservation_good(lu);
}

static inline void extra_mend(struct lu *lu)
{
	reservation_mend(lu);
}

static inline bool extra_conflict(const struct frame_scsi *scsi, const struct command *cmd)
{
	return reservation_conflict(scsi, cmd);
}

#endif
