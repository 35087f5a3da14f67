// SPDX-License-Identifier: GPL-2.0
/* The world of one path: see world.h. */
#include <string.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "judge.h"
#include "world.h"

#define SETUP_STEPS	80u	/* of the load, before an update begins */
#define LATE_STEPS	6u	/* between the last look at what is dirty, and the pause */
#define UNBOUNDED	(~0u)

struct world world;

static int put_op(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied)
{
	struct overlay *ov = &world.m->ov;

	/* What has ended is in the tables that are replaced, or left behind. */
	load_reap();
	if (!ov->reverting)
		oracle_put(&world.oracle, world.m);
	else if (world.forced)
		oracle_forced_back(&world.oracle, ov->running, image);
	if (world.on_put)
		return world.on_put(&world, image, keep, saved, copied);
	return adapter_overlay_ops.memory->put(board, image, keep, saved, copied);
}

/* A hart is not held before it has got to its safe point: until then it serves I/O. */
static void prepare_op(void *board, const struct mrb_header *image, u32 keep)
{
	adapter_overlay_ops.memory->prepare(board, image, keep);
	for (u32 i = 0; i < LATE_STEPS && !world.quiet; i++)
		load_step();
}

static void preserve_op(void *board)
{
	world.forced = true;
	adapter_overlay_ops.memory->preserve(board);
}

static int start_op(void *board, bool overlaid, struct budget *budget, u64 *insns)
{
	int err;

	/* What has ended is of the image before: so are the attentions that it tells of. */
	load_reap();
	err = adapter_overlay_ops.queues->start(board, overlaid, budget, insns);
	if (err || !overlaid)
		return err;
	world.resumed = true;
	for (u32 i = 0; i < ORACLE_UNITS; i++)
		world.oracle.unit[i].attention |= ATTENTION_MICROCODE;
	return 0;
}

static struct model *new_model(void)
{
	const struct sweep_image *rom = path_image(world.path->chain[0]);
	struct model *m = model_new(&world.path->board->cfg, &rom->file);

	if (!m)
		judge_fail("no adapter");
	m->memory_ops.put = put_op;
	m->memory_ops.prepare = prepare_op;
	m->memory_ops.preserve = preserve_op;
	m->queue_ops.start = start_op;
	m->ov.probation_ms = UNBOUNDED;
	return m;
}

int world_begin_update(const struct sweep_image *img, u32 probation_commands)
{
	struct model *m = world.m;

	world.resumed = false;
	world.forced = false;
	m->ov.probation_commands = probation_commands;
	if (overlay_claim(&m->ov))
		judge_fail("an update cannot be claimed");
	return overlay_update(&m->ov, img->file.bytes, img->file.size, &m->result);
}

/* To the end of the probation. */
int world_end_update(void)
{
	int ret;

	do {
		ret = overlay_probation(&world.m->ov, &world.m->result);
	} while (ret > 0);
	return ret;
}

int world_update(const struct sweep_image *img)
{
	return world_begin_update(img, 0) ?: world_end_update();
}

/*
 * An adapter with power, the images of the chain, and the load; the update is
 * what comes next.
 */
void world_start(const struct sweep_path *path, u64 seed)
{
	world.path = path;
	world.from = path_from(path);
	world.to = path_image(path->to);
	load_seed(seed);
	world.m = new_model();
	oracle_power_on(&world.oracle, fabric_logins(&world.m->a.fabric));
	load_steps(SETUP_STEPS);
	for (u32 i = 1; i < PATH_CHAIN_MAX && path->chain[i]; i++) {
		if (world_update(path_image(path->chain[i])))
			judge_fail("setup: %s", world.m->ov.status.error);
		world.updates++;
		load_steps(SETUP_STEPS);
	}
}

/* What memory holds at power-on, nobody knows. */
static void poison(struct adapter *a)
{
	memset(a->memctl.region.text, 0xa5, BOARD_TEXT_SIZE);
	memset(a->memctl.region.data, 0x5a, BOARD_DATA_SIZE);
	memset(a->service.scratch, 0xa5, BOARD_SCRATCH_SIZE);
	memset(a->service.mbox, 0x5a, BOARD_MBOX_SIZE);
	memset(a->chips.chip, 0xa5, sizeof(a->chips.chip));
	memset(a->service.control, 0xa5, BOARD_CONTROL_SIZE);
	memset(a->port_hart.mem, 0x5a, sizeof(*a->port_hart.mem));
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		memset(a->queues[i].scratch, 0xa5, BOARD_SCRATCH_SIZE);
		memset(a->queues[i].mbox, 0x5a, BOARD_MBOX_SIZE);
	}
}

/*
 * Wherever the adapter was, all that it had in memory is lost, and so is what the
 * driver knew. Ports, media and the chips' cells remain, and another adapter gets power in its
 * place.
 */
void world_power_loss(void)
{
	struct fabric fabric = world.m->a.fabric;
	struct model *m = new_model();

	memcpy(m->a.chips.cells, world.m->a.chips.cells, BOARD_CELLS_SIZE);
	fabric_destroy(&m->a.fabric);
	m->a.fabric = fabric;
	world.m = m;
	world.updates = 0;
	world.rollbacks = 0;
	world.from = path_image(world.path->chain[0]);
	poison(&m->a);
	load_drop();
	if (overlay_exclude(&m->ov) || adapter_power_cycle(&m->a))
		judge_fail("the adapter does not start again");
	overlay_include(&m->ov);
	oracle_power_on(&world.oracle, world.oracle.logins + m->a.cfg.nr_ports);
}
