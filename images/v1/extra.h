/* SPDX-License-Identifier: GPL-2.0 */
/* The places where later images do something that 1.x does not. */
#ifndef IMAGES_EXTRA_H
#define IMAGES_EXTRA_H

#include "commands.h"
#include "persist.h"

/* READ CAPACITY (16), byte 14 */
#define EXTRA_CAPACITY	0

/* A media request has ended well; true: there is more to it than GOOD status. */
static inline bool extra_media_done(const struct frame_media_done *done, struct lu *lu)
{
	return false;
}

/* A message that is not known to all images, for an I/O hart. */
static inline void extra_io_message(const struct frame_msg *msg)
{
}

/* The same for the service hart. */
static inline void extra_service_message(const struct frame_msg *msg)
{
}

/* The command waits: microcode was to be activated before it. */
static inline bool extra_activates(const struct frame_scsi *scsi)
{
	return false;
}

/* What only some images know of a unit makes sense; and is made anew if not. */
static inline bool extra_good(const struct lu *lu)
{
	return true;
}

static inline void extra_mend(struct lu *lu)
{
}

/* LU_RESERVED is set; true: the command is kept out. */
static inline bool extra_conflict(const struct frame_scsi *scsi, const struct command *cmd)
{
	return false;
}

#endif
