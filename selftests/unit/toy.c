// SPDX-License-Identifier: GPL-2.0
/* The turnstile's controller: see toy.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/limits.h>

#include "toy.h"

#define TOY_CAP_COUNTS	1u	/* of the board: it has a turnstile */

const struct mrb_limits toy_limits = {
	.board_id	= TOY_BOARD_ID,
	.text_base	= TOY_TEXT,
	.text_size	= TOY_SIZE,
	.data_base	= TOY_DATA,
	.data_size	= TOY_SIZE,
	.image_caps	= ~TOY_CAP_COUNTS,
};

u32 toy_word(const u8 *mem, u32 offset)
{
	__le32 word;

	memcpy(&word, mem + offset, sizeof(word));
	return le32_to_cpu(word);
}

/* Where an address lies, or NULL. */
static u8 *toy_at(struct toy *t, u32 addr, bool write)
{
	u32 offset = addr % 0x1000;

	if (offset > TOY_SIZE - 4 || offset % 4)
		return NULL;
	switch (addr - offset) {
	case TOY_TEXT:
		return write ? NULL : t->region.text + offset;
	case TOY_DATA:
		return write && t->sealed ? NULL : t->region.data + offset;
	case TOY_STAGE_TEXT:
		return t->open && !write ? t->staging.text + offset : NULL;
	case TOY_STAGE_DATA:
		return t->open ? t->staging.data + offset : NULL;
	default:
		return NULL;
	}
}

/* The instruction at pc; what is in place comes out of the cache (S3). */
static u32 toy_fetch(struct toy *t)
{
	u32 offset = t->pc % 0x1000;

	if (offset > TOY_SIZE - 4 || offset % 4)
		return 0;
	if (t->pc - offset == TOY_TEXT)
		return toy_word(t->icache, offset);
	if (t->pc - offset == TOY_STAGE_TEXT && t->sealed)
		return toy_word(t->staging.text, offset);
	return 0;
}

static bool toy_load(struct toy *t, u32 addr, s32 *value)
{
	const u8 *at = toy_at(t, addr, false);

	if (at)
		*value = toy_word(at, 0);
	return at;
}

static bool toy_store(struct toy *t, u32 addr, u32 value)
{
	__le32 word = cpu_to_le32(value);
	u8 *at = toy_at(t, addr, true);

	if (!at)
		return false;
	memcpy(at, &word, sizeof(word));
	if (at >= t->region.data && at < t->region.data + TOY_SIZE)
		t->dirty |= t->tracking;
	return true;
}

static bool toy_die(struct toy *t, const char *why)
{
	t->fault = why;
	return false;
}

/* One instruction but TOY_CALL and TOY_WAIT. False: it cannot be done. */
static bool toy_step(struct toy *t, u8 op, s32 operand)
{
	u32 next = t->pc + 4;
	s32 value;

	switch (op) {
	case TOY_LDI:
		t->acc = operand;
		break;
	case TOY_LD:
		if (!toy_load(t, operand, &t->acc))
			return toy_die(t, "load from nowhere");
		break;
	case TOY_ST:
		if (!toy_store(t, operand, t->acc))
			return toy_die(t, "store not allowed");
		break;
	case TOY_ADD:
		t->acc += operand;
		break;
	case TOY_SUB:
		if (!toy_load(t, operand, &value))
			return toy_die(t, "load from nowhere");
		t->acc -= value;
		break;
	case TOY_MUL:
		t->acc *= operand;
		break;
	case TOY_DIV:
		t->acc = operand ? t->acc / operand : 0;
		break;
	case TOY_ARG:
		t->arg[operand & 1 ? 1 : operand & 2] = t->acc;
		break;
	case TOY_J:
		next = t->pc + operand;
		break;
	case TOY_JNZ:
		next = t->acc ? t->pc + operand : next;
		break;
	case TOY_JUMP:
		next = t->acc;
		break;
	default:
		return toy_die(t, "illegal instruction");
	}
	t->pc = next;
	return true;
}

static enum overlay_exit toy_run(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	struct toy *t = board;
	enum overlay_exit exit = OVERLAY_EXIT_LIMIT;

	for (*insns = 0; *insns < limit && exit == OVERLAY_EXIT_LIMIT; ++*insns) {
		u32 insn = toy_fetch(t);

		if ((insn & 0xff) == TOY_CALL) {
			call->nr = insn >> 8;
			call->in_place = t->pc - t->pc % 0x1000 == TOY_TEXT;
			memcpy(call->arg, t->arg, sizeof(t->arg));
			exit = OVERLAY_EXIT_CALL;
		} else if ((insn & 0xff) == TOY_WAIT && t->irq) {
			t->pc = TOY_TEXT + le32_to_cpu(t->image.update_entry);
		} else if ((insn & 0xff) == TOY_WAIT) {
			exit = OVERLAY_EXIT_IDLE;
		} else if (!toy_step(t, insn, (s32)insn >> 8)) {
			exit = OVERLAY_EXIT_DEAD;
		}
	}
	t->executed += *insns;
	return exit;
}

static void toy_restart(void *board, const struct mrb_header *image, bool overlaid)
{
	struct toy *t = board;

	t->pc = TOY_TEXT + le32_to_cpu(image->runtime_entry);
	t->acc = overlaid;
	t->fault = NULL;
	if (!overlaid)
		t->sealed = false;
}

/* The image's own code counts who goes through: from its wait to the next. */
void toy_person(struct toy *t)
{
	struct overlay_request call;
	u64 insns;

	if (t->held) {
		t->waiting++;
		return;
	}
	t->people++;
	t->pc += 4;
	if (toy_run(t, 1000, &call, &insns) != OVERLAY_EXIT_IDLE)
		t->dead = true;
}

static u32 toy_image_end(const struct mrb_header *image)
{
	return le32_to_cpu(image->block[0].file_size);
}

void toy_power_on(struct toy *t, const void *image, size_t size)
{
	struct overlay_request call;
	u64 insns;

	memset(t, 0, sizeof(*t));
	memcpy(&t->image, image, sizeof(t->image));
	memcpy(t->region.text, image, toy_image_end(&t->image));
	memcpy(t->icache, t->region.text, TOY_SIZE);
	t->locked = true;
	toy_restart(t, &t->image, false);
	t->dead = toy_run(t, 1000, &call, &insns) != OVERLAY_EXIT_IDLE;
}

static bool toy_alive(void *board)
{
	return !((struct toy *)board)->dead;
}

static u32 toy_capabilities(void *board)
{
	return TOY_CAP_COUNTS;
}

static u32 toy_needed(void *board)
{
	return 0;
}

static const char *toy_capability_name(u32 bit)
{
	return bit ? NULL : "turnstile";
}

static void toy_interrupt(void *board, bool pending)
{
	((struct toy *)board)->irq = pending;
}

static void toy_answer(void *board, s32 value)
{
	struct toy *t = board;

	t->acc = value;
	t->pc += 4;
}

static bool toy_refuse(void *board)
{
	return toy_die(board, "call not allowed");
}

static void toy_crash(void *board, char *buf, size_t len)
{
	const struct toy *t = board;

	snprintf(buf, len, "turnstile: %s at 0x%x", t->fault ?: "?", t->pc);
}

static bool toy_crashed(void *board)
{
	return false;
}

/* There is no other processor. */
static void toy_prove(void *board)
{
}

static u64 toy_commands(void *board)
{
	return ((struct toy *)board)->people;
}

static int toy_stage_open(void *board)
{
	struct toy *t = board;

	memset(&t->staging, 0, sizeof(t->staging));
	t->open = true;
	t->copied = false;
	return 0;
}

static int toy_stage_write(void *board, u32 addr, const void *src, u32 len)
{
	struct toy *t = board;
	u32 offset = addr - TOY_STAGE_TEXT;

	if (offset >= TOY_SIZE || len > TOY_SIZE - offset)
		return -EFAULT;
	memcpy(t->staging.text + offset, src, len);
	return 0;
}

static int toy_stage_seal(void *board, const void *file, const struct mrb_header *image)
{
	struct toy *t = board;

	if (memcmp(t->staging.text, file, toy_image_end(image)))
		return -EBADMSG;
	t->sealed = true;
	return 0;
}

static void toy_stage_close(void *board)
{
	struct toy *t = board;

	memset(&t->staging, 0, sizeof(t->staging));
	t->open = false;
	t->sealed = false;
}

static void toy_turn_back(void *board, const struct mrb_header *image)
{
	struct toy *t = board;

	t->staging = t->undo;
	memcpy(t->kept, t->undo.data, TOY_SIZE);
	t->copied = false;
	t->sealed = true;
	t->fault = NULL;
	t->pc = TOY_TEXT + le32_to_cpu(t->image.rollback_entry);
}

static void toy_preserve(void *board)
{
	struct toy *t = board;

	memcpy(t->staging.data, t->kept, TOY_SIZE);
}

static void toy_restore_data(void *board, const struct mrb_header *image)
{
	struct toy *t = board;

	memcpy(t->region.data, t->kept, TOY_SIZE);
}

static void toy_track(void *board, bool on)
{
	struct toy *t = board;

	t->tracking = on;
	t->dirty = on && t->dirty;
}

/* One granule is all there is. */
static s32 toy_next_dirty(void *board, u32 offset)
{
	struct toy *t = board;
	bool found = t->dirty && !offset;

	t->dirty &= !found;
	return found ? 0 : -ENOENT;
}

static int toy_check_text(void *board)
{
	const struct toy *t = board;

	return memcmp(t->icache, t->region.text, TOY_SIZE) ? -EBADMSG : 0;
}

static void toy_probation(void *board, bool on)
{
}

static void toy_hold(void *board)
{
	struct toy *t = board;

	t->held = true;
	if (t->on_hold)
		t->on_hold(t);
}

static void toy_holder(void *board, char *buf, size_t len)
{
	snprintf(buf, len, "none");
}

static int toy_unlock(void *board)
{
	((struct toy *)board)->locked = false;
	return 0;
}

static int toy_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied)
{
	struct toy *t = board;

	if (t->locked || t->copied)
		return -EACCES;
	t->undo = t->region;
	memcpy(t->region.text, t->staging.text, TOY_SIZE);
	if (!keep)
		memcpy(t->region.data, t->staging.data, TOY_SIZE);
	t->copied = true;
	*saved = sizeof(t->undo);
	*copied = keep ? TOY_SIZE : 2 * TOY_SIZE;
	return 0;
}

static int toy_try_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
		       u64 *copied)
{
	struct toy *t = board;

	memcpy(t->undo.text, t->staging.text, TOY_SIZE);
	*saved = sizeof(t->undo);
	*copied = keep ? TOY_SIZE : 2 * TOY_SIZE;
	return 0;
}

static int toy_verify(void *board, const struct mrb_header *image, u32 keep)
{
	const struct toy *t = board;

	return memcmp(t->region.text, t->staging.text, TOY_SIZE) ? -EIO : 0;
}

static void toy_flush(void *board)
{
	struct toy *t = board;

	memcpy(t->icache, t->region.text, TOY_SIZE);
}

static void toy_lock(void *board)
{
	((struct toy *)board)->locked = true;
}

static void toy_undo(void *board, const struct mrb_header *image)
{
	struct toy *t = board;

	if (t->copied)
		t->region = t->undo;
	t->copied = false;
	toy_flush(t);
}

static int toy_start(void *board, bool overlaid, struct budget *budget, u64 *insns)
{
	((struct toy *)board)->sealed = false;
	return 0;
}

static void toy_release(void *board)
{
	((struct toy *)board)->held = false;
}

/* They come through when the processor is idle: see toy_settle(). */
static u32 toy_drain(void *board, u32 limit, struct overlay_waits *waits)
{
	struct toy *t = board;
	u32 n;

	for (n = 0; n < limit && t->released < t->waiting; n++, t->released++)
		overlay_waits_add(waits, 1000);
	return n;
}

static int toy_settle(void *board)
{
	struct toy *t = board;

	while (t->waiting && !t->dead) {
		t->waiting--;
		toy_person(t);
	}
	t->released = 0;
	return t->dead ? -EIO : 0;
}

static void toy_fail(void *board, const char *why)
{
	((struct toy *)board)->dead = true;
}

static u64 toy_now_ns(void)
{
	static u64 ns;

	return ns += 1000;
}

static const struct overlay_board_ops toy_board_ops = {
	.limits		= &toy_limits,
	.alive		= toy_alive,
	.capabilities	= toy_capabilities,
	.needed		= toy_needed,
	.capability_name = toy_capability_name,
	.fail		= toy_fail,
	.now_ns		= toy_now_ns,
};

static const struct overlay_processor_ops toy_processor_ops = {
	.interrupt	= toy_interrupt,
	.run		= toy_run,
	.answer		= toy_answer,
	.refuse		= toy_refuse,
	.crash		= toy_crash,
	.restart	= toy_restart,
	.settle		= toy_settle,
};

static const struct overlay_memory_ops toy_memory_ops = {
	.stage_open	= toy_stage_open,
	.stage_write	= toy_stage_write,
	.stage_seal	= toy_stage_seal,
	.stage_close	= toy_stage_close,
	.turn_back	= toy_turn_back,
	.preserve	= toy_preserve,
	.restore_data	= toy_restore_data,
	.track		= toy_track,
	.next_dirty	= toy_next_dirty,
	.check_text	= toy_check_text,
	.unlock		= toy_unlock,
	.put		= toy_put,
	.try_put	= toy_try_put,
	.verify		= toy_verify,
	.flush		= toy_flush,
	.lock		= toy_lock,
	.undo		= toy_undo,
};

static const struct overlay_queue_ops toy_queue_ops = {
	.hold		= toy_hold,
	.holder		= toy_holder,
	.start		= toy_start,
	.release	= toy_release,
	.drain		= toy_drain,
	.prove		= toy_prove,
	.crashed	= toy_crashed,
	.commands	= toy_commands,
	.probation	= toy_probation,
};

const struct overlay_ops toy_ops = {
	.board		= &toy_board_ops,
	.processor	= &toy_processor_ops,
	.memory		= &toy_memory_ops,
	.queues		= &toy_queue_ops,
};
