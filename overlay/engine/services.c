// SPDX-License-Identifier: GPL-2.0
/*
 * The system services: what the images' update module, bootstrap and run-time
 * ask the host to do during an update, and in which states they may. Their
 * meanings are described in include/hba_sim/overlay.h.
 *
 * A service function returns the answer for the image: a count, 0, or a
 * negative errno for the image to act on. If the update cannot go on, it
 * calls overlay_stop(), whose error ends the update without an answer.
 */
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <hba_sim/cost.h>

#include "parts.h"
#include "trace.h"

static int serve_open(struct overlay *ov, const u32 *arg)
{
	int err = 0;

	ov->ops->processor->interrupt(ov->board, false);
	if (ov->fetch)
		err = overlay_fetch(ov, arg[0]);
	if (err)
		return err;
	err = ov->ops->memory->stage_open(ov->board);
	if (err)
		return overlay_stop(ov, err, "no memory for staging");
	budget_forget_time(&ov->budget);
	return ov->file_size;
}

static int serve_read(struct overlay *ov, const u32 *arg)
{
	u32 offset = arg[0];
	u32 len = arg[2];
	int err;

	if (offset >= ov->file_size)
		return 0;
	len = min_t(size_t, len, ov->file_size - offset);
	overlay_charge(ov, call_cost(OVERLAY_READ, len));
	err = ov->ops->memory->stage_write(ov->board, arg[1], ov->file + offset, len);
	return err ?: (int)len;
}

/* The host checks the file itself, and does not rely on what the loader found. */
static int check_file(struct overlay *ov)
{
	struct mrb_header *new = &ov->staged;
	struct mrb_fault fault;
	int err;

	err = mrb_check(ov->file, ov->file_size, ov->ops->board->limits, &fault);
	if (err == -ENODEV)
		err = -EXDEV;	/* here -ENODEV would mean that a device is gone */
	if (err)
		return overlay_stop(ov, err, "image refused: %s (at byte %u)", fault.what,
				    fault.where);
	memcpy(new, ov->file, sizeof(*new));
	overlay_compare(ov, new);
	if (le32_to_cpu(new->ordinal) < le32_to_cpu(ov->running->ordinal))
		return overlay_stop(ov, -ESTALE,
				    "image refused: older: no conversion, release ordinal %u",
				    le32_to_cpu(new->ordinal));
	return 0;
}

static const char *take_error(int err)
{
	switch (err) {
	case -ENOSPC:
		return "no room on the board's media";
	case -EOVERFLOW:
		return "the board's media cannot be written any more";
	case -EPROTO:
		return "the board could not boot the image";
	default:
		return "no memory for a permanent update";
	}
}

static int serve_staged(struct overlay *ov, const u32 *arg)
{
	int err = check_file(ov);

	if (err)
		return err;
	err = ov->ops->memory->stage_seal(ov->board, ov->file, &ov->staged);
	if (err)
		return overlay_stop(ov, err, err == -EBADMSG ? "staging is not as the file says" :
							       "no memory for the swap");
	err = ov->permanent ? ov->ops->media->take_file(ov->board, ov->file, ov->file_size) : 0;
	if (err)
		return overlay_stop(ov, err, "%s", take_error(err));
	overlay_advance(ov, OVERLAY_CONVERTING);
	return 0;
}

static void set_progress(struct overlay *ov, u32 percent)
{
	spin_lock(&ov->lock);
	ov->status.progress = percent;
	spin_unlock(&ov->lock);
}

static int serve_progress(struct overlay *ov, const u32 *arg)
{
	overlay_charge(ov, call_cost(OVERLAY_PROGRESS, 0));
	set_progress(ov, min(arg[0], 100u));
	return 0;
}

/* The pause begins: no preemption until overlay_end_pause(). */
static int serve_quiesce(struct overlay *ov, const u32 *arg)
{
	int err;

	if (!ov->reverting && overlay_last_call(ov))
		return overlay_stop(ov, -EINTR, "cancelled");
	err = ov->reverting ? 0 : overlay_require_fit(ov);
	if (err)
		return err;
	set_progress(ov, 100);
	if (ov->checking)
		return overlay_try_pause(ov);
	overlay_prepare(ov, mrb_equal_schemas(&ov->staged, ov->running));
	preempt_disable();
	overlay_begin_pause(ov);
	ov->ops->queues->hold(ov->board);
	overlay_advance(ov, OVERLAY_PAUSED);
	if (ov->reverting)
		overlay_chips(ov, false);
	overlay_next_part(ov, OVERLAY_PART_DELTA);
	return 0;
}

static int serve_track(struct overlay *ov, const u32 *arg)
{
	overlay_charge(ov, call_cost(OVERLAY_TRACK, 0));
	ov->ops->memory->track(ov->board, arg[0]);
	return 0;
}

static int serve_dirty(struct overlay *ov, const u32 *arg)
{
	s32 offset = ov->ops->memory->next_dirty(ov->board, arg[0]);
	u32 end = offset < 0 ? ov->ops->board->limits->data_size : offset;

	overlay_charge(ov, call_cost(OVERLAY_DIRTY, end - min(end, arg[0])));
	if (offset >= 0 && ov->status.state == OVERLAY_PAUSED)
		ov->work.pause_dirty++;
	return offset;
}

/* The last moment before the swap: is there time for it? */
static int check_budget(struct overlay *ov)
{
	u32 budget_us = READ_ONCE(ov->pause_budget_us) ?: le32_to_cpu(ov->staged.pause_budget_us);
	u64 ns = ov->ops->board->now_ns() - ov->pause_start_ns;
	char holder[OVERLAY_HOLDER_MAX];

	if (ov->reverting || !budget_us || ns <= (u64)budget_us * 1000)
		return 0;
	ov->ops->queues->holder(ov->board, holder, sizeof(holder));
	return overlay_stop(ov, -ETIME, "pause budget of %u us exceeded by %llu ns, held up by: %s",
			    budget_us, (unsigned long long)(ns - (u64)budget_us * 1000), holder);
}

static int serve_unlock(struct overlay *ov, const u32 *arg)
{
	int err = check_budget(ov) ?: ov->ops->memory->unlock(ov->board);

	if (err)
		return err;
	overlay_advance(ov, OVERLAY_SWAPPING);
	overlay_next_part(ov, OVERLAY_PART_COPY);
	return 0;
}

static int serve_copy(struct overlay *ov, const u32 *arg)
{
	struct overlay_figures *w = &ov->work;
	u64 copied = 0;
	int err;

	ov->keep = arg[0];
	err = ov->ops->memory->put(ov->board, &ov->staged, ov->keep, &w->undo_bytes, &copied);
	w->pause_bytes = w->undo_bytes + copied + w->pause_dirty * DIRTY_GRANULE;
	if (!err)
		overlay_next_part(ov, OVERLAY_PART_VERIFY);
	return err;
}

static int serve_verify(struct overlay *ov, const u32 *arg)
{
	int err = ov->ops->memory->verify(ov->board, &ov->staged, ov->keep);

	if (!err)
		overlay_next_part(ov, OVERLAY_PART_START);
	return err;
}

static int serve_flush(struct overlay *ov, const u32 *arg)
{
	ov->ops->memory->flush(ov->board);
	return 0;
}

static int serve_lock(struct overlay *ov, const u32 *arg)
{
	ov->ops->memory->lock(ov->board);
	overlay_advance(ov, OVERLAY_STARTING);
	return 0;
}

static int serve_resume(struct overlay *ov, const u32 *arg)
{
	struct mrb_header old = *ov->running;
	int err;

	ov->ops->memory->track(ov->board, false);
	*ov->running = ov->staged;
	err = ov->ops->queues->start(ov->board, true, &ov->pause, &ov->work.pause_insns);
	if (err) {
		*ov->running = old;
		return overlay_stop(ov, err, err == -ETIME ?
				    "the harts take too long to start in the new image" :
				    "a hart did not start in the new image");
	}
	ov->previous = old;
	ov->ops->queues->probation(ov->board, !ov->reverting);
	ov->ops->queues->release(ov->board);
	overlay_close_pause(ov);
	overlay_advance(ov, OVERLAY_RUNNING);
	overlay_end_pause(ov);
	return 0;
}

/* Only the first call after a swap counts, and only while a rollback is possible. */
static int serve_selftest(struct overlay *ov, const u32 *arg)
{
	if (arg[0])
		return overlay_stop(ov, -EIO, "self-test failed: 0x%x", arg[0]);
	overlay_all_reconciled(ov);
	return 0;
}

static int serve_report(struct overlay *ov, const u32 *arg)
{
	const struct overlay_report report = {
		.kind = arg[0] & 0xffff, .state = arg[0] >> 16, .old = arg[1], .new = arg[2],
	};

	overlay_charge(ov, call_cost(OVERLAY_REPORT, 0));
	return overlay_take_report(ov, &report);
}

static const char * const abort_reasons[] = {
	[ABORT_SOURCE]		= "source not readable, error",
	[ABORT_TRUNCATED]	= "file is truncated, bytes",
	[ABORT_HEADER]		= "bad header, field at byte",
	[ABORT_CHECKSUM]	= "bad checksum, computed",
	[ABORT_BOARD]		= "for another board",
	[ABORT_OLDER]		= "older: no conversion, release ordinal",
	[ABORT_CAPABILITY]	= "needs capabilities",
	[ABORT_CAP_LOST]	= "would lose capabilities",
	[ABORT_NO_CONVERSION]	= "no conversion for persistent data, schema",
	[ABORT_CONTROL]		= "bad control block, field at byte",
	[ABORT_SERVICE]		= "service failed, number",
	[ABORT_TOO_OLD]		= "replaces no version before",
	[ABORT_CAP_NEEDED]	= "lacks capabilities that board or driver needs",
	[ABORT_FRAMES]		= "speaks no frame format that driver and board do, the driver's",
	[ABORT_SESSION]		= "no session with the port that has the image, port",
	[ABORT_CHIP]		= "contents cannot be burned, chip",
};

/* Does this reason put the blame on the board, not on the new image? */
static bool is_board_fault(u32 reason)
{
	return reason == ABORT_SOURCE || reason == ABORT_SERVICE || reason == ABORT_CHIP;
}

static int serve_abort(struct overlay *ov, const u32 *arg)
{
	const char *what = "unknown reason";

	if (arg[0] < ARRAY_SIZE(abort_reasons) && abort_reasons[arg[0]])
		what = abort_reasons[arg[0]];
	return overlay_stop(ov, is_board_fault(arg[0]) ? -EIO : -ECONNABORTED,
			    "image aborted: %s 0x%x", what, arg[1]);
}

#define IN(state) BIT(OVERLAY_##state)
#define CONVERSION (IN(CONVERTING) | IN(REVERTING))
#define INDEX(call) (OVERLAY_##call - OVERLAY_CALL_FIRST)
#define AFTER(call) BIT(INDEX(call))

/* May be called more than once in an update; may be called only from the code region. */
#define AGAIN		BIT(0)
#define IN_PLACE	BIT(1)

/**
 * struct overlay_service - a system service
 * @states: states in which it may be called
 * @after: services that must have succeeded before it
 * @flags: AGAIN, IN_PLACE
 * @fn: serves the call
 */
struct overlay_service {
	u32 states;
	u32 after;
	u32 flags;
	int (*fn)(struct overlay *ov, const u32 *arg);
};

/* The services, and when each may be called. */
static const struct overlay_service services[] = {
	[INDEX(OPEN)]	  = { IN(LOADING), 0, 0, serve_open },
	[INDEX(READ)]	  = { IN(LOADING), AFTER(OPEN), AGAIN, serve_read },
	[INDEX(STAGED)]	  = { IN(LOADING), AFTER(OPEN), 0, serve_staged },
	[INDEX(PROGRESS)] = { IN(LOADING) | CONVERSION, 0, AGAIN, serve_progress },
	[INDEX(TRACK)]	  = { CONVERSION, 0, AGAIN, serve_track },
	[INDEX(DIRTY)]	  = { CONVERSION | IN(PAUSED), 0, AGAIN, serve_dirty },
	[INDEX(ERASE)]	  = { IN(CONVERTING), 0, AGAIN, overlay_serve_erase },
	[INDEX(PROGRAM)]  = { IN(CONVERTING), 0, AGAIN, overlay_serve_program },
	[INDEX(SELECT)]	  = { IN(PAUSED), 0, AGAIN, overlay_serve_select },
	[INDEX(QUIESCE)]  = { CONVERSION, 0, 0, serve_quiesce },
	[INDEX(UNLOCK)]	  = { IN(PAUSED), 0, 0, serve_unlock },
	[INDEX(COPY)]	  = { IN(SWAPPING), 0, 0, serve_copy },
	[INDEX(VERIFY)]	  = { IN(SWAPPING), AFTER(COPY), 0, serve_verify },
	[INDEX(FLUSH)]	  = { IN(SWAPPING), AFTER(COPY), 0, serve_flush },
	[INDEX(LOCK)]	  = { IN(SWAPPING), AFTER(VERIFY), 0, serve_lock },
	[INDEX(RESUME)]	  = { IN(STARTING), 0, IN_PLACE, serve_resume },
	[INDEX(REPORT)]	  = { CONVERSION, 0, AGAIN, serve_report },
	[INDEX(SELFTEST)] = { IN(RUNNING), 0, IN_PLACE, serve_selftest },
	[INDEX(ABORT)]	  = { IN(LOADING) | CONVERSION | IN(PAUSED) | IN(SWAPPING) | IN(STARTING),
			      0, 0, serve_abort },
};

static const struct overlay_service *find_service(const struct overlay *ov, u32 index)
{
	const struct overlay_service *s;

	if (index >= ARRAY_SIZE(services))
		return NULL;
	s = &services[index];
	if (!(s->states & BIT(ov->status.state)))
		return NULL;
	if (s->after & ~ov->served || (!(s->flags & AGAIN) && ov->called & BIT(index)))
		return NULL;
	return s;
}

/**
 * overlay_selftest_failed() - has the image that was started reported a failed self-test?
 * @ov: the update
 *
 * Return: true if it called OVERLAY_SELFTEST with a fault.
 */
bool overlay_selftest_failed(const struct overlay *ov)
{
	return ov->called & ~ov->served & BIT(INDEX(SELFTEST));
}

/**
 * overlay_serve() - an image calls a system service
 * @ov: the update
 * @call: the call, not trusted
 *
 * A call that does not exist or is not allowed now traps (and counts as a crash
 * if the image has no handler).
 *
 * Context: the update's thread; in the pause with preemption off.
 * Return: 0: the processor goes on; an error: the update has to stop.
 */
int overlay_serve(struct overlay *ov, const struct overlay_request *call)
{
	u32 index = call->nr - OVERLAY_CALL_FIRST;
	const struct overlay_service *service = find_service(ov, index);
	char what[40];
	int answer;

	trace_overlay_call(ov, call);
	if (!service) {
		overlay_charge(ov, COST_REFUSED);
		if (ov->ops->processor->refuse(ov->board))
			return 0;
		scnprintf(what, sizeof(what), "call 0x%x out of order", call->nr);
		return overlay_crash(ov, -EPROTO, what);
	}
	if (service->flags & IN_PLACE && !call->in_place) {
		scnprintf(what, sizeof(what), "call 0x%x from outside the region", call->nr);
		return overlay_crash(ov, -EPROTO, what);
	}
	ov->called |= BIT(index);
	answer = service->fn(ov, call->arg);
	if (answer == OVERLAY_STOPPED)
		return OVERLAY_STOPPED;
	if (answer >= 0)
		ov->served |= BIT(index);
	trace_overlay_answer(ov, call, answer);
	ov->ops->processor->answer(ov->board, answer);
	return 0;
}
