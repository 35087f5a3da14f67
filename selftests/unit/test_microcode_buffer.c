// SPDX-License-Identifier: GPL-2.0
/*
 * WRITE BUFFER and READ BUFFER in image 2.0: what each mode asks of the board, what is
 * refused; and FRAME_ACTIVATED, which each image has to know.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <linux/kernel.h>
#include "microcode_reserve.h"

#define INVALID_OPCODE	0x052000
#define SEQUENCE	0x052c00
#define STOPPED		0x020402
#define UPDATING	0x020407
#define FAILED		0x044400
#define CANCELLED	0x0b0000
#define MICROCODE	0x063f01
#define WRITE_EXCLUSIVE	1

static u32 asked[6];
static u32 calls;
static s32 outcome;

static u32 download(struct machine *m, const u32 *arg)
{
	memcpy(asked, arg, sizeof(asked));
	calls++;
	return outcome;
}

/* The board has flash, and the driver wants downloads. */
static void want_inband(struct machine *m)
{
	m->regs->capabilities |= CAP_DRIVER_INBAND | CAP_BOARD_FLASH;
	m->download = download;
	calls = 0;
	outcome = 0;
}

static u32 write_buffer(struct machine *m, u32 mode, u32 offset, u32 len)
{
	return RUN(m, OUT, len, 0x3b, mode, 0, offset >> 16, offset >> 8, offset, len >> 16,
		   len >> 8, len, 0);
}

static void test_modes(void **state)
{
	static const struct {
		u8 mode;
		u32 flags;
	} modes[] = {
		{ 0x04, DOWNLOAD_WHOLE },
		{ 0x05, DOWNLOAD_WHOLE | DOWNLOAD_SAVE },
		{ 0x06, 0 },
		{ 0x07, DOWNLOAD_SAVE },
		{ 0x0d, DOWNLOAD_SAVE | DOWNLOAD_DEFER },
		{ 0x8d, DOWNLOAD_SAVE | DOWNLOAD_DEFER | DOWNLOAD_ON_POWER },
		{ 0x4d, DOWNLOAD_SAVE | DOWNLOAD_DEFER | DOWNLOAD_ON_RESET },
		{ 0xcd, DOWNLOAD_SAVE | DOWNLOAD_DEFER | DOWNLOAD_ON_POWER | DOWNLOAD_ON_RESET },
		{ 0x0e, DOWNLOAD_SAVE | DOWNLOAD_DEFER | DOWNLOAD_EVENTS },
		{ 0x0f, DOWNLOAD_ACTIVATE },
	};
	struct machine *m = *state;

	want_inband(m);
	for (u32 i = 0; i < ARRAY_SIZE(modes); i++) {
		u32 offset = modes[i].flags & DOWNLOAD_WHOLE ? 0 : 0x1234;
		bool data = modes[i].mode != 0x0f;

		assert_int_equal(write_buffer(m, modes[i].mode, offset, 1000), 0);
		assert_int_equal(calls, i + 1);
		assert_int_equal(asked[0], modes[i].flags);
		assert_int_equal(asked[1], 1);
		assert_int_equal(asked[3], m->generation);
		assert_int_equal(asked[4], data ? offset : 0);
		assert_int_equal(asked[5], data ? 1000 : 0);
	}
}

static void test_outcomes(void **state)
{
	static const struct {
		s32 outcome;
		u32 sense;
	} rows[] = {
		{ -EPROTO, SEQUENCE }, { -EBUSY, UPDATING }, { -EBADMSG, BAD_PARAMETER },
		{ -EFBIG, INVALID_FIELD }, { -EOPNOTSUPP, INVALID_FIELD },
		{ -ENOMEM, FAILED }, { -EIO, LIST_LENGTH }, { -EINVAL, FAILED },
		{ -ENODEV, FAILED },
	};
	struct machine *m = *state;

	want_inband(m);
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		outcome = rows[i].outcome;
		assert_int_equal(write_buffer(m, 0x06, 0, 512), rows[i].sense);
	}
}

static void test_refused(void **state)
{
	static const struct check checks[] = {
		{ "mode 02h", { 0x3b, 0x02, [8] = 4 }, 10, OUT, 4, FIELD(1, 4) },
		{ "mode 1Fh", { 0x3b, 0x1f, [8] = 4 }, 10, OUT, 4, FIELD(1, 4) },
		{ "mode specific, 06h", { 0x3b, 0x26, [8] = 4 }, 10, OUT, 4, FIELD(1, 5) },
		{ "vendor's event, 0Dh", { 0x3b, 0xad, [8] = 4 }, 10, OUT, 4, FIELD(1, 5) },
		{ "power-on, 0Eh", { 0x3b, 0x8e, [8] = 4 }, 10, OUT, 4, FIELD(1, 7) },
		{ "another buffer", { 0x3b, 0x06, 1, [8] = 4 }, 10, OUT, 4, FIELD(2, 7) },
		{ "offset in one piece", { 0x3b, 0x04, [5] = 1, [8] = 4 }, 10, OUT, 4,
		  FIELD(3, 7) },
		{ "offset behind the end", { 0x3b, 0x06, 0, 0x40, 0, 1, [8] = 4 }, 10, OUT, 4,
		  FIELD(3, 7) },
		{ "longer than the buffer", { 0x3b, 0x06, 0, 0x3f, 0xff, 0xff, 0, 0, 2 }, 10, OUT,
		  2, FIELD(6, 7) },
		{ "control", { 0x3b, 0x06, [9] = 1 }, 10, OUT, 4, FIELD(9, 0) },
		{ "less data than promised", { 0x3b, 0x06, [8] = 5 }, 10, OUT, 4,
		  LIST_LENGTH, 0, 0 },
		{ "no data for the device", { 0x3b, 0x06, [8] = 4 }, 10, IN, 4, LIST_LENGTH, 0, 0 },
		{ "nothing", { 0x3b, 0x06 }, 10, 0, 0, 0, 0, 0 },
		{ "data of a buffer", { 0x3c, 0x02, [8] = 4 }, 10, IN, 4, FIELD(1, 4) },
		{ "descriptor with offset", { 0x3c, 0x03, [5] = 1, [8] = 4 }, 10, IN, 4,
		  FIELD(3, 7) },
		{ "mode specific of a descriptor", { 0x3c, 0x23, [8] = 4 }, 10, IN, 4,
		  FIELD(1, 5) },
		{ "descriptor", { 0x3c, 0x03, [8] = 4 }, 10, IN, 4, 0, .moved = 4 },
		{ "its first bytes", { 0x3c, 0x03, [8] = 2 }, 10, IN, 4, 0, .moved = 2 },
	};
	struct machine *m = *state;

	want_inband(m);
	run_checks(m, checks, ARRAY_SIZE(checks));
	assert_int_equal(calls, 0);
}

static void test_no_flash(void **state)
{
	static const u8 saving[] = { 0x05, 0x07, 0x0d, 0x8d, 0x0e };
	struct machine *m = *state;

	want_inband(m);
	m->regs->capabilities &= ~CAP_BOARD_FLASH;
	for (u32 i = 0; i < sizeof(saving); i++)
		assert_int_equal(write_buffer(m, saving[i], 0, 4), INVALID_FIELD);
	assert_int_equal(calls, 0);
	outcome = -EPROTO;
	assert_int_equal(write_buffer(m, 0x0f, 0, 0), SEQUENCE);
}

static u32 reported(struct machine *m, u8 opcode)
{
	struct command cmd = COMMAND(IN, 20, 0xa3, 0x0c, 1, opcode, 0, 0, 0, 0, 0, 20, 0, 0);

	assert_int_equal(run(m, &cmd), 0);
	return cmd.data[1] & 7;
}

/* Is there an entry for the operation code in the list of all commands? */
static bool listed(struct machine *m, u8 opcode)
{
	struct command cmd = COMMAND(IN, 4096, 0xa3, 0x0c, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0);

	assert_int_equal(run(m, &cmd), 0);
	for (u32 at = 4; at < 4 + be32(cmd.data); at += 8)
		if (cmd.data[at] == opcode)
			return true;
	return false;
}

static void test_not_wanted(void **state)
{
	static const u8 opcodes[] = { 0x3b, 0x3c };
	struct machine *m = *state;

	for (u32 i = 0; i < 2; i++) {
		m->regs->capabilities &= ~CAP_DRIVER_INBAND;
		assert_int_equal(RUN(m, OUT, 4, opcodes[i], 0x06, 0, 0, 0, 0, 0, 0, 4, 0),
				 INVALID_OPCODE);
		assert_int_equal(RUN(m, OUT, 4, opcodes[i], 0xff, 0, 0, 0, 0, 0, 0, 4, 0xff),
				 INVALID_OPCODE);
		assert_int_equal(reported(m, opcodes[i]), 1);
		assert_false(listed(m, opcodes[i]));
		want_inband(m);
		assert_int_equal(reported(m, opcodes[i]), 3);
		assert_true(listed(m, opcodes[i]));
		assert_int_equal(RUN(m, IN, 20, 0xa3, 0x0c, 2, opcodes[i], 0, 6, 0, 0, 0, 20, 0, 0),
				 INVALID_FIELD);
	}
}

static void test_reserved(void **state)
{
	struct machine *m = *state;
	struct command cmd = COMMAND(OUT, 4, 0x3b, 0x06, 0, 0, 0, 0, 0, 0, 4, 0);

	want_inband(m);
	other_nexus(m, WRITE_EXCLUSIVE);
	assert_int_equal(run(m, &cmd), CONFLICT);
	cmd = COMMAND(IN, 4, 0x3c, 0x03, 0, 0, 0, 0, 0, 0, 4, 0);
	assert_int_equal(run(m, &cmd), CONFLICT);
	assert_int_equal(calls, 0);
}

static void test_extended_inquiry(void **state)
{
	struct machine *m = *state;
	struct command cmd = COMMAND(IN, 64, 0x12, 1, 0x86, 0, 64, 0);

	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.data[4], 0);
	assert_int_equal(cmd.data[9], 0);
	assert_int_equal(cmd.data[12], 0);
	want_inband(m);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.data[4], 0x40);
	assert_int_equal(cmd.data[9], 3);
	assert_int_equal(cmd.data[12], 0xc0);
	m->regs->capabilities &= ~CAP_BOARD_FLASH;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.data[12], 0);
}

/* A command of another image's ends in this one. */
static u32 activated_by(struct machine *m, const struct frame_activated *by)
{
	struct command cmd = { .target = 0, .tag = 3, .generation = 0x77 };
	union frame in = { .activated = *by };
	union frame out;

	in.hdr = (struct frame_hdr){ FRAME_ACTIVATED, FRAME_FORMAT_1, 3, 0x77 };
	m->cmd = &cmd;
	out = machine_deliver(m, &in);
	assert_int_equal(out.hdr.type, FRAME_REPLY);
	machine_reply(m, &out.reply);
	m->cmd = NULL;
	return cmd.status == GOOD ? 0 : sense_of(&cmd);
}

static u32 activated(struct machine *m, u8 result)
{
	const struct frame_activated by = { .result = result, .opcode = 0x3b };

	return activated_by(m, &by);
}

static void test_activated(void **state)
{
	struct machine *m = *state;

	assert_int_equal(activated(m, ACTIVATED_REFUSED), BAD_PARAMETER);
	assert_int_equal(activated(m, ACTIVATED_FAILED), FAILED);
	assert_int_equal(activated(m, ACTIVATED_CANCELLED), CANCELLED);
	assert_int_equal(activated(m, 99), FAILED);
	*lu_flags(m) |= 1u << 18;
	assert_int_equal(activated(m, ACTIVATED_REFUSED), BAD_PARAMETER);
	assert_int_equal(TUR(m), MICROCODE);
	*lu_flags(m) |= 1u << 18;
	assert_int_equal(activated(m, ACTIVATED_GOOD), 0);
	assert_int_equal(TUR(m), 0);
}

/* The board is asked first, whatever it says; it may have the command then. */
static void test_start_stop(void **state)
{
	static const struct frame_activated by_start_stop = {
		.result = ACTIVATED_FAILED, .opcode = 0x1b, .how = 0x04,
	};
	struct machine *m = *state;

	want_inband(m);
	assert_int_equal(RUN(m, 0, 0, 0x1b, 0, 0, 0, 0, 0), 0);
	assert_int_equal(calls, 1);
	assert_int_equal(asked[0], DOWNLOAD_ACTIVATE | DOWNLOAD_ON_COMMAND);
	assert_int_equal(TUR(m), STOPPED);
	outcome = -EBUSY;
	assert_int_equal(RUN(m, 0, 0, 0x1b, 0, 0, 0, 1, 0), 0);
	assert_int_equal(calls, 2);
	assert_int_equal(TUR(m), 0);
	outcome = 0;

	/* the new image carries it out, and says that it is new */
	*lu_flags(m) |= 1u << 18;
	assert_int_equal(activated_by(m, &by_start_stop), 0);
	assert_int_equal(TUR(m), MICROCODE);
	assert_int_equal(TUR(m), STOPPED);

	/* fields are looked at before, and a board without flash has nothing to be asked */
	assert_int_equal(RUN(m, 0, 0, 0x1b, 0, 0, 0, 0x11, 0), INVALID_FIELD);
	m->regs->capabilities &= ~CAP_BOARD_FLASH;
	assert_int_equal(RUN(m, 0, 0, 0x1b, 0, 0, 0, 1, 0), 0);
	assert_int_equal(calls, 2);
	assert_int_equal(TUR(m), 0);
}

int main(void)
{
	const struct CMUnitTest of_all[] = { TEST(test_activated) };
	const struct CMUnitTest tests[] = {
		TEST(test_modes),
		TEST(test_outcomes),
		TEST(test_refused),
		TEST(test_no_flash),
		TEST(test_not_wanted),
		TEST(test_reserved),
		TEST(test_extended_inquiry),
		TEST(test_start_stop),
	};

	return RUN_TESTS_WITH("2.0", "buffer", tests) + RUN_TESTS("activated", of_all);
}
