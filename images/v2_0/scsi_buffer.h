/* SPDX-License-Identifier: GPL-2.0 */
/*
 * WRITE BUFFER and READ BUFFER: microcode that comes in band. As with MODE SELECT, the
 * service hart does the work:
 *
 *	I/O hart      scsi_write_buffer()  MSG_DOWNLOAD ->
 *	service hart  download_apply()     BOARD_DOWNLOAD; MSG_DOWNLOAD_DONE ->
 *	I/O hart      download_done()      reply
 *
 * The command that activates an image gets no MSG_DOWNLOAD_DONE. The board keeps it until
 * the update has ended, and then passes it to scsi_activated() of the image that is in
 * place. START STOP UNIT may be such a command, too: see download_before().
 */
#ifndef IMAGES_SCSI_BUFFER_H
#define IMAGES_SCSI_BUFFER_H

#include "message.h"
#include "persist.h"

/**
 * struct msg_download - data of MSG_DOWNLOAD and MSG_DOWNLOAD_DONE
 * @target: remote port
 * @reserved: 0
 * @flags: DOWNLOAD_*
 * @offset: offset of the data in the image
 * @len: bytes of data
 * @outcome: in the answer, the result of BOARD_DOWNLOAD
 */
struct msg_download {
	u16 target;
	u16 reserved;
	u32 flags;
	u32 offset;
	u32 len;
	s32 outcome;
};

_Static_assert(sizeof(struct msg_download) <= sizeof(((struct frame_msg *)0)->data),
	       "msg_download");

bool download_before(const struct frame_scsi *scsi);
void scsi_write_buffer(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_buffer(const struct frame_scsi *scsi, struct lu *lu);
void download_apply(const struct frame_msg *msg);
void download_done(const struct frame_msg *msg);

#endif
