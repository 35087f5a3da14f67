/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A board small enough for tests of the microcode: the real processor, and
 * behind it a model of ports, media and system services that does just what
 * include/hba_sim says. One command at a time.
 */
#ifndef UNIT_MICROCODE_H
#define UNIT_MICROCODE_H

#include <linux/types.h>
#include <hba_sim/board.h>
#include <hba_sim/chip.h>
#include <hba_sim/frame.h>
#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "../../hba_sim/processor/bus.h"
#include "../../hba_sim/processor/cpu.h"

#define MACHINE_HARTS	3u
#define MACHINE_TARGETS	3u
#define MACHINE_PORTS	5u
#define MACHINE_BLOCKS	2048u
#define MACHINE_CALLS	512u
#define MACHINE_NO_TEST	0xffffffffu
#define MACHINE_DIRTY_BYTES (BOARD_DATA_SIZE / BUS_GRANULE / 8)

/**
 * struct machine_hart - a hart and what only it has
 * @h: the hart
 * @mbox: its mailbox
 * @scratch: its scratch memory
 * @waits: it has got to its wfi
 */
struct machine_hart {
	struct hart h;
	struct mailbox *mbox;
	u8 *scratch;
	bool waits;
};

/**
 * struct machine_port - a remote port
 * @token: of its session
 * @logins: accepted so far
 * @offered: it has accepted PLOGI and waits for PRLI
 * @rejects: rejects logins
 * @port_id: its address
 * @blocks: capacity
 * @media: its blocks, or NULL
 * @backed: a byte for each block, 1 if it has memory
 */
struct machine_port {
	u32 token;
	u32 logins;
	bool offered;
	bool rejects;
	u32 port_id;
	u64 blocks;
	u8 *media;
	u8 *backed;
};

/**
 * struct command - a SCSI command and what became of it
 * @cdb: command descriptor block
 * @cdb_len: bytes in it
 * @dir: FRAME_DIR_*
 * @data_len: bytes in @data
 * @data: the data buffer
 * @target: remote port
 * @lun: last byte of the LUN's first two
 * @tag: its tag
 * @generation: tells this use of @tag from an earlier one
 * @status: SCSI status
 * @sense_len: bytes in @sense
 * @sense: sense data
 * @moved: bytes moved
 * @insns: instructions of the I/O hart
 * @media: last media request
 * @nr_media: number of them
 * @messages: messages to the service hart
 */
struct command {
	u8 cdb[32];
	u8 cdb_len;
	u8 dir;
	u32 data_len;
	u8 data[8192];
	u16 target;
	u8 lun;
	u16 tag;
	u32 generation;
	u8 status;
	u8 sense_len;
	u8 sense[FRAME_SENSE_MAX];
	u32 moved;
	u64 insns;
	struct frame_media media;
	u32 nr_media;
	u32 messages;
};

/**
 * struct machine - the board
 * @regs: registers
 * @text: code region, text
 * @data: code region, data
 * @insns: instruction cache of @text
 * @staging_text: staging, text
 * @staging_data: staging, data
 * @staging_insns: instruction cache of @staging_text
 * @staging_chips: staging, contents for chips
 * @cells: of the chips
 * @bad_programs: so many pages to come hold something else than what was programmed, and the
 *		  board does not say so
 * @control: control block's page
 * @undo_text: the replaced image's text
 * @undo_data: and its data, as they were at the copy
 * @dirty: marks of the data segment, NULL while none are made
 * @image: header of the image in @text
 * @hart: service hart and I/O harts
 * @port: remote ports
 * @flogis: FLOGIs so far
 * @cmd: the command that is under way
 * @generation: of the last command
 * @login_insns: the most instructions that a frame about logins took
 * @source: new image in an update, NULL outside of one and in a rollback
 * @source_len: bytes in it
 * @call: system services called, in order, as far as there is room
 * @call_arg: first two arguments of each
 * @nr_calls: number of them
 * @fail_call: this service fails, 0 for none
 * @quiesced: instructions that the service hart had executed at QUIESCE
 * @resumed: and at RESUME
 * @selftest: what the run-time reported, MACHINE_NO_TEST before that
 * @damaged: what it said of its data at its warm start, MACHINE_NO_TEST: nothing
 * @staged: called when the new image was staged, or NULL
 * @slice: the service hart is stopped each so many instructions while it
 *	   converts and the queues are not held, 0 for never
 * @slice_end: when it will have executed so many
 * @between: then, and when the queues are about to be held, this is called: I/O
 *	     goes on; or NULL
 * @user: for @between
 * @updating: an update or a rollback is under way
 * @converting: and this is before the pause
 * @sealed: the old image is to be left: from the first instruction in staging
 *	    on it cannot be executed any more
 * @ended: the update has ended
 * @download: answers BOARD_DOWNLOAD, whose arguments these are; NULL: it traps
 * @abort_reason: 0, or with what it was aborted
 * @abort_detail: and its detail
 */
struct machine {
	struct board_regs *regs;
	u8 *text;
	u8 *data;
	struct insn *insns;
	u8 *staging_text;
	u8 *staging_data;
	struct insn *staging_insns;
	u8 *staging_chips;
	u8 *cells;
	u32 bad_programs;
	u8 *control;
	u8 *undo_text;
	u8 *undo_data;
	unsigned long *dirty;
	struct mrb_header image;
	struct machine_hart hart[MACHINE_HARTS];
	struct machine_port port[BOARD_MAX_PORTS];
	u32 flogis;
	struct command *cmd;
	u32 generation;
	u64 login_insns;

	const u8 *source;
	u32 source_len;
	u32 call[MACHINE_CALLS];
	u32 call_arg[MACHINE_CALLS][2];
	u32 nr_calls;
	u32 fail_call;
	u64 quiesced;
	u64 resumed;
	u32 selftest;
	u32 damaged;
	void (*staged)(struct machine *m);
	u32 slice;
	u64 slice_end;
	void (*between)(struct machine *m);
	void *user;
	bool updating;
	bool converting;
	bool sealed;
	bool ended;
	u32 (*download)(struct machine *m, const u32 *arg);
	u32 abort_reason;
	u32 abort_detail;
};

u8 *image_read(const char *version, u32 *len);
void image_sign(u8 *image, u32 len);

struct machine *machine_new(void);

/* More ports and targets; those past the first have no media to read or write. */
void machine_grow(struct machine *m, u32 ports, u32 targets);
void machine_free(struct machine *m);
void machine_load(struct machine *m, const u8 *image, u32 len);
void machine_start_hart(struct machine *m, u32 i, u32 reason);
void machine_power_on(struct machine *m, const char *version);

/* Runs a hart until wfi, or until an update has ended in it. */
void machine_run(struct machine *m, struct machine_hart *mh);
u32 machine_log_in(struct machine *m);
/* A port answers once more, as to a login that nobody waits for: another token. */
void machine_log_in_again(struct machine *m, u32 port);
void machine_tmf(struct machine *m, u16 target, u8 function);

/* A command, whole or step by step; each step's frame is what the hart put out. */
void machine_command(struct machine *m, struct command *cmd);
union frame machine_submit(struct machine *m, struct command *cmd);
union frame machine_media(struct machine *m, const struct frame_media *req);
union frame machine_message(struct machine *m, const struct frame_msg *msg);
union frame machine_deliver(struct machine *m, const union frame *in);
void machine_reply(struct machine *m, const struct frame_reply *reply);

/* Lays an image over the running one; 0, or the reason that it was aborted for. */
u32 machine_update(struct machine *m, const u8 *image, u32 len);

/* Puts the image back that the last update replaced; likewise. */
u32 machine_rollback(struct machine *m);

/* microcode_chips.c: the services of chips, and what these hold at first. */
void machine_load_chips(struct machine *m, const u8 *image);
u32 machine_erase(struct machine *m, u32 chip, u32 block);
u32 machine_program(struct machine *m, u32 chip, u32 page, u32 address);
u32 machine_select(struct machine *m, u32 chip);

/* microcode_services.c: answers an ecall of an update, false if it is none. */
bool machine_service(struct machine *m, struct hart *h);

#endif
