// SPDX-License-Identifier: GPL-2.0
/*
 * What image 2.0 can do as a SCSI device and 1.x cannot: provisioning.
 * Reservations are in test_microcode_reserve.c, what compares and verifies in
 * test_microcode_verify.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode_scsi.h"

#define MAX_DESCRIPTORS	16u
#define MAX_BLOCKS	0x100000u
#define FIRST		0x40u		/* blocks that fill() writes */
#define FILLED		8u

/* LBAs: 0x07, 0xff is the last one, 0x08, 0x00 lies behind it. */
static const struct check checks[] = {
	{ "UNMAP of nothing", { 0x42 }, 10, .moved = 0 },
	{ "UNMAP, header only", { 0x42, [8] = 8 }, 10, OUT, 8, .moved = 8 },
	{ "UNMAP, header cut off", { 0x42, [8] = 7 }, 10, OUT, 8, .sense = LIST_LENGTH },
	{ "UNMAP, short buffer", { 0x42, [8] = 24 }, 10, OUT, 23, .sense = LIST_LENGTH },
	{ "UNMAP ANCHOR", { 0x42, 1, [8] = 24 }, 10, OUT, 24, FIELD(1, 0) },
	{ "UNMAP group", { 0x42, 0, 0, 0, 0, 0, 1, 0, 24 }, 10, OUT, 24, FIELD(6, 0) },

	{ "WRITE SAME (10)", { 0x41, 0, 0, 0, 7, 0xff, 0, 0, 1 }, 10, OUT, 512, .moved = 512 },
	{ "WRITE SAME (10) of none", { 0x41, 0, 0, 0, 0, 0, 0, 0, 0 }, 10, OUT, 512, FIELD(7, 7) },
	{ "WRITE SAME (10) beyond", { 0x41, 0, 0, 0, 7, 0xff, 0, 0, 2 }, 10, OUT, 512,
	  .sense = LBA_RANGE },
	{ "WRITE SAME (10) ANCHOR", { 0x41, 0x18, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512,
	  FIELD(1, 4) },
	{ "WRITE SAME (10) LBDATA", { 0x41, 0x02, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512,
	  FIELD(1, 1) },
	{ "WRITE SAME (10) NDOB", { 0x41, 0x01, 0, 0, 0, 0, 0, 0, 1 }, 10, FIELD(1, 0) },
	{ "WRITE SAME (10) WRPROTECT", { 0x41, 0x20, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512,
	  FIELD(1, 5) },
	{ "WRITE SAME (10), no data", { 0x41, 0, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 511,
	  .sense = 0x050e03 },
	{ "WRITE SAME (16)", { 0x93, [9] = 1, [13] = 8 }, 16, OUT, 512, .moved = 512 },
	{ "WRITE SAME (16) NDOB", { 0x93, 1, [9] = 1, [13] = 8 }, 16, .moved = 0 },
	{ "WRITE SAME (16) NDOB UNMAP", { 0x93, 9, [9] = 1, [13] = 8 }, 16, .moved = 0 },
	{ "WRITE SAME (16) of none", { 0x93, 9 }, 16, FIELD(10, 7) },
	{ "WRITE SAME (16) beyond", { 0x93, 1, [8] = 8, [13] = 1 }, 16, .sense = LBA_RANGE },
	{ "WRITE SAME (16) 64-bit", { 0x93, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  [13] = 1 }, 16, .sense = LBA_RANGE },
	{ "WRITE SAME (16) ANCHOR", { 0x93, 0x19, [13] = 1 }, 16, FIELD(1, 4) },
	{ "WRITE SAME (16), no data", { 0x93, 8, [13] = 1 }, 16, .sense = 0x050e03 },

	{ "GET LBA STATUS", { 0x9e, 0x12, [13] = 24 }, 16, IN, 24, .moved = 24 },
	{ "GET LBA STATUS, long", { 0x9e, 0x12, [12] = 1 }, 16, IN, 256, .moved = 24 },
	{ "GET LBA STATUS, short", { 0x9e, 0x12, [13] = 18 }, 16, IN, 24, .moved = 18 },
	{ "GET LBA STATUS, header", { 0x9e, 0x12, [13] = 8 }, 16, IN, 24, .moved = 8 },
	{ "GET LBA STATUS, none", { 0x9e, 0x12 }, 16, .moved = 0 },
	{ "GET LBA STATUS, last", { 0x9e, 0x12, [8] = 7, 0xff, [13] = 24 }, 16, IN, 24,
	  .moved = 24 },
	{ "GET LBA STATUS, beyond", { 0x9e, 0x12, [8] = 8, [13] = 24 }, 16, IN, 24,
	  .sense = LBA_RANGE },
	{ "GET LBA STATUS, far", { 0x9e, 0x12, 1, [13] = 24 }, 16, IN, 24, .sense = LBA_RANGE },

	{ "operation codes, UNMAP", { 0xa3, 0x0c, 1, 0x42, [9] = 255 }, 12, IN, 255, .moved = 14 },
	{ "operation codes, 9E/12", { 0xa3, 0x0c, 2, 0x9e, 0, 0x12, [9] = 255 }, 12, IN, 255,
	  .moved = 20 },
	{ "operation codes, 5F", { 0xa3, 0x0c, 1, 0x5f, [9] = 255 }, 12, IN, 255, FIELD(2, 2) },
	{ "operation codes, 5F/06", { 0xa3, 0x0c, 2, 0x5f, 0, 6, [9] = 255 }, 12, IN, 255,
	  .moved = 14 },
	{ "operation codes, 5F/07", { 0xa3, 0x0c, 2, 0x5f, 0, 7, [9] = 255 }, 12, IN, 255,
	  .moved = 4 },
};

static void test_commands(void **state)
{
	run_checks(*state, checks, ARRAY_SIZE(checks));
}

static void put_be(u8 *to, u64 value, u32 len)
{
	while (len--) {
		to[len] = value;
		value >>= 8;
	}
}

/**
 * struct range - blocks
 * @lba: first one
 * @blocks: number of them
 */
struct range {
	u64 lba;
	u32 blocks;
};

static struct command unmap(const struct range *ranges, u32 n)
{
	struct command cmd = COMMAND(OUT, 8 + 16 * n, 0x42, [9] = 0);

	put_be(&cmd.cdb[7], cmd.data_len, 2);
	put_be(&cmd.data[0], cmd.data_len - 2, 2);
	put_be(&cmd.data[2], 16 * n, 2);
	for (u32 i = 0; i < n; i++) {
		put_be(&cmd.data[8 + 16 * i], ranges[i].lba, 8);
		put_be(&cmd.data[16 + 16 * i], ranges[i].blocks, 4);
	}
	return cmd;
}

#define UNMAP(...)							\
	unmap((const struct range[]){ __VA_ARGS__ },			\
	      sizeof((struct range[]){ __VA_ARGS__ }) / sizeof(struct range))

/* Data in all blocks from FIRST on; byte i of block n is n + i. */
static void fill(struct machine *m)
{
	struct command cmd = COMMAND(OUT, FILLED * 512, 0x2a, 0, 0, 0, 0, FIRST, 0, 0, FILLED, 0);

	for (u32 i = 0; i < FILLED * 512; i++)
		cmd.data[i] = FIRST + i / 512 + i;
	assert_int_equal(run(m, &cmd), 0);
}

/* One bit for each of the FILLED blocks, the lowest for the first: is it unchanged? */
static u32 unchanged(struct machine *m)
{
	struct command cmd = COMMAND(IN, FILLED * 512, 0x28, 0, 0, 0, 0, FIRST, 0, 0, FILLED, 0);
	u32 same = 0;

	assert_int_equal(run(m, &cmd), 0);
	for (u32 n = 0; n < FILLED; n++)
		if (cmd.data[512 * n + 7] == (u8)(FIRST + n + 7))
			same |= 1u << n;
	return same;
}

static void test_unmap(void **state)
{
	struct command cmd = UNMAP({ FIRST + 1, 2 });
	struct machine *m = *state;

	fill(m);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, 1);
	assert_int_equal(cmd.media.op, MEDIA_UNMAP);
	assert_int_equal(cmd.media.lba_lo, FIRST + 1);
	assert_int_equal(cmd.media.blocks, 2);
	assert_int_equal(cmd.moved, 24);
	assert_int_equal(unchanged(m), 0xf9);
}

/* One request after the other; descriptors of no blocks need none. */
static void test_unmap_several(void **state)
{
	struct command cmd = UNMAP({ 1, 0 }, { FIRST, 1 }, { FIRST + 2, 1 }, { 0, 0 },
				   { FIRST + 7, 1 }, { MACHINE_BLOCKS, 0 });
	struct range most[MAX_DESCRIPTORS + 1];
	struct machine *m = *state;

	fill(m);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, 3);
	assert_int_equal(unchanged(m), 0x7a);
	cmd = UNMAP({ 1, 0 }, { 2, 0 });
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, 0);

	for (u32 i = 0; i <= MAX_DESCRIPTORS; i++)
		most[i] = (struct range){ i * 2, 1 };
	cmd = unmap(most, MAX_DESCRIPTORS);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, MAX_DESCRIPTORS);
	cmd = unmap(most, MAX_DESCRIPTORS + 1);
	assert_int_equal(run(m, &cmd), BAD_PARAMETER);
	assert_int_equal(cmd.sense[15] << 16 | be16(&cmd.sense[16]), LIST_FIELD(2, 7));
	assert_int_equal(cmd.nr_media, 0);
}

/* A wrong descriptor, wherever it is: nothing is done at all. */
static void test_unmap_range(void **state)
{
	struct machine *m = *state;
	struct command cmd;

	fill(m);
	cmd = UNMAP({ FIRST, 1 }, { FIRST + 1, 1 }, { MACHINE_BLOCKS - 1, 2 });
	assert_int_equal(run(m, &cmd), LBA_RANGE);
	assert_int_equal(be32(&cmd.sense[3]), MACHINE_BLOCKS - 1);
	assert_int_equal(cmd.nr_media, 0);
	cmd = UNMAP({ FIRST, 1 }, { ~0ull, 1 });
	assert_int_equal(run(m, &cmd), LBA_RANGE);
	cmd = UNMAP({ FIRST, 1 }, { 0, 0xffffffff });
	assert_int_equal(run(m, &cmd), LBA_RANGE);
	assert_int_equal(unchanged(m), 0xff);
}

/* What is cut off at the end, by any of the lengths, does not count. */
static void test_unmap_truncated(void **state)
{
	struct machine *m = *state;
	struct command cmd = UNMAP({ FIRST, 1 }, { FIRST + 1, 1 });

	fill(m);
	cmd.cdb[8] = 39;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(unchanged(m), 0xfe);
	cmd = UNMAP({ FIRST + 1, 1 }, { FIRST + 2, 1 });
	cmd.data[3] = 31;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(unchanged(m), 0xfc);
	cmd = UNMAP({ FIRST + 2, 1 });
	cmd.data[3] = 0xff;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(unchanged(m), 0xf8);
}

static struct machine *large_machine(u64 blocks)
{
	struct machine *m = machine_new();

	m->port[0].blocks = blocks;
	machine_power_on(m, version);
	clear_attentions(m);
	return m;
}

/* The limit is for the whole command. */
static void test_unmap_limit(void **state)
{
	struct machine *m = large_machine(1ull << 33);
	struct command cmd = UNMAP({ 1ull << 32, MAX_BLOCKS });
	union frame frame = machine_submit(m, &cmd);

	assert_int_equal(frame.hdr.type, FRAME_MEDIA);
	assert_int_equal(frame.media.lba_hi, 1);
	assert_int_equal(frame.media.blocks, MAX_BLOCKS);
	cmd = UNMAP({ 0, MAX_BLOCKS - 1 }, { 1ull << 32, 2 });
	assert_int_equal(run(m, &cmd), BAD_PARAMETER);
	assert_int_equal(cmd.sense[15] << 16 | be16(&cmd.sense[16]), LIST_FIELD(32, 7));
	assert_int_equal(cmd.nr_media, 0);
	machine_free(m);
}

/* Delivers a media request's completion, and what that leads to. */
static union frame serve(struct machine *m, const union frame *request)
{
	union frame done = machine_media(m, &request->media);

	return machine_deliver(m, &done);
}

/* The host changes the list between two requests: no harm beyond its own data. */
static void test_unmap_changed_list(void **state)
{
	static const struct {
		struct range range;
		u32 sense;
	} changes[] = {
		{ { MACHINE_BLOCKS, 1 }, LBA_RANGE },
		{ { 0, MAX_BLOCKS + 1 }, BAD_PARAMETER },
		{ { 5, 0 }, 0 },
	};
	struct machine *m = *state;

	for (u32 i = 0; i < ARRAY_SIZE(changes); i++) {
		struct command cmd = UNMAP({ 1, 1 }, { 2, 1 });
		union frame frame = machine_submit(m, &cmd);

		put_be(&cmd.data[24], changes[i].range.lba, 8);
		put_be(&cmd.data[32], changes[i].range.blocks, 4);
		while (frame.hdr.type == FRAME_MEDIA)
			frame = serve(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&cmd), changes[i].sense);
	}
}

/* A failed request ends the command; what was done before it stays done. */
static void test_unmap_fails(void **state)
{
	struct command cmd = UNMAP({ FIRST, 1 }, { FIRST + 1, 1 }, { FIRST + 2, 1 });
	struct machine *m = *state;
	union frame frame;

	fill(m);
	frame = machine_submit(m, &cmd);
	frame = serve(m, &frame);
	m->port[0].token++;
	frame = serve(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(sense_of(&cmd), 0x0b0800);
	m->port[0].token--;
	assert_int_equal(unchanged(m), 0xfe);
}

/* @op: the media request that a WRITE SAME becomes */
static void write_same(struct machine *m, struct command cmd, u32 op, u32 flags)
{
	fill(m);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, 1);
	assert_int_equal(cmd.media.op, op);
	assert_int_equal(cmd.media.flags, flags);
	assert_int_equal(cmd.media.lba_lo, FIRST + 1);
	assert_int_equal(cmd.media.blocks, 2);
	assert_int_equal(cmd.media.context.opcode, cmd.cdb[0]);
	assert_int_equal(unchanged(m), 0xf9);
}

static void test_write_same(void **state)
{
	struct machine *m = *state;
	struct command cmd = COMMAND(OUT, 512, 0x41, 0, 0, 0, 0, FIRST + 1, 0, 0, 2, 0);

	write_same(m, cmd, MEDIA_WRITE_SAME, 0);
	cmd.cdb[1] = 8;
	write_same(m, cmd, MEDIA_UNMAP, 0);
	cmd.data[511] = 1;
	write_same(m, cmd, MEDIA_WRITE_SAME, 0);
	assert_int_equal(m->port[0].media[(FIRST + 2) * 512 + 511], 1);

	cmd = COMMAND(OUT, 512, 0x93, 8, [9] = FIRST + 1, [13] = 2, [15] = 0);
	write_same(m, cmd, MEDIA_UNMAP, 0);
	cmd.data[0] = 0x80;
	write_same(m, cmd, MEDIA_WRITE_SAME, 0);
	cmd = COMMAND(0, 0, 0x93, 1, [9] = FIRST + 1, [13] = 2, [15] = 0);
	write_same(m, cmd, MEDIA_WRITE_SAME, MEDIA_ZERO);
	cmd.cdb[1] = 9;
	write_same(m, cmd, MEDIA_UNMAP, 0);
}

static void test_write_same_limit(void **state)
{
	struct machine *m = large_machine(1ull << 33);
	struct command cmd = COMMAND(OUT, 512, 0x93, 0, [5] = 1, [12] = 0xff, 0xff, [15] = 0);
	union frame frame = machine_submit(m, &cmd);

	assert_int_equal(frame.hdr.type, FRAME_MEDIA);
	assert_int_equal(frame.media.lba_hi, 1);
	assert_int_equal(frame.media.blocks, 0xffff);
	memcpy(&cmd.cdb[10], "\0\1\0", 4);
	assert_int_equal(run(m, &cmd), INVALID_FIELD);
	assert_int_equal(be16(&cmd.sense[16]), 10);
	machine_free(m);
}

static void lba_status(struct machine *m, u32 lba, u32 blocks, u32 status)
{
	struct command cmd = COMMAND(IN, 24, 0x9e, 0x12, [8] = lba >> 8, lba, [13] = 24, [15] = 0);

	memset(cmd.data, 0xee, 24);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, 1);
	assert_int_equal(be32(&cmd.data[0]), 20);
	assert_int_equal(be32(&cmd.data[4]), 0);
	assert_int_equal(be64(&cmd.data[8]), lba);
	assert_int_equal(be32(&cmd.data[16]), blocks);
	assert_int_equal(be32(&cmd.data[20]), status << 24);
}

static void test_lba_status(void **state)
{
	struct command cmd = UNMAP({ FIRST + 3, 2 });
	struct machine *m = *state;

	lba_status(m, 0, MACHINE_BLOCKS, 1);
	fill(m);
	lba_status(m, 0, FIRST, 1);
	lba_status(m, FIRST, FILLED, 0);
	lba_status(m, FIRST + 6, 2, 0);
	run(m, &cmd);
	lba_status(m, FIRST, 3, 0);
	lba_status(m, FIRST + 3, 2, 1);
	lba_status(m, MACHINE_BLOCKS - 1, 1, 1);
}

/* An LBA of 64 bits comes back whole; as many blocks are asked about as one can tell. */
static void test_lba_status_large(void **state)
{
	struct machine *m = large_machine(0x400000000ull);
	struct command cmd = COMMAND(IN, 24, 0x9e, 0x12, [5] = 2, [9] = 3, [13] = 24, [15] = 0);
	union frame frame = machine_submit(m, &cmd);

	assert_int_equal(frame.media.op, MEDIA_LBA_STATUS);
	assert_int_equal(frame.media.lba_hi, 2);
	assert_int_equal(frame.media.blocks, 0xffffffff);
	frame = (union frame){ .media_done = {
		.hdr = frame.hdr, .mapped = 1, .extent = 77, .context = frame.media.context,
	} };
	frame.hdr.type = FRAME_MEDIA_DONE;
	frame = machine_deliver(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(sense_of(&cmd), 0);
	assert_true(be64(&cmd.data[8]) == 0x200000003ull);
	assert_int_equal(be32(&cmd.data[16]), 77);
	assert_int_equal(cmd.data[20], 0);
	machine_free(m);
}

/* A unit that is stopped, or write-protected (SWP): what each command says. */
static void test_states(void **state)
{
	static const u8 opcodes[] = { 0x41, 0x42, 0x89, 0x93, 0x9e };
	struct command select = COMMAND(OUT, 16, 0x15, 0x10, 0, 0, 16, 0);
	struct machine *m = *state;
	struct command cmd;

	RUN(m, 0, 0, 0x1b, 0, 0, 0, 0, 0);
	for (u32 i = 0; i < sizeof(opcodes); i++) {
		cmd = COMMAND(0, 0, opcodes[i], opcodes[i] == 0x9e ? 0x12 : 0, [15] = 0);
		assert_int_equal(run(m, &cmd), 0x020402);
	}
	RUN(m, 0, 0, 0x1b, 0, 0, 0, 1, 0);

	memcpy(&select.data[4], "\x0a\x0a\x02\x10\x08\0\0\0\xff\xff", 10);
	select.data_len = 16;
	assert_int_equal(run(m, &select), 0);
	for (u32 i = 0; i < sizeof(opcodes); i++) {
		cmd = COMMAND(0, 0, opcodes[i], opcodes[i] == 0x9e ? 0x12 : 0, [15] = 0);
		assert_int_equal(run(m, &cmd), opcodes[i] == 0x9e ? 0 : 0x072702);
	}
}

/* While an undo is possible, what an older image could not complete waits. */
static void test_probation(void **state)
{
	struct command waits[] = {
		UNMAP({ 1, 1 }, { 2, 1 }),
		COMMAND(IN, 24, 0x9e, 0x12, [13] = 24, [15] = 0),
		COMMAND(OUT, 1024, 0x89, [13] = 1, [15] = 0),
	};
	struct command goes[] = {
		UNMAP({ 1, 1 }),
		COMMAND(0, 0, 0x93, 9, [13] = 1, [15] = 0),
		COMMAND(OUT, 512, 0x41, 0, 0, 0, 0, 0, 0, 0, 1, 0),
		COMMAND(IN, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0),
	};
	struct machine *m = *state;

	m->regs->probation = 1;
	for (u32 i = 0; i < ARRAY_SIZE(goes); i++)
		assert_int_equal(run(m, &goes[i]), 0);
	for (u32 i = 0; i < ARRAY_SIZE(waits); i++) {
		union frame frame = machine_submit(m, &waits[i]);

		assert_int_equal(frame.hdr.type, FRAME_WAIT);
		assert_int_equal(waits[i].nr_media, 0);
	}
	m->regs->probation = 0;
	for (u32 i = 0; i < ARRAY_SIZE(waits); i++)
		assert_int_equal(run(m, &waits[i]), 0);
}

static void lay_over(struct machine *m, const char *image_version)
{
	u32 len;
	u8 *image = image_read(image_version, &len);

	assert_int_equal(machine_update(m, image, len), 0);
	free(image);
}

/* The image that goes on with a command need not be the one that began it. */
static void test_update_in_flight(void **state)
{
	struct command status = COMMAND(IN, 24, 0x9e, 0x12, [9] = FIRST, [13] = 24, [15] = 0);
	struct command cmd = UNMAP({ FIRST, 1 }, { FIRST + 1, 1 }, { FIRST + 2, 1 });
	struct machine *m = *state;
	union frame frame;

	fill(m);
	frame = machine_submit(m, &cmd);
	lay_over(m, version);
	while (frame.hdr.type == FRAME_MEDIA)
		frame = serve(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(sense_of(&cmd), 0);
	assert_int_equal(cmd.nr_media, 3);
	clear_attentions(m);
	assert_int_equal(unchanged(m), 0xf8);

	frame = machine_submit(m, &status);
	lay_over(m, version);
	frame = serve(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(be32(&status.data[16]), 3);
	assert_int_equal(status.data[20], 1);
}

/* What does not wait in the probation is completed by the image it goes back to. */
static void test_undo_in_flight(void **state)
{
	struct command commands[] = {
		UNMAP({ FIRST, 1 }),
		COMMAND(OUT, 512, 0x41, 8, 0, 0, 0, FIRST + 1, 0, 0, 1, 0),
		COMMAND(0, 0, 0x93, 1, [9] = FIRST + 2, [13] = 1, [15] = 0),
	};
	struct machine *m = machine_new();

	machine_power_on(m, "1.0");
	clear_attentions(m);
	fill(m);
	for (u32 i = 0; i < ARRAY_SIZE(commands); i++) {
		union frame frame;

		lay_over(m, "2.0");
		m->regs->probation = 1;
		clear_attentions(m);
		frame = machine_submit(m, &commands[i]);
		assert_int_equal(frame.hdr.type, FRAME_MEDIA);
		assert_int_equal(machine_rollback(m), 0);
		m->regs->probation = 0;
		frame = serve(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&commands[i]), 0);
		clear_attentions(m);
	}
	assert_int_equal(unchanged(m), 0xf8);
	machine_free(m);
}

static void test_pages(void **state)
{
	struct command cmd = COMMAND(IN, 64, 0x12, 1, 0xb0, 0, 64, 0);

	run(*state, &cmd);
	assert_int_equal(cmd.data[4], 1);
	assert_int_equal(cmd.data[5], BOARD_COMPARE_WRITE_MAX);
	assert_int_equal(be16(&cmd.data[6]), 8);
	assert_int_equal(be32(&cmd.data[8]), 65535);
	assert_int_equal(be32(&cmd.data[20]), MAX_BLOCKS);
	assert_int_equal(be32(&cmd.data[24]), MAX_DESCRIPTORS);
	assert_int_equal(be32(&cmd.data[28]), 8);
	assert_int_equal(be32(&cmd.data[32]), 0x80000000);
	assert_int_equal(be64(&cmd.data[36]), 0xffff);

	cmd = COMMAND(IN, 64, 0x12, 1, 0xb2, 0, 64, 0);
	run(*state, &cmd);
	assert_int_equal(be16(&cmd.data[2]), 4);
	assert_int_equal(be32(&cmd.data[4]), 0x00e40200);

	cmd = COMMAND(IN, 32, 0x9e, 0x10, [13] = 32, [15] = 0);
	run(*state, &cmd);
	assert_int_equal(cmd.data[14], 0xc0);
	assert_int_equal(cmd.data[15], 0);
}

/* 1.x knows none of these commands, nor do its pages tell of them. */
static void test_1_x(void **state)
{
	struct machine *m = *state;
	struct command cmd = COMMAND(IN, 64, 0x12, 1, 0xb2, 0, 64, 0);

	for (u32 i = 0; i < ARRAY_SIZE(checks); i++) {
		const struct check *c = &checks[i];
		u32 sense = c->cdb[0] == 0x9e ? INVALID_FIELD : 0x052000;

		if (c->cdb[0] == 0xa3)
			continue;
		cmd = command(c->dir, c->data_len, c->cdb, c->cdb_len);
		assert_int_equal(run(m, &cmd), sense);
	}
	assert_int_equal(RUN(m, IN, 255, 0x5e, [7] = 0, 255, 0), 0x052000);
	assert_int_equal(RUN(m, OUT, 24, 0x5f, [8] = 24, 0), 0x052000);
	cmd = COMMAND(IN, 64, 0x12, 1, 0xb2, 0, 64, 0);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(be32(&cmd.data[4]), 0);
	cmd = COMMAND(IN, 32, 0x9e, 0x10, [13] = 32, [15] = 0);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.data[14], 0);
}

static const struct CMUnitTest tests[] = {
	TEST(test_commands),
	TEST(test_unmap),
	TEST(test_unmap_several),
	TEST(test_unmap_range),
	TEST(test_unmap_truncated),
	TEST(test_unmap_limit),
	TEST(test_unmap_changed_list),
	TEST(test_unmap_fails),
	TEST(test_write_same),
	TEST(test_write_same_limit),
	TEST(test_lba_status),
	TEST(test_lba_status_large),
	TEST(test_states),
	TEST(test_probation),
	TEST(test_update_in_flight),
	TEST(test_undo_in_flight),
	TEST(test_pages),
};

static const struct CMUnitTest tests_1_x[] = {
	TEST(test_1_x),
};

int main(void)
{
	return RUN_TESTS_WITH("2.0", "microcode v2", tests) +
	       RUN_TESTS_WITH("1.0", "microcode v2", tests_1_x) +
	       RUN_TESTS_WITH("1.1", "microcode v2", tests_1_x);
}
