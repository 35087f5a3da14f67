/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the whole adapter begin with: the real images, an adapter
 * that runs the first of them, data on its media, and changed copies of images.
 */
#ifndef UNIT_FIXTURE_H
#define UNIT_FIXTURE_H

#include <linux/kernel.h>

#include "encode.h"
#include "model.h"

#define CHECK_CONDITION	2
#define UA_POWER_ON	0x062900
#define UA_MICROCODE	0x063f01

extern struct image v1_0, v1_1, v2_0, v3_0;
extern struct command cmds[64];
extern const u8 test_unit_ready[6];
extern const u8 inquiry[6];

/* For cmocka_run_group_tests(). */
int read_images(void **state);
int free_images(void **state);

/* An adapter with image 1.0 (or another) whose unit attentions are taken. */
struct model *start(const struct adapter_config *cfg);
struct model *start_rom(const struct adapter_config *cfg, const struct image *rom);
/* With a boot flash, in which there is nothing, and data on its media. */
struct model *start_flash(void);
void take_attention(struct model *m, u32 attention);

/*
 * The service hart calls BOARD_UPDATE: its a0 after that, and its a1. It waits again then, and
 * all else of it is as before.
 */
u32 update_ecall(struct model *m, u32 function, u32 addr, u32 len, u32 *detail);

/* Takes all unit attentions; whatever happened there are not many. */
void clear_attentions(struct model *m);

/* An update to @img that succeeds; its unit attentions are taken. */
void update_well(struct model *m, const struct image *img);

/* An update to @img, up to its probation, which lasts until it is decided on. */
void begin_probation(struct model *m, const struct image *img);

/* The same from an adapter with data on its media; unit attentions are taken. */
struct model *start_probation(const struct image *img);

/* The command has ended, with this status of the microcode's. */
void check_replied(const struct command *c, u8 status);

/* The hart's next instruction traps, or is a loop. */
void derail(struct hart *h, bool hang);
void crash_hart(struct model *m, u32 queue);	/* by a trap */

void pattern(struct command *c, u32 seed, u32 len);
void write_some(struct model *m);
void check_some(struct model *m);
void check_revision(struct model *m, const char *revision);

/* The old image, of which @rom is the file, runs as if nothing had happened. */
void check_untouched(struct model *m, const struct image *rom, u64 logins);

/* Stands for the two instructions that call system service 0x200 + n. */
#define CALL(n)		(0xfffff000u | (n))
#define OPEN		CALL(0)
#define READ		CALL(1)	/* a0: file offset, a1: address, a2: length */
#define STAGED		CALL(2)
#define PROGRESS	CALL(3)
#define QUIESCE		CALL(4)
#define UNLOCK		CALL(5)
#define COPY		CALL(6)	/* a0: what is kept */
#define VERIFY		CALL(7)
#define FLUSH		CALL(8)
#define LOCK		CALL(9)
#define RESUME		CALL(10)
#define ABORT		CALL(11)

/* For LUI and then ADDI: the two parts of any number. */
#define HI(n)		(((u32)(n) + 0x800) >> 12)
#define LO(n)		((u32)(n) & 0xfff)

#define UPDATE		offsetof(struct mrb_header, update_entry)
#define BOOTSTRAP	offsetof(struct mrb_header, bootstrap_entry)
#define RUNTIME		offsetof(struct mrb_header, runtime_entry)

struct image copy_of(const struct image *img);
void assemble(u32 *at, const u32 *code, u32 words);

/* A copy of @img, signed, whose code at an entry is replaced. */
struct image patched(const struct image *img, size_t entry, const u32 *code, u32 words);

#define PATCHED(img, entry, ...)					\
	patched(img, entry, (const u32[]){ __VA_ARGS__ },		\
		sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

/*
 * An update of 1.0 to @img fails, and the error has @why in it; all is as it
 * was before, and an update to 1.1 succeeds. REFUSE is for a 1.1 whose code at
 * an entry is replaced.
 */
void refuse(const struct image *img, const char *why);
void refuse_code(size_t entry, const u32 *code, u32 words, const char *why);

#define REFUSE(entry, why, ...)						\
	refuse_code(entry, (const u32[]){ __VA_ARGS__ },			\
		    sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32), why)

#endif
