// SPDX-License-Identifier: GPL-2.0
/*
 * Crash dumps: that they tell what was, that a storm of crashes or a lack of
 * memory does no harm, and that the last instructions are those executed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include <hba_sim/crash.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/processor/insn.h"
#include "fixture.h"

#define NOWHERE	0x12345678u

static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };

static const struct crash_header *header(const struct model *m)
{
	assert_non_null(m->dump);
	return (const void *)m->dump;
}

/* NULL if there is no such section, or the @n-th of them. */
static const void *section(const struct model *m, u32 type, u32 *size)
{
	const struct crash_header *head = header(m);

	for (u32 i = 0; i < le32_to_cpu(head->nr_sections); i++) {
		const struct crash_section *s = &head->section[i];

		if (le32_to_cpu(s->type) != type)
			continue;
		assert_true(le32_to_cpu(s->offset) + le32_to_cpu(s->size) <= m->dump_len);
		assert_int_equal(le32_to_cpu(s->offset) % 8, 0);
		*size = le32_to_cpu(s->size);
		return m->dump + le32_to_cpu(s->offset);
	}
	return NULL;
}

/* As in an image without a trap handler. */
static void fall_over(struct hart *h)
{
	h->mtvec = 0;
	h->pc = NOWHERE;
	hart_jumped(h, HART_NOWHERE, NOWHERE);
}

static void crash(struct model *m, u32 queue, struct command *c)
{
	fall_over(&m->a.queues[queue].hart);
	model_start(m, queue, c, read_100, 10, FRAME_DIR_IN, 4096);
	assert_false(c->done);
}

static void check_dump(const struct model *m, u32 hart, const char *why)
{
	const struct crash_header *head = header(m);

	assert_int_equal(le32_to_cpu(head->magic), CRASH_MAGIC);
	assert_int_equal(le16_to_cpu(head->version), CRASH_VERSION);
	assert_int_equal(le16_to_cpu(head->header_size), sizeof(*head));
	assert_int_equal(le32_to_cpu(head->total_size), m->dump_len);
	assert_int_equal(le32_to_cpu(head->hart), hart);
	assert_string_equal(head->adapter, "model");
	assert_string_equal(head->kernel, "user space");
	if (!strstr(head->reason, why))
		fail_msg("'%s' does not say '%s'", head->reason, why);
}

static void test_io_hart(void **state)
{
	struct model *m = start(&model_config);
	const struct crash_regs *regs;
	const struct crash_insn *insn;
	const struct crash_header *head;
	const struct mrb_header *image;
	const struct mailbox *mbox;
	const u8 *data;
	u32 size;

	write_some(m);
	crash(m, 1, &cmds[4]);
	assert_int_equal(m->dumps, 0);
	model_service(m);
	assert_true(cmds[4].done);
	assert_int_equal(m->dumps, 1);
	check_dump(m, 2, "trapped");
	head = header(m);
	assert_int_equal(le32_to_cpu(head->where), NOWHERE);
	assert_memory_equal(head->text_found, head->text_expected, 32);
	assert_memory_equal(head->text_found, m->a.memctl.digest, 32);
	assert_true(le64_to_cpu(head->time_ns) > 1000000000000000000ull);

	regs = section(m, CRASH_SECTION_REGS, &size);
	assert_int_equal(le32_to_cpu(regs->pc), NOWHERE);
	assert_int_equal(le32_to_cpu(regs->mcause), CAUSE_FETCH_ACCESS);
	assert_int_equal(le32_to_cpu(regs->x[2]) >> BUS_WINDOW_BITS, 3);
	insn = section(m, CRASH_SECTION_INSNS, &size);
	assert_int_equal(size, sizeof(*insn));
	assert_int_equal(le32_to_cpu(insn->pc), NOWHERE);
	assert_int_equal(le32_to_cpu(insn->word), 0);
	image = section(m, CRASH_SECTION_IMAGE, &size);
	assert_memory_equal(image, v1_0.bytes, size);
	mbox = section(m, CRASH_SECTION_MAILBOX, &size);
	assert_int_equal(mbox->in.hdr.type, FRAME_SCSI);
	assert_int_equal(mbox->in.scsi.cdb[0], 0x28);
	assert_non_null(section(m, CRASH_SECTION_SCRATCH, &size));
	assert_int_equal(size, BOARD_SCRATCH_SIZE);
	data = section(m, CRASH_SECTION_DATA, &size);
	assert_memory_equal(data, m->a.memctl.region.data, 64);
	assert_null(section(m, CRASH_SECTION_TEXT, &size));
	assert_null(section(m, CRASH_SECTION_STAGED, &size));
	model_free(m);
}

/* An image's handler gives up: what it met is told, not the handler. */
static void test_panic(void **state)
{
	struct model *m = start(&model_config);
	struct hart *h = &m->a.queues[0].hart;
	const struct crash_trap *trap;
	const struct crash_jump *jump;
	u32 size, vector = h->mtvec;

	h->x[9] = 0xabcdef;
	h->pc = BOARD_DATA_BASE;
	hart_jumped(h, HART_NOWHERE, h->pc);
	model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
	model_service(m);
	check_dump(m, 1, "panicked");
	assert_int_equal(le32_to_cpu(header(m)->where), BOARD_DATA_BASE);
	trap = section(m, CRASH_SECTION_TRAP, &size);
	assert_int_equal(le32_to_cpu(trap->pc), BOARD_DATA_BASE);
	assert_int_equal(le32_to_cpu(trap->x[9]), 0xabcdef);
	assert_int_equal(le32_to_cpu(trap->cause), CAUSE_FETCH_ACCESS);
	assert_int_equal(le32_to_cpu(trap->count), 1);
	jump = section(m, CRASH_SECTION_JUMPS, &size);
	jump += size / sizeof(*jump) - 1;
	assert_int_equal(le32_to_cpu(jump->from), BOARD_DATA_BASE);
	assert_int_equal(le32_to_cpu(jump->to), vector);
	model_free(m);
}

/* The text is not what it was: it is in the dump, to be compared. */
static void test_damaged_text(void **state)
{
	struct model *m = start(&model_config);
	const u8 *text;
	u32 size;

	m->a.memctl.region.text[2000] ^= 1;
	crash(m, 0, &cmds[4]);
	model_service(m);
	assert_true(m->a.dead);
	text = section(m, CRASH_SECTION_TEXT, &size);
	assert_int_equal(size, m->a.memctl.icache.nr * 4);
	assert_int_equal(text[2000], v1_0.bytes[2000] ^ 1);
	assert_memory_equal(header(m)->text_expected, m->a.memctl.digest, 32);
	assert_memory_not_equal(header(m)->text_found, m->a.memctl.digest, 32);
	model_free(m);
}

static void test_storm(void **state)
{
	struct model *m = start(&model_config);

	crash(m, 0, &cmds[4]);
	crash(m, 1, &cmds[5]);
	model_service(m);
	assert_int_equal(m->dumps, 1);
	check_dump(m, 1, "trapped");
	crash(m, 1, &cmds[4]);
	model_service(m);
	assert_int_equal(m->dumps, 2);
	check_dump(m, 2, "trapped");
	model_free(m);
}

/* No memory for the next dump: recovery goes on, and later there is one again. */
static void test_no_memory(void **state)
{
	struct model *m = start(&model_config);

	for (u32 i = 0; i < 2; i++) {
		crash(m, 0, &cmds[4]);
		host_alloc_left = 0;
		model_service(m);
		host_alloc_left = -1;
		assert_int_equal(m->dumps, 1);
		model_media(m);
		assert_true(cmds[4].done);
		assert_false(m->a.dead);
	}
	assert_int_equal(model_update(m, &v1_1), 0);
	take_attention(m, UA_MICROCODE);
	crash(m, 0, &cmds[4]);
	model_service(m);
	assert_int_equal(m->dumps, 2);
	model_free(m);
}

/* A bootstrap dies in staging: both images are told of. */
static void test_bootstrap(void **state)
{
	struct image img = PATCHED(&v1_1, BOOTSTRAP, ADDI(T0, X0, 5), QUIESCE, 0);
	const struct mrb_header *h = (const void *)img.bytes;
	struct model *m = start(&model_config);
	u32 at = BOARD_STAGING_TEXT_BASE + le32_to_cpu(h->bootstrap_entry);
	const u32 words[] = { ADDI(T0, X0, 5), ADDI(A7, X0, 0x204), ECALL, 0 };
	const struct crash_insn *insn;
	const struct mrb_header *image;
	u32 size;

	assert_int_not_equal(model_update(m, &img), 0);
	assert_int_equal(m->dumps, 0);
	model_service(m);
	assert_int_equal(m->dumps, 1);
	check_dump(m, 0, "paused: image trapped: illegal instruction");
	image = section(m, CRASH_SECTION_STAGED, &size);
	assert_memory_equal(image, img.bytes, size);
	image = section(m, CRASH_SECTION_IMAGE, &size);
	assert_memory_equal(image, v1_0.bytes, size);
	assert_null(section(m, CRASH_SECTION_TEXT, &size));
	insn = section(m, CRASH_SECTION_INSNS, &size);
	/* behind them is the old image's handler, which reports the trap */
	while (le32_to_cpu(insn->pc) != at)
		insn++;
	for (u32 i = 0; i < ARRAY_SIZE(words); i++) {
		assert_int_equal(le32_to_cpu(insn[i].pc), at + 4 * i);
		assert_int_equal(le32_to_cpu(insn[i].word), words[i]);
	}
	assert_int_equal(le32_to_cpu(header(m)->where), at + 12);
	image_free(&img);
	model_free(m);
}

static u32 program[12];

/* Branches, calls, returns; ends with an illegal instruction. */
static void set_up(struct hart *h, struct insn *insns)
{
	const u32 code[] = {
		ADDI(T0, X0, 9),
		ADDI(T1, T1, 1),
		JAL(1, 24),		/* to the function */
		ADDI(T0, T0, -1),
		BEQ(T0, X0, 8),
		JAL(X0, -16),
		0,			/* the end */
		0,
		ADDI(T1, T1, 2),	/* the function */
		BEQ(T1, X0, 8),
		JALR(X0, 1, 0),
		NOP,
	};

	_Static_assert(sizeof(code) == sizeof(program), "program");
	memcpy(program, code, sizeof(code));
	hart_reset(h, 1, 0xf0000000);
	icache_decode(insns, program, sizeof(program));
	h->win[0xf] = (struct bus_window){
		.mem = (u8 *)program, .size = sizeof(program), .perm = BUS_R | BUS_X,
		.insns = insns, .nr_insns = ARRAY_SIZE(program),
	};
}

/* One hart goes step by step and is watched, the other runs at once. */
static void test_last_instructions(void **state)
{
	static struct insn insns[ARRAY_SIZE(program)];
	static struct hart stepped, ran;
	struct model *m = start(&model_config);
	const struct crash_insn *insn;
	enum hart_exit exit;
	u32 pcs[1000];
	u32 size, nr = 0, n;

	set_up(&stepped, insns);
	set_up(&ran, insns);
	do {
		assert_true(nr < ARRAY_SIZE(pcs));
		pcs[nr++] = stepped.pc;
		exit = hart_run(&stepped, 1);
	} while (exit == HART_LIMIT);
	assert_int_equal(exit, HART_DEAD);
	assert_int_equal(hart_run(&ran, 10000), HART_DEAD);
	assert_int_equal(ran.nr_jumps, stepped.nr_jumps);

	coredump_take(&m->a, &ran, "test");
	coredump_deliver(&m->a);
	insn = section(m, CRASH_SECTION_INSNS, &size);
	n = size / sizeof(*insn);
	assert_int_equal(n, CRASH_INSNS);
	assert_true(nr > n);
	for (u32 i = 0; i < n; i++) {
		assert_int_equal(le32_to_cpu(insn[i].pc), pcs[nr - n + i]);
		assert_int_equal(le32_to_cpu(insn[i].word), program[(pcs[nr - n + i] & 0xff) / 4]);
	}
	model_free(m);
}

/* What was reserved for a smaller image: sections that find no room are left out. */
static void test_little_room(void **state)
{
	const u32 room = 0x2000;
	struct model *m = start(&model_config);
	u32 size;

	m->a.coredump.size = room;
	crash(m, 1, &cmds[4]);
	model_service(m);
	assert_int_equal(m->dumps, 1);
	check_dump(m, 2, "trapped");
	assert_true(m->dump_len <= room);
	assert_non_null(section(m, CRASH_SECTION_REGS, &size));
	assert_null(section(m, CRASH_SECTION_TEXT, &size));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_io_hart),
		cmocka_unit_test(test_panic),
		cmocka_unit_test(test_damaged_text),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_little_room),
		cmocka_unit_test(test_bootstrap),
		cmocka_unit_test(test_last_instructions),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
