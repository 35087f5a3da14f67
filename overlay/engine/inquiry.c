// SPDX-License-Identifier: GPL-2.0
/*
 * The system services RETURN UPDATE PARAMETERS and RETURN UPDATE STATUS (S4 to S6): what
 * can be asked about updates without making one. The answers depend on the kind of board
 * only in what it cannot do.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "parts.h"

/* Returns 0, or why the board cannot be updated, enum update_result. */
static u32 unable(const struct overlay *ov)
{
	switch (overlay_support(ov)) {
	case OVERLAY_NO_SERVICES:
		return UPDATE_LACKING;
	case OVERLAY_FIXED:
		return UPDATE_UNABLE;
	default:
		return 0;
	}
}

/**
 * overlay_parameters() - RETURN UPDATE PARAMETERS
 * @ov: the engine
 * @p: set, to zeros if the board cannot be updated
 *
 * Context: any but interrupts.
 * Return: enum update_result.
 */
u32 overlay_parameters(struct overlay *ov, struct update_parameters *p)
{
	struct overlay_status st;
	u32 result = unable(ov);

	memset(p, 0, sizeof(*p));
	if (result)
		return result;
	overlay_read_status(ov, &st);
	p->al = overlay_support(ov) == OVERLAY_PERMANENT;
	p->bx = cpu_to_le16(sizeof(struct mrb_header));
	p->cx = cpu_to_le16(DIV_ROUND_UP(st.file_size, 1024));
	p->dx = cpu_to_le16(sizeof(struct update_request));
	strscpy(p->name, st.name, sizeof(p->name));
	return st.applied ? UPDATE_NOT_NEEDED : UPDATE_NONE_APPLIED;
}

static int misfit(u32 *detail, u32 value, char *why, size_t size, const char *fmt)
{
	*detail = value;
	scnprintf(why, size, fmt, value);
	return -EOPNOTSUPP;
}

/**
 * overlay_fit() - could an image take the place of another one on this board?
 * @ov: the engine
 * @version: of the image in place
 * @provided: capabilities of the image in place
 * @new: header of the image, checked
 * @detail: set if it could not: the capabilities or the version that are in the way
 * @why: set if it could not: the reason
 * @size: bytes at @why
 *
 * Context: any.
 * Return: 0; -ESTALE: the image in place is too old to be replaced by @new;
 * -EOPNOTSUPP: their capabilities do not allow it.
 */
int overlay_fit(const struct overlay *ov, u32 version, u32 provided, const struct mrb_header *new,
		u32 *detail, char *why, size_t size)
{
	u32 has = le32_to_cpu(new->cap_provided);
	u32 there = ov->ops->board->capabilities(ov->board) | has;
	u32 missing = le32_to_cpu(new->cap_required) & ~there;
	u32 lost = provided & ~has;
	u32 lacking = ov->ops->board->needed(ov->board) & ~has;

	if (version < le32_to_cpu(new->oldest)) {
		misfit(detail, le32_to_cpu(new->oldest), why, size, "replaces none before 0x%x");
		return -ESTALE;
	}
	if (missing)
		return misfit(detail, missing, why, size, "needs capabilities 0x%x");
	if (lost & ~le32_to_cpu(new->cap_lost))
		return misfit(detail, lost, why, size, "would lose capabilities 0x%x");
	if (lacking)
		return misfit(detail, lacking, why, size,
			      "lacks capabilities 0x%x that are needed");
	return 0;
}

static u32 compare_releases(u32 new, u32 old)
{
	if (new == old)
		return UPDATE_SAME;
	return new > old ? UPDATE_NEWER : UPDATE_OLDER;
}

/* @new is the header of an image for this board: would the image be accepted? */
static void judge_image(struct overlay *ov, const struct mrb_header *new,
			struct overlay_answer *answer)
{
	struct overlay_status st;

	overlay_read_status(ov, &st);
	strscpy(answer->name, new->name, sizeof(answer->name));
	answer->version = le32_to_cpu(new->version);
	answer->result = compare_releases(le32_to_cpu(new->ordinal), st.ordinal);
	if (answer->result == UPDATE_OLDER)
		scnprintf(answer->why, sizeof(answer->why), "release ordinal %u is lower than %u",
			  le32_to_cpu(new->ordinal), st.ordinal);
	else if (overlay_fit(ov, st.version, st.capabilities, new, &answer->detail, answer->why,
			     sizeof(answer->why)))
		answer->result = UPDATE_REFUSED;
}

/* @new is not the header of an image for this board: @err and @fault say why. */
static void judge_fault(int err, const struct mrb_header *new, const struct mrb_fault *fault,
			struct overlay_answer *answer)
{
	answer->result = err == -ENODEV ? UPDATE_OTHER_BOARD : UPDATE_REFUSED;
	answer->detail = err == -ENODEV ? le32_to_cpu(new->board_id) : fault->where;
	scnprintf(answer->why, sizeof(answer->why), "%s (at byte %u)", fault->what, fault->where);
}

/**
 * overlay_judge() - RETURN UPDATE STATUS
 * @ov: the engine
 * @bytes: start of an image file, not trusted
 * @len: bytes there; only the header is looked at
 * @answer: set
 *
 * The rest of the image may still be damaged.
 *
 * Context: any but interrupts.
 */
void overlay_judge(struct overlay *ov, const void *bytes, size_t len,
		   struct overlay_answer *answer)
{
	struct mrb_fault fault = {};
	struct mrb_header new;
	int err;

	memset(answer, 0, sizeof(*answer));
	answer->asked = true;
	answer->result = unable(ov);
	if (answer->result)
		return;
	if (len < sizeof(new)) {
		answer->result = UPDATE_TOO_SHORT;
		answer->detail = sizeof(new);
		return;
	}
	memcpy(&new, bytes, sizeof(new));
	err = mrb_check_header(&new, sizeof(new), le32_to_cpu(new.total_size),
			       ov->ops->board->limits, &fault);
	if (err)
		judge_fault(err, &new, &fault, answer);
	else
		judge_image(ov, &new, answer);
}

/**
 * overlay_ask() - overlay_judge(), and keep the answer for overlay_read_answer()
 * @ov: the engine
 * @bytes: start of an image file, not trusted
 * @len: bytes there
 *
 * Context: any but interrupts.
 */
void overlay_ask(struct overlay *ov, const void *bytes, size_t len)
{
	struct overlay_answer answer;

	overlay_judge(ov, bytes, len, &answer);
	spin_lock(&ov->lock);
	ov->answer = answer;
	spin_unlock(&ov->lock);
}

/**
 * overlay_read_answer() - a consistent copy of the last answer
 * @ov: the engine
 * @answer: set
 */
void overlay_read_answer(struct overlay *ov, struct overlay_answer *answer)
{
	spin_lock(&ov->lock);
	*answer = ov->answer;
	spin_unlock(&ov->lock);
}

/**
 * overlay_require_fit() - before an image has its first effect: may it be put in place?
 * @ov: the update, CONVERTING
 *
 * The image's bootstrap should have refused the update if anything is in the way. The host
 * does not rely on that: it checks the same itself before the first chip is burned, and
 * before the pause.
 *
 * Context: the update's thread.
 * Return: 0 or OVERLAY_STOPPED.
 */
int overlay_require_fit(struct overlay *ov)
{
	char why[OVERLAY_WHY_MAX];
	u32 detail;
	int err = overlay_fit(ov, le32_to_cpu(ov->running->version),
			      le32_to_cpu(ov->running->cap_provided), &ov->staged, &detail, why,
			      sizeof(why));

	if (!err && ov->ops->board->suits)
		err = ov->ops->board->suits(ov->board, ov->file, why, sizeof(why));
	return err ? overlay_stop(ov, err, "image refused: %s", why) : 0;
}
