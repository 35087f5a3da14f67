// SPDX-License-Identifier: GPL-2.0
/*
 * The history of updates: what the engine measures and finds out during an update is
 * kept in a record, and a ring of the last records outlives the updates. Steps that an
 * update did not reach are not in its record.
 */
#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "parts.h"
#include "trace.h"

/* --- the record of the update under way */

/**
 * overlay_begin_record() - an update was claimed
 * @ov: the engine
 */
void overlay_begin_record(struct overlay *ov)
{
	struct overlay_record *r = &ov->record;

	memset(ov->waits, 0, sizeof(ov->waits));
	memset(r, 0, sizeof(*r));
	r->number = ov->status.recorded + 1;
	r->from = le32_to_cpu(ov->running->version);
	r->method = OVERLAY_METHOD_OVERLAY;
}

/**
 * overlay_set_name() - what the user calls the image
 * @ov: the engine, claimed by overlay_claim(); the update has not begun
 * @name: the name
 */
void overlay_set_name(struct overlay *ov, const char *name)
{
	strscpy(ov->record.name, name, sizeof(ov->record.name));
}

static u32 compare_versions(const struct mrb_header *old, const struct mrb_header *new)
{
	u32 from = le32_to_cpu(old->version);
	u32 to = le32_to_cpu(new->version);

	if (le32_to_cpu(new->ordinal) < le32_to_cpu(old->ordinal))
		return OVERLAY_OLDER;
	if (to == from)
		return OVERLAY_SAME_VERSION;
	if (to == from + 1 || to == MRB_VERSION(MRB_VERSION_MAJOR(from) + 1, 0))
		return OVERLAY_ONE_AHEAD;
	return OVERLAY_SEVERAL_AHEAD;
}

static bool same_schemas(const struct mrb_header *old, const struct mrb_header *new)
{
	if (old->nr_schemas != new->nr_schemas)
		return false;
	for (u32 i = 0; i < le16_to_cpu(new->nr_schemas); i++) {
		const struct mrb_schema *s = &new->schema[i];
		const struct mrb_schema *there = mrb_find_schema(old, le16_to_cpu(s->id));

		if (!there || memcmp(there, s, sizeof(*s)))
			return false;
	}
	return true;
}

static u32 memory_size(const struct mrb_header *image, u32 type)
{
	u32 size = 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (le32_to_cpu(image->block[i].type) == type)
			size += le32_to_cpu(image->block[i].mem_size);
	return size;
}

static bool has_data_at(const struct mrb_header *image, __le32 address)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (le32_to_cpu(image->block[i].type) == MRB_DATA &&
		    image->block[i].address == address)
			return true;
	return false;
}

/* Does each data block of @image begin where a data block of @other begins? */
static bool same_places(const struct mrb_header *image, const struct mrb_header *other)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (le32_to_cpu(image->block[i].type) == MRB_DATA &&
		    !has_data_at(other, image->block[i].address))
			return false;
	return true;
}

/**
 * overlay_compare() - note the incompatibilities that the headers show
 * @ov: the update
 * @new: header of the new image, checked
 */
void overlay_compare(struct overlay *ov, const struct mrb_header *new)
{
	const struct mrb_header *old = ov->running;
	struct overlay_record *r = &ov->record;

	r->compared = true;
	r->to = le32_to_cpu(new->version);
	if (!r->name[0])
		strscpy(r->name, new->name, sizeof(r->name));
	r->incompat |= compare_versions(old, new);
	if (old->cap_provided != new->cap_provided)
		r->incompat |= OVERLAY_CAPABILITIES;
	if (!same_schemas(old, new))
		r->incompat |= OVERLAY_SCHEMAS;
	if (memory_size(old, MRB_TEXT) != memory_size(new, MRB_TEXT) ||
	    memory_size(old, MRB_DATA) != memory_size(new, MRB_DATA))
		r->incompat |= OVERLAY_SIZE;
	if (!same_places(old, new) || !same_places(new, old))
		r->incompat |= OVERLAY_DATA_MOVED;
}

/**
 * overlay_keep_pause() - record the figures of the update's pause, which are final
 * @ov: the update; afterwards @ov->work may be used for a rollback
 */
void overlay_keep_pause(struct overlay *ov)
{
	const struct overlay_figures *w = &ov->work;
	struct overlay_record *r = &ov->record;

	r->parts = w->parts;
	memcpy(r->part_ns, w->part_ns, sizeof(r->part_ns));
	r->pause_ns = w->pause_ns;
	r->waiting_commands = w->waiting_commands;
}

static enum overlay_result result_of(const struct overlay *ov, int err)
{
	if (!err)
		return OVERLAY_RESULT_COMMITTED;
	if (!ov->ops->board->alive(ov->board))
		return OVERLAY_RESULT_STOPPED;
	return ov->reverting ? OVERLAY_RESULT_ROLLED_BACK : OVERLAY_RESULT_FAILED;
}

/**
 * overlay_fill_record() - complete the record of an update that has ended
 * @ov: the update
 * @err: 0: the new image stays; else @ov->reason says why it does not
 */
void overlay_fill_record(struct overlay *ov, int err)
{
	struct overlay_record *r = &ov->record;

	if (ov->reverting)
		r->rollback_ns = ov->work.pause_ns;
	else
		overlay_keep_pause(ov);
	r->result = result_of(ov, err);
	if (err)
		strscpy(r->reason, ov->reason, sizeof(r->reason));
}

/**
 * overlay_keep_record() - put the filled record into the history
 * @ov: the update
 *
 * Context: @ov->lock is held.
 */
void overlay_keep_record(struct overlay *ov)
{
	lockdep_assert_held(&ov->lock);
	ov->history[ov->record.number % OVERLAY_HISTORY] = ov->record;
	ov->status.recorded = ov->record.number;
}

/* --- reading the history */

/**
 * overlay_read_record() - a record of the history
 * @ov: the engine
 * @number: its number, up to overlay_status.recorded
 * @record: set
 *
 * Return: false if that record has been overwritten, or never existed.
 */
bool overlay_read_record(struct overlay *ov, u32 number, struct overlay_record *record)
{
	spin_lock(&ov->lock);
	*record = ov->history[number % OVERLAY_HISTORY];
	spin_unlock(&ov->lock);
	return number && record->number == number;
}

/**
 * overlay_read_histogram() - a consistent copy of the histogram
 * @ov: the engine
 * @histogram: set
 */
void overlay_read_histogram(struct overlay *ov, struct overlay_histogram *histogram)
{
	spin_lock(&ov->lock);
	*histogram = ov->histogram;
	spin_unlock(&ov->lock);
}

static const char * const methods[] = {
	[OVERLAY_METHOD_OVERLAY] = "overlay",
	[OVERLAY_METHOD_CONVENTIONAL] = "conventional",
};

static const char * const results[] = {
	[OVERLAY_RESULT_COMMITTED]	= "committed",
	[OVERLAY_RESULT_ROLLED_BACK]	= "rolled-back",
	[OVERLAY_RESULT_FAILED]		= "failed",
	[OVERLAY_RESULT_STOPPED]	= "stopped",
};

/* By bit of the mask. */
static const char * const incompatibilities[] = {
	"same-version", "one-ahead", "several-ahead", "older", "capabilities", "schemas", "size",
	"data-moved", "too-old", "required", "frames", "registers", "caches",
	"chips", "init-order",
};

/* A user's file name, escaped: printable ASCII without spaces. */
static u32 put_name(const char *name, char *buf, u32 size)
{
	u32 n = 0;

	if (!*name)
		return scnprintf(buf, size, " -");
	n = scnprintf(buf, size, " ");
	for (; *name; name++) {
		if (*name > ' ' && *name <= '~' && *name != '\\')
			n += scnprintf(buf + n, size - n, "%c", *name);
		else
			n += scnprintf(buf + n, size - n, "\\x%02x", (u8)*name);
	}
	return n;
}

static u32 put_incompat(u32 mask, char *buf, u32 size)
{
	u32 n = scnprintf(buf, size, mask ? " " : " none");

	for (u32 bit = 0; bit < 32; bit++) {
		const char *comma = n > 1 ? "," : "";

		if (!(mask & BIT(bit)))
			continue;
		if (bit < ARRAY_SIZE(incompatibilities))
			n += scnprintf(buf + n, size - n, "%s%s", comma, incompatibilities[bit]);
		else
			n += scnprintf(buf + n, size - n, "%sbit-%u", comma, bit);
	}
	return n;
}

/* A number, or "-" for a step that was not reached. */
static u32 put_figure(bool reached, u64 figure, char *buf, u32 size)
{
	if (!reached)
		return scnprintf(buf, size, " -");
	return scnprintf(buf, size, " %llu", (unsigned long long)figure);
}

static u32 put_versions(const struct overlay_record *r, char *buf, u32 size)
{
	u32 n = scnprintf(buf, size, "%u %u.%u", r->number, MRB_VERSION_MAJOR(r->from),
			  MRB_VERSION_MINOR(r->from));

	if (!r->compared)
		return n + scnprintf(buf + n, size - n, " -");
	return n + scnprintf(buf + n, size - n, " %u.%u", MRB_VERSION_MAJOR(r->to),
			     MRB_VERSION_MINOR(r->to));
}

static u32 put_pause(const struct overlay_record *r, char *buf, u32 size)
{
	u32 n = put_figure(r->parts, r->pause_ns, buf, size);

	for (u32 i = 0; i < OVERLAY_PARTS; i++)
		n += put_figure(r->parts & BIT(i), r->part_ns[i], buf + n, size - n);
	n += put_figure(r->parts, r->waiting_commands, buf + n, size - n);
	return n + put_figure(r->result == OVERLAY_RESULT_ROLLED_BACK, r->rollback_ns, buf + n,
			      size - n);
}

/**
 * overlay_format_record() - a record as a line
 * @r: the record
 * @buf: where the line goes; Documentation/ABI/sysfs-hba_sim has its columns
 * @size: bytes there
 *
 * Return: length of the line, or 0 if it does not fit with a zero behind it.
 */
u32 overlay_format_record(const struct overlay_record *r, char *buf, u32 size)
{
	u32 n = put_versions(r, buf, size);

	n += put_name(r->name, buf + n, size - n);
	n += scnprintf(buf + n, size - n, " %s", methods[r->method]);
	if (r->compared)
		n += put_incompat(r->incompat, buf + n, size - n);
	else
		n += scnprintf(buf + n, size - n, " -");
	n += put_pause(r, buf + n, size - n);
	n += scnprintf(buf + n, size - n, " %s", results[r->result]);
	if (r->result != OVERLAY_RESULT_COMMITTED)
		n += scnprintf(buf + n, size - n, " %s", r->reason);
	if (n + 1 >= size)
		return 0;
	buf[n++] = '\n';
	buf[n] = '\0';
	return n;
}
