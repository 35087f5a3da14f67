// SPDX-License-Identifier: GPL-2.0
/*
 * Incompatibilities: what the new image's bootstrap finds, reconciles or refuses
 * is kept here for people to read. The engine itself does not act on it.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "parts.h"

/* How the two values of a report are printed. */
enum value {
	VALUE_NUMBER,
	VALUE_HEX,
	VALUE_VERSION,
	VALUE_CAPABILITIES,
	VALUE_SCHEMA,
};

/**
 * struct kind - a kind of incompatibility
 * @name: its name in sysfs
 * @value: enum value
 * @bit: its bit in the history's mask
 */
struct kind {
	const char *name;
	enum value value;
	u32 bit;
};

static const struct kind kinds[REPORT_KINDS] = {
	[REPORT_VERSION_EQUAL]	= { "version-equal", VALUE_VERSION, OVERLAY_SAME_VERSION },
	[REPORT_ONE_AHEAD]	= { "version-one-ahead", VALUE_VERSION, OVERLAY_ONE_AHEAD },
	[REPORT_SEVERAL_AHEAD]	= { "version-several-ahead", VALUE_VERSION,
				    OVERLAY_SEVERAL_AHEAD },
	[REPORT_TOO_OLD]	= { "version-too-old", VALUE_VERSION, OVERLAY_TOO_OLD },
	[REPORT_CAP_REQUIRED]	= { "capability-required", VALUE_CAPABILITIES, OVERLAY_REQUIRED },
	[REPORT_CAP_LOST]	= { "capability-lost", VALUE_CAPABILITIES, OVERLAY_CAPABILITIES },
	[REPORT_CAP_NEEDED]	= { "capability-needed", VALUE_CAPABILITIES, OVERLAY_REQUIRED },
	[REPORT_CAP_GAINED]	= { "capability-gained", VALUE_CAPABILITIES,
				    OVERLAY_CAPABILITIES },
	[REPORT_FRAMES]		= { "frame-formats", VALUE_HEX, OVERLAY_FRAMES },
	[REPORT_TEXT_SIZE]	= { "text-size", VALUE_NUMBER, OVERLAY_SIZE },
	[REPORT_DATA_SIZE]	= { "data-size", VALUE_NUMBER, OVERLAY_SIZE },
	[REPORT_DATA_PLACE]	= { "data-place", VALUE_HEX, OVERLAY_DATA_MOVED },
	[REPORT_SCHEMA_FORMAT]	= { "schema-format", VALUE_SCHEMA, OVERLAY_SCHEMAS },
	[REPORT_SCHEMA_PLACE]	= { "schema-place", VALUE_HEX, OVERLAY_SCHEMAS },
	[REPORT_SCHEMA_ADDED]	= { "schema-added", VALUE_SCHEMA, OVERLAY_SCHEMAS },
	[REPORT_SCHEMA_DROPPED]	= { "schema-dropped", VALUE_SCHEMA, OVERLAY_SCHEMAS },
	[REPORT_REGISTER]	= { "register", VALUE_HEX, OVERLAY_REGISTERS },
	[REPORT_CACHE]		= { "instruction-cache", VALUE_HEX, OVERLAY_CACHES },
	[REPORT_CHIP]		= { "chip", VALUE_SCHEMA, OVERLAY_CHIPS },
	[REPORT_INIT_ORDER]	= { "init-order", VALUE_NUMBER, OVERLAY_INIT },
};

static const char * const states[REPORT_STATES] = {
	[REPORT_FOUND]		= "found",
	[REPORT_RECONCILED]	= "reconciled",
	[REPORT_REFUSED]	= "refused",
};

static struct overlay_report *find_report(struct overlay_reports *all,
					  const struct overlay_report *report)
{
	for (u32 i = 0; i < all->nr; i++) {
		struct overlay_report *r = &all->report[i];

		if (r->kind == report->kind && r->old == report->old && r->new == report->new)
			return r;
	}
	return NULL;
}

/* Returns false if there is no room. Lock held. */
static bool keep_report(struct overlay *ov, const struct overlay_report *report)
{
	struct overlay_reports *all = &ov->reports;
	struct overlay_report *r = find_report(all, report);

	lockdep_assert_held(&ov->lock);
	if (!r && all->nr == REPORTS_MAX)
		return false;
	if (!r)
		r = &all->report[all->nr++];
	*r = *report;
	return true;
}

/**
 * overlay_take_report() - the new image reports an incompatibility
 * @ov: the update
 * @report: the report, not trusted
 *
 * Reports of a rollback module are not about the new image, and are not kept.
 *
 * Context: the update's thread, not in the pause.
 * Return: 0, or OVERLAY_STOPPED if the report makes no sense or there are too many.
 */
int overlay_take_report(struct overlay *ov, const struct overlay_report *report)
{
	bool kept;

	if (!report->kind || report->kind >= REPORT_KINDS || report->state >= REPORT_STATES)
		return overlay_stop(ov, -EINVAL, "image reports an unknown incompatibility: %u, %u",
				    report->kind, report->state);
	if (ov->reverting)
		return 0;
	spin_lock(&ov->lock);
	kept = keep_report(ov, report);
	spin_unlock(&ov->lock);
	if (!kept)
		return overlay_stop(ov, -E2BIG, "image reports more than %u incompatibilities",
				    REPORTS_MAX);
	ov->record.incompat |= kinds[report->kind].bit;
	return 0;
}

/**
 * overlay_all_reconciled() - the new image runs and has passed its self-test
 * @ov: the update
 *
 * Context: the update's thread, not in the pause.
 */
void overlay_all_reconciled(struct overlay *ov)
{
	if (ov->reverting)
		return;
	spin_lock(&ov->lock);
	for (u32 i = 0; i < ov->reports.nr; i++)
		ov->reports.report[i].state = REPORT_RECONCILED;
	spin_unlock(&ov->lock);
}

/**
 * overlay_read_reports() - a consistent copy of the incompatibilities
 * @ov: the engine
 * @reports: set to those of the last update, or of the one under way
 */
void overlay_read_reports(struct overlay *ov, struct overlay_reports *reports)
{
	spin_lock(&ov->lock);
	*reports = ov->reports;
	spin_unlock(&ov->lock);
}

static u32 put_capabilities(const struct overlay *ov, u32 caps, char *buf, u32 size)
{
	u32 n = scnprintf(buf, size, caps ? " " : " none");

	for (u32 bit = 0; bit < 32; bit++) {
		const char *comma = n > 1 ? "," : "";
		const char *name = ov->ops->board->capability_name(bit);

		if (!(caps & BIT(bit)))
			continue;
		if (name)
			n += scnprintf(buf + n, size - n, "%s%s", comma, name);
		else
			n += scnprintf(buf + n, size - n, "%sbit-%u", comma, bit);
	}
	return n;
}

static u32 put_value(const struct overlay *ov, enum value kind, u32 value, char *buf, u32 size)
{
	switch (kind) {
	case VALUE_VERSION:
		return scnprintf(buf, size, " %u.%u", MRB_VERSION_MAJOR(value),
				 MRB_VERSION_MINOR(value));
	case VALUE_CAPABILITIES:
		return put_capabilities(ov, value, buf, size);
	case VALUE_SCHEMA:
		if (!value)
			return scnprintf(buf, size, " -");
		return scnprintf(buf, size, " %u/%u", value >> 16, value & 0xffff);
	case VALUE_HEX:
		return scnprintf(buf, size, " 0x%x", value);
	default:
		return scnprintf(buf, size, " %u", value);
	}
}

/**
 * overlay_format_report() - an incompatibility as a line
 * @ov: the engine, for names of capabilities
 * @report: the incompatibility
 * @buf: where the line goes; Documentation/ABI/sysfs-hba_sim has its columns
 * @size: bytes there
 *
 * Return: length of the line, or 0 if it does not fit with a zero behind it.
 */
u32 overlay_format_report(const struct overlay *ov, const struct overlay_report *report,
			  char *buf, u32 size)
{
	const struct kind *kind = &kinds[report->kind];
	u32 n = scnprintf(buf, size, "%s", kind->name);

	n += put_value(ov, kind->value, report->old, buf + n, size - n);
	n += put_value(ov, kind->value, report->new, buf + n, size - n);
	n += scnprintf(buf + n, size - n, " %s", states[report->state]);
	if (n + 1 >= size)
		return 0;
	buf[n++] = '\n';
	buf[n] = '\0';
	return n;
}
