/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What images and the overlay engine agree on: the control block and the
 * system services for an update.
 */
#ifndef HBA_SIM_OVERLAY_H
#define HBA_SIM_OVERLAY_H

#include <hba_sim/types.h>

#define CONTROL_MAGIC	0x4b4c4243u	/* "CBLK" */

/**
 * struct control_block - the patent's data structure 306
 * @magic: CONTROL_MAGIC
 * @old_image: old image pointer 318: address of the old image's header
 * @new_image: new image pointer 320: address of the new image's header
 * @old_version: version number of the old image
 * @new_version: version number of the new image
 * @board_capabilities: capability fields 322, the board's
 * @image_capabilities: capability fields 322, the old image's
 *
 * It lies in a separate page outside both images. The old image's update module
 * fills it, or, for a rollback, the host; the new image's bootstrap or the
 * rollback module reads it. The engine does not rely on its contents.
 *
 * In a rollback, "old" means the image in place here, and "new" the preserved
 * image, which lies in staging.
 */
struct control_block {
	__le32 magic;
	__le32 old_image;
	__le32 new_image;
	__le32 old_version;
	__le32 new_version;
	__le32 board_capabilities;
	__le32 image_capabilities;
};

/*
 * System services: ecall on the service hart, number in a7, arguments from a0
 * on, answer in a0: 0, a count, or SERVICE_ERROR() of an error number. Called
 * out of order (see the table in overlay/engine/services.c) or from another
 * hart, they trap. Services for the old image's update module, in order:
 *
 * OVERLAY_OPEN		opens the source and prepares empty staging; if the
 *			source is a remote port (board_regs.update_source), a0
 *			is the token of the session with it
 *			-> bytes in the image file
 * OVERLAY_READ		a0 file offset, a1 address in staging, a2 length
 *			-> bytes read, fewer at the end of the file
 * OVERLAY_STAGED	the image is in staging, block by block at its place:
 *			the host checks all of it and makes it executable, with
 *			its text read only; the old image is now write-protected
 *			-> 0: the caller may jump to the bootstrap
 * OVERLAY_PROGRESS	a0 percent of the work before the pause; at any time
 *			before it
 *
 * Services for the new image's bootstrap, in order; and for the rollback module
 * of the image in place, for which the preserved image is the "staged" one:
 *
 * OVERLAY_REPORT	a0 REPORT(kind, state), a1 old value, a2 new value: an
 *			incompatibility was found, was reconciled, or is why the
 *			update is refused; reported again, it gets a new state.
 *			No memory is handed over. Ends the update if kind or
 *			state is unknown, and after REPORTS_MAX reports.
 * OVERLAY_TRACK	a0 1: from its answer on, each write to the data
 *			segment in place is marked, in granules of 64 bytes;
 *			a0 0: stop marking
 * OVERLAY_DIRTY	a0 offset from the data window's base
 *			-> offset of the first dirty granule at or after a0, and
 *			clears its mark; -ENOENT if no granule is dirty
 * OVERLAY_ERASE	a0 chip, a1 erase block of the configuration that is not active
 * OVERLAY_PROGRAM	a0 chip, a1 page of that configuration, which must have
 *			been erased, a2 address of its new contents in staging
 *			both only for a bootstrap: not in a rollback
 *			-> -EROFS in a check, which burns nothing and ends
 *			where the pause would begin
 * OVERLAY_QUIESCE	holds the queues: the pause begins
 * OVERLAY_SELECT	a0 chip: its other configuration becomes the active one; at
 *			most once for each chip, and only for a bootstrap: if
 *			the update fails, or in a rollback, the board itself goes
 *			back to the configuration that was active before
 *			-> -EBADMSG if the other configuration is not whole
 * OVERLAY_UNLOCK	unlocks the code region
 * OVERLAY_COPY		puts the staged image in place; a0 bit n set: the old
 *			image's records of schema n of the new header stay
 *			where they are (same id, version, address and size)
 * OVERLAY_VERIFY	compares what was put in place with staging
 * OVERLAY_FLUSH	flushes the instruction caches
 * OVERLAY_LOCK		locks the code region
 *			then the bootstrap jumps to the new run-time entry
 *
 * Services for the new image's run-time (initialization module 216):
 *
 * OVERLAY_RESUME	starts the I/O harts, releases the queues
 * OVERLAY_SELFTEST	a0 0: passed, and all incompatibilities are reconciled;
 *			else a fault code: the image is rolled back
 *
 * OVERLAY_ABORT	a0 ABORT_* reason, a1 detail: from any of them, before
 *			OVERLAY_RESUME; does not return: a copy is undone, and
 *			the old image's service hart restarts with START_WARM
 */
/*
 * The conventional overlay (board_regs.update_method) is carried out by the old image
 * alone. It may call the following services, in this order, and no others:
 *
 * OVERLAY_QUIESCE	ends the commands that have begun, holds the queues
 * OVERLAY_OPEN		opens the source -> bytes in the image file
 * OVERLAY_UNLOCK	unlocks the code region: from here on there is no way back
 * OVERLAY_READ		a0 file offset, a1 address in the code region, a2 length
 *			-> bytes read, fewer at the end of the file
 * OVERLAY_LOCK		locks the code region
 * OVERLAY_RESUME	a0 START_COLD or START_WARM: resets the board; does not
 *			return: all harts start in what lies in the code region
 *
 * and OVERLAY_ABORT at any time, which stops the adapter if the code region has
 * been unlocked.
 */
enum overlay_call {
	OVERLAY_OPEN	 = 0x200,
	OVERLAY_READ	 = 0x201,
	OVERLAY_STAGED	 = 0x202,
	OVERLAY_PROGRESS = 0x203,
	OVERLAY_QUIESCE	 = 0x204,
	OVERLAY_UNLOCK	 = 0x205,
	OVERLAY_COPY	 = 0x206,
	OVERLAY_VERIFY	 = 0x207,
	OVERLAY_FLUSH	 = 0x208,
	OVERLAY_LOCK	 = 0x209,
	OVERLAY_RESUME	 = 0x20a,
	OVERLAY_ABORT	 = 0x20b,
	OVERLAY_TRACK	 = 0x20c,
	OVERLAY_DIRTY	 = 0x20d,
	OVERLAY_SELFTEST = 0x20e,
	OVERLAY_REPORT	 = 0x20f,
	OVERLAY_ERASE	 = 0x210,
	OVERLAY_PROGRAM	 = 0x211,
	OVERLAY_SELECT	 = 0x212,
};

#define DIRTY_GRANULE		64u	/* bytes of data that are marked dirty together */

#define OVERLAY_CALL_FIRST	OVERLAY_OPEN
#define OVERLAY_CALL_LAST	OVERLAY_SELECT

/* errno values as microcode sees them: negative numbers in a0 */
#define SERVICE_ERROR(errno)	(-(errno))

/* Reasons for OVERLAY_ABORT, each with its detail in a1 after the semicolon. */
enum abort_reason {
	ABORT_SOURCE	   = 1,	/* source not readable; error */
	ABORT_TRUNCATED	   = 2,	/* file shorter than its header says; size */
	ABORT_HEADER	   = 3,	/* magic, format or sizes; offset of the field */
	ABORT_CHECKSUM	   = 4,	/* CRC-32 differs; the computed CRC */
	ABORT_BOARD	   = 5,	/* for another board; its id */
	ABORT_OLDER	   = 6,	/* release ordinal is lower; the ordinal */
	ABORT_CAPABILITY   = 7,	/* board or driver lacks some; the bits */
	ABORT_CAP_LOST	   = 8,	/* some of the old image's would be lost; the bits */
	ABORT_NO_CONVERSION = 9, /* persistent data cannot be converted; schema id */
	ABORT_CONTROL	   = 10, /* control block makes no sense; offset */
	ABORT_SERVICE	   = 11, /* a service failed; its number */
	ABORT_TOO_OLD	   = 12, /* old image's version is too low; the lowest */
	ABORT_CAP_NEEDED   = 13, /* image lacks what board or driver needs; the bits */
	ABORT_FRAMES	   = 14, /* no format that driver and PLA know; the driver's */
	ABORT_SESSION	   = 15, /* no session with the source port; the port */
	ABORT_CHIP	   = 16, /* a chip cannot be burned; its number */
};

/* Most incompatibilities that are kept for one update. */
#define REPORTS_MAX		48u

/**
 * enum report_kind - what a new image finds incompatible with the old one
 * @REPORT_VERSION_EQUAL: versions are equal; values: versions
 * @REPORT_ONE_AHEAD: the new version is the next one; versions
 * @REPORT_SEVERAL_AHEAD: the new version is further ahead; versions
 * @REPORT_TOO_OLD: the old version is lower than any that the new image can replace;
 *	the old version, the lowest that can be replaced
 * @REPORT_CAP_REQUIRED: board or driver lacks what the new image requires; the bits
 *	that they have, the bits that it requires
 * @REPORT_CAP_LOST: the new image lacks what the old one has; these bits, those of
 *	them that the new header declares as lost
 * @REPORT_CAP_NEEDED: the new image lacks what board and driver cannot do without;
 *	the bits that they need, the bits that it has
 * @REPORT_CAP_GAINED: the new image has what the old one lacks; 0, the bits
 * @REPORT_FRAMES: the new image speaks another frame format, or none of the driver's;
 *	bits of formats
 * @REPORT_TEXT_SIZE: the new image has more or less text; bytes
 * @REPORT_DATA_SIZE: the new image has more or less data; bytes
 * @REPORT_DATA_PLACE: a data block lies elsewhere; addresses, 0 if an image lacks it
 * @REPORT_SCHEMA_FORMAT: records have another format; REPORT_SCHEMA()
 * @REPORT_SCHEMA_PLACE: a table lies elsewhere, or has other records; addresses
 * @REPORT_SCHEMA_ADDED: a table that the old image does not have; 0, REPORT_SCHEMA()
 * @REPORT_SCHEMA_DROPPED: a table that the new image does not have; REPORT_SCHEMA(), 0
 * @REPORT_REGISTER: a processor register needs another value; values
 * @REPORT_CACHE: instruction caches hold other text; checksums of the images
 * @REPORT_CHIP: a chip's active configuration holds something else; REPORT_OF_CHIP()
 * @REPORT_INIT_ORDER: something is initialised in another order than at power-on; steps
 * @REPORT_KINDS: one more than the last
 */
enum report_kind {
	REPORT_VERSION_EQUAL = 1,
	REPORT_ONE_AHEAD,
	REPORT_SEVERAL_AHEAD,
	REPORT_TOO_OLD,
	REPORT_CAP_REQUIRED,
	REPORT_CAP_LOST,
	REPORT_CAP_NEEDED,
	REPORT_CAP_GAINED,
	REPORT_FRAMES,
	REPORT_TEXT_SIZE,
	REPORT_DATA_SIZE,
	REPORT_DATA_PLACE,
	REPORT_SCHEMA_FORMAT,
	REPORT_SCHEMA_PLACE,
	REPORT_SCHEMA_ADDED,
	REPORT_SCHEMA_DROPPED,
	REPORT_REGISTER,
	REPORT_CACHE,
	REPORT_CHIP,
	REPORT_INIT_ORDER,
	REPORT_KINDS,
};

/**
 * enum report_state - what has become of an incompatibility
 * @REPORT_FOUND: it was found
 * @REPORT_RECONCILED: the new image can live with it now
 * @REPORT_REFUSED: it cannot, and the update ends
 * @REPORT_STATES: one more than the last
 */
enum report_state {
	REPORT_FOUND,
	REPORT_RECONCILED,
	REPORT_REFUSED,
	REPORT_STATES,
};

#define REPORT(kind, state)		((kind) | (state) << 16)
#define REPORT_SCHEMA(id, version)	((u32)(id) << 16 | (version))
#define REPORT_OF_CHIP(chip, version)	REPORT_SCHEMA(chip, version)

#endif
