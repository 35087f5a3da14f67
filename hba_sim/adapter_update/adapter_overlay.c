// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter behind the overlay engine's struct overlay_ops: the service hart
 * is the processor that executes the update, the memory controller swaps the
 * images, the I/O harts' queues are held and released.
 */
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <hba_sim/cost.h>

#include "../adapter/adapter.h"
#include "../adapter/capability.h"
#include "../adapter/crash_line.h"
#include "../adapter/login.h"
#include "../adapter/queue.h"
#include "../adapter/service.h"
#include "../memory/memctl_banks.h"
#include "../processor/insn.h"
#include "adapter_conventional.h"
#include "adapter_overlay.h"
#include "adapter_remote.h"

static struct bus_window *service_window(struct adapter *a, u32 base)
{
	return &a->service.hart.win[base >> BUS_WINDOW_BITS];
}

/* What the service hart sees of the code region, as it is now. */
static void map_region(struct adapter *a, u32 data_perm)
{
	struct bus_window *text = service_window(a, BOARD_TEXT_BASE);
	struct bus_window *data = service_window(a, BOARD_DATA_BASE);

	text->mem = a->memctl.region.text;
	text->insns = a->memctl.icache.insns;
	text->nr_insns = a->memctl.icache.nr;
	data->mem = a->memctl.region.data;
	data->perm = data_perm;
}

static enum overlay_support op_support(void *board)
{
	struct adapter *a = board;
	const struct board_kind *kind = a->memctl.kind;

	if (!kind->services)
		return OVERLAY_NO_SERVICES;
	if (kind->fixed)
		return OVERLAY_FIXED;
	return kind->boot_flash ? OVERLAY_PERMANENT : OVERLAY_TEMPORARY;
}

static bool op_alive(void *board)
{
	struct adapter *a = board;

	return !READ_ONCE(a->dead);
}

static u32 op_capabilities(void *board)
{
	struct adapter *a = board;

	return le32_to_cpu(a->regs->capabilities);
}

static u32 op_needed(void *board)
{
	struct adapter *a = board;

	return le32_to_cpu(a->regs->needed);
}

static int op_suits(void *board, const void *file, char *why, size_t size)
{
	u32 chip;

	if (!chips_carried_whole(file, &chip)) {
		scnprintf(why, size, "carries contents for chip %u that are not whole", chip);
		return -EBADMSG;
	}
	if (port_suits(board, file))
		return 0;
	scnprintf(why, size, "speaks no frame format that driver and board do");
	return -EPROTO;
}

static void op_told(void *board, u32 old, u32 new)
{
	struct adapter *a = board;

	if (a->ops->told)
		a->ops->told(a, old, new);
}

static void op_interrupt(void *board, bool pending)
{
	struct adapter *a = board;

	hart_interrupt(&a->service.hart, pending);
}

static bool is_overlay_call(u32 nr)
{
	return nr >= OVERLAY_CALL_FIRST && nr <= OVERLAY_CALL_LAST;
}

static bool op_refuse(void *board)
{
	struct adapter *a = board;

	return hart_trap(&a->service.hart, CAUSE_ECALL_M, 0);
}

static void op_flush(void *board)
{
	struct adapter *a = board;

	memctl_flush(&a->memctl);
	map_region(a, service_window(a, BOARD_DATA_BASE)->perm);
}

/* An ecall: a system service, or one that no hart may make during an update. */
static enum overlay_exit ecall_exit(struct adapter *a, struct overlay_request *call)
{
	struct hart *h = &a->service.hart;

	call->nr = h->x[17];
	for (int i = 0; i < 3; i++)
		call->arg[i] = h->x[10 + i];
	call->in_place = h->pc - BOARD_TEXT_BASE < BOARD_TEXT_SIZE;
	if (is_overlay_call(call->nr))
		return OVERLAY_EXIT_CALL;
	if (call->nr == BOARD_PORT && port_call(a, call->arg[0], call->arg[1])) {
		a->service.cost += call_cost(BOARD_PORT, 0);
		hart_return(h, 0);
		return OVERLAY_EXIT_LIMIT;
	}
	return service_ecall(a) ? OVERLAY_EXIT_DEAD : OVERLAY_EXIT_LIMIT;
}

static enum overlay_exit op_run(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	struct adapter *a = board;
	enum overlay_exit exit = OVERLAY_EXIT_LIMIT;

	switch (service_turn(a, limit, insns)) {
	case HART_WFI:
		exit = OVERLAY_EXIT_IDLE;
		break;
	case HART_ECALL:
		exit = ecall_exit(a, call);
		break;
	case HART_FENCE_I:
		op_flush(a);
		break;
	case HART_LIMIT:
		break;
	case HART_DEAD:
		exit = OVERLAY_EXIT_DEAD;
		break;
	}
	call->cost = a->service.cost;
	return exit;
}

static void op_answer(void *board, s32 value)
{
	struct adapter *a = board;

	hart_return(&a->service.hart, value);
}

static void op_crash(void *board, char *buf, size_t len)
{
	struct adapter *a = board;
	const struct hart *h = &a->service.hart;

	if (crash_by_trap(h))
		scnprintf(buf, len, "image trapped: %s, pc 0x%08x, value 0x%08x",
			  hart_cause_name(h->trapped.cause), h->trapped.pc, h->trapped.tval);
	else
		scnprintf(buf, len, "image panicked, and says: %s, pc 0x%08x, value 0x%08x",
			  hart_cause_name(h->said.cause), h->said.pc, h->said.tval);
}

static void op_dump(void *board, const char *why)
{
	struct adapter *a = board;

	coredump_take(a, &a->service.hart, why);
	a->ops->wake_service(a);
}

static bool op_crashed(void *board)
{
	struct adapter *a = board;

	return READ_ONCE(a->crashed);
}

static void op_prove(void *board)
{
	struct adapter *a = board;

	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_prove(&a->queues[i]);
}

static u64 op_commands(void *board)
{
	struct adapter *a = board;
	u64 sum = 0;

	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		sum += READ_ONCE(a->queues[i].ended);
	return sum;
}

static int op_judge(void *board, bool over, char *why, size_t size)
{
	struct adapter *a = board;

	if (!a->service.damage)
		return served_judge(a, over, why, size);
	scnprintf(why, size, "image says that its data is damaged");
	return -EUCLEAN;
}

/* At its start it looks at the login table, and may mend it. */
static void op_restart(void *board, const struct mrb_header *image, bool overlaid)
{
	login_pause(board, !overlaid);
	service_reset(board, image, overlaid ? START_OVERLAY : START_WARM);
}

static int op_stage_open(void *board)
{
	struct adapter *a = board;
	struct hart *h = &a->service.hart;
	struct memctl *mc = &a->memctl;
	int err;

	adapter_map(h, BOARD_STAGING_TEXT_BASE, NULL, 0, 0);
	adapter_map(h, BOARD_STAGING_DATA_BASE, NULL, 0, 0);
	adapter_map(h, BOARD_STAGING_CHIPS_BASE, NULL, 0, 0);
	mutex_lock(&a->staging_lock);
	err = memctl_stage_open(mc);
	mutex_unlock(&a->staging_lock);
	if (err)
		return err;
	adapter_map(h, BOARD_STAGING_TEXT_BASE, mc->staging.text, BOARD_TEXT_SIZE, BUS_R);
	adapter_map(h, BOARD_STAGING_DATA_BASE, mc->staging.data, BOARD_DATA_SIZE, BUS_R);
	adapter_map(h, BOARD_STAGING_CHIPS_BASE, mc->staging.chips, BOARD_STAGING_CHIPS_SIZE,
		    BUS_R);
	return 0;
}

static int op_stage_write(void *board, u32 addr, const void *src, u32 len)
{
	struct adapter *a = board;

	return memctl_stage_write(&a->memctl, addr, src, len);
}

/* Only a checked image becomes executable (A3); the old one read-only (U14). */
static int op_stage_seal(void *board, const void *file, const struct mrb_header *image)
{
	struct adapter *a = board;
	struct bus_window *text = service_window(a, BOARD_STAGING_TEXT_BASE);
	struct bus_window *data = service_window(a, BOARD_STAGING_DATA_BASE);
	int err;

	err = memctl_stage_seal(&a->memctl, file, image);
	if (err)
		return err;
	coredump_reserve(a, image);
	text->perm = BUS_R | BUS_X;
	text->insns = a->memctl.prefetched.insns;
	text->nr_insns = a->memctl.prefetched.nr;
	data->perm = BUS_R | BUS_W;
	data->size = memctl_data_bytes(image);
	map_region(a, BUS_R);
	return 0;
}

static void op_stage_close(void *board)
{
	struct adapter *a = board;

	adapter_map(&a->service.hart, BOARD_STAGING_TEXT_BASE, NULL, 0, 0);
	adapter_map(&a->service.hart, BOARD_STAGING_DATA_BASE, NULL, 0, 0);
	adapter_map(&a->service.hart, BOARD_STAGING_CHIPS_BASE, NULL, 0, 0);
	mutex_lock(&a->staging_lock);
	memctl_stage_close(&a->memctl);
	slots_drop_file(&a->slots);
	mutex_unlock(&a->staging_lock);
	download_not_saved(a);
	login_resume(a);
}

static int op_take_file(void *board, const void *file, size_t size)
{
	struct adapter *a = board;
	int err = port_boots(a, file) ? slots_take_file(&a->slots, file, size) : -EPROTO;

	if (!err)
		download_to_save(a);
	return err;
}

static int op_write_file(void *board)
{
	struct adapter *a = board;
	int err = slots_write_file(&a->slots);

	if (!err)
		download_saved(a);
	return err;
}

/* The patent's data structure 306, for a way that has no update module. */
static void fill_control_block(struct adapter *a, const struct mrb_header *preserved)
{
	struct control_block *control = (struct control_block *)a->service.control;

	control->magic = cpu_to_le32(CONTROL_MAGIC);
	control->old_image = cpu_to_le32(BOARD_TEXT_BASE);
	control->new_image = cpu_to_le32(BOARD_STAGING_TEXT_BASE);
	control->old_version = a->image.version;
	control->new_version = preserved->version;
	control->board_capabilities = a->regs->capabilities;
	control->image_capabilities = a->image.cap_provided;
}

static void op_turn_back(void *board, const struct mrb_header *image)
{
	struct adapter *a = board;
	struct hart *h = &a->service.hart;
	struct memctl *mc = &a->memctl;

	memctl_turn_back(mc);
	a->port.forced = false;
	service_reset(a, &a->image, START_WARM);
	h->pc = BOARD_TEXT_BASE + le32_to_cpu(a->image.rollback_entry);
	hart_jumped(h, HART_NOWHERE, h->pc);
	adapter_map(h, BOARD_STAGING_TEXT_BASE, mc->staging.text, BOARD_TEXT_SIZE, BUS_R);
	adapter_map(h, BOARD_STAGING_DATA_BASE, mc->staging.data, memctl_data_bytes(image),
		    BUS_R | BUS_W);
	map_region(a, BUS_R);
	fill_control_block(a, image);
}

static void op_preserve(void *board)
{
	struct adapter *a = board;

	memctl_preserve(&a->memctl);
	a->port.forced = true;
}

static void op_restore_data(void *board, const struct mrb_header *image)
{
	struct adapter *a = board;

	memctl_restore_data(&a->memctl, image);
}

/* Complete when each queue's lock has been passed since. */
static void mark_writes(struct adapter *a, bool on, bool silent)
{
	u32 data = BOARD_DATA_BASE >> BUS_WINDOW_BITS;

	memctl_mark(&a->memctl, on, silent);
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		struct hba_queue *q = &a->queues[i];

		spin_lock_bh(&q->lock);
		q->hart.win[data].dirty = on ? a->memctl.dirty : NULL;
		spin_unlock_bh(&q->lock);
	}
}

static void op_track(void *board, bool on)
{
	mark_writes(board, on, false);
}

/* What the service hart writes into the other bank from now on is none of the mirror. */
static void op_prepare(void *board, const struct mrb_header *image, u32 keep)
{
	struct adapter *a = board;
	struct memctl *mc = &a->memctl;

	if (!memctl_mirror_begin(mc, image, keep))
		return;
	if (!mc->marking)
		mark_writes(a, true, true);
	memctl_mirror(mc, image);
	service_window(a, BOARD_STAGING_DATA_BASE)->dirty = mc->stale;
}

static s32 op_next_dirty(void *board, u32 offset)
{
	struct adapter *a = board;

	return memctl_next_dirty(&a->memctl, offset);
}

static int op_check_text(void *board)
{
	struct adapter *a = board;

	return memctl_check_text(&a->memctl, &a->image);
}

static void op_probation(void *board, bool on)
{
	struct adapter *a = board;

	/* Pairs with bus_load(): I/O harts read it while they run. */
	WRITE_ONCE(a->regs->probation, cpu_to_le32(on));
	if (on)
		return;
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_end_wait(&a->queues[i]);
	a->ops->wake_service(a);
	a->ops->wake_login(a);
}

static void op_hold(void *board)
{
	struct adapter *a = board;

	memset(&a->holder, 0, sizeof(a->holder));
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_hold(&a->queues[i]);
	login_pause(a, false);
	port_pause(a, true);
}

static void op_holder(void *board, char *buf, size_t len)
{
	struct adapter *a = board;
	const struct adapter_holder *worst = &a->holder;
	char what[32] = "no command";

	if (!worst->ns) {
		strscpy(buf, "none", len);
		return;
	}
	if (worst->command)
		scnprintf(what, sizeof(what), "command %02x for target %u", worst->opcode,
			  worst->target);
	scnprintf(buf, len, "hart %u, %s, since %llu ns, for %llu ns", worst->hart, what,
		  (unsigned long long)worst->since_ns, (unsigned long long)worst->ns);
}

static int op_unlock(void *board)
{
	struct adapter *a = board;

	return memctl_unlock(&a->memctl);
}

static int op_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied)
{
	struct adapter *a = board;
	struct memctl_bytes bytes = {};
	int err = port_check(a, image);

	if (!err)
		err = memctl_put(&a->memctl, image, &a->image, keep, &bytes);
	map_region(a, service_window(a, BOARD_DATA_BASE)->perm);
	*saved = bytes.saved;
	*copied = bytes.copied;
	return err;
}

static int op_try_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
		      u64 *copied)
{
	struct adapter *a = board;
	struct memctl_bytes bytes = {};
	int err = memctl_try_put(&a->memctl, image, &a->image, keep, &bytes);

	*saved = bytes.saved;
	*copied = bytes.copied;
	return err;
}

static int op_verify(void *board, const struct mrb_header *image, u32 keep)
{
	struct adapter *a = board;

	return memctl_verify(&a->memctl, image, keep);
}

/* The image in place is whole: its data segment is its own again. */
static void op_lock(void *board)
{
	struct adapter *a = board;

	memctl_lock(&a->memctl);
	service_window(a, BOARD_DATA_BASE)->perm = BUS_R | BUS_W;
}

static void op_undo(void *board, const struct mrb_header *image)
{
	struct adapter *a = board;

	memctl_undo(&a->memctl, image, &a->image);
	port_restore(a);
}

static int start_hart(struct hba_queue *q, bool overlaid, struct budget *budget, u64 *insns)
{
	u64 before = q->hart.executed;
	const char *why;

	if (overlaid)
		queue_take_back(q);
	why = queue_start_hart(q, overlaid ? START_OVERLAY : START_WARM);
	*insns += q->hart.executed - before;
	budget_use(budget, budget_used(&q->budget));
	if (why)
		return -EIO;
	return budget_over(budget, q->adapter->ops->now_ns) ? -ETIME : 0;
}

/* Nothing is executed in staging any more, and nothing is held against the new image. */
static void begin_anew(struct adapter *a)
{
	struct bus_window *text = service_window(a, BOARD_STAGING_TEXT_BASE);

	text->perm &= ~BUS_X;
	text->insns = NULL;
	text->nr_insns = 0;
	a->service.damage = false;
	adapter_forget_crashes(a);
	served_begin(a);
}

static int op_start(void *board, bool overlaid, struct budget *budget, u64 *insns)
{
	struct adapter *a = board;
	int err = 0;

	for (u32 i = 0; i < a->cfg.nr_queues && !err; i++)
		err = start_hart(&a->queues[i], overlaid, budget, insns);
	if (err)
		return err;
	WRITE_ONCE(a->crashed, false);
	if (overlaid)
		begin_anew(a);
	return 0;
}

static void op_release(void *board)
{
	struct adapter *a = board;

	port_pause(a, false);
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_release(&a->queues[i]);
}

/* One of each queue, and one more of each: none waits for another queue's all. */
static u32 op_drain(void *board, u32 limit, struct overlay_waits *waits)
{
	struct adapter *a = board;
	u32 n = 0;
	u32 before;

	do {
		before = n;
		for (u32 i = 0; i < a->cfg.nr_queues && n < limit; i++)
			n += queue_drain_one(&a->queues[i], waits);
	} while (n != before && n < limit);
	return n;
}

static int op_settle(void *board)
{
	return service_run(board) ? -EIO : 0;
}

static void op_fail(void *board, const char *why)
{
	struct adapter *a = board;

	adapter_fail(a, &a->service.hart, why);
}

static u64 op_now_ns(void)
{
	return ktime_get_ns();
}

/** adapter_overlay_ops - the adapter as a board for the overlay engine */
const struct overlay_ops adapter_overlay_ops = {
	.limits		= &adapter_limits,
	.support	= op_support,
	.alive		= op_alive,
	.capabilities	= op_capabilities,
	.needed		= op_needed,
	.suits		= op_suits,
	.told		= op_told,
	.capability_name = capability_name,
	.interrupt	= op_interrupt,
	.run		= op_run,
	.answer		= op_answer,
	.refuse		= op_refuse,
	.crash		= op_crash,
	.dump		= op_dump,
	.crashed	= op_crashed,
	.prove		= op_prove,
	.commands	= op_commands,
	.judge		= op_judge,
	.restart	= op_restart,
	.stage_open	= op_stage_open,
	.stage_write	= op_stage_write,
	.stage_seal	= op_stage_seal,
	.stage_close	= op_stage_close,
	.take_file	= op_take_file,
	.write_file	= op_write_file,
	.turn_back	= op_turn_back,
	.preserve	= op_preserve,
	.restore_data	= op_restore_data,
	.track		= op_track,
	.prepare	= op_prepare,
	.next_dirty	= op_next_dirty,
	.check_text	= op_check_text,
	.probation	= op_probation,
	.hold		= op_hold,
	.holder		= op_holder,
	.unlock		= op_unlock,
	.put		= op_put,
	.try_put	= op_try_put,
	.verify		= op_verify,
	.flush		= op_flush,
	.lock		= op_lock,
	.undo		= op_undo,
	.start		= op_start,
	.release	= op_release,
	.drain		= op_drain,
	.settle		= op_settle,
	.fail		= op_fail,
	.now_ns		= op_now_ns,
	.chips		= &adapter_chip_ops,
	.conventional	= &adapter_conventional,
	.remote		= &adapter_remote,
};
