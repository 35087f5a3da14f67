// SPDX-License-Identifier: GPL-2.0
/* The judges: see judge.h. */
#include <stdarg.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../mrb/mrb.h"
#include "digest.h"
#include "judge.h"
#include "points.h"
#include "processor.h"
#include "world.h"

#define STEPS_BETWEEN	12u	/* of the load, before the clean update */

bool judge_all;

/* Why the last update failed: that is known at once, and is in no digest. */
void judge_error(const char *expected)
{
	const char *error = world.m->ov.status.error;

	if (!strstr(error, expected))
		judge_fail("error is '%s', not '%s'", error, expected);
}

static void judge_text(const struct sweep_image *runs)
{
	const struct memctl *mc = &world.m->a.memctl;

	if (memcmp(mc->region.text, runs->text, runs->text_size))
		judge_fail("the text in place is not that of %s", runs->name);
	for (u32 i = runs->text_size; i < BOARD_TEXT_SIZE; i++)
		if (mc->region.text[i])
			judge_fail("there is something behind the text in place");
	if (mc->icache.nr != runs->text_size / 4 ||
	    memcmp(mc->icache.insns, runs->insns, mc->icache.nr * sizeof(*runs->insns)))
		judge_fail("the instruction cache is not that of %s", runs->name);
	if (memcmp(&world.m->a.image, runs->header, sizeof(*runs->header)))
		judge_fail("the schemas are not those of %s", runs->name);
	if (memctl_check_text(mc, runs->header))
		judge_fail("the digest is not that of %s", runs->name);
}

static void judge_window(const struct hart *h, u32 base, u32 perm)
{
	const struct bus_window *w = &h->win[base >> BUS_WINDOW_BITS];

	if (w->perm != perm || w->dirty)
		judge_fail("hart %u: window %x has mode %u, dirty marks %d", h->id, base, w->perm,
			   !!w->dirty);
	if (perm & BUS_X && w->insns != world.m->a.memctl.icache.insns)
		judge_fail("hart %u executes from another cache", h->id);
}

static void judge_hart(const struct hart *h)
{
	judge_window(h, BOARD_TEXT_BASE, BUS_R | BUS_X);
	judge_window(h, BOARD_DATA_BASE, BUS_R | BUS_W);
	judge_window(h, BOARD_STAGING_TEXT_BASE, 0);
	judge_window(h, BOARD_STAGING_DATA_BASE, 0);
	judge_window(h, BOARD_STAGING_CHIPS_BASE, 0);
}

static void judge_board(void)
{
	const struct adapter *a = &world.m->a;
	const struct memctl *mc = &a->memctl;

	if (a->dead || a->crashed)
		judge_fail("the adapter has failed");
	if (!mc->locked || mc->copied || mc->staging.text || mc->undo.text || mc->dirty)
		judge_fail("the memory controller is not as before an update");
	if (a->regs->probation)
		judge_fail("the probation does not end");
	judge_hart(&a->service.hart);
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		judge_hart(&a->queues[i].hart);
		if (a->queues[i].held || !list_empty(&a->queues[i].parked))
			judge_fail("queue %u is held, or was not served", i);
	}
}

/* What the image in place carries for a chip is active there, or what the ROM does. */
static void judge_chip(const struct sweep_image *runs, u32 chip)
{
	const struct chips *c = &world.m->a.chips;
	const struct sweep_image *from = mrb_find_chip(runs->header, chip) ? runs :
					 path_image(world.path->chain[0]);
	const struct mrb_block *b = mrb_find_chip(from->header, chip);
	const struct chip_contents *contents = (const void *)(from->file.bytes +
							      le32_to_cpu(b->file_offset));
	const u8 *cells = chip_config_cells(c, chip, c->chip[chip].active);

	if (memcmp(cells, contents, le32_to_cpu(contents->size)))
		judge_fail("chip %u has not what %s carries for it", chip, from->name);
	if (!c->chip[chip].config[c->chip[chip].active].version)
		judge_fail("chip %u does not know that it is whole", chip);
}

/* The next event finds the firmware of the active configuration, and it works. */
static void judge_port(void)
{
	struct adapter *a = &world.m->a;
	const struct chip *chip = &a->chips.chip[CHIP_PORT];

	port_hart_link_up(a);
	if (a->port_hart.trouble)
		judge_fail("the port firmware %s", a->port_hart.trouble);
	if (a->port_hart.version != chip->config[chip->active].version)
		judge_fail("the port hart has firmware %u", a->port_hart.version);
}

static void judge_records(void)
{
	const char *wrong = oracle_check(&world.oracle, world.m);

	if (wrong)
		judge_fail("%s", wrong);
}

/* The adapter is as it has to be between updates, with @runs in place. */
void judge_idle(const struct sweep_image *runs)
{
	const struct overlay_status *st = &world.m->ov.status;

	if (st->state != OVERLAY_IDLE || world.m->ov.busy)
		judge_fail("the engine is '%s'", overlay_state_name(st->state));
	if (st->updates != world.updates || st->rollbacks != world.rollbacks)
		judge_fail("%u updates, %u rollbacks, should be %u, %u", st->updates,
			   st->rollbacks, world.updates, world.rollbacks);
	if (st->version != le32_to_cpu(runs->header->version))
		judge_fail("version is %x", st->version);
	judge_board();
	judge_text(runs);
	for (u32 chip = 0; chip < BOARD_CHIPS; chip++)
		judge_chip(runs, chip);
	judge_port();
	judge_records();
}

/* Whatever waits completes, and all that was acknowledged can be asked for. */
static void judge_commands(void)
{
	load_finish();
	judge_records();
	load_verify();
	judge_records();
}

static void update_well(const struct sweep_image *to)
{
	load_seed(1);
	load_steps(STEPS_BETWEEN);
	processor_watch(WATCH_SERVICE);
	if (world_update(to))
		judge_fail("the next update fails: %s", world.m->ov.status.error);
	processor_watch(WATCH_NONE);
	world.updates++;
}

/* From the image in ROM it may be too far for one step. */
static void judge_clean_update(void)
{
	const char *const *chain = point.path->chain;
	u32 oldest = le32_to_cpu(world.to->header->oldest);

	for (u32 i = 1; i < PATH_CHAIN_MAX && chain[i]; i++)
		if (world.m->ov.status.version < oldest)
			update_well(path_image(chain[i]));
	update_well(world.to);
	judge_idle(world.to);
	judge_commands();
}

/* The whole verdict on this process' point, unless it is known already. */
void judge_point(const struct sweep_image *runs)
{
	u64 digest;

	processor_watch(WATCH_NONE);
	load_reap();
	digest = digest_world(runs);
	if (!judge_all && judged_before(digest))
		return;
	judge_idle(runs);
	judge_commands();
	judge_clean_update();
	judged_good(digest);
}

/* All that follows is made from what is left. */
void judge_power_loss(void)
{
	u64 digest = digest_survivors();

	host_atomic = 0;	/* no lock outlives the power */
	processor_watch(WATCH_NONE);
	if (!judge_all && judged_before(digest))
		return;
	world_power_loss();
	judge_idle(world.from);
	judge_commands();
	judge_clean_update();
	judged_good(digest);
}
