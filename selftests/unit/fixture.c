// SPDX-License-Identifier: GPL-2.0
/* What the tests of the whole adapter begin with: see fixture.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/memory/board_kind.h"
#include "fixture.h"

struct image v1_0, v1_1, v2_0, v3_0;
struct command cmds[64];

const u8 test_unit_ready[6];
const u8 inquiry[6] = { 0x12, 0, 0, 0, 96 };

int read_images(void **state)
{
	v1_0 = image_read("1.0");
	v1_1 = image_read("1.1");
	v2_0 = image_read("2.0");
	v3_0 = image_read("3.0");
	return 0;
}

int free_images(void **state)
{
	image_free(&v1_0);
	image_free(&v1_1);
	image_free(&v2_0);
	image_free(&v3_0);
	return 0;
}

/* Each logical unit reports @attention once. */
void take_attention(struct model *m, u32 attention)
{
	for (u32 t = 0; t < m->a.cfg.nr_targets; t++) {
		cmds[0].target = t;
		assert_int_equal(model_exec(m, t % 2, &cmds[0], test_unit_ready, 6,
					    FRAME_DIR_NONE, 0), CHECK_CONDITION);
		assert_int_equal(sense_of(&cmds[0]), attention);
		assert_int_equal(model_exec(m, 0, &cmds[0], test_unit_ready, 6,
					    FRAME_DIR_NONE, 0), 0);
	}
	cmds[0].target = 0;
}

void update_well(struct model *m, const struct image *img)
{
	if (model_update(m, img))
		fail_msg("%s", m->ov.status.error);
	take_attention(m, UA_MICROCODE);
}

void clear_attentions(struct model *m)
{
	for (u32 t = 0; t < m->a.cfg.nr_targets; t++) {
		cmds[0].target = t;
		for (u32 i = 0; i < 4; i++)
			model_exec(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0);
		assert_int_equal(cmds[0].cmd.status, 0);
	}
	cmds[0].target = 0;
}

void check_replied(const struct command *c, u8 status)
{
	assert_true(c->done);
	assert_int_equal(c->cmd.outcome, CMD_REPLIED);
	assert_int_equal(c->cmd.status, status);
}

void derail(struct hart *h, bool hang)
{
	static struct insn code[1];
	static u32 loop[2];
	struct bus_window *w = &h->win[0xf];

	if (!hang) {
		h->pc = 0x12345678;
		return;
	}
	loop[0] = JAL(X0, 0);
	icache_decode(code, loop, sizeof(loop[0]));
	*w = (struct bus_window){ .mem = (u8 *)loop, .size = 8, .perm = BUS_X, .insns = code,
				  .nr_insns = 1 };
	h->pc = 0xf0000000;
}

void crash_hart(struct model *m, u32 queue)
{
	derail(&m->a.queues[queue].hart, false);
}

struct model *start_rom(const struct adapter_config *cfg, const struct image *rom)
{
	struct model *m = model_new(cfg, rom);

	assert_non_null(m);
	take_attention(m, UA_POWER_ON);
	return m;
}

struct model *start(const struct adapter_config *cfg)
{
	return start_rom(cfg, &v1_0);
}

struct model *start_flash(void)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.kind = &board_flash;
	m = start(&cfg);
	write_some(m);
	return m;
}

u32 update_ecall(struct model *m, u32 function, u32 addr, u32 len, u32 *detail)
{
	static const u32 text[] = { ECALL, WFI };
	static struct insn code[ARRAY_SIZE(text)];
	struct hart *h = &m->a.service.hart;
	struct hart before = *h;
	u32 result;

	icache_decode(code, text, sizeof(text));
	h->win[0xf] = (struct bus_window){ .mem = (u8 *)text, .size = sizeof(text), .perm = BUS_X,
					   .insns = code, .nr_insns = ARRAY_SIZE(text) };
	h->pc = 0xf0000000;
	h->x[A7] = BOARD_UPDATE;
	h->x[A0] = function;
	h->x[A1] = addr;
	h->x[A2] = len;
	assert_null(service_run(&m->a));
	result = h->x[A0];
	*detail = h->x[A1];
	*h = before;
	return result;
}

void begin_probation(struct model *m, const struct image *img)
{
	m->ov.probation_commands = ~0u;
	m->ov.probation_ms = ~0u;
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(overlay_update(&m->ov, img->bytes, img->size, &m->result), 0);
}

struct model *start_probation(const struct image *img)
{
	struct model *m = start(&model_config);

	write_some(m);
	begin_probation(m, img);
	take_attention(m, UA_MICROCODE);
	return m;
}

void pattern(struct command *c, u32 seed, u32 len)
{
	for (u32 i = 0; i < len; i++)
		c->data[i] = (seed * 31 + i) * 2654435761u >> 24;
}

void write_some(struct model *m)
{
	for (u32 i = 0; i < 8; i++) {
		pattern(&cmds[0], i, 4096);
		assert_int_equal(rw_blocks(m, i % 2, &cmds[0], true, i * 100, 8), 0);
	}
}

void check_some(struct model *m)
{
	for (u32 i = 0; i < 8; i++) {
		pattern(&cmds[1], i, 4096);
		assert_int_equal(rw_blocks(m, (i + 1) % 2, &cmds[0], false, i * 100, 8), 0);
		assert_memory_equal(cmds[0].data, cmds[1].data, 4096);
		assert_int_equal(cmds[0].cmd.buf.moved, 4096);
	}
}

void check_revision(struct model *m, const char *revision)
{
	assert_int_equal(model_exec(m, 0, &cmds[0], inquiry, 6, FRAME_DIR_IN, 96), 0);
	assert_memory_equal(cmds[0].data + 32, revision, 4);
}

/* The old image runs as if nothing had happened. */
void check_untouched(struct model *m, const struct image *rom, u64 logins)
{
	assert_false(m->a.dead);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(m->ov.status.updates, 0);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	assert_true(m->a.memctl.locked);
	assert_null(m->a.memctl.staging.text);
	assert_memory_equal(m->a.memctl.region.text, rom->bytes, m->a.memctl.icache.nr * 4);
	assert_int_equal(fabric_logins(&m->a.fabric), logins);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	check_some(m);
	check_revision(m, "1.0 ");
}

struct image copy_of(const struct image *img)
{
	struct image copy = { malloc(img->size), img->size };

	memcpy(copy.bytes, img->bytes, img->size);
	return copy;
}

void assemble(u32 *at, const u32 *code, u32 words)
{
	for (u32 i = 0; i < words; i++) {
		if (code[i] < CALL(0)) {
			*at++ = code[i];
			continue;
		}
		*at++ = ADDI(A7, X0, 0x200 + (code[i] & 0xff));
		*at++ = ECALL;
	}
}

struct image patched(const struct image *img, size_t entry, const u32 *code, u32 words)
{
	struct image copy = copy_of(img);
	u32 offset;

	memcpy(&offset, copy.bytes + entry, sizeof(offset));
	assemble(image_entry(&copy, offset), code, words);
	image_sign(&copy);
	return copy;
}

void refuse(const struct image *img, const char *why)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_not_equal(model_update(m, img), 0);
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
	check_untouched(m, &v1_0, 8);

	/* and a clean update right after succeeds */
	assert_int_equal(model_update(m, &v1_1), 0);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	model_free(m);
}

void refuse_code(size_t entry, const u32 *code, u32 words, const char *why)
{
	struct image img = patched(&v1_1, entry, code, words);

	refuse(&img, why);
	image_free(&img);
}
