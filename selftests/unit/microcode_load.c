// SPDX-License-Identifier: GPL-2.0
/* Updates and rollbacks while I/O goes on. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode_load.h"

u32 rnd(struct load *load, u32 below)
{
	load->random = load->random * 6364136223846793005ull + 1442695040888963407ull;
	return (load->random >> 33) % below;
}

static void take_turn(struct machine *m)
{
	struct load *load = m->user;

	load->between++;
	load->act(m, load);
}

void start_load(struct machine *m, struct load *load, u32 slice)
{
	m->user = load;
	m->between = take_turn;
	m->slice = slice;
}

void poke(struct machine *m, u32 offset, u32 value)
{
	const struct bus_window *win = &m->hart[1].h.win[BOARD_DATA_BASE >> BUS_WINDOW_BITS];

	bus_store(win, BOARD_DATA_BASE + offset, 4, value);
}

u32 peek(struct machine *m, u32 offset)
{
	u32 value;

	memcpy(&value, m->data + offset, 4);
	return value;
}

void poke_login(struct machine *m, u32 i, const struct login *login)
{
	struct persist p = persist_now(m);
	u32 words[7] = {};

	memcpy(words, login, sizeof(*login));
	for (u32 w = 0; w < ARRAY_SIZE(words); w++)
		poke(m, offset_of(&p, LOGIN, i) + 4 * w, words[w]);
}

struct machine *machine_with(const char *version, u32 ports, u32 targets)
{
	struct machine *m = machine_new();

	machine_grow(m, ports, targets);
	for (u32 i = 0; i < ports; i++)
		m->port[i].port_id = 0x010000 + (i ^ (i >= 64 ? 0 : 0x15)) * 0x101;
	for (u32 i = 0; i < targets; i++)
		m->port[i].blocks |= (16ull + i) << 32;
	if (ports > 4)
		m->port[4].rejects = true;
	machine_power_on(m, version);
	return m;
}

void update(struct machine *m, const char *version)
{
	u32 len;
	u8 *image = image_read(version, &len);
	u32 reason = machine_update(m, image, len);

	free(image);
	if (reason)
		fail_msg("update to %s: reason %u, detail %u", version, reason, m->abort_detail);
}

void roll_back(struct machine *m)
{
	u32 reason = machine_rollback(m);

	if (reason)
		fail_msg("rollback: reason %u, detail %u", reason, m->abort_detail);
}

struct machine *machine_for_changes(const char *version)
{
	struct machine *m = machine_new();

	machine_grow(m, 40, 3);
	machine_power_on(m, version);
	return m;
}

u32 pause_insns(const struct machine *m)
{
	return m->resumed - m->quiesced;
}

u32 calls_of(const struct machine *m, u32 call)
{
	u32 n = 0;

	for (u32 i = 0; i < m->nr_calls; i++)
		n += m->call[i] == call;
	return n;
}

u32 refused(struct machine *m, bool back)
{
	struct mrb_header image = m->image;
	u8 *new;
	u32 len;

	if (back) {
		assert_int_equal(machine_rollback(m), ABORT_NO_CONVERSION);
	} else {
		new = image_read("2.0", &len);
		assert_int_equal(machine_update(m, new, len), ABORT_NO_CONVERSION);
		free(new);
	}
	assert_int_equal(calls_of(m, OVERLAY_UNLOCK), 0);
	assert_memory_equal(&m->image, &image, sizeof(image));
	return m->abort_detail;
}
