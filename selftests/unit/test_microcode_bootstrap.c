// SPDX-License-Identifier: GPL-2.0
/*
 * What the bootstrap, the loader and the rollback module do for cases that no good image on
 * a good board brings about: entries elsewhere than in the image before, traps, garbage in
 * staging, a chip that does not keep what was programmed, checks that another one repeats.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "encode.h"
#include "microcode_load.h"

#define AT(field)	offsetof(struct mrb_header, field)
#define MOVED_BYTES	16u	/* by which the text grows */

/**
 * struct file - an image file
 * @bytes: the file
 * @len: bytes in it
 */
struct file {
	u8 *bytes;
	u32 len;
};

static struct file file_of(const char *version)
{
	struct file f;

	f.bytes = image_read(version, &f.len);
	return f;
}

static void update_to(struct machine *m, const struct file *f)
{
	u32 reason = machine_update(m, f->bytes, f->len);

	if (reason)
		fail_msg("reason %u, detail %x", reason, m->abort_detail);
}

/* ------------------------------------------------------------------- entries */

/*
 * An entry's first instruction is moved to the end of the text, with a jump back behind it;
 * at the old place there is none any more. It has to be one that does not depend on the pc.
 */
static struct file with_moved_entry(const char *version, u32 field)
{
	struct file f = file_of(version);
	struct mrb_header *h = (struct mrb_header *)f.bytes;
	u32 end = h->block[0].file_size;
	u32 *entry = (u32 *)(f.bytes + field);
	u32 *old = (u32 *)(f.bytes + *entry);
	u32 *new = (u32 *)(f.bytes + end);

	assert_int_equal(h->block[0].mem_size, end);
	assert_in_range(f.len, end, BOARD_TEXT_SIZE - MOVED_BYTES);
	memmove(f.bytes + end + MOVED_BYTES, f.bytes + end, f.len - end);
	f.len += MOVED_BYTES;
	h->total_size = f.len;
	h->block[0].file_size += MOVED_BYTES;
	h->block[0].mem_size += MOVED_BYTES;
	for (u32 i = 1; i < h->nr_blocks; i++)
		h->block[i].file_offset += MOVED_BYTES;
	new[0] = *old;
	new[1] = JAL(X0, *entry + 4 - (end + 4));
	new[2] = 0;
	new[3] = 0;
	*old = 0;
	*entry = end;
	image_sign(f.bytes, f.len);
	return f;
}

/* A1, U4: each image is entered where its own header says, not where the other one's does. */
static void test_entries(void **state)
{
	static const u32 fields[] = {
		AT(bootstrap_entry), AT(runtime_entry), AT(rollback_entry),
	};

	for (u32 i = 0; i < ARRAY_SIZE(fields); i++) {
		struct machine *m = machine_with("1.0", 16, 3);
		struct file moved = with_moved_entry("1.1", fields[i]);

		update_to(m, &moved);
		check_result(m);
		roll_back(m);
		check_result(m);
		assert_string_equal(m->image.name, "1.0");
		/* from the one with the moved entry to others */
		update_to(m, &moved);
		update_to(m, &moved);
		update(m, "2.0");
		check_result(m);
		roll_back(m);
		assert_string_equal(m->image.name, "1.1");
		machine_start_hart(m, 0, START_WARM);
		free(moved.bytes);
		machine_free(m);
	}
}

/* ---------------------------------------------------------------- trap vectors */

static u32 vector_at_pause;

static void note_vector(struct machine *m, struct load *load)
{
	vector_at_pause = m->hart[0].h.mtvec;
}

/* Where the text @vector points into begins; the instructions there are a trap vector's. */
static bool is_vector(const u8 *text, u32 vector)
{
	const u32 csrr_a0_mcause = CSRRS(A0, 0x342, X0);

	return !memcmp(text + (vector & 0x0fffffff), &csrr_a0_mcause, 4);
}

/*
 * Whoever is about to overwrite the image in place has a trap vector of its own. In
 * staging that is the new image's; a rollback module runs in place, and may find any.
 */
static void test_trap_vectors(void **state)
{
	struct machine *m = machine_with("1.1", 16, 3);
	struct load load = { .act = note_vector };
	u32 own = m->hart[0].h.mtvec;

	start_load(m, &load, 0);
	update(m, "2.0");
	assert_int_equal(vector_at_pause & 0xf0000000, BOARD_STAGING_TEXT_BASE);
	assert_true(is_vector(m->staging_text, vector_at_pause));
	own = m->hart[0].h.mtvec;
	assert_int_equal(own & 0xf0000000, BOARD_TEXT_BASE);
	assert_true(is_vector(m->text, own));

	m->hart[0].h.mtvec = 0;		/* as after the reset that precedes a rollback */
	roll_back(m);
	assert_int_equal(vector_at_pause, own);
	own = m->hart[0].h.mtvec;
	assert_int_equal(own & 0xf0000000, BOARD_TEXT_BASE);
	assert_true(is_vector(m->text, own));
	machine_free(m);
}

/* ------------------------------------------------------------------ conversion */

/* All tables of the staged image, whatever the loader has left there. */
static void spoil_staged_tables(struct machine *m)
{
	const struct mrb_header *h = (const struct mrb_header *)m->staging_text;

	for (u32 i = 0; i < h->nr_schemas; i++)
		memset(m->staging_data + (h->schema[i].address - BOARD_DATA_BASE), 0xa5,
		       h->schema[i].record_size * h->schema[i].count);
}

static void only_zeros(const u8 *bytes, u32 len)
{
	for (u32 i = 0; i < len; i++)
		assert_int_equal(bytes[i], 0);
}

/* Behind what 1.x has of a record of the login table. */
static void check_rest_of_logins(const struct persist *p)
{
	const u32 known = sizeof(struct login);
	u32 size = schema(p, LOGIN)->record_size;

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		only_zeros((u8 *)record(p, LOGIN, i) + known, size - known);
}

/* U6, U7: each record of each table is made, those that no old record is for included. */
static void test_tables_made(void **state)
{
	struct machine *m = machine_with("1.0", 16, 3);
	struct persist now;

	m->staged = spoil_staged_tables;
	update(m, "2.0");
	check_result(m);
	now = persist_now(m);
	only_zeros(record(&now, RESERVATION, 0), schema(&now, RESERVATION)->record_size *
		   schema(&now, RESERVATION)->count);
	check_rest_of_logins(&now);
	m->staged = NULL;
	roll_back(m);
	check_result(m);
	machine_free(m);

	/* elsewhere, and with another header: what was moved is what there was */
	m = machine_with("2.0", 16, 3);
	m->staged = spoil_staged_tables;
	update(m, "2.1");
	check_result(m);
	machine_free(m);
}

/* ----------------------------------------------------------------------- chips */

/* An update from 1.1 burns the port's chip, one page, which then holds that or not. */
static void burn(u32 bad_programs, u32 reason)
{
	struct machine *m = machine_with("1.1", 16, 3);
	const struct board_chip *port = &m->regs->chip[CHIP_PORT];
	const struct board_chip before = *port;
	struct file f = file_of("2.0");

	m->bad_programs = bad_programs;
	assert_int_equal(machine_update(m, f.bytes, f.len), reason);
	assert_int_equal(m->bad_programs, 0);
	if (reason) {
		assert_int_equal(m->abort_detail, CHIP_PORT);
		assert_int_equal(calls_of(m, OVERLAY_QUIESCE), 0);
		assert_int_equal(port->active, before.active);
		assert_string_equal(m->image.name, "1.1");
	} else {
		assert_int_equal(port->active, !before.active);
		assert_string_equal(m->image.name, "2.0");
	}
	free(f.bytes);
	machine_free(m);
}

/* A cell that fails once is burned again. What the board says of it is not relied on. */
static void test_chip_read_back(void **state)
{
	burn(0, 0);
	burn(1, 0);
	burn(2, ABORT_CHIP);
}

/* ---------------------------------------------------------------------- checks */

/* The loader looks before it loads: no more than the header is read for another's image. */
static void test_loader_checks_board(void **state)
{
	struct machine *m = machine_with("1.0", 16, 3);
	struct file f = file_of("1.1");

	((struct mrb_header *)f.bytes)->board_id ^= 1;
	image_sign(f.bytes, f.len);
	assert_int_equal(machine_update(m, f.bytes, f.len), ABORT_BOARD);
	assert_int_equal(calls_of(m, OVERLAY_READ), 1);
	assert_int_equal(calls_of(m, OVERLAY_STAGED), 0);
	free(f.bytes);
	machine_free(m);
}

static void another_board(struct machine *m)
{
	m->regs->board_id ^= 1;
}

/* And so does the bootstrap, which cannot know what the old image's loader has looked at. */
static void test_bootstrap_checks_board(void **state)
{
	struct machine *m = machine_with("1.0", 16, 3);
	struct file f = file_of("1.1");

	m->staged = another_board;
	assert_int_equal(machine_update(m, f.bytes, f.len), ABORT_BOARD);
	assert_int_equal(calls_of(m, OVERLAY_QUIESCE), 0);
	free(f.bytes);
	machine_free(m);
}

#define TEST(name)	cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_entries),
		TEST(test_trap_vectors),
		TEST(test_tables_made),
		TEST(test_chip_read_back),
		TEST(test_loader_checks_board),
		TEST(test_bootstrap_checks_board),
	};

	return cmocka_run_group_tests_name("microcode bootstrap", tests, NULL, NULL);
}
