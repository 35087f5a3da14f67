/* SPDX-License-Identifier: GPL-2.0 */
/* The places where later images do something that 1.x does not. */
#ifndef IMAGES_EXTRA_H
#define IMAGES_EXTRA_H

#include "commands.h"
#include "persist.h"

/* READ CAPACITY (16), byte 14 */
#define EXTRA_CAPACITY	0

/* A media request has succeeded; returns true if this has handled it. */
static inline bool extra_media_done(const struct frame_media_done *done, struct lu *lu)
{
	return false;
}

/* A message to an I/O hart that not all images know. */
static inline void extra_io_message(const struct frame_msg *msg)
{
}

/* A message to the service hart that not all images know. */
static inline void extra_service_message(const struct frame_msg *msg)
{
}

/* Returns true if the command waits, because microcode is to be activated before it. */
static inline bool extra_activates(const struct frame_scsi *scsi)
{
	return false;
}

/* Does the data of a unit that only some images have make sense? And repair it. */
static inline bool extra_good(const struct lu *lu)
{
	return true;
}

static inline void extra_mend(struct lu *lu)
{
}

/* LU_RESERVED is set; returns true if the reservation blocks the command. */
static inline bool extra_conflict(const struct frame_scsi *scsi, const struct command *cmd)
{
	return false;
}

#endif
