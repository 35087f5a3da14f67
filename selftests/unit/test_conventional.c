// SPDX-License-Identifier: GPL-2.0
/*
 * The conventional overlay: what it does to logins, tables and commands, and what is
 * left of the adapter when the image is bad.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../overlay/engine/engine.h"
#include "fixture.h"

#define LOGINS		8	/* of model_config's ports */
#define READ_10		0x28

/**
 * struct file_source - a file that is there, or not
 * @source: as the engine sees it
 * @img: the file
 * @m: the model
 * @err: instead of the file
 * @meanwhile: what somebody does when it is asked for; may be NULL
 * @held: all queues were held when it was asked for
 * @fetched: how often it was asked for
 */
struct file_source {
	struct overlay_source source;
	const struct image *img;
	struct model *m;
	int err;
	void (*meanwhile)(struct model *m);
	bool held;
	u32 fetched;
};

static struct image v2_0b, v2_1;

static int fetch(struct overlay_source *source, const void **file, size_t *size,
		 const char **why)
{
	struct file_source *f = container_of(source, struct file_source, source);

	f->fetched++;
	f->held = f->m->a.queues[0].held && f->m->a.queues[1].held;
	*why = "it is not there";
	if (f->meanwhile)
		f->meanwhile(f->m);
	*file = f->img->bytes;
	*size = f->img->size;
	return f->err;
}

static int update_from(struct file_source *f)
{
	f->source.fetch = fetch;
	assert_int_equal(overlay_claim(&f->m->ov), 0);
	return overlay_conventional(&f->m->ov, &f->source, &f->m->result);
}

static int update(struct model *m, const struct image *img)
{
	struct file_source f = { .img = img, .m = m };
	int err = update_from(&f);

	assert_true(f.held);
	assert_int_equal(m->a.regs->update_method, 0);
	return err;
}

static const struct overlay_record *last_record(struct model *m)
{
	static struct overlay_record record;

	assert_true(overlay_read_record(&m->ov, m->ov.status.recorded, &record));
	return &record;
}

static void check_running(struct model *m, const struct image *img)
{
	const struct mrb_header *h = (const void *)img->bytes;

	assert_false(m->a.dead);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(m->ov.status.version, le32_to_cpu(h->version));
	assert_int_equal(m->ov.status.capabilities, le32_to_cpu(h->cap_provided));
	assert_true(m->a.memctl.locked);
	assert_memory_equal(m->a.memctl.region.text, img->bytes, m->a.memctl.icache.nr * 4);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	/* it was started cold where tables are others, and had nothing to mend */
	assert_false(m->a.service.damage);
}

/* Compatible tables stay where they are: it works, and nothing tells of it. */
static void test_minor(void **state)
{
	struct model *m = start(&model_config);
	const struct overlay_record *r;

	write_some(m);
	assert_int_equal(update(m, &v1_1), 0);
	check_running(m, &v1_1);
	assert_string_equal(m->ov.status.error, "none");
	assert_int_equal(fabric_logins(&m->a.fabric), LOGINS);
	check_some(m);
	check_revision(m, "1.1 ");
	r = last_record(m);
	assert_int_equal(r->method, OVERLAY_METHOD_CONVENTIONAL);
	assert_int_equal(r->from, MRB_VERSION(1, 0));
	assert_int_equal(r->to, MRB_VERSION(1, 1));
	assert_int_equal(r->result, OVERLAY_RESULT_COMMITTED);
	assert_true(m->ov.status.last.pause_bytes >= v1_1.size);
	assert_int_equal(m->ov.status.last.undo_bytes, 0);

	/* what follows is an update as any other */
	assert_int_equal(model_update(m, &v2_0), 0);
	assert_int_equal(fabric_logins(&m->a.fabric), LOGINS);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	model_free(m);
}

/* What lies behind the image in its file is not looked at. */
static void test_padding(void **state)
{
	struct model *m = start(&model_config);
	struct image file = { malloc(2 * v1_1.size), 2 * v1_1.size };

	memcpy(file.bytes, v1_1.bytes, v1_1.size);
	memcpy(file.bytes + v1_1.size, v1_1.bytes, v1_1.size);
	assert_int_equal(update(m, &file), 0);
	check_running(m, &v1_1);
	image_free(&file);
	model_free(m);
}

/* Other tables: they are lost, and with them each login and each mode page. */
static void test_major(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(update(m, &v2_0), 0);
	check_running(m, &v2_0);
	assert_int_equal(fabric_logins(&m->a.fabric), 2 * LOGINS);
	take_attention(m, UA_POWER_ON);
	check_some(m);
	check_revision(m, "2.0 ");
	assert_true(last_record(m)->incompat & OVERLAY_SCHEMAS);

	/* and back, as nobody compares release ordinals */
	assert_int_equal(update(m, &v1_0), 0);
	check_running(m, &v1_0);
	assert_int_equal(fabric_logins(&m->a.fabric), 3 * LOGINS);
	take_attention(m, UA_POWER_ON);
	check_some(m);
	model_free(m);
}

/* It works with other tables, places and capabilities, as nothing of them is kept. */
static void replaced_anew(const struct image *from, const struct image *to)
{
	struct model *m = start_rom(&model_config, from);

	write_some(m);
	assert_int_equal(update(m, to), 0);
	check_running(m, to);
	assert_int_equal(fabric_logins(&m->a.fabric), 2 * LOGINS);
	take_attention(m, UA_POWER_ON);
	check_some(m);
	model_free(m);
}

static void test_other_data(void **state)
{
	replaced_anew(&v2_0, &v2_1);
	replaced_anew(&v2_1, &v2_0);
	replaced_anew(&v1_1, &v2_1);
}

/* What is lost is not told of before, and nobody is asked. */
static void test_lost_capability(void **state)
{
	struct model *m = start_rom(&model_config, &v2_0);

	write_some(m);
	assert_int_equal(update(m, &v2_0b), 0);
	check_running(m, &v2_0b);
	assert_true(last_record(m)->incompat & OVERLAY_CAPABILITIES);
	clear_attentions(m);
	check_some(m);
	model_free(m);
}

static void silent_ports(struct model *m, const struct image *img, u32 format)
{
	assert_int_equal(le32_to_cpu(m->a.regs->frame_format), format);
	assert_int_equal(update(m, img), -ECANCELED);
	assert_non_null(strstr(m->ov.status.error, "does not speak to the ports"));
	assert_true(m->a.dead);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	assert_int_equal(le32_to_cpu(m->a.regs->frame_format), FRAME_FORMAT_1);
	model_service(m);
	clear_attentions(m);
	check_some(m);
	check_revision(m, "1.0 ");
	model_free(m);
}

/* Nobody burns the PLA that 3.0 needs, so nothing can be said to its ports. */
static void test_other_frames(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	silent_ports(m, &v3_0, FRAME_FORMAT_1);
}

/* And nobody goes back to the frames that the others speak. */
static void test_older_frames(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(model_update(m, &v3_0), 0);
	silent_ports(m, &v2_0, FRAME_FORMAT_2);
}

/* Where all is in place already, its contents for the PLA are read and left alone. */
static void test_same_frames(void **state)
{
	struct model *m = start(&model_config);
	u32 programs;

	write_some(m);
	assert_int_equal(model_update(m, &v3_0), 0);
	clear_attentions(m);
	programs = m->a.chips.chip[CHIP_PLA].programs;
	assert_int_equal(update(m, &v3_0), 0);
	check_running(m, &v3_0);
	assert_int_equal(m->a.chips.chip[CHIP_PLA].programs, programs);
	assert_int_equal(fabric_logins(&m->a.fabric), LOGINS);
	check_some(m);
	model_free(m);
}

static struct command arriving;

/* Comes when the queues are held: it waits. */
static void arrive(struct model *m)
{
	static const u8 cdb[10] = { READ_10, [8] = 8 };

	model_start(m, 1, &arriving, cdb, sizeof(cdb), FRAME_DIR_IN, 4096);
	assert_false(arriving.done);
	m->on_hold = NULL;
}

/* What had begun ends by a reset, for whoever sent it to send it again. */
static void commands_in_flight(const struct image *img, u8 status)
{
	static const u8 cdb[10] = { READ_10, [8] = 8 };
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.media_latency_ns = 1000000;
	m = start(&cfg);
	write_some(m);
	for (u32 i = 0; i < 4; i++)
		model_start(m, i % 2, &cmds[10 + i], cdb, sizeof(cdb), FRAME_DIR_IN, 4096);
	m->on_hold = arrive;
	assert_int_equal(update(m, img), 0);
	for (u32 i = 0; i < 4; i++) {
		assert_true(cmds[10 + i].done);
		assert_int_equal(cmds[10 + i].cmd.outcome, CMD_RESET);
	}
	assert_int_equal(m->ov.status.last.waiting_commands, 1);
	model_media(m);
	assert_true(arriving.done);
	assert_int_equal(arriving.cmd.outcome, CMD_REPLIED);
	assert_int_equal(arriving.cmd.status, status);
	clear_attentions(m);
	check_some(m);
	model_free(m);
}

static void test_in_flight_minor(void **state)
{
	commands_in_flight(&v1_1, 0);
}

static void test_in_flight_major(void **state)
{
	commands_in_flight(&v2_0, CHECK_CONDITION);
}

/* Nothing was overwritten, so the old image goes on. */
static void old_goes_on(struct file_source *f, const char *why)
{
	struct model *m = start(&model_config);

	f->m = m;
	f->img = &v1_1;
	write_some(m);
	m->on_hold = arrive;
	assert_int_equal(update_from(f), -ECANCELED);
	assert_true(f->held);
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
	assert_int_equal(last_record(m)->result, OVERLAY_RESULT_FAILED);
	model_media(m);
	assert_true(arriving.done);
	assert_int_equal(arriving.cmd.status, 0);
	check_untouched(m, &v1_0, LOGINS);
	assert_int_equal(model_update(m, &v1_1), 0);
	model_free(m);
}

static void test_no_file(void **state)
{
	struct file_source f = { .err = -ENOENT };

	old_goes_on(&f, "paused: it is not there (error -2)");
}

static void cancel(struct model *m)
{
	overlay_cancel(&m->ov);
}

static void test_cancel(void **state)
{
	struct file_source f = { .meanwhile = cancel };

	old_goes_on(&f, "paused: cancelled");
}

static void (*in_copy)(struct model *m);

static int write_op(void *board, u32 addr, const void *src, u32 len)
{
	struct model *m = container_of(board, struct model, a);

	if (in_copy)
		in_copy(m);
	in_copy = NULL;
	return adapter_overlay_ops.conventional->write(board, addr, src, len);
}

/* A conventional overlay to 1.1, in which @what happens when the first byte is written. */
static struct model *meanwhile(void (*what)(struct model *m))
{
	static struct overlay_conventional conventional;
	struct model *m = start(&model_config);

	conventional = *adapter_overlay_ops.conventional;
	conventional.write = write_op;
	m->ops.conventional = &conventional;
	m->on_hold = arrive;
	in_copy = what;
	write_some(m);
	assert_int_equal(update(m, &v1_1), 0);
	assert_null(in_copy);
	check_running(m, &v1_1);
	return m;
}

/* As error handling does it: what waits ends, and the microcode cannot be told yet. */
static void host_reset(struct model *m)
{
	overlay_cancel(&m->ov);
	assert_int_equal(model_reset(m, -1, TMF_HARD_RESET), -EBUSY);
	assert_true(arriving.done);
	assert_int_equal(arriving.cmd.outcome, CMD_RESET);
}

/* Before the first byte is written it ends the update; then it is too late. */
static void test_host_reset(void **state)
{
	struct model *m = start(&model_config);
	struct file_source f = { .img = &v1_1, .m = m, .meanwhile = host_reset };

	write_some(m);
	m->on_hold = arrive;
	assert_int_equal(update_from(&f), -ECANCELED);
	assert_non_null(strstr(m->ov.status.error, "paused: cancelled"));
	assert_int_equal(model_reset(m, -1, TMF_HARD_RESET), 0);
	clear_attentions(m);
	check_untouched(m, &v1_0, LOGINS);
	model_free(m);

	m = meanwhile(host_reset);
	assert_int_equal(model_reset(m, -1, TMF_HARD_RESET), 0);
	clear_attentions(m);
	assert_int_equal(fabric_logins(&m->a.fabric), LOGINS);
	check_some(m);
	model_free(m);
}

static void removal(struct model *m)
{
	overlay_close(&m->ov);
}

/* The same when somebody removes the adapter, and no other update begins. */
static void test_removal(void **state)
{
	struct model *m = start(&model_config);
	struct file_source f = { .img = &v1_1, .m = m, .meanwhile = removal };

	write_some(m);
	m->on_hold = arrive;
	assert_int_equal(update_from(&f), -ECANCELED);
	assert_int_equal(arriving.cmd.outcome, CMD_REPLIED);
	check_untouched(m, &v1_0, LOGINS);
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);
	model_free(m);

	m = meanwhile(removal);
	assert_int_equal(arriving.cmd.outcome, CMD_REPLIED);
	check_some(m);
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);
	model_free(m);
}

/* The adapter is dead, its commands end, and only a power cycle brings it back. */
static void dies(const struct image *img, const char *why)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_hold = arrive;
	assert_int_equal(update(m, img), -ECANCELED);
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
	assert_true(m->a.dead);
	assert_true(m->a.memctl.locked);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(last_record(m)->result, OVERLAY_RESULT_STOPPED);
	model_service(m);
	assert_true(arriving.done);
	assert_int_equal(arriving.cmd.outcome, CMD_LOST);
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);

	assert_int_equal(adapter_power_cycle(&m->a), 0);
	overlay_exclude(&m->ov);
	overlay_include(&m->ov);
	check_running(m, &v1_0);
	assert_int_equal(fabric_logins(&m->a.fabric), 2 * LOGINS);
	take_attention(m, UA_POWER_ON);
	check_some(m);
	assert_int_equal(model_update(m, &v1_1), 0);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	model_free(m);
}

static void die_of_field(size_t at, u32 value, bool sign, const char *why)
{
	struct image img = copy_of(&v1_1);

	memcpy(img.bytes + at, &value, sizeof(value));
	if (sign)
		image_sign(&img);
	dies(&img, why);
	image_free(&img);
}

#define FIELD(field) offsetof(struct mrb_header, field)

static void test_bad_image(void **state)
{
	struct image img = copy_of(&v1_1);

	img.bytes[img.size / 2] ^= 1;
	dies(&img, "swapping: bootstrap gave up: reason 4");
	img.size /= 2;
	dies(&img, "reason 2");
	img.size = 16;
	dies(&img, "reason 2");
	img.size = 0;
	dies(&img, "reason 2");
	image_free(&img);
	die_of_field(FIELD(magic), 1, false, "reason 3");
	die_of_field(FIELD(board_id), 1, true, "reason 5");
	die_of_field(FIELD(runtime_entry), 2, true, "no image");
	die_of_field(FIELD(nr_blocks), 0xffffffff, true, "reason 3");
}

/* Wherever blocks are said to lie: nothing but the code region is written. */
static void test_wild_blocks(void **state)
{
	die_of_field(FIELD(block[0].address), BOARD_SCRATCH_BASE, true, "reason 1");
	die_of_field(FIELD(block[0].address), 0xfffffff0, true, "reason 1");
	die_of_field(FIELD(block[0].file_size), 0xfffffff0, true, "reason");
	die_of_field(FIELD(block[1].address), BOARD_TEXT_BASE, true, "swapping");
	die_of_field(FIELD(block[1].mem_size), 0xfffffff0, true, "no image");
}

/* Well-formed, and yet it does not run. */
static void test_bad_code(void **state)
{
	struct image img = PATCHED(&v1_1, RUNTIME, 0);

	dies(&img, "a hart did not start");
	image_free(&img);
}

/* An image that knows no conventional overlay, or makes up its own order. */
static void refused_by_order(const u32 *code, u32 words, bool lives)
{
	struct image rom = patched(&v1_0, UPDATE, code, words);
	struct model *m = start_rom(&model_config, &rom);
	struct file_source f = { .m = m, .img = &v1_1 };

	write_some(m);
	assert_int_equal(update_from(&f), -ECANCELED);
	assert_int_equal(m->a.dead, !lives);
	assert_true(f.fetched <= 1);
	assert_int_equal(le32_to_cpu(m->a.regs->frame_format), FRAME_FORMAT_1);
	assert_int_equal(m->a.port.state, PORT_ENABLED);
	if (lives)
		check_some(m);
	model_free(m);
	image_free(&rom);
}

#define ORDER(lives, ...)						\
	refused_by_order((const u32[]){ __VA_ARGS__ },			\
			 sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32), lives)

static void test_order(void **state)
{
	ORDER(true, OPEN);
	ORDER(true, READ);
	ORDER(true, QUIESCE, QUIESCE);
	ORDER(true, QUIESCE, OPEN, OPEN);
	ORDER(true, QUIESCE, UNLOCK);
	ORDER(true, QUIESCE, RESUME);
	ORDER(true, QUIESCE, OPEN, JAL(X0, 0));
	/* ports are not to be touched */
	ORDER(true, QUIESCE, ADDI(A0, X0, PORT_DISABLE), ADDI(A7, X0, BOARD_PORT), ECALL, ABORT);
	ORDER(false, QUIESCE, OPEN, UNLOCK, UNLOCK);
	ORDER(false, QUIESCE, OPEN, UNLOCK, RESUME);
	ORDER(false, QUIESCE, OPEN, UNLOCK, JAL(X0, 0));
	/* the old image is still there, and is reset for no reason there is */
	ORDER(false, QUIESCE, OPEN, UNLOCK, LOCK, ADDI(A0, X0, 1), RESUME);
}

static int setup(void **state)
{
	v2_0b = image_read("2.0b");
	v2_1 = image_read("2.1");
	return read_images(state);
}

static int teardown(void **state)
{
	image_free(&v2_0b);
	image_free(&v2_1);
	return free_images(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_minor),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_major),
		cmocka_unit_test(test_other_data),
		cmocka_unit_test(test_lost_capability),
		cmocka_unit_test(test_other_frames),
		cmocka_unit_test(test_older_frames),
		cmocka_unit_test(test_same_frames),
		cmocka_unit_test(test_in_flight_minor),
		cmocka_unit_test(test_in_flight_major),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_host_reset),
		cmocka_unit_test(test_removal),
		cmocka_unit_test(test_bad_image),
		cmocka_unit_test(test_wild_blocks),
		cmocka_unit_test(test_bad_code),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("U13 conventional overlay", tests, setup, teardown);
}
