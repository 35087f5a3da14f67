/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames between the driver, the ports and the microcode. The structs without a number
 * are frame format 1; those of format 2 are at the end of this file. A frame that has no
 * struct there is the same in both formats, except for hdr.format.
 *
 * A hart's mailbox holds one inbound frame and room for FRAME_OUT_MAX outbound
 * ones. The board puts a frame into mailbox.in and runs the hart until wfi.
 * The microcode clears in.hdr.type when it has taken the frame, writes its
 * frames to out[0], out[1], ... and their number to out_count; the board takes
 * them at the wfi and clears out_count. Harts hold no frame across a wfi: what
 * must be remembered goes into the media context or into the data segment.
 *
 * Every frame starts with struct frame_hdr and is FRAME_BYTES bytes long.
 */
#ifndef HBA_SIM_FRAME_H
#define HBA_SIM_FRAME_H

#include <hba_sim/types.h>

#define FRAME_FORMAT_1	1u
#define FRAME_FORMAT_2	2u
#define FRAME_FORMATS	(1u << FRAME_FORMAT_1 | 1u << FRAME_FORMAT_2)	/* all that exist */
#define FRAME_BYTES	64u
#define FRAME_OUT_MAX	4u

enum frame_type {
	FRAME_NONE	 = 0,
	FRAME_SCSI	 = 1,	/* in:  a SCSI command */
	FRAME_TMF	 = 2,	/* in:  a task management function */
	FRAME_MEDIA_DONE = 3,	/* in:  completion of a media request */
	FRAME_ELS_DONE	 = 4,	/* in:  the far end's answer to a login */
	FRAME_MSG	 = 5,	/* in and out: message from hart to hart */
	FRAME_REPLY	 = 6,	/* out: SCSI status, completes the command */
	FRAME_MEDIA	 = 7,	/* out: media request to a remote port */
	FRAME_ELS	 = 8,	/* out: login request to the fabric or a remote port */
	FRAME_WAIT	 = 9,	/* out: give the command again when the probation has ended */
	FRAME_LINK	 = 10,	/* in:  a remote port is there and has no session */
	FRAME_ACTIVATED	 = 11,	/* in:  the update that a command began has ended */
};

/**
 * struct frame_hdr - the start of every frame
 * @type: enum frame_type
 * @format: FRAME_FORMAT_*, of this frame
 * @tag: number of the command on its I/O hart; 0 if the frame belongs to no command
 * @generation: distinguishes this use of @tag from earlier ones
 */
struct frame_hdr {
	__u8 type;
	__u8 format;
	__le16 tag;
	__le32 generation;
};

#define FRAME_DIR_NONE	0u
#define FRAME_DIR_IN	1u	/* data to the host (SCSI Data-In) */
#define FRAME_DIR_OUT	2u	/* data from the host (SCSI Data-Out) */

/**
 * struct frame_scsi - a command from the driver
 * @hdr: header
 * @target: remote port that the command is addressed to
 * @dir: FRAME_DIR_*
 * @cdb_len: valid bytes in @cdb
 * @lun: as in SAM-5 4.7
 * @data_len: bytes in the command's data buffer
 * @cdb: the command descriptor block
 * @reserved: zeros
 */
struct frame_scsi {
	struct frame_hdr hdr;
	__le16 target;
	__u8 dir;
	__u8 cdb_len;
	__u8 lun[8];
	__le32 data_len;
	__u8 cdb[32];
	__u8 reserved[8];
};

#define TMF_LUN_RESET	1u	/* hdr.tag is 0, no reply */
#define TMF_HARD_RESET	2u	/* host reset: all logical units */

/**
 * struct frame_tmf - the driver has executed a task management function
 * @hdr: header
 * @target: remote port, with TMF_LUN_RESET
 * @function: TMF_*
 * @reserved: zeros
 *
 * The driver has already ended the commands concerned; the microcode only has to
 * establish the unit attention. It gives no reply.
 */
struct frame_tmf {
	struct frame_hdr hdr;
	__le16 target;
	__u8 function;
	__u8 reserved[53];
};

#define MEDIA_CONTEXT_1	1u

/**
 * struct media_context - what an image needs to know when a media request is done
 * @version: MEDIA_CONTEXT_*
 * @opcode: SCSI operation code of the command
 * @target: remote port
 * @lba: first block of the request (low 32 bits)
 * @blocks: number of blocks
 * @arg: for the image's own use, 0 in format 1
 *
 * The board keeps the context with the command, so it outlives a swap of the image:
 * its layout never changes within a version, and every image knows all versions.
 */
struct media_context {
	__u8 version;
	__u8 opcode;
	__le16 target;
	__le32 lba;
	__le32 blocks;
	__le32 arg;
};

enum media_op {
	MEDIA_READ	= 1,	/* blocks to the data buffer */
	MEDIA_WRITE	= 2,	/* data buffer to the blocks */
	MEDIA_COMPARE	= 3,	/* compare data buffer and blocks (BYTCHK 1) */
	MEDIA_FLUSH	= 4,	/* make all acknowledged writes durable */
	MEDIA_CHECK	= 5,	/* are the blocks readable? No data moves */
	MEDIA_UNMAP	= 6,	/* blocks lose their backing, read as zeros */
	MEDIA_WRITE_SAME = 7,	/* write one block of the data buffer to all blocks */
	MEDIA_COMPARE_WRITE = 8, /* compare; if equal, write the next blocks of the buffer */
	MEDIA_LBA_STATUS = 9,	/* are the blocks backed? */
	MEDIA_OR_WRITE	= 10,	/* OR the data buffer into the blocks */
};

#define MEDIA_FUA	(1u << 0)
#define MEDIA_ZERO	(1u << 1)	/* MEDIA_WRITE_SAME: write zeros, no data buffer */

/**
 * struct frame_media - a media request
 * @hdr: header; names the command whose data buffer is used
 * @port: remote port
 * @op: enum media_op
 * @flags: MEDIA_FUA, MEDIA_ZERO
 * @token: the session's token, from the login table
 * @lba_lo: first block, low half
 * @lba_hi: first block, high half
 * @blocks: number of blocks
 * @offset: first byte in the command's data buffer
 * @context: returned in the completion
 * @reserved: zeros
 */
struct frame_media {
	struct frame_hdr hdr;
	__le16 port;
	__u8 op;
	__u8 flags;
	__le32 token;
	__le32 lba_lo;
	__le32 lba_hi;
	__le32 blocks;
	__le32 offset;
	struct media_context context;
	__u8 reserved[16];
};

enum media_result {
	MEDIA_OK	   = 0,
	MEDIA_BAD_TOKEN	   = 1,	/* the remote port does not know the session */
	MEDIA_BAD_RANGE	   = 2,	/* beyond the last block */
	MEDIA_BAD_REQUEST  = 3,	/* malformed: no such port, op, buffer too short */
	MEDIA_MISCOMPARE   = 4,	/* first_bad says where */
	MEDIA_NO_SPACE	   = 5,	/* no memory to back the blocks */
};

/**
 * struct frame_media_done - a media request has ended
 * @hdr: header; names the command
 * @result: enum media_result
 * @moved: bytes moved between media and the data buffer
 * @first_bad: byte offset of a miscompare
 * @extent: MEDIA_LBA_STATUS: blocks from the first on with the same status
 * @mapped: MEDIA_LBA_STATUS: 1 if they are backed
 * @context: as in the request
 * @reserved0: zeros
 * @reserved1: zeros
 */
struct frame_media_done {
	struct frame_hdr hdr;
	__u8 result;
	__u8 mapped;
	__u8 reserved0[2];
	__le32 moved;
	__le32 first_bad;
	struct media_context context;
	__le32 extent;
	__u8 reserved1[24];
};

#define FRAME_SENSE_MAX	32u

/**
 * struct frame_reply - SCSI status, which ends the command
 * @hdr: header; names the command
 * @status: SCSI status (SAM-5 5.3.1)
 * @sense_len: valid bytes in @sense
 * @sense: sense data, fixed or descriptor format
 * @reserved0: zeros
 * @reserved1: zeros
 */
struct frame_reply {
	struct frame_hdr hdr;
	__u8 status;
	__u8 sense_len;
	__u8 reserved0[2];
	__u8 sense[FRAME_SENSE_MAX];
	__u8 reserved1[20];
};

/**
 * struct frame_msg - a message from one hart to another
 * @hdr: header; @hdr.tag and @hdr.generation name a command of the I/O hart
 *	 whose reply is deferred until the service hart has answered
 * @hart: outbound: the hart it goes to; inbound: the hart it comes from
 * @code: meaning, defined by the image (images/base/message.h)
 * @data: for the image's own use
 *
 * An I/O hart may send to the service hart, one message at a time for each
 * command; the service hart may answer the hart that the message came from.
 */
struct frame_msg {
	struct frame_hdr hdr;
	__le16 hart;
	__le16 code;
	__u8 data[52];
};

#define ELS_PLOGI	1u	/* to a remote port */
#define ELS_LOGO	2u	/* to a remote port: the session ends */
#define ELS_FLOGI	3u	/* to the fabric: the adapter's port gets its address */
#define ELS_PRLI	4u	/* to a remote port, after PLOGI: the session begins */

/**
 * struct frame_els - a login request (BOARD_LOGIN_HART)
 * @hdr: header; @hdr.tag is the remote port's index, 0 to nr_ports - 1; with ELS_FLOGI,
 *	 the index of the port to log in to next
 * @els: ELS_*
 * @reserved: zeros
 */
struct frame_els {
	struct frame_hdr hdr;
	__u8 els;
	__u8 reserved[55];
};

#define ELS_IS_TARGET	 (1u << 0)
#define ELS_IS_INITIATOR (1u << 1)
#define ELS_IS_FABRIC	 (1u << 2)

/**
 * struct frame_els_done - the answer to a login
 * @hdr: header; @hdr.tag as in the request
 * @accepted: 1 for LS_ACC, 0 for LS_RJT or if the port is not there
 * @els: as in the request
 * @role: who answers: for ELS_PRLI, ELS_IS_TARGET or ELS_IS_INITIATOR; for ELS_FLOGI,
 *	  ELS_IS_FABRIC, or 0 for another port without a fabric in between
 * @port_id: the remote port's 24-bit address; for ELS_FLOGI, the adapter's own port's
 * @wwpn_lo: port name, low half
 * @wwpn_hi: port name, high half
 * @token: identifies the session in each media request; ELS_PRLI only
 * @blocks_lo: number of blocks behind the port, low half; 0 for none; ELS_PRLI only
 * @blocks_hi: high half
 * @reserved0: zeros
 * @reserved1: zeros
 */
struct frame_els_done {
	struct frame_hdr hdr;
	__u8 accepted;
	__u8 els;
	__u8 role;
	__u8 reserved0;
	__le32 port_id;
	__le32 wwpn_lo;
	__le32 wwpn_hi;
	__le32 token;
	__le32 blocks_lo;
	__le32 blocks_hi;
	__u8 reserved1[28];
};

#define LINK_BEGIN	0xffffu	/* frame_link.hdr.tag: not a port: the harts have started */

/**
 * struct frame_link - a remote port is reachable but has no session (BOARD_LOGIN_HART)
 * @hdr: header; @hdr.tag is the port's index, or LINK_BEGIN
 * @reserved: zeros
 *
 * It comes after the loss of a session, when the commands of that session have ended.
 * The microcode has to log in again; with LINK_BEGIN, to all ports that have no record yet.
 * It comes neither in the pause of an update nor during probation.
 */
struct frame_link {
	struct frame_hdr hdr;
	__u8 reserved[56];
};

enum activated_result {
	ACTIVATED_GOOD	    = 0,	/* the new image runs, and gets this frame */
	ACTIVATED_REFUSED   = 1,	/* the new image was refused */
	ACTIVATED_FAILED    = 2,	/* the adapter could not carry it out */
	ACTIVATED_CANCELLED = 3,	/* somebody cancelled the update */
};

/**
 * struct frame_activated - the update that a command began has ended, or is on probation
 * @hdr: header; names the command
 * @target: remote port that the command is addressed to
 * @result: enum activated_result
 * @opcode: first byte of the command's CDB
 * @how: fifth byte of the command's CDB
 * @reserved: zeros
 *
 * Whichever image is in place replies to the command: all images know this frame.
 */
struct frame_activated {
	struct frame_hdr hdr;
	__le16 target;
	__u8 result;
	__u8 opcode;
	__u8 how;
	__u8 reserved[51];
};

/** union frame - any frame */
union frame {
	struct frame_hdr hdr;
	struct frame_scsi scsi;
	struct frame_tmf tmf;
	struct frame_media media;
	struct frame_media_done media_done;
	struct frame_reply reply;
	struct frame_msg msg;
	struct frame_els els;
	struct frame_els_done els_done;
	struct frame_link link;
	struct frame_activated activated;
};

/**
 * struct mailbox - a hart's mailbox window
 * @in: the inbound frame; @in.hdr.type is FRAME_NONE once it is taken
 * @out_count: frames in @out, 0 to FRAME_OUT_MAX
 * @out: outbound frames
 * @reserved: zeros
 */
struct mailbox {
	union frame in;
	__le32 out_count;
	__u8 reserved[60];
	union frame out[FRAME_OUT_MAX];
};

/*
 * Frame format 2: fields that are looked at first come first, and the long fields are
 * aligned to 8 bytes. The fields have the same meanings as in format 1.
 */

/** struct frame_scsi_2 - as struct frame_scsi */
struct frame_scsi_2 {
	struct frame_hdr hdr;
	__u8 cdb[32];
	__u8 lun[8];
	__le32 data_len;
	__le16 target;
	__u8 dir;
	__u8 cdb_len;
	__u8 reserved[8];
};

/** struct frame_media_2 - as struct frame_media */
struct frame_media_2 {
	struct frame_hdr hdr;
	struct media_context context;
	__le32 lba_lo;
	__le32 lba_hi;
	__le32 blocks;
	__le32 offset;
	__le32 token;
	__le16 port;
	__u8 op;
	__u8 flags;
	__u8 reserved[16];
};

/** struct frame_media_done_2 - as struct frame_media_done */
struct frame_media_done_2 {
	struct frame_hdr hdr;
	struct media_context context;
	__le32 moved;
	__le32 first_bad;
	__le32 extent;
	__u8 result;
	__u8 mapped;
	__u8 reserved[26];
};

/** struct frame_reply_2 - as struct frame_reply */
struct frame_reply_2 {
	struct frame_hdr hdr;
	__u8 sense[FRAME_SENSE_MAX];
	__u8 status;
	__u8 sense_len;
	__u8 reserved[22];
};

/** union frame_2 - any frame of format 2 */
union frame_2 {
	struct frame_hdr hdr;
	struct frame_scsi_2 scsi;
	struct frame_tmf tmf;
	struct frame_media_2 media;
	struct frame_media_done_2 media_done;
	struct frame_reply_2 reply;
	struct frame_msg msg;
	struct frame_els els;
	struct frame_els_done els_done;
	struct frame_activated activated;
};

/** struct mailbox_2 - a mailbox with frames of format 2 */
struct mailbox_2 {
	union frame_2 in;
	__le32 out_count;
	__u8 reserved[60];
	union frame_2 out[FRAME_OUT_MAX];
};

_Static_assert(sizeof(struct frame_scsi) == FRAME_BYTES, "frame_scsi");
_Static_assert(sizeof(struct frame_tmf) == FRAME_BYTES, "frame_tmf");
_Static_assert(sizeof(struct frame_media) == FRAME_BYTES, "frame_media");
_Static_assert(sizeof(struct frame_media_done) == FRAME_BYTES, "frame_media_done");
_Static_assert(sizeof(struct frame_reply) == FRAME_BYTES, "frame_reply");
_Static_assert(sizeof(struct frame_msg) == FRAME_BYTES, "frame_msg");
_Static_assert(sizeof(struct frame_els) == FRAME_BYTES, "frame_els");
_Static_assert(sizeof(struct frame_els_done) == FRAME_BYTES, "frame_els_done");
_Static_assert(sizeof(struct frame_link) == FRAME_BYTES, "frame_link");
_Static_assert(sizeof(struct frame_activated) == FRAME_BYTES, "frame_activated");
_Static_assert(sizeof(struct media_context) == 16, "media_context");
_Static_assert(sizeof(union frame) == FRAME_BYTES, "frame");
_Static_assert(sizeof(struct frame_scsi_2) == FRAME_BYTES, "frame_scsi_2");
_Static_assert(sizeof(struct frame_media_2) == FRAME_BYTES, "frame_media_2");
_Static_assert(sizeof(struct frame_media_done_2) == FRAME_BYTES, "frame_media_done_2");
_Static_assert(sizeof(struct frame_reply_2) == FRAME_BYTES, "frame_reply_2");
_Static_assert(sizeof(struct mailbox_2) == sizeof(struct mailbox), "mailbox_2");

#endif
