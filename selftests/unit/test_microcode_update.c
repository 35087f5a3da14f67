// SPDX-License-Identifier: GPL-2.0
/*
 * The microcode's part of an update: the old image's update module and the new
 * image's bootstrap, from the interrupt to the new image's first I/O, and
 * every reason for which one of them refuses.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode.h"

#define AT(field)	offsetof(struct mrb_header, field)

struct update {
	struct machine *m;
	u8 *image;	/* the new one, 1.1 */
	u32 len;
};

static struct mrb_header *header(struct update *u)
{
	return (struct mrb_header *)u->image;
}

static struct command cdb6(u8 opcode, u8 target)
{
	struct command cmd = { .cdb = { opcode }, .cdb_len = 6, .target = target, .tag = 3 };

	return cmd;
}

static struct command read_10(u8 target)
{
	struct command cmd = { .cdb = { 0x28, [8] = 1 }, .cdb_len = 10, .dir = FRAME_DIR_IN,
			       .data_len = 512, .target = target, .tag = 9 };

	return cmd;
}

/* 0 for GOOD, else additional sense code and qualifier. */
static u32 run(struct machine *m, struct command cmd)
{
	machine_command(m, &cmd);
	return cmd.status ? cmd.sense[12] << 8 | cmd.sense[13] : 0;
}

static char revision(struct machine *m)
{
	struct command cmd = { .cdb = { 0x12, [4] = 96 }, .cdb_len = 6, .dir = FRAME_DIR_IN,
			       .data_len = 96 };

	machine_command(m, &cmd);
	assert_int_equal(cmd.status, 0);
	return cmd.data[34];
}

static void clear_attentions(struct machine *m)
{
	for (u32 i = 0; i < MACHINE_TARGETS; i++)
		while (run(m, cdb6(0, i)))
			;
}

static int setup(void **state)
{
	struct update *u = calloc(1, sizeof(*u));

	u->m = machine_new();
	machine_power_on(u->m, "1.0");
	clear_attentions(u->m);
	u->image = image_read("1.1", &u->len);
	*state = u;
	return 0;
}

static int teardown(void **state)
{
	struct update *u = *state;

	free(u->image);
	machine_free(u->m);
	free(u);
	return 0;
}

static void turn_write_cache_off(struct machine *m)
{
	struct command cmd = cdb6(0x15, 1);

	cmd.cdb[1] = 0x10;
	cmd.cdb[4] = 24;
	cmd.dir = FRAME_DIR_OUT;
	cmd.data_len = 24;
	cmd.data[4] = 0x08;
	cmd.data[5] = 18;
	assert_int_equal(run(m, cmd), 0);
}

static u8 write_cache(struct machine *m, u8 target)
{
	struct command cmd = cdb6(0x1a, target);

	cmd.cdb[1] = 0x08;
	cmd.cdb[2] = 0x08;
	cmd.cdb[4] = 24;
	cmd.dir = FRAME_DIR_IN;
	cmd.data_len = 24;
	machine_command(m, &cmd);
	assert_int_equal(cmd.status, 0);
	return cmd.data[6];
}

static void test_update(void **state)
{
	struct update *u = *state;
	struct machine *m = u->m;
	struct mrb_schema *schema = m->image.schema;
	u8 *nexus = m->data + (schema[1].address & 0xffffff);
	u32 commands, token = m->port[0].token;

	turn_write_cache_off(m);
	assert_int_equal(revision(m), '0');
	memcpy(&commands, nexus, 4);
	assert_int_equal(machine_update(m, u->image, u->len), 0);

	assert_int_equal(revision(m), '1');
	for (u32 i = 0; i < MACHINE_TARGETS; i++) {
		assert_int_equal(run(m, cdb6(0, i)), 0x3f01);
		assert_int_equal(run(m, read_10(i)), 0);
	}
	assert_int_equal(write_cache(m, 0), 4);
	assert_int_equal(write_cache(m, 1), 0);
	for (u32 i = 0; i < MACHINE_PORTS; i++)
		assert_int_equal(m->port[i].logins, 1);
	assert_int_equal(m->port[0].token, token);
	assert_memory_equal(nexus, &(u32){ commands + 4 }, 4);
	clear_attentions(m);
}

/* The services in their order; the bootstrap's keep every schema. */
static void test_order_of_services(void **state)
{
	static const u32 order[] = {
		OVERLAY_OPEN, OVERLAY_READ, OVERLAY_STAGED, OVERLAY_QUIESCE, OVERLAY_UNLOCK,
		OVERLAY_COPY, OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK, OVERLAY_RESUME,
		OVERLAY_SELFTEST,
	};
	struct update *u = *state;
	u32 n = 0, progress = 0, read = 0, reports = 0;

	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	for (u32 i = 0; i < u->m->nr_calls; i++) {
		u32 call = u->m->call[i];

		if (call == OVERLAY_PROGRESS) {
			assert_in_range(u->m->call_arg[i][0], progress, 100);
			progress = u->m->call_arg[i][0];
			continue;
		}
		if (call == OVERLAY_REPORT) {
			assert_int_equal(n, 3);
			reports++;
			continue;
		}
		if (call == OVERLAY_READ && n == 2) {
			assert_true(u->m->call_arg[i][0] > read);
			read = u->m->call_arg[i][0];
			continue;
		}
		assert_int_equal(call, order[n++]);
		if (call == OVERLAY_COPY)
			assert_int_equal(u->m->call_arg[i][0], 7);
	}
	assert_int_equal(n, ARRAY_SIZE(order));
	assert_int_equal(progress, 100);
	assert_int_equal(reports, 3);	/* version, size of text, caches */
}

/* An image may replace itself, again and again. */
static void test_same_version(void **state)
{
	struct update *u = *state;

	for (u32 i = 0; i < 10; i++) {
		assert_int_equal(machine_update(u->m, u->image, u->len), 0);
		assert_int_equal(run(u->m, cdb6(0, 0)), 0x3f01);
		assert_int_equal(run(u->m, read_10(0)), 0);
	}
	assert_int_equal(u->m->port[0].logins, 1);
}

/* What the old image has asked for is answered to the new one. */
static void test_in_flight(void **state)
{
	struct update *u = *state;
	struct command cmd = read_10(2);
	union frame frame = machine_submit(u->m, &cmd);

	assert_int_equal(frame.hdr.type, FRAME_MEDIA);
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	frame = machine_media(u->m, &frame.media);
	frame = machine_deliver(u->m, &frame);
	machine_reply(u->m, &frame.reply);
	assert_int_equal(cmd.status, 0);
	assert_int_equal(cmd.moved, 512);
}

static void test_message_in_flight(void **state)
{
	struct update *u = *state;
	struct command cmd = cdb6(0x15, 1);
	union frame frame;

	cmd.cdb[1] = 0x10;
	cmd.cdb[4] = 24;
	cmd.dir = FRAME_DIR_OUT;
	cmd.data_len = 24;
	cmd.data[4] = 0x08;
	cmd.data[5] = 18;
	frame = machine_submit(u->m, &cmd);
	assert_int_equal(frame.hdr.type, FRAME_MSG);
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	frame = machine_message(u->m, &frame.msg);
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	frame = machine_deliver(u->m, &frame);
	assert_int_equal(frame.hdr.type, FRAME_MEDIA);
	assert_int_equal(frame.media.op, MEDIA_FLUSH);
	frame = machine_media(u->m, &frame.media);
	frame = machine_deliver(u->m, &frame);
	machine_reply(u->m, &frame.reply);
	assert_int_equal(cmd.status, 0);
	clear_attentions(u->m);
	assert_int_equal(write_cache(u->m, 1), 0);
}

/*
 * The update ends with this reason and detail, and the old image goes on as
 * if nothing had happened.
 */
static void refused(struct update *u, u32 reason, u32 detail)
{
	char before = revision(u->m);

	assert_int_equal(machine_update(u->m, u->image, u->len), reason);
	assert_int_equal(u->m->abort_detail, detail);
	for (u32 i = 0; i < u->m->nr_calls; i++)
		assert_int_not_equal(u->m->call[i], OVERLAY_COPY);
	assert_int_equal(revision(u->m), before);
	assert_int_equal(run(u->m, read_10(0)), 0);
	turn_write_cache_off(u->m);
}

static void test_older(void **state)
{
	struct update *u = *state;

	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	clear_attentions(u->m);
	free(u->image);
	u->image = image_read("1.0", &u->len);
	refused(u, ABORT_OLDER, header(u)->ordinal);
}

static void test_source(void **state)
{
	struct update *u = *state;

	u->m->fail_call = OVERLAY_OPEN;
	refused(u, ABORT_SOURCE, -5);
	u->m->fail_call = OVERLAY_READ;
	refused(u, ABORT_SOURCE, -5);
}

static void test_truncated(void **state)
{
	struct update *u = *state;
	u32 len = u->len;

	for (u->len = 0; u->len < len; u->len += 97)
		refused(u, ABORT_TRUNCATED, u->len);
	u->len = len - 1;
	refused(u, ABORT_TRUNCATED, len - 1);
	u->len = len + 4;
	refused(u, ABORT_HEADER, AT(total_size));
}

static void test_checksum(void **state)
{
	struct update *u = *state;
	u32 good = header(u)->crc32;

	header(u)->crc32 ^= 1;
	refused(u, ABORT_CHECKSUM, good);
	header(u)->crc32 ^= 1;
	for (u32 i = sizeof(struct mrb_header); i < u->len; i += 4999) {
		u->image[i] ^= 0x10;
		assert_int_equal(machine_update(u->m, u->image, u->len), ABORT_CHECKSUM);
		u->image[i] ^= 0x10;
	}
	memset(header(u)->sha256, 0x5a, MRB_SHA256_SIZE);
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
}

static void test_board(void **state)
{
	struct update *u = *state;

	header(u)->board_id = 0x12345678;
	image_sign(u->image, u->len);
	refused(u, ABORT_BOARD, 0x12345678);
}

/* Fields of the header and a value that the loader has to refuse. */
static void test_header_fields(void **state)
{
	static const struct {
		u32 offset;
		u32 size;
		u32 value;
		u32 detail;
	} fields[] = {
		{ AT(magic), 4, 0, AT(magic) },
		{ AT(format), 2, 2, AT(format) },
		{ AT(header_size), 2, 540, AT(header_size) },
		{ AT(load_addr), 4, 0x80001000, AT(load_addr) },
		{ AT(runtime_entry), 4, 0x222, AT(runtime_entry) },
		{ AT(runtime_entry), 4, 0x10, AT(runtime_entry) },
		{ AT(bootstrap_entry), 4, 0x200000, AT(bootstrap_entry) },
		{ AT(bootstrap_entry), 4, 0xfffffffc, AT(bootstrap_entry) },
		{ AT(update_entry), 4, 0, AT(update_entry) },
		{ AT(nr_blocks), 2, 0, AT(nr_blocks) },
		{ AT(nr_blocks), 2, 9, AT(nr_blocks) },
		{ AT(nr_schemas), 2, 17, AT(nr_schemas) },
		{ AT(block[0].type), 4, 0, AT(block[0].type) },
		{ AT(block[0].type), 4, MRB_CHIP(BOARD_CHIPS), AT(block[0].type) },
		{ AT(block[0].type), 4, MRB_CHIP(0), AT(block[0].address) },
		{ AT(block[0].type), 4, MRB_DATA, AT(block[0].address) },
		{ AT(block[0].address), 4, 0x80000010, AT(block[0].address) },
		{ AT(block[0].address), 4, 0x7ffffff0, AT(block[0].address) },
		{ AT(block[0].file_offset), 4, 4, AT(block[0].file_offset) },
		{ AT(block[0].file_size), 4, 0xfffffff0, AT(block[0].file_size) },
		{ AT(block[0].mem_size), 4, 0x200004, AT(block[0].mem_size) },
		{ AT(block[1].address), 4, 0x90000008, AT(block[1].address) },
		{ AT(block[1].address), 4, 0x901ffff0, AT(block[1].mem_size) },
		{ AT(block[1].address), 4, 0x90200000, AT(block[1].address) },
		{ AT(block[1].file_size), 4, 8, AT(block[2].file_offset) },
		{ AT(block[1].mem_size), 4, 0xfffffff0, AT(block[1].mem_size) },
	};
	struct update *u = *state;

	for (u32 i = 0; i < ARRAY_SIZE(fields); i++) {
		u8 *field = u->image + fields[i].offset;
		u32 old;

		memcpy(&old, field, 4);
		memcpy(field, &fields[i].value, fields[i].size);
		image_sign(u->image, u->len);
		machine_update(u->m, u->image, u->len);
		if (u->m->abort_reason != ABORT_HEADER ||
		    u->m->abort_detail != fields[i].detail)
			fail_msg("field at %u, %x: reason %u, detail %u", fields[i].offset,
				 fields[i].value, u->m->abort_reason, u->m->abort_detail);
		memcpy(field, &old, 4);
	}
	image_sign(u->image, u->len);
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
}

static void test_capabilities(void **state)
{
	struct update *u = *state;
	struct mrb_header *h = header(u);

	h->cap_required |= 1u << 9;
	image_sign(u->image, u->len);
	refused(u, ABORT_CAPABILITY, 1u << 9);
	h->cap_required = CAP_BOARD_SRAM | CAP_IMAGE_UPDATE;
	h->cap_provided &= ~CAP_IMAGE_MODE_SELECT;
	image_sign(u->image, u->len);
	refused(u, ABORT_CAP_LOST, CAP_IMAGE_MODE_SELECT);
	h->cap_provided |= CAP_IMAGE_MODE_SELECT | 1u << 20;
	h->frame_formats = 1u << 2;
	image_sign(u->image, u->len);
	refused(u, ABORT_FRAMES, 1u << FRAME_FORMAT_1);
	h->frame_formats |= 1u << FRAME_FORMAT_1;
	image_sign(u->image, u->len);
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
}

static void test_schemas(void **state)
{
	struct update *u = *state;
	struct mrb_header *h = header(u);
	struct mrb_header good = *h;

	h->schema[0].version = 2;
	image_sign(u->image, u->len);
	refused(u, ABORT_NO_CONVERSION, good.schema[0].id);
	*h = good;
	h->schema[1].record_size = 28;
	image_sign(u->image, u->len);
	refused(u, ABORT_NO_CONVERSION, good.schema[1].id);
	*h = good;
	h->schema[2].count -= 1;
	image_sign(u->image, u->len);
	refused(u, ABORT_NO_CONVERSION, good.schema[2].id);
	*h = good;
	h->schema[2].address += 16;
	image_sign(u->image, u->len);
	refused(u, ABORT_NO_CONVERSION, good.schema[2].id);
	*h = good;
	h->schema[2].id = 77;
	image_sign(u->image, u->len);
	refused(u, ABORT_NO_CONVERSION, good.schema[2].id);
	*h = good;
	h->nr_schemas = 2;
	image_sign(u->image, u->len);
	refused(u, ABORT_NO_CONVERSION, good.schema[2].id);
}

/* Schemas are found by their id: bit n is schema n of the new header. */
static void test_schema_order(void **state)
{
	struct update *u = *state;
	struct mrb_schema first = header(u)->schema[0];

	header(u)->schema[0] = header(u)->schema[2];
	header(u)->schema[2] = first;
	image_sign(u->image, u->len);
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	assert_int_equal(run(u->m, cdb6(0, 0)), 0x3f01);
	assert_int_equal(run(u->m, read_10(0)), 0);
}

static u32 spoiled;	/* offset in the control block */

static void spoil_control_block(struct machine *m)
{
	m->control[spoiled] ^= 0x40;
}

/* A4, U4: the bootstrap reads it, and believes no field that does not fit the images. */
static void test_control_block(void **state)
{
	static const u32 fields[] = {
		offsetof(struct control_block, magic),
		offsetof(struct control_block, old_image),
		offsetof(struct control_block, new_image),
		offsetof(struct control_block, old_version),
		offsetof(struct control_block, new_version),
		offsetof(struct control_block, board_capabilities),
		offsetof(struct control_block, image_capabilities),
	};
	struct update *u = *state;
	const struct control_block *control = (const void *)u->m->control;

	u->m->staged = spoil_control_block;
	for (u32 i = 0; i < ARRAY_SIZE(fields); i++) {
		spoiled = fields[i];
		refused(u, ABORT_CONTROL, fields[i]);
	}
	u->m->staged = NULL;
	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	assert_int_equal(control->magic, CONTROL_MAGIC);
	assert_int_equal(control->old_image, BOARD_TEXT_BASE);
	assert_int_equal(control->new_image, BOARD_STAGING_TEXT_BASE);
	assert_int_equal(control->old_version, MRB_VERSION(1, 0));
	assert_int_equal(control->new_version, MRB_VERSION(1, 1));
	assert_int_equal(control->board_capabilities, u->m->regs->capabilities);
}

static void test_services_fail(void **state)
{
	static const u32 calls[] = {
		OVERLAY_STAGED, OVERLAY_QUIESCE, OVERLAY_UNLOCK,
	};
	static const u32 later[] = { OVERLAY_COPY, OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK };
	struct update *u = *state;

	for (u32 i = 0; i < ARRAY_SIZE(calls); i++) {
		u->m->fail_call = calls[i];
		refused(u, ABORT_SERVICE, calls[i]);
	}
	/* here it is the host that has to undo things */
	for (u32 i = 0; i < ARRAY_SIZE(later); i++) {
		u->m->fail_call = later[i];
		u->m->source = u->image;
		u->m->source_len = u->len;
		assert_int_equal(machine_update(u->m, u->image, u->len), ABORT_SERVICE);
		assert_int_equal(u->m->abort_detail, later[i]);
		machine_free(u->m);
		u->m = machine_new();
		machine_power_on(u->m, "1.0");
	}
}

/* From QUIESCE to RESUME: that is the pause, and it must not grow unnoticed. */
static void test_pause(void **state)
{
	struct update *u = *state;
	struct hart *h = &u->m->hart[0].h;
	u64 before = h->executed;

	assert_int_equal(machine_update(u->m, u->image, u->len), 0);
	print_message("update: %u instructions, %u of them in the pause\n",
		      (u32)(h->executed - before), (u32)(u->m->resumed - u->m->quiesced));
	assert_in_range(u->m->resumed - u->m->quiesced, 1, 1000);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_update),
		TEST(test_order_of_services),
		TEST(test_same_version),
		TEST(test_in_flight),
		TEST(test_message_in_flight),
		TEST(test_older),
		TEST(test_source),
		TEST(test_truncated),
		TEST(test_checksum),
		TEST(test_board),
		TEST(test_header_fields),
		TEST(test_capabilities),
		TEST(test_schemas),
		TEST(test_schema_order),
		TEST(test_control_block),
		TEST(test_services_fail),
		TEST(test_pause),
	};

	return cmocka_run_group_tests_name("microcode update", tests, NULL, NULL);
}
