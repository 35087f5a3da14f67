/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The port firmware: code for the port's own hart, held in the second chip (patent:
 * dependent code images of other modules). It decides the terms on which the port
 * talks to the fabric when the link comes up, and to a remote port at each login.
 * Shared by the board and the firmware.
 *
 * The port hart is RV32IMA_Zicsr_Zifencei, as all harts are. It sees
 *
 *	0x2000_0000  struct port_mailbox	read + write
 *	0x3000_0000  scratch			read + write: its stack
 *	0x8000_0000  the chip's active configuration, with its header: read + execute
 *
 * and nothing else; there are no services for it. It starts behind the contents' header, with
 * all registers 0, and is ready when it executes wfi. Then, for each event: the board writes a
 * request, the firmware writes its answer, sets the request's event to PORT_NOTHING and
 * executes wfi again.
 */
#ifndef HBA_SIM_PORT_FIRMWARE_H
#define HBA_SIM_PORT_FIRMWARE_H

#include <hba_sim/board.h>

#define BOARD_PORT_HART		BOARD_MAX_HARTS	/* the port hart's mhartid, after all others */
#define PORT_SCRATCH_SIZE	0x00000400u

/* Speeds of a link, as bits. */
#define PORT_SPEED_8G		(1u << 0)
#define PORT_SPEED_16G		(1u << 1)
#define PORT_SPEED_32G		(1u << 2)

#define PORT_FRAME_MIN		256u	/* largest data field that every port can receive, FC-FS */
#define PORT_FRAME_MAX		2112u	/* largest data field that any port receives */

/**
 * enum port_event - why the port hart is run
 * @PORT_NOTHING: no event: the last one has been handled
 * @PORT_LINK_UP: the link has come up; the other side is the fabric
 * @PORT_LOGIN: a login was accepted; the other side is a remote port
 */
enum port_event {
	PORT_NOTHING,
	PORT_LINK_UP,
	PORT_LOGIN,
};

/**
 * struct port_request - an event, and what the other side is able to do
 * @event: enum port_event
 * @port: index of the remote port; PORT_LINK_UP: 0
 * @speeds: PORT_SPEED_* bits; PORT_LOGIN: the link's speed
 * @credit: number of frames that the other side has buffers for
 * @frame_size: largest data field that the other side receives
 * @reserved: zeros
 */
struct port_request {
	__le32 event;
	__le32 port;
	__le32 speeds;
	__le32 credit;
	__le32 frame_size;
	__le32 reserved[3];
};

/**
 * struct port_answer - the terms on which the adapter's port talks to the other side
 * @event: as in the request
 * @speed: one of the request's speeds
 * @credit: frames that may be under way unanswered, from 1 to the request's value
 * @frame_size: largest data field that is sent, a multiple of 4, from PORT_FRAME_MIN to
 *		the request's value
 * @reserved: ignored
 */
struct port_answer {
	__le32 event;
	__le32 speed;
	__le32 credit;
	__le32 frame_size;
	__le32 reserved[4];
};

/**
 * struct port_mailbox - the mailbox between the board and the port hart
 * @request: from the board
 * @answer: from the firmware; not trusted
 */
struct port_mailbox {
	struct port_request request;
	struct port_answer answer;
};

_Static_assert(sizeof(struct port_mailbox) == 64, "port_mailbox");

#endif
