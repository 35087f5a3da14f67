// SPDX-License-Identifier: GPL-2.0
/*
 * Frame format 2: image 3.0 wants it, and negotiates it with the driver. Commands under way
 * outlive the change in both directions, and its order is enforced (requirements U5, U6).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../../hba_sim/adapter/frame_format.h"
#include "fixture.h"
#include "model.h"

/* Stand for the instructions that call BOARD_PORT, see assemble_port(). */
#define PORT(what, format)	(0xffff0000u | (what) << 8 | (format))
#define DISABLE			PORT(PORT_DISABLE, 0)
#define FORMAT(n)		PORT(PORT_FORMAT, n)
#define ENABLE			PORT(PORT_ENABLE, 0)
#define SELECT_PLA		PORT(0xf, 0)

#define SELECT			CALL(18)

#define MODE_DATA		16u	/* header, and the control page */
#define SWP			0x08
#define INVALID_FIELD		0x052400

static void check_format(const struct model *m, u32 format)
{
	assert_int_equal(le32_to_cpu(m->a.regs->frame_format), format);
	assert_int_equal(m->a.port.format, format);
	assert_int_equal(m->a.port.state, PORT_ENABLED);
	assert_false(m->a.port.paused);
}

static void update_only(struct model *m, const struct image *img)
{
	if (model_update(m, img))
		fail_msg("%s", m->ov.status.error);
}

/* --- the frames themselves */

/* Each field is where the format has it; encoded for a hart, decoded from it. */
static void test_layout(void **state)
{
	union frame frame = { .scsi = {
		.hdr = { FRAME_SCSI, FRAME_FORMAT_2, cpu_to_le16(7), cpu_to_le32(9) },
		.target = cpu_to_le16(0x1122), .dir = FRAME_DIR_IN, .cdb_len = 16,
		.lun = { 1, 2, 3, 4, 5, 6, 7, 8 }, .data_len = cpu_to_le32(0x33445566),
		.cdb = { 0x88, [31] = 0x99 },
	} };
	u8 *bytes = (u8 *)&frame;

	frame_encode(&frame);
	assert_int_equal(bytes[0], FRAME_SCSI);
	assert_int_equal(bytes[1], FRAME_FORMAT_2);
	assert_int_equal(bytes[2], 7);
	assert_int_equal(bytes[4], 9);
	assert_int_equal(bytes[8], 0x88);
	assert_int_equal(bytes[39], 0x99);
	assert_int_equal(bytes[40], 1);
	assert_int_equal(bytes[47], 8);
	assert_int_equal(bytes[48], 0x66);
	assert_int_equal(bytes[52], 0x22);
	assert_int_equal(bytes[54], FRAME_DIR_IN);
	assert_int_equal(bytes[55], 16);
}

/* A READ(10) that is cut off is none, whatever stands behind it in the frame. */
static void test_cdb_length(void **state)
{
	static const u8 cdb[10] = { 0x28, [8] = 1 };
	const struct image *rom[] = { &v1_0, &v3_0 };

	for (u32 i = 0; i < ARRAY_SIZE(rom); i++) {
		struct model *m = start_rom(&model_config, rom[i]);

		check_format(m, i ? FRAME_FORMAT_2 : FRAME_FORMAT_1);
		assert_int_equal(model_exec(m, 0, &cmds[0], cdb, sizeof(cdb), FRAME_DIR_IN, 512),
				 0);
		assert_int_equal(model_exec(m, 0, &cmds[0], cdb, 6, FRAME_DIR_IN, 512),
				 CHECK_CONDITION);
		assert_int_equal(sense_of(&cmds[0]), INVALID_FIELD);
		model_free(m);
	}
}

static void test_completion(void **state)
{
	union frame frame = { .media_done = {
		.hdr = { FRAME_MEDIA_DONE, FRAME_FORMAT_2, cpu_to_le16(7), cpu_to_le32(9) },
		.result = 4, .mapped = 1, .moved = cpu_to_le32(0x11),
		.first_bad = cpu_to_le32(0x22),
		.context = { 1, 0x28, cpu_to_le16(3), cpu_to_le32(4), cpu_to_le32(5),
			     cpu_to_le32(6) },
		.extent = cpu_to_le32(0x33),
	} };
	u8 *bytes = (u8 *)&frame;

	frame_encode(&frame);
	assert_int_equal(bytes[8], 1);
	assert_int_equal(bytes[9], 0x28);
	assert_int_equal(bytes[20], 6);
	assert_int_equal(bytes[24], 0x11);
	assert_int_equal(bytes[28], 0x22);
	assert_int_equal(bytes[32], 0x33);
	assert_int_equal(bytes[36], 4);
	assert_int_equal(bytes[37], 1);
}

static void test_request(void **state)
{
	u8 bytes[FRAME_BYTES] = { FRAME_MEDIA, FRAME_FORMAT_2, 7, 0, 9 };
	union frame frame;

	for (u32 i = 8; i < 48; i++)
		bytes[i] = i;
	frame_decode((union frame *)bytes, &frame);
	assert_memory_equal(&frame.media.context, bytes + 8, 16);
	assert_memory_equal(&frame.media.lba_lo, bytes + 24, 4);
	assert_memory_equal(&frame.media.lba_hi, bytes + 28, 4);
	assert_memory_equal(&frame.media.blocks, bytes + 32, 4);
	assert_memory_equal(&frame.media.offset, bytes + 36, 4);
	assert_memory_equal(&frame.media.token, bytes + 40, 4);
	assert_memory_equal(&frame.media.port, bytes + 44, 2);
	assert_int_equal(frame.media.op, 46);
	assert_int_equal(frame.media.flags, 47);
	assert_memory_equal(&frame.hdr, bytes, sizeof(frame.hdr));
}

static void test_reply(void **state)
{
	u8 bytes[FRAME_BYTES] = { FRAME_REPLY, FRAME_FORMAT_2, 7, 0, 9 };
	union frame frame;

	for (u32 i = 8; i < 42; i++)
		bytes[i] = i;
	frame_decode((union frame *)bytes, &frame);
	assert_memory_equal(frame.reply.sense, bytes + 8, FRAME_SENSE_MAX);
	assert_int_equal(frame.reply.status, 40);
	assert_int_equal(frame.reply.sense_len, 41);
}

/* Format 1 is what the board keeps; other types are the same in both. */
static void test_unchanged(void **state)
{
	for (u32 type = 0; type <= FRAME_WAIT; type++) {
		u8 bytes[FRAME_BYTES] = { type, FRAME_FORMAT_1 };
		union frame frame, copy;

		for (u32 i = 2; i < FRAME_BYTES; i++)
			bytes[i] = i * 3;
		memcpy(&frame, bytes, sizeof(frame));
		frame_encode(&frame);
		assert_memory_equal(&frame, bytes, FRAME_BYTES);
		frame_decode((union frame *)bytes, &frame);
		assert_memory_equal(&frame, bytes, FRAME_BYTES);

		bytes[1] = FRAME_FORMAT_2;
		if (type == FRAME_SCSI || type == FRAME_MEDIA || type == FRAME_MEDIA_DONE ||
		    type == FRAME_REPLY)
			continue;
		memcpy(&frame, bytes, sizeof(frame));
		frame_encode(&frame);
		frame_decode(&frame, &copy);
		assert_memory_equal(&copy, bytes, FRAME_BYTES);
	}
}

/* The real instructions of @code; returns their number. */
static u32 assemble_port(u32 *to, const u32 *code, u32 words)
{
	u32 n = 0;

	for (u32 i = 0; i < words; i++) {
		if (code[i] >> 16 != 0xffff || code[i] >= CALL(0)) {
			to[n++] = code[i];
			continue;
		}
		to[n++] = ADDI(A0, X0, code[i] == SELECT_PLA ? CHIP_PLA : code[i] >> 8 & 0xf);
		to[n++] = ADDI(A1, X0, code[i] & 0xff);
		if (code[i] == SELECT_PLA) {
			to[n++] = SELECT;
			continue;
		}
		to[n++] = ADDI(A7, X0, BOARD_PORT);
		to[n++] = ECALL;
	}
	return n;
}

static struct image with_code(const struct image *of, const u32 *code, u32 words)
{
	u32 all[64];

	return patched(of, BOOTSTRAP, all, assemble_port(all, code, words));
}

/* --- updates */

static struct model *start_slow(void)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.media_latency_ns = 1;
	m = start(&cfg);
	write_some(m);
	check_format(m, FRAME_FORMAT_1);
	return m;
}

/* A read and a write that wait for the remote port. */
static void start_two(struct model *m)
{
	const u8 read[10] = { 0x28, [8] = 8 };
	const u8 write[10] = { 0x2a, [4] = 2, [8] = 8 };

	model_start(m, 0, &cmds[10], read, sizeof(read), FRAME_DIR_IN, 4096);
	pattern(&cmds[11], 99, 4096);
	model_start(m, 1, &cmds[11], write, sizeof(write), FRAME_DIR_OUT, 4096);
	assert_int_equal(cmds[10].cmd.state, CMD_DELAY);
	assert_int_equal(cmds[11].cmd.state, CMD_DELAY);
}

static void end_two(struct model *m)
{
	model_media(m);
	for (u32 i = 10; i < 12; i++) {
		assert_true(cmds[i].done);
		assert_int_equal(cmds[i].cmd.outcome, CMD_REPLIED);
		assert_int_equal(cmds[i].cmd.status, 0);
		assert_int_equal(cmds[i].cmd.buf.moved, 4096);
	}
	take_attention(m, UA_MICROCODE);
	pattern(&cmds[1], 0, 4096);
	assert_memory_equal(cmds[10].data, cmds[1].data, 4096);
	assert_int_equal(rw_blocks(m, 0, &cmds[12], false, 512, 8), 0);
	assert_memory_equal(cmds[11].data, cmds[12].data, 4096);
}

static void roll_back(struct model *m)
{
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_false(m->a.dead);
	check_format(m, FRAME_FORMAT_1);
}

/* Asked for in one format, completed in the other: there, and back again. */
static void test_in_flight(void **state)
{
	struct model *m = start_slow();

	start_two(m);
	begin_probation(m, &v3_0);
	check_format(m, FRAME_FORMAT_2);
	end_two(m);
	start_two(m);
	roll_back(m);
	end_two(m);
	check_some(m);
	model_free(m);
}

/* An image without a rollback module: the board switches by itself. */
static void test_forced_rollback(void **state)
{
	struct image img = copy_of(&v3_0);
	struct model *m = start_slow();

	((struct mrb_header *)img.bytes)->rollback_entry = 0;
	image_sign(&img);
	begin_probation(m, &img);
	check_format(m, FRAME_FORMAT_2);
	take_attention(m, UA_MICROCODE);
	start_two(m);
	roll_back(m);
	end_two(m);
	check_some(m);
	model_free(m);
	image_free(&img);
}

/* 3.0 speaks format 2 alone: after an image of format 1 it gets its own back. */
static void test_forced_to_format_2(void **state)
{
	struct image img = copy_of(&v2_0);
	struct mrb_header *h = (struct mrb_header *)img.bytes;
	struct model *m = start_slow();

	h->ordinal = cpu_to_le32(301);
	h->cap_lost = cpu_to_le32(CAP_IMAGE_FRAME_2);
	h->rollback_entry = 0;
	image_sign(&img);
	update_only(m, &v3_0);
	take_attention(m, UA_MICROCODE);
	begin_probation(m, &img);
	check_format(m, FRAME_FORMAT_1);
	take_attention(m, UA_MICROCODE);
	start_two(m);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_false(m->a.dead);
	check_format(m, FRAME_FORMAT_2);
	end_two(m);
	check_some(m);
	model_free(m);
	image_free(&img);
}

/* Whatever the port is like, an image that comes back by force finds it enabled. */
static void disable_port(struct model *m)
{
	m->a.port.state = PORT_DISABLED;
}

static void test_forced_disabled(void **state)
{
	struct image img = copy_of(&v3_0);
	struct model *m = start_slow();

	((struct mrb_header *)img.bytes)->rollback_entry = 0;
	image_sign(&img);
	begin_probation(m, &img);
	take_attention(m, UA_MICROCODE);
	m->on_hold = disable_port;
	roll_back(m);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	model_free(m);
	image_free(&img);
}

/* Force ends with the rollback: the next image is asked again. */
static void test_force_ends(void **state)
{
	const u32 code[] = { QUIESCE, SELECT_PLA, UNLOCK, ADDI(A0, X0, 0), COPY,
			     ADDI(A1, A0, 0), ADDI(A0, X0, ABORT_SERVICE), ABORT };
	struct image forced = copy_of(&v3_0);
	struct image img = with_code(&v3_0, code, ARRAY_SIZE(code));
	struct model *m = start_slow();
	char why[16];

	((struct mrb_header *)forced.bytes)->rollback_entry = 0;
	image_sign(&forced);
	begin_probation(m, &forced);
	roll_back(m);
	clear_attentions(m);
	snprintf(why, sizeof(why), "0x%x", -EPROTO);
	assert_int_not_equal(model_update(m, &img), 0);
	if (!strstr(m->ov.status.error, why))
		fail_msg("%s", m->ov.status.error);
	check_format(m, FRAME_FORMAT_1);
	check_some(m);
	model_free(m);
	image_free(&forced);
	image_free(&img);
}

static struct model *undone;
static u32 verifies;

/* The first one in a rollback fails: 3.0 goes on for a moment, and then by force. */
static int bad_verify(void *board, const struct mrb_header *image, u32 keep)
{
	if (!verifies++)
		return -EIO;
	assert_int_equal(undone->a.port.format, FRAME_FORMAT_1);
	assert_int_equal(undone->a.port.before, FRAME_FORMAT_2);
	return 0;
}

static void test_rollback_undone(void **state)
{
	struct model *m = start_slow();

	begin_probation(m, &v3_0);
	check_format(m, FRAME_FORMAT_2);
	take_attention(m, UA_MICROCODE);
	start_two(m);
	undone = m;
	verifies = 0;
	m->memory_ops.verify = bad_verify;
	roll_back(m);
	assert_int_equal(verifies, 2);
	end_two(m);
	check_some(m);
	model_free(m);
}

static void mode_sense(struct model *m, struct command *c)
{
	const u8 cdb[6] = { 0x1a, 0x08, 0x0a, [4] = MODE_DATA };

	assert_int_equal(model_exec(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_IN, MODE_DATA), 0);
}

/* What goes by the service hart and back is in format 2, too. */
static void test_message(void **state)
{
	const u8 mode_select[6] = { 0x15, 0x10, [4] = MODE_DATA };
	struct model *m = start_slow();

	update_only(m, &v3_0);
	take_attention(m, UA_MICROCODE);
	mode_sense(m, &cmds[2]);
	assert_int_equal(cmds[2].data[8], 0);
	memcpy(cmds[3].data, cmds[2].data, MODE_DATA);
	memset(cmds[3].data, 0, 4);
	cmds[3].data[8] = SWP;
	assert_int_equal(model_exec(m, 0, &cmds[3], mode_select, sizeof(mode_select),
				    FRAME_DIR_OUT, MODE_DATA), 0);
	mode_sense(m, &cmds[2]);
	assert_int_equal(cmds[2].data[8], SWP);
	model_free(m);
}

/* After a power cycle it is format 1. */
static void test_power_cycle(void **state)
{
	struct model *m = start_slow();

	update_only(m, &v3_0);
	check_format(m, FRAME_FORMAT_2);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	check_format(m, FRAME_FORMAT_1);
	take_attention(m, UA_POWER_ON);
	check_some(m);
	model_free(m);
}

/* A restart after a crash keeps it. */
static void test_restart(void **state)
{
	struct model *m = start_slow();

	update_only(m, &v3_0);
	take_attention(m, UA_MICROCODE);
	adapter_crash(&m->a, &m->a.queues[0].hart, "was told to");
	model_service(m);
	check_format(m, FRAME_FORMAT_2);
	check_some(m);
	model_free(m);
}

/* A driver that knows format 1 only: the image refuses. */
static void test_old_driver(void **state)
{
	struct model *m = start_slow();

	m->a.regs->driver_formats = cpu_to_le32(BIT(FRAME_FORMAT_1));
	assert_int_not_equal(model_update(m, &v3_0), 0);
	assert_non_null(strstr(m->ov.status.error, "speaks no frame format"));
	check_untouched(m, &v1_0, 8);
	check_format(m, FRAME_FORMAT_1);
	model_free(m);
}

/* An image that speaks format 2 and brings no PLA that takes it: refused before the pause. */
static void test_old_pla(void **state)
{
	struct image img = copy_of(&v1_1);
	struct model *m = start_slow();

	((struct mrb_header *)img.bytes)->frame_formats = cpu_to_le32(BIT(FRAME_FORMAT_2));
	image_sign(&img);
	assert_int_not_equal(model_update(m, &img), 0);
	assert_non_null(strstr(m->ov.status.error, "speaks no frame format"));
	check_untouched(m, &v1_0, 8);
	check_format(m, FRAME_FORMAT_1);
	model_free(m);
	image_free(&img);
}

/* In an update of a board whose PLA may take both formats. */
static void traps(const u32 *code, u32 words)
{
	struct image img = with_code(&v3_0, code, words);
	struct model *m = start_slow();

	m->ov.pause_budget_us = 1;		/* burned, and not put in place */
	assert_int_not_equal(model_update(m, &v3_0), 0);
	m->ov.pause_budget_us = 0;
	assert_int_not_equal(model_update(m, &img), 0);
	if (!strstr(m->ov.status.error, "trapped: environment call"))
		fail_msg("'%s'", m->ov.status.error);
	check_untouched(m, &v1_0, 8);
	check_format(m, FRAME_FORMAT_1);
	model_free(m);
	image_free(&img);
}

#define TRAPS(...)	traps((const u32[]){ __VA_ARGS__ },			\
			      sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

static void test_order(void **state)
{
	TRAPS(DISABLE);
	TRAPS(QUIESCE, ENABLE);
	TRAPS(QUIESCE, FORMAT(1));
	TRAPS(QUIESCE, DISABLE, DISABLE);
	TRAPS(QUIESCE, DISABLE, ENABLE);
	TRAPS(QUIESCE, DISABLE, FORMAT(2));
	TRAPS(QUIESCE, SELECT_PLA, DISABLE, FORMAT(0));
	TRAPS(QUIESCE, SELECT_PLA, DISABLE, FORMAT(3));
	TRAPS(QUIESCE, SELECT_PLA, DISABLE, FORMAT(34));
	TRAPS(QUIESCE, SELECT_PLA, FORMAT(2));
	TRAPS(QUIESCE, SELECT_PLA, DISABLE, FORMAT(2), FORMAT(2));
	TRAPS(QUIESCE, SELECT_PLA, DISABLE, FORMAT(2), ENABLE, ENABLE);
	TRAPS(QUIESCE, PORT(PORT_ENABLE + 1, 0));
}

/* The answer of COPY is the detail of the abort. */
static void no_copy(const struct image *of, u32 answer, const u32 *code, u32 words)
{
	const u32 then[] = {
		UNLOCK, ADDI(A0, X0, 0), COPY, ADDI(A1, A0, 0), ADDI(A0, X0, ABORT_SERVICE), ABORT,
	};
	struct image img;
	char why[16];
	u32 all[16];

	memcpy(all, code, words * sizeof(*code));
	memcpy(all + words, then, sizeof(then));
	img = with_code(of, all, words + ARRAY_SIZE(then));
	snprintf(why, sizeof(why), "0x%x", answer);
	refuse(&img, why);
	image_free(&img);
}

#define NO_COPY(of, error, ...)								\
	no_copy(of, -(error), (const u32[]){ __VA_ARGS__ },				\
		sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

/* It was left disabled; 3.0 does not speak format 1. */
static void test_not_ready(void **state)
{
	NO_COPY(&v1_1, EBUSY, QUIESCE, DISABLE);
	NO_COPY(&v1_1, EBUSY, QUIESCE, DISABLE, FORMAT(1));
	NO_COPY(&v3_0, EPROTO, QUIESCE);
}

/* What was in the mailboxes before is a hart's, and could be anything. */
static void poison(struct model *m)
{
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++) {
		memset(&m->a.queues[i].mbox->in, 0xa5, FRAME_BYTES);
		m->a.queues[i].mbox->in.hdr.type = FRAME_NONE;
	}
}

/* The last frame in the mailbox, which the hart has taken: from a byte on all are zeros. */
static void zeros_from(const struct model *m, u32 from)
{
	const u8 *frame = (const u8 *)&m->a.queues[0].mbox->in;

	for (u32 i = from; i < FRAME_BYTES; i++)
		assert_int_equal(frame[i], 0);
}

static void log_in_again(struct model *m)
{
	fabric_log_out(&m->a.fabric, 0);
	login_want(&m->a, 0);
	login_work(&m->a);
	assert_true(fabric_has_session(&m->a.fabric, 0));
}

/* Reserved bytes are zeros in every frame that a hart gets. */
static void reserved(const struct image *rom, u32 media_done_end)
{
	struct model *m = start_rom(&model_config, rom);

	poison(m);
	assert_int_equal(model_exec(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0), 0);
	zeros_from(m, 56);
	poison(m);
	assert_int_equal(rw_blocks(m, 0, &cmds[0], false, 0, 8), 0);
	zeros_from(m, media_done_end);
	poison(m);
	log_in_again(m);
	zeros_from(m, 36);
	poison(m);
	assert_int_equal(model_reset(m, 0, TMF_LUN_RESET), 0);
	zeros_from(m, 11);
	model_free(m);
}

static void test_reserved(void **state)
{
	reserved(&v1_0, 40);
	reserved(&v3_0, 38);
}

/* An image is in place, which was asked whether it speaks to the port as it is. */
static void not_any_more(const u32 *code, u32 words)
{
	struct image img = with_code(&v1_1, code, words);

	refuse(&img, "trapped: environment call");
	image_free(&img);
}

#define NOT_ANY_MORE(...)								\
	not_any_more((const u32[]){ QUIESCE, UNLOCK, ADDI(A0, X0, 7), COPY, __VA_ARGS__ },	\
		     4 + sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

static void test_in_place(void **state)
{
	NOT_ANY_MORE(DISABLE);
	NOT_ANY_MORE(VERIFY, DISABLE);
	NOT_ANY_MORE(VERIFY, FLUSH, DISABLE);
	NOT_ANY_MORE(VERIFY, FLUSH, LOCK, DISABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_cdb_length),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_in_flight),
		cmocka_unit_test(test_forced_rollback),
		cmocka_unit_test(test_forced_to_format_2),
		cmocka_unit_test(test_forced_disabled),
		cmocka_unit_test(test_force_ends),
		cmocka_unit_test(test_rollback_undone),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_power_cycle),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_old_driver),
		cmocka_unit_test(test_old_pla),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_not_ready),
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_in_place),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
