/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system services of the disclosure "System Independent Method for Updating System
 * Code": one updater can call them on any kind of board. In the document they are function
 * D7h of a BIOS; here they are one service of the board with the same sub-functions, and
 * fields take the place of the answer registers. Additions to the document are marked "ours".
 *
 * BOARD_UPDATE, service hart, at any time
 *	a0 sub-function, UPDATE_*  a1 address of its structure  a2 bytes there
 *	-> UPDATE_RESULT: bit 8 is CF, bits 7 to 0 are AH; and in a1 a detail
 *
 * UPDATE_PARAMETERS (00h) is the first call: its answers size the others. It fills a
 *	struct update_parameters.
 * UPDATE_STATUS (ours, 01h) looks at the first update_parameters.bx bytes of an image at a1:
 *	is it newer than the one in place, and would it be accepted?
 * UPDATE_APPLY (ours, 02h) starts the update that the struct update_request at a1 asks
 *	for. The update goes on when the hart waits: see hba_sim/overlay.h.
 *
 * A board that is older than these services answers UPDATE_LACKING to all of them, as a BIOS
 * does to a function that it does not know.
 */
#ifndef HBA_SIM_SERVICES_H
#define HBA_SIM_SERVICES_H

#include <hba_sim/types.h>

#define BOARD_UPDATE		0x1d7u

#define UPDATE_PARAMETERS	0u
#define UPDATE_STATUS		1u
#define UPDATE_APPLY		2u

#define UPDATE_CARRY		0x100u

/**
 * enum update_result - CF and AH
 * @UPDATE_NONE_APPLIED: parameters: no update was applied since power-on
 * @UPDATE_NOT_NEEDED: parameters: an update was applied since power-on; it put the named
 *	image in place
 * @UPDATE_NEWER: status (ours): of a later release than the image in place
 * @UPDATE_SAME: status (ours): of the same release as the image in place
 * @UPDATE_OLDER: status (ours): of an earlier release, and would not be accepted
 * @UPDATE_BEGUN: apply (ours): the update is under way
 * @UPDATE_UNABLE: this system cannot be updated
 * @UPDATE_LACKING: this system lacks the services
 * @UPDATE_OTHER_BOARD: status (ours): for another board; detail: that board's id
 * @UPDATE_REFUSED: status (ours): would not be accepted; detail: offset of the wrong byte, or
 *	the capabilities or the version that are in the way
 * @UPDATE_TOO_SHORT: status (ours): more bytes are needed; detail: how many in all
 * @UPDATE_BUSY: apply (ours): another update is under way
 * @UPDATE_BAD_REQUEST: (ours) no such sub-function, structure or name
 * @UPDATE_NO_MEDIA: apply (ours): only temporary updates are possible
 */
enum update_result {
	UPDATE_NONE_APPLIED	= 0x00,
	UPDATE_NOT_NEEDED	= 0x01,
	UPDATE_NEWER		= 0x00,
	UPDATE_SAME		= 0x01,
	UPDATE_OLDER		= 0x02,
	UPDATE_BEGUN		= 0x00,
	UPDATE_UNABLE		= UPDATE_CARRY | 0x02,
	UPDATE_LACKING		= UPDATE_CARRY | 0x80,
	UPDATE_OTHER_BOARD	= UPDATE_CARRY | 0x03,
	UPDATE_REFUSED		= UPDATE_CARRY | 0x04,
	UPDATE_TOO_SHORT	= UPDATE_CARRY | 0x05,
	UPDATE_BUSY		= UPDATE_CARRY | 0x06,
	UPDATE_BAD_REQUEST	= UPDATE_CARRY | 0x07,
	UPDATE_NO_MEDIA		= UPDATE_CARRY | 0x08,
};

#define UPDATE_NAME_MAX		36u

/**
 * struct update_parameters - what RETURN UPDATE PARAMETERS answers
 * @al: 0: only temporary updates; 1: permanent ones, too
 * @reserved: 0
 * @bx: bytes of an image that RETURN UPDATE STATUS needs
 * @cx: size in KB of the file of the named image, rounded up
 * @dx: bytes that APPLY UPDATE needs, at most 512
 * @name: ES:SI: name of the image in place, ASCII, zero-terminated
 */
struct update_parameters {
	__u8 al;
	__u8 reserved;
	__le16 bx;
	__le16 cx;
	__le16 dx;
	char name[UPDATE_NAME_MAX];
};

/**
 * struct update_request - what APPLY UPDATE needs
 * @flags: UPDATE_PERMANENT: the image is to be booted from the next power-on on
 * @name: name of the image, as it is written to overlay/image, at most 32 characters;
 *	zero-terminated, and nothing in it is taken as an option
 */
struct update_request {
	__le32 flags;
	char name[UPDATE_NAME_MAX];
};

#define UPDATE_PERMANENT	1u

_Static_assert(sizeof(struct update_parameters) == 44, "update_parameters");
_Static_assert(sizeof(struct update_request) == 40, "update_request");

#endif
