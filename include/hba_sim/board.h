/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programming model of the board: its memory map, its registers, and how a
 * hart is started. Shared by the board, the driver and the microcode.
 *
 * The upper four address bits select a window; each window has one backing
 * memory and one set of permissions (see hba_sim/processor/bus.h):
 *
 *	0x1000_0000  registers        read only, the same for every hart
 *	0x2000_0000  mailbox          read + write, the hart's own
 *	0x3000_0000  scratch          read + write, the hart's own: stack, buffers
 *	0x4000_0000  control block    service hart only (data structure 306)
 *	0x5000_0000  staging, text    service hart only, during an update (218)
 *	0x6000_0000  staging, data    service hart only, during an update (218)
 *	0x7000_0000  staging, chips   read only, service hart only, during an update
 *	0x8000_0000  code region, text: read + execute, write-locked (204)
 *	0x9000_0000  code region, data: read + write (204)
 *	0xa000_0000  cells of the chips: read only, service hart only (312)
 *
 * The distance from staging to the code region is the same for text and for data,
 * so code that addresses relative to its pc runs in either place, with the data of
 * that place.
 */
#ifndef HBA_SIM_BOARD_H
#define HBA_SIM_BOARD_H

#include <hba_sim/types.h>

#define BOARD_REGS_BASE		0x10000000u
#define BOARD_MBOX_BASE		0x20000000u
#define BOARD_SCRATCH_BASE	0x30000000u
#define BOARD_CONTROL_BASE	0x40000000u
#define BOARD_STAGING_TEXT_BASE	0x50000000u
#define BOARD_STAGING_DATA_BASE	0x60000000u
#define BOARD_STAGING_CHIPS_BASE 0x70000000u
#define BOARD_TEXT_BASE		0x80000000u
#define BOARD_DATA_BASE		0x90000000u
#define BOARD_CELLS_BASE	0xa0000000u

#define BOARD_REGS_SIZE		0x00001000u
#define BOARD_MBOX_SIZE		0x00001000u
#define BOARD_SCRATCH_SIZE	0x00004000u
#define BOARD_CONTROL_SIZE	0x00001000u
#define BOARD_TEXT_SIZE		0x00200000u	/* largest text of an image */
#define BOARD_DATA_SIZE		0x00200000u	/* largest data of an image */

/* The chips: hba_sim/chips/chip.h. */
#define BOARD_CHIPS		2u
#define BOARD_CHIP_CONFIGS	2u		/* configurations of each chip */
#define BOARD_CONFIG_SIZE	0x00002000u	/* bytes of a configuration */
#define BOARD_ERASE_SIZE	0x00001000u	/* bytes that are erased at once */
#define BOARD_PROGRAM_SIZE	0x00000100u	/* bytes that are programmed at once */
#define BOARD_CELLS_SIZE	(BOARD_CHIPS * BOARD_CHIP_CONFIGS * BOARD_CONFIG_SIZE)
#define BOARD_STAGING_CHIPS_SIZE (BOARD_CHIPS * BOARD_CONFIG_SIZE)

#define BOARD_ID		0x48424131u	/* "1ABH": this family of boards */
#define BOARD_MAX_PORTS		4096u		/* remote ports, thus logins */
#define BOARD_MAX_TARGETS	256u		/* remote ports with a LUN */
#define BOARD_MAX_HARTS		65u		/* service hart and I/O harts */
#define BOARD_MAX_ELS		64u		/* login requests under way at the same time */
#define BOARD_SERVICE_HART	0u
#define BOARD_LOGIN_HART	1u		/* the I/O hart that also logs in to the ports */
#define BOARD_BLOCK_SIZE	512u

/* Most blocks of one media request; all other kinds are limited by their data buffer. */
#define BOARD_UNMAP_MAX		0x400000u
#define BOARD_WRITE_SAME_MAX	0x10000u
#define BOARD_COMPARE_WRITE_MAX	64u
#define BOARD_LBA_STATUS_MAX	0x400000u	/* a longer extent is cut off here */

/*
 * Capabilities (patent: capability fields 322): each has a name, in
 * hba_sim/adapter/capability.c, and an owner, according to its bit: board, driver or image.
 */
#define CAP_BOARD		0x000000ffu
#define CAP_DRIVER		0x0000ff00u
#define CAP_IMAGE		0xffff0000u

#define CAP_BOARD_OVERLAY	(1u << 0)	/* system services for an update */
#define CAP_BOARD_SRAM		(1u << 1)	/* code region in SRAM, swap by copy */
#define CAP_BOARD_BANKED	(1u << 2)	/* two banks, swap by remapping */
#define CAP_BOARD_FLASH		(1u << 3)	/* boots from flash: permanent updates */
#define CAP_DRIVER_FRAME_1	(1u << 8)	/* speaks frame format 1 */
#define CAP_DRIVER_TOLD		(1u << 9)	/* is told what an image gives up */
#define CAP_DRIVER_FRAME_2	(1u << 10)	/* speaks frame format 2 */
#define CAP_DRIVER_INBAND	(1u << 11)	/* wants in-band downloads (WRITE BUFFER) */
#define CAP_IMAGE_FRAME_1	(1u << 16)	/* speaks frame format 1 */
#define CAP_IMAGE_MODE_SELECT	(1u << 17)	/* mode pages can be changed */
#define CAP_IMAGE_UPDATE	(1u << 18)	/* has an update module */
#define CAP_IMAGE_THIN		(1u << 19)	/* blocks can be unmapped */
#define CAP_IMAGE_RESERVE	(1u << 20)	/* persistent reservations */
#define CAP_IMAGE_DEFECTS	(1u << 21)	/* READ DEFECT DATA */
#define CAP_IMAGE_FRAME_2	(1u << 22)	/* speaks frame format 2 */
/*
 * Board and driver cannot do without these, whatever an image's header says. Frame formats
 * are not among them, as the format is negotiated.
 */
#define CAP_IMAGE_NEEDED	CAP_IMAGE_UPDATE

/**
 * struct board_chip - registers that describe a chip
 * @active: number of its active configuration
 * @version: version of each configuration's contents, 0 if these are not whole
 */
struct board_chip {
	__le32 active;
	__le32 version[BOARD_CHIP_CONFIGS];
};

/**
 * struct board_regs - the board's registers, read only and the same for every hart
 * @board_id: BOARD_ID
 * @capabilities: CAP_BOARD_* and CAP_DRIVER_* bits
 * @nr_harts: harts, the service hart included
 * @nr_ports: remote ports that the fabric offers, 1 to BOARD_MAX_PORTS
 * @nr_targets: remote ports 0 to nr_targets - 1 have a LUN behind them
 * @serial: number of the adapter, makes the name of its port unique
 * @frame_format: the format of all frames at present; BOARD_PORT changes it
 * @probation: 1 while the image in place may still be rolled back
 * @needed: capabilities of the image that board and driver cannot do without
 * @driver_formats: bit n set: the driver speaks frame format n
 * @port_formats: bit n set: the ports take frames of format n; the active PLA says so
 * @update_method: what the update interrupt is to start, UPDATE_*
 * @chip: the chips, by enum chip_kind
 * @update_source: where the loader finds the new image: 0: the host has it; n + 1: it is
 *	behind remote port n
 * @storage: number of the disks' storage, makes their identifiers (VPD 80h, 83h) unique
 * @port_id: address of the adapter's own port on the fabric; 0 before FLOGI, and after a
 *	link failure
 */
struct board_regs {
	__le32 board_id;
	__le32 capabilities;
	__le32 nr_harts;
	__le32 nr_ports;
	__le32 nr_targets;
	__le32 serial;
	__le32 frame_format;
	__le32 probation;
	__le32 needed;
	__le32 driver_formats;
	__le32 port_formats;
	__le32 update_method;
	struct board_chip chip[BOARD_CHIPS];
	__le32 update_source;
	__le32 storage;
	__le32 port_id;
};

#define UPDATE_OVERLAY		0u	/* the update module */
#define UPDATE_CONVENTIONAL	1u	/* the conventional bootstrap */

/*
 * A hart starts at the image's run-time entry with a0 = its number (mhartid)
 * and a1 = the reason; all other registers are 0 and interrupts are off.
 * At power-on the service hart starts first and runs to its wfi; then the I/O
 * harts start. After that, harts are started in any order.
 */
#define START_COLD	0u	/* power-on: persistent data is initialised */
#define START_OVERLAY	1u	/* a new image was laid over the old one */
#define START_WARM	2u	/* reset: persistent data is kept if it is sane */

/*
 * Services of the board, called by any hart with ecall: number in a7,
 * arguments from a0 on, answer in a0. Calls with any other number trap. The
 * system services for an update are in hba_sim/overlay.h.
 *
 * BOARD_DMA moves up to BOARD_DMA_MAX bytes between memory that this hart may
 * read (or write) and the data buffer of a command that this hart was given and
 * has not answered yet.
 *	a0 tag  a1 generation  a2 direction  a3 offset in the command's buffer
 *	a4 address  a5 length
 *	-> bytes moved, fewer if the buffer ends before; DMA_BAD for a call not allowed
 *
 * BOARD_PANIC ends the hart: the board logs it. a0 mcause a1 mepc a2 mtval
 *
 * BOARD_DAMAGED, service hart only: at START_WARM, persistent data did not pass the
 * self-test, and the damaged part is initialised again. The board logs it, once for
 * each start.
 *	a0 the self-test's code
 *
 * BOARD_PORT changes the frame format, on the service hart in the pause of an update
 * or a rollback: a0 PORT_DISABLE, PORT_FORMAT (with a1 the format, which the driver and the
 * active PLA have to know), PORT_ENABLE, in that order. Any other order traps, and so does
 * every call after OVERLAY_COPY. While the port is disabled, no image can be put in place.
 *	-> 0
 */
/*
 * BOARD_DOWNLOAD, service hart only, outside of an update, and only with CAP_DRIVER_INBAND:
 * passes on part of an image, the data of a command whose message the hart has received; or
 * the command is to activate an image that came before. All commands that send one image are
 * for the same target and have the same flags; the command with offset 0 begins the image,
 * and the others follow in order. With the last one, which the size in the image's header
 * determines, the image is deferred, or an update to it begins. In the second case the hart
 * does not answer the message; when the update has ended, the board returns the command to
 * its hart by FRAME_ACTIVATED. A command that activates a deferred image implicitly
 * (ON_COMMAND) goes on at once if no image waits for such a command, or if it cannot be
 * activated now: the answer is 0.
 *	a0 DOWNLOAD_* flags  a1 hart of the message  a2 tag  a3 generation
 *	a4 offset in the image  a5 length
 *	-> 0: taken; DOWNLOAD_WAITS: an update has begun; SERVICE_ERROR() of
 *	EPROTO: out of order, or nothing is deferred; EFBIG: longer than any image;
 *	EIO: the command has less data; EBUSY: another update is under way, and the
 *	data can be sent again; EBADMSG: what was to be deferred is not an image;
 *	EOPNOTSUPP: the board cannot save it; ENOMEM; ENODEV; EINVAL: a bad call
 */
#define BOARD_DMA	0x100u
#define BOARD_PANIC	0x101u
#define BOARD_DAMAGED	0x102u
#define BOARD_PORT	0x103u
#define BOARD_DOWNLOAD	0x104u

#define DOWNLOAD_WHOLE		(1u << 0)	/* one command carries the whole image */
#define DOWNLOAD_SAVE		(1u << 1)	/* the image is to outlive a power cycle */
#define DOWNLOAD_DEFER		(1u << 2)	/* do not activate the image now */
#define DOWNLOAD_ACTIVATE	(1u << 3)	/* activate the deferred image; no data */
#define DOWNLOAD_ON_RESET	(1u << 4)	/* with DEFER: a hard reset activates it */
#define DOWNLOAD_ON_POWER	(1u << 5)	/* with DEFER: power-on activates it */
#define DOWNLOAD_ON_COMMAND	(1u << 6)	/* with DEFER: a command does; ACTIVATE: this one */
#define DOWNLOAD_EVENTS		(DOWNLOAD_ON_RESET | DOWNLOAD_ON_POWER | DOWNLOAD_ON_COMMAND)
#define DOWNLOAD_FLAGS		0x7fu
#define DOWNLOAD_WAITS		1u
#define BOARD_DOWNLOAD_MAX	(BOARD_TEXT_SIZE + BOARD_DATA_SIZE)	/* bytes of an image */

#define PORT_DISABLE	0u
#define PORT_FORMAT	1u
#define PORT_ENABLE	2u

#define DMA_TO_HOST	0u
#define DMA_FROM_HOST	1u
#define BOARD_DMA_MAX	4096u
#define DMA_BAD		0xffffffffu

#endif
