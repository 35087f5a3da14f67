// SPDX-License-Identifier: GPL-2.0
/*
 * The port firmware (requirement U8): the port hart agrees on terms with it at link events
 * and logins, and never for an I/O; an update burns another one, and its activation starts
 * the hart anew. Firmware that is hostile harms nobody.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../mrb/mrb.h"
#include "fixture.h"

#define PAGES		1u	/* of what the images carry for it */
#define BLOCKS		1u
#define OPS		(PAGES + BLOCKS)
#define PLA_OPS		19u	/* of what 3.0 burns before it */
#define INSNS_MAX	20000u	/* for a start and an event */

static const struct port_terms terms_1 = { PORT_SPEED_16G, 8, 2048 };
static const struct port_terms terms_2 = { PORT_SPEED_32G, 32, 2112 };
static const struct port_terms login_1 = { PORT_SPEED_16G, 8, 2048 };
static const struct port_terms login_2 = { PORT_SPEED_32G, 16, 2112 };
static const struct port_terms safe = { PORT_SPEED_8G, 1, PORT_FRAME_MIN };

static struct port_hart *port(struct model *m)
{
	return &m->a.port_hart;
}

static void check_terms(const struct port_terms *terms, const struct port_terms *expected)
{
	assert_int_equal(terms->speed, expected->speed);
	assert_int_equal(terms->credit, expected->credit);
	assert_int_equal(terms->frame_size, expected->frame_size);
}

/* Which configuration is active, and the versions of both; 0 if not whole. */
static void check_chip(struct model *m, u32 active, u32 version0, u32 version1)
{
	const struct board_chip *regs = &m->a.regs->chip[CHIP_PORT];

	assert_int_equal(le32_to_cpu(regs->active), active);
	assert_int_equal(le32_to_cpu(regs->version[0]), version0);
	assert_int_equal(le32_to_cpu(regs->version[1]), version1);
}

static void check_burned(const struct model *m, u32 erases, u32 programs)
{
	const struct overlay_figures *last = &m->ov.status.last;

	assert_int_equal(last->erases, erases);
	assert_int_equal(last->programs, programs);
	assert_int_equal(last->burned_bytes, programs * BOARD_PROGRAM_SIZE);
}

static void link_up(struct model *m, const struct port_terms *expected)
{
	u64 events = port(m)->events;

	port_hart_link_up(&m->a);
	check_terms(&port(m)->link, expected);
	assert_int_equal(port(m)->events, events + 1);
}

/* The remote port of this index logs out, and the microcode logs in to it again. */
static void log_in(struct model *m, u32 index, const struct port_terms *expected)
{
	u64 logins = fabric_logins(&m->a.fabric);

	assert_true(fabric_log_out(&m->a.fabric, index));
	login_want(&m->a, index);
	model_service(m);
	assert_int_equal(fabric_logins(&m->a.fabric), logins + 1);
	check_terms(&m->a.fabric.ports[index].agreed, expected);
}

/* --- what it is for */

static void test_power_on(void **state)
{
	struct model *m = start(&model_config);

	check_chip(m, 0, 1, 0);
	check_terms(&port(m)->link, &terms_1);
	assert_string_equal(port(m)->hart.owner, m->a.name);
	assert_int_equal(port(m)->version, 1);
	assert_int_equal(port(m)->events, 1 + 8);
	assert_int_equal(port(m)->faults, 0);
	for (u32 i = 0; i < 8; i++)
		assert_int_equal(m->a.fabric.ports[i].agreed.frame_size,
				 i % 4 == 3 ? 1024 : 2048);
	check_terms(&m->a.fabric.ports[0].agreed, &login_1);
	model_free(m);
}

/* Its answers follow from what the other side offers, and not from the board. */
static void test_negotiation(void **state)
{
	struct model *m = start(&model_config);
	struct remote_port *remote = &m->a.fabric.ports[1];

	remote->offers = (struct port_terms){ .credit = 3, .frame_size = 511 };
	log_in(m, 1, &(struct port_terms){ PORT_SPEED_16G, 3, 508 });
	/* port 0 was not concerned */
	check_terms(&m->a.fabric.ports[0].agreed, &login_1);
	model_free(m);
}

/* An I/O costs the port hart nothing, and so does everything else but its two events. */
static void test_no_cost(void **state)
{
	struct model *m = start(&model_config);
	u64 executed = port(m)->hart.executed;

	write_some(m);
	check_some(m);
	update_well(m, &v1_1);
	check_some(m);
	assert_int_equal(port(m)->hart.executed, executed);
	link_up(m, &terms_1);
	assert_in_range(port(m)->hart.executed - executed, 1, 200);
	model_free(m);
}

/* --- updates */

static void pause_has_begun(struct model *m)
{
	check_chip(m, 0, 1, 2);
	m->on_hold = NULL;
}

/* U8: burned before the pause, selected in it; the next events are the new firmware's. */
static void test_update(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_hold = pause_has_begun;
	update_well(m, &v2_0);
	assert_null(m->on_hold);
	check_burned(m, BLOCKS, PAGES);
	check_chip(m, 1, 1, 2);
	assert_int_equal(fabric_logins(&m->a.fabric), 8);

	/* what was agreed on stays so for as long as the link and the login last */
	check_terms(&port(m)->link, &terms_1);
	link_up(m, &terms_2);
	assert_int_equal(port(m)->version, 2);
	check_terms(&m->a.fabric.ports[0].agreed, &login_1);
	log_in(m, 0, &login_2);
	check_some(m);

	update_well(m, &v3_0);
	check_chip(m, 1, 1, 2);
	assert_int_equal(m->a.chips.chip[CHIP_PORT].erases, BLOCKS);
	model_free(m);
}

static u32 order[64], nr_operations;

static void note_chip(struct model *m, u32 us)
{
	static u64 pla_before;
	const struct chip *pla = &m->a.chips.chip[CHIP_PLA];
	u64 pla_now = pla->erases + pla->programs;

	order[nr_operations] = !nr_operations || pla_now != pla_before ? CHIP_PLA : CHIP_PORT;
	nr_operations++;
	pla_before = pla_now;
}

/* The image says in which order: the PLA, then this. */
static void test_order(void **state)
{
	struct model *m = start(&model_config);

	nr_operations = 0;
	m->on_busy = note_chip;
	update_well(m, &v3_0);
	assert_int_equal(nr_operations, PLA_OPS + OPS);
	for (u32 i = 0; i < nr_operations; i++)
		assert_int_equal(order[i], i < PLA_OPS ? CHIP_PLA : CHIP_PORT);
	model_free(m);
}

/* An abort in the pause changes nothing that anybody sees. */
static void test_abort(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->ov.pause_budget_us = 1;
	assert_int_not_equal(model_update(m, &v2_0), 0);
	check_untouched(m, &v1_0, 8);
	check_chip(m, 0, 1, 2);
	link_up(m, &terms_1);
	log_in(m, 0, &login_1);
	m->ov.pause_budget_us = 0;
	update_well(m, &v2_0);
	check_burned(m, 0, 0);
	link_up(m, &terms_2);
	model_free(m);
}

static int bad_verify(void *board, const struct mrb_header *image, u32 keep)
{
	return -EIO;
}

static void test_undo(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->memory_ops.verify = bad_verify;
	assert_int_not_equal(model_update(m, &v2_0), 0);
	check_untouched(m, &v1_0, 8);
	check_chip(m, 0, 1, 2);
	link_up(m, &terms_1);
	model_free(m);
}

/* The firmware goes back with its image, also after it has been running. */
static void test_rollback(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	begin_probation(m, &v2_0);
	check_chip(m, 1, 1, 2);
	link_up(m, &terms_2);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	check_chip(m, 0, 1, 2);
	check_terms(&port(m)->link, &terms_2);
	link_up(m, &terms_1);
	assert_int_equal(port(m)->faults, 0);
	model_free(m);
}

/* A check burns nothing, and says what would be. */
static void test_check(void **state)
{
	struct model *m = start(&model_config);
	u64 programs = m->a.chips.chip[CHIP_PORT].programs;

	write_some(m);
	assert_int_equal(overlay_claim_check(&m->ov, "2.0"), 0);
	overlay_update(&m->ov, v2_0.bytes, v2_0.size, &m->result);
	check_chip(m, 0, 1, 0);
	assert_int_equal(m->a.chips.chip[CHIP_PORT].programs, programs);
	assert_int_equal(m->a.chips.chip[CHIP_PORT].erases, 0);
	check_some(m);
	model_free(m);
}

/* After a power cycle it is that of the ROM again. */
static void test_power_cycle(void **state)
{
	struct model *m = start(&model_config);

	update_well(m, &v2_0);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	check_chip(m, 0, 1, 2);
	link_up(m, &terms_1);
	model_free(m);
}

/* --- power */

static u32 ops, cut;
static jmp_buf power;

static void cut_power(struct model *m, u32 us)
{
	if (ops++ == cut)
		longjmp(power, 1);
}

/* Burning is cut off in operation @n; false if there are not so many. */
static bool cut_update(struct model *m, const struct image *img, u32 n)
{
	ops = 0;
	cut = n;
	m->on_busy = cut_power;
	if (setjmp(power))
		return true;
	update_well(m, img);
	return false;
}

/* Another adapter gets the cells; all that was in memory is gone. */
static struct model *power_loss(struct model *m)
{
	struct model *after = model_new(&model_config, &v1_0);

	assert_non_null(after);
	memcpy(after->a.chips.cells, m->a.chips.cells, BOARD_CELLS_SIZE);
	model_free(m);
	assert_int_equal(adapter_power_cycle(&after->a), 0);
	clear_attentions(after);
	return after;
}

/* Found at the next start, whose firmware is that of the ROM; then all is well. */
static void test_power_loss(void **state)
{
	struct model *m;
	u32 n;

	for (n = 0; m = start(&model_config), cut_update(m, &v2_0, n); n++) {
		m = power_loss(m);
		check_chip(m, 0, 1, 0);
		/* a blank block was being erased: nothing is torn */
		assert_int_equal(m->a.chips.chip[CHIP_PORT].recovered, n >= BLOCKS);
		check_terms(&port(m)->link, &terms_1);
		assert_int_equal(port(m)->faults, 0);
		update_well(m, &v2_0);
		link_up(m, &terms_2);
		model_free(m);
	}
	assert_int_equal(n, OPS);

	/* not cut off, and lost later */
	m = power_loss(m);
	check_chip(m, 0, 1, 2);
	assert_int_equal(m->a.chips.chip[CHIP_PORT].recovered, 0);
	link_up(m, &terms_1);
	model_free(m);
}

/* --- hostile firmware */

/* Image 2.0 with other code, whole in every respect. */
static struct image with_firmware(const u32 *code, u32 words)
{
	struct image img = copy_of(&v2_0);
	const struct mrb_block *b = mrb_find_chip((struct mrb_header *)img.bytes, CHIP_PORT);
	struct chip_contents *head = (void *)(img.bytes + le32_to_cpu(b->file_offset));

	assert_true(sizeof(*head) + words * sizeof(*code) <= le32_to_cpu(head->size));
	memcpy(head + 1, code, words * sizeof(*code));
	head->version = cpu_to_le32(66);
	head->crc32 = cpu_to_le32(chip_contents_crc((u8 *)head, le32_to_cpu(head->size)));
	image_sign(&img);
	return img;
}

static void harmless(const char *trouble, const u32 *code, u32 words, const char *what)
{
	struct image img = with_firmware(code, words);
	struct model *m = start(&model_config);
	u64 executed;

	print_message("# %s\n", what);
	write_some(m);
	update_well(m, &img);
	check_chip(m, 1, 1, 66);
	executed = port(m)->hart.executed;
	link_up(m, &safe);
	assert_in_range(port(m)->hart.executed - executed, 0, INSNS_MAX);
	assert_int_equal(port(m)->faults, 1);
	assert_string_equal(port(m)->trouble, trouble);
	log_in(m, 0, &safe);
	log_in(m, 3, &safe);
	assert_int_equal(port(m)->faults, 3);
	check_some(m);
	assert_false(m->a.dead);
	assert_int_equal(m->a.crashes, 0);

	/* a better one is burned as if nothing had been */
	update_well(m, &v3_0);
	check_chip(m, 0, 2, 66);
	link_up(m, &terms_2);
	assert_null(port(m)->trouble);
	log_in(m, 0, &login_2);
	model_free(m);
	image_free(&img);
}

#define NO_CALLS	"makes a call, and there are none"

#define HARMLESS(trouble, ...)						\
	harmless(trouble, (const u32[]){ __VA_ARGS__ },				\
		 sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32), #__VA_ARGS__)

static void test_traps_and_hangs(void **state)
{
	HARMLESS("traps", EBREAK);
	HARMLESS("traps", 0);
	HARMLESS(NO_CALLS, ECALL);
	HARMLESS("hangs", JAL(X0, 0));
	HARMLESS("hangs", FENCE_I, JAL(X0, -4));
	HARMLESS("traps", MRET);
	/* with a trap vector that is no better */
	HARMLESS("hangs", LUI(T0, 0x80000), CSRRW(X0, 0x305, T0), EBREAK);
	HARMLESS("hangs", AUIPC(T0, 0), CSRRW(X0, 0x305, T0), EBREAK);
	HARMLESS(NO_CALLS, WFI, ECALL);
	HARMLESS("hangs", WFI, JAL(X0, 0));
}

/* Nothing but its own three windows answers, and those end where they should. */
static void test_windows(void **state)
{
	static const u32 foreign[] = {
		0, BOARD_REGS_BASE, BOARD_CONTROL_BASE, BOARD_STAGING_TEXT_BASE,
		BOARD_STAGING_DATA_BASE, BOARD_STAGING_CHIPS_BASE, BOARD_DATA_BASE,
		BOARD_CELLS_BASE, 0xb0000000, 0xf0000000,
		BOARD_MBOX_BASE + sizeof(struct port_mailbox),
		BOARD_SCRATCH_BASE + PORT_SCRATCH_SIZE, BOARD_TEXT_BASE + BOARD_CONFIG_SIZE,
		0x1ffffffc, 0x2ffffffc, 0x7ffffffc,
	};

	for (u32 i = 0; i < ARRAY_SIZE(foreign); i++) {
		HARMLESS("traps", LUI(T0, HI(foreign[i])), LW(T1, T0, LO(foreign[i])));
		HARMLESS("traps", LUI(T0, HI(foreign[i])), SW(T1, T0, LO(foreign[i])));
		HARMLESS("traps", LUI(T0, HI(foreign[i])), JALR(X0, T0, LO(foreign[i])));
	}
	HARMLESS("traps", LUI(T0, 0x80000), SW(X0, T0, 64));
	HARMLESS("traps", LUI(T0, 0x20000), JALR(X0, T0, 0));
}

/* It answers, each time the same. */
static void nonsense(u32 speed, u32 credit, u32 frame_size)
{
	const u32 code[] = {
		LUI(T0, 0x20000), WFI,
		LW(T1, T0, 0), SW(T1, T0, 32),
		ADDI(T1, X0, speed), SW(T1, T0, 36),
		ADDI(T1, X0, credit), SW(T1, T0, 40),
		LUI(T1, HI(frame_size)), ADDI(T1, T1, LO(frame_size)), SW(T1, T0, 44),
		SW(X0, T0, 0), WFI,
	};
	char what[64];

	snprintf(what, sizeof(what), "speed 0x%x, credit %u, frames of %u", speed, credit,
		 frame_size);
	harmless("makes no sense", code, ARRAY_SIZE(code), what);
}

static void test_answers(void **state)
{
	HARMLESS("does not answer", WFI, JAL(X0, -4));
	HARMLESS("does not answer", LUI(T0, 0x20000), WFI, SW(X0, T0, 0), WFI);
	HARMLESS("does not answer", LUI(T0, 0x20000), WFI, LW(T1, T0, 0), SW(T1, T0, 32), WFI);
	nonsense(0, 1, 256);
	nonsense(6, 1, 256);
	nonsense(8, 1, 256);
	nonsense(1, 0, 256);
	nonsense(1, 33, 256);
	nonsense(1, -1, 256);
	nonsense(1, 1, 252);
	nonsense(1, 1, 258);
	nonsense(1, 1, 2116);
	nonsense(1, 1, -4);
}

/* It fails again and again: then it is not asked any more, until the link comes up. */
static void test_given_up(void **state)
{
	const u32 hang[] = { JAL(X0, 0) };
	struct image img = with_firmware(hang, 1);
	struct model *m = start(&model_config);
	u64 executed;

	update_well(m, &img);
	for (u32 i = 0; i < 8; i++)
		log_in(m, i, &(struct port_terms){ PORT_SPEED_16G, 1, PORT_FRAME_MIN });
	executed = port(m)->hart.executed;
	log_in(m, 0, &(struct port_terms){ PORT_SPEED_16G, 1, PORT_FRAME_MIN });
	assert_int_equal(port(m)->hart.executed, executed);
	assert_int_equal(port(m)->faults, 9);
	link_up(m, &safe);
	assert_int_not_equal(port(m)->hart.executed, executed);
	model_free(m);
	image_free(&img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_on),
		cmocka_unit_test(test_negotiation),
		cmocka_unit_test(test_no_cost),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_power_cycle),
		cmocka_unit_test(test_power_loss),
		cmocka_unit_test(test_traps_and_hangs),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_given_up),
	};

	return cmocka_run_group_tests_name("U8: port firmware", tests, read_images, free_images);
}
