// SPDX-License-Identifier: GPL-2.0
/*
 * The sysfs folder "overlay" of a board: what can be read, and the file "image"
 * that starts an update. Documentation/ABI/sysfs-hba_sim describes it.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>

#include "attr.h"
#include "permit.h"
#include "upload.h"

static ssize_t show_image(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%s\n", st->name);
}

static int store_image(struct overlay_node *node, const char *buf, size_t len)
{
	return overlay_node_trigger(node, buf, len);
}
OVERLAY_ATTR_RW(image);

static const char * const findings[] = {
	[OVERLAY_UNCHECKED]	= "none",
	[OVERLAY_CHECKING]	= "checking",
	[OVERLAY_FITS]		= "fits",
	[OVERLAY_REFUSED]	= "refused",
};

/* The const is cast away only to take the engine's lock, as in show_history(). */
static ssize_t show_check(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	struct overlay_check c;
	ssize_t n;

	overlay_read_check((struct overlay *)ov, &c);
	n = sysfs_emit(buf, "result %s\n", findings[c.finding]);
	if (c.finding != OVERLAY_UNCHECKED)
		n += sysfs_emit_at(buf, n, "image %s\n", c.name);
	if (c.finding == OVERLAY_REFUSED)
		n += sysfs_emit_at(buf, n, "reason %s\n", c.reason);
	if (c.finding == OVERLAY_FITS)
		n += sysfs_emit_at(buf, n, "prepare_ns %llu\nconverted_bytes %llu\n"
				   "pause_bytes %llu\npause_ns %llu\n", c.prepare_ns,
				   c.converted_bytes, c.pause_bytes, c.pause_ns);
	return n;
}

static int store_check(struct overlay_node *node, const char *buf, size_t len)
{
	return overlay_node_check(node, buf, len);
}
OVERLAY_ATTR_RW(check);

static int store_image_port(struct overlay_node *node, const char *buf, size_t len)
{
	u32 port;
	int err = kstrtou32(buf, 0, &port);

	return err ?: overlay_node_trigger_port(node, port);
}
OVERLAY_ATTR_WO(image_port);

static ssize_t show_update_parameters(const struct overlay *ov, const struct overlay_status *st,
				      char *buf)
{
	struct update_parameters p;
	u32 result = overlay_parameters((struct overlay *)ov, &p);

	if (result & UPDATE_CARRY)
		return sysfs_emit(buf, "cf 1\nah %02xh\n", result & 0xff);
	return sysfs_emit(buf, "cf 0\nah %02xh\nal %02xh\nbx %u\ncx %u\ndx %u\nname %s\n",
			  result & 0xff, p.al, le16_to_cpu(p.bx), le16_to_cpu(p.cx),
			  le16_to_cpu(p.dx), p.name);
}
OVERLAY_ATTR_RO(update_parameters);

static const char *answer_word(u32 result)
{
	static const char * const words[] = {
		[UPDATE_NEWER]				= "newer",
		[UPDATE_SAME]				= "same",
		[UPDATE_OLDER]				= "older",
		[UPDATE_OTHER_BOARD & 0xff]		= "other-board",
		[UPDATE_REFUSED & 0xff]			= "refused",
		[UPDATE_TOO_SHORT & 0xff]		= "too-short",
	};

	if (result == UPDATE_UNABLE)
		return "unable";
	return result == UPDATE_LACKING ? "lacking" : words[result & 0xff];
}

static ssize_t show_update_status(const struct overlay *ov, const struct overlay_status *st,
				  char *buf)
{
	struct overlay_answer a;
	ssize_t n;

	overlay_read_answer((struct overlay *)ov, &a);
	if (!a.asked)
		return sysfs_emit(buf, "result none\n");
	n = sysfs_emit(buf, "result %s\ncf %u\nah %02xh\n", answer_word(a.result),
		       !!(a.result & UPDATE_CARRY), a.result & 0xff);
	if (*a.name)
		n += sysfs_emit_at(buf, n, "image %s\nversion %u.%u\n", a.name,
				   MRB_VERSION_MAJOR(a.version), MRB_VERSION_MINOR(a.version));
	if (*a.why)
		n += sysfs_emit_at(buf, n, "reason %s\n", a.why);
	return n;
}

/* The first bytes of an image, in one write. */
static int store_update_status(struct overlay_node *node, const char *buf, size_t len)
{
	overlay_ask(&node->ov, buf, len);
	return 0;
}
OVERLAY_ATTR_RW(update_status);

/* Only a "yes" value is accepted, so that nobody rolls back by writing 0. */
static int decide(struct overlay_node *node, const char *buf, enum overlay_verdict verdict)
{
	bool yes;
	int err = kstrtobool(buf, &yes);

	if (err || !yes)
		return -EINVAL;
	return overlay_node_decide(node, verdict);
}

static int store_commit(struct overlay_node *node, const char *buf, size_t len)
{
	return decide(node, buf, OVERLAY_COMMIT);
}
OVERLAY_ATTR_WO(commit);

static int store_rollback(struct overlay_node *node, const char *buf, size_t len)
{
	return decide(node, buf, OVERLAY_ROLL_BACK);
}
OVERLAY_ATTR_WO(rollback);

static ssize_t show_probation_commands(const struct overlay *ov, const struct overlay_status *st,
				       char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ov->probation_commands));
}

static int store_probation_commands(struct overlay_node *node, const char *buf, size_t len)
{
	return overlay_store_u32(&node->ov.probation_commands, buf);
}
OVERLAY_ATTR_RW(probation_commands);

static ssize_t show_probation_ms(const struct overlay *ov, const struct overlay_status *st,
				 char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ov->probation_ms));
}

static int store_probation_ms(struct overlay_node *node, const char *buf, size_t len)
{
	return overlay_store_u32(&node->ov.probation_ms, buf);
}
OVERLAY_ATTR_RW(probation_ms);

static ssize_t show_pause_budget_us(const struct overlay *ov, const struct overlay_status *st,
				    char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ov->pause_budget_us));
}

static int store_pause_budget_us(struct overlay_node *node, const char *buf, size_t len)
{
	return overlay_store_u32(&node->ov.pause_budget_us, buf);
}
OVERLAY_ATTR_RW(pause_budget_us);

static ssize_t show_state(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%s\n", overlay_state_name(st->state));
}
OVERLAY_ATTR_RO(state);

static ssize_t show_progress(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%u\n", st->progress);
}
OVERLAY_ATTR_RO(progress);

static ssize_t show_error(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%s\n", st->error);
}
OVERLAY_ATTR_RO(error);

static ssize_t show_version(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%u.%u\n", MRB_VERSION_MAJOR(st->version),
			  MRB_VERSION_MINOR(st->version));
}
OVERLAY_ATTR_RO(version);

static ssize_t show_capabilities(const struct overlay *ov, const struct overlay_status *st,
				 char *buf)
{
	u32 caps = st->capabilities | ov->ops->board->capabilities(ov->board);
	ssize_t n = 0;

	for (u32 bit = 0; bit < 32; bit++) {
		const char *name = ov->ops->board->capability_name(bit);

		if (!(caps & BIT(bit)))
			continue;
		if (name)
			n += sysfs_emit_at(buf, n, "%s%s", n ? " " : "", name);
		else
			n += sysfs_emit_at(buf, n, "%sbit-%u", n ? " " : "", bit);
	}
	return n + sysfs_emit_at(buf, n, "\n");
}
OVERLAY_ATTR_RO(capabilities);

static ssize_t show_updates(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%u\n", st->updates);
}
OVERLAY_ATTR_RO(updates);

static ssize_t show_rollbacks(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%u\n", st->rollbacks);
}
OVERLAY_ATTR_RO(rollbacks);

static ssize_t show_held_up(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%s\n", st->held_up);
}
OVERLAY_ATTR_RO(held_up);

#define OVERLAY_FIGURE(_name)								\
static ssize_t show_##_name(const struct overlay *ov, const struct overlay_status *st,	\
			    char *buf)							\
{											\
	return sysfs_emit(buf, "%llu\n", (u64)st->last._name);				\
}											\
static struct overlay_attr attr_##_name = { { #_name, 0444 }, show_##_name, NULL }

OVERLAY_FIGURE(total_ns);
OVERLAY_FIGURE(prepare_ns);
OVERLAY_FIGURE(pause_ns);
OVERLAY_FIGURE(pause_insns);
OVERLAY_FIGURE(pause_bytes);
OVERLAY_FIGURE(undo_bytes);
OVERLAY_FIGURE(pause_dirty);
OVERLAY_FIGURE(erases);
OVERLAY_FIGURE(programs);
OVERLAY_FIGURE(burned_bytes);
OVERLAY_FIGURE(waiting_commands);
OVERLAY_FIGURE(longest_wait_ns);

#define OVERLAY_PART(_name, _figures, _part)						\
static ssize_t show_##_name(const struct overlay *ov, const struct overlay_status *st,	\
			    char *buf)							\
{											\
	return sysfs_emit(buf, "%llu\n", st->last._figures[OVERLAY_PART_##_part]);	\
}											\
static struct overlay_attr attr_##_name = { { #_name, 0444 }, show_##_name, NULL }

OVERLAY_PART(pause_quiesce_ns, part_ns, QUIESCE);
OVERLAY_PART(pause_delta_ns, part_ns, DELTA);
OVERLAY_PART(pause_copy_ns, part_ns, COPY);
OVERLAY_PART(pause_verify_ns, part_ns, VERIFY);
OVERLAY_PART(pause_start_ns, part_ns, START);
OVERLAY_PART(pause_quiesce_insns, part_insns, QUIESCE);
OVERLAY_PART(pause_delta_insns, part_insns, DELTA);
OVERLAY_PART(pause_copy_insns, part_insns, COPY);
OVERLAY_PART(pause_verify_insns, part_insns, VERIFY);
OVERLAY_PART(pause_start_insns, part_insns, START);

/* The const is cast away only to take the engine's lock, as in show_history(). */
static ssize_t show_wait_histogram(const struct overlay *ov, const struct overlay_status *st,
				   char *buf)
{
	struct overlay_histogram h;
	ssize_t n = 0;

	overlay_read_histogram((struct overlay *)ov, &h);
	for (u32 i = 0; i < OVERLAY_WAIT_BUCKETS; i++)
		n += sysfs_emit_at(buf, n, "%lu %u %llu\n", i ? BIT(i - 1) : 0, h.last[i],
				   h.all[i]);
	return n;
}
OVERLAY_ATTR_RO(wait_histogram);

/* The newest records first, and as many as fit. */
static ssize_t show_history(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	struct overlay_record record;
	u32 number = st->recorded;
	ssize_t n = 0;
	u32 len;

	for (; overlay_read_record((struct overlay *)ov, number, &record); number--) {
		len = overlay_format_record(&record, buf + n, PAGE_SIZE - n);
		if (!len)
			break;
		n += len;
	}
	return n;
}
OVERLAY_ATTR_RO(history);

static ssize_t show_incompatibilities(const struct overlay *ov, const struct overlay_status *st,
				      char *buf)
{
	struct overlay_reports reports;
	ssize_t n = 0;

	overlay_read_reports((struct overlay *)ov, &reports);
	for (u32 i = 0; i < reports.nr; i++)
		n += overlay_format_report(ov, &reports.report[i], buf + n, PAGE_SIZE - n);
	return n;
}
OVERLAY_ATTR_RO(incompatibilities);

static struct attribute *overlay_attrs[] = {
	&attr_image.attr,
	&attr_image_port.attr,
	&attr_check.attr,
	&attr_update_parameters.attr,
	&attr_update_status.attr,
	&attr_state.attr,
	&attr_progress.attr,
	&attr_error.attr,
	&attr_version.attr,
	&attr_capabilities.attr,
	&attr_updates.attr,
	&attr_rollbacks.attr,
	&attr_commit.attr,
	&attr_rollback.attr,
	&attr_probation_commands.attr,
	&attr_probation_ms.attr,
	&attr_pause_budget_us.attr,
	&attr_held_up.attr,
	&attr_total_ns.attr,
	&attr_prepare_ns.attr,
	&attr_pause_ns.attr,
	&attr_pause_insns.attr,
	&attr_pause_bytes.attr,
	&attr_undo_bytes.attr,
	&attr_pause_dirty.attr,
	&attr_erases.attr,
	&attr_programs.attr,
	&attr_burned_bytes.attr,
	&attr_waiting_commands.attr,
	&attr_longest_wait_ns.attr,
	&attr_pause_quiesce_ns.attr,
	&attr_pause_delta_ns.attr,
	&attr_pause_copy_ns.attr,
	&attr_pause_verify_ns.attr,
	&attr_pause_start_ns.attr,
	&attr_pause_quiesce_insns.attr,
	&attr_pause_delta_insns.attr,
	&attr_pause_copy_insns.attr,
	&attr_pause_verify_insns.attr,
	&attr_pause_start_insns.attr,
	&attr_wait_histogram.attr,
	&attr_history.attr,
	&attr_incompatibilities.attr,
	NULL,
};

static const struct attribute_group overlay_group = {
	.attrs	= overlay_attrs,
};

static const struct attribute_group *overlay_groups[] = {
	&overlay_group,
	&overlay_upload_group,
	NULL,
};

static ssize_t overlay_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct overlay_node *node = container_of(kobj, struct overlay_node, kobj);
	struct overlay_attr *a = container_of(attr, struct overlay_attr, attr);
	struct overlay_status st;

	if (!a->show)
		return -EIO;
	overlay_read_status(&node->ov, &st);
	return a->show(&node->ov, &st, buf);
}

static ssize_t overlay_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			     size_t len)
{
	struct overlay_node *node = container_of(kobj, struct overlay_node, kobj);
	struct overlay_attr *a = container_of(attr, struct overlay_attr, attr);
	int err;

	if (!a->store)
		return -EIO;
	if (!overlay_may_change())
		return -EPERM;
	err = a->store(node, buf, len);
	return err ?: len;
}

static const struct sysfs_ops overlay_sysfs_ops = {
	.show	= overlay_show,
	.store	= overlay_store,
};

static void overlay_release(struct kobject *kobj)
{
	struct overlay_node *node = container_of(kobj, struct overlay_node, kobj);

	complete(&node->gone);
}

static const struct kobj_type overlay_ktype = {
	.release	= overlay_release,
	.sysfs_ops	= &overlay_sysfs_ops,
	.default_groups	= overlay_groups,
};

static void overlay_changed(struct overlay *ov)
{
	struct overlay_node *node = container_of(ov, struct overlay_node, ov);

	if (node->state)
		sysfs_notify_dirent(node->state);
}

/**
 * overlay_node_add() - let users see an engine and start updates
 * @node: with @ov initialised by overlay_init(), everything else zero
 * @dev: the device below which the folder "overlay" appears
 * @wq: an ordered workqueue, which everything that runs the processor uses
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; overlay_node_remove() only after 0.
 */
int overlay_node_add(struct overlay_node *node, struct device *dev, struct workqueue_struct *wq)
{
	int err;

	node->dev = dev;
	node->wq = wq;
	node->ov.changed = overlay_changed;
	init_completion(&node->gone);
	INIT_WORK(&node->read, overlay_node_read);
	INIT_WORK(&node->update, overlay_node_update);
	INIT_DELAYED_WORK(&node->probation, overlay_node_probation);
	overlay_stream_init(&node->upload, overlay_node_max(&node->ov));

	err = kobject_init_and_add(&node->kobj, &overlay_ktype, &dev->kobj, "overlay");
	if (err) {
		kobject_put(&node->kobj);
		wait_for_completion(&node->gone);
		return err;
	}
	node->state = sysfs_get_dirent(node->kobj.sd, "state");
	err = overlay_class_add(node);
	if (err)
		overlay_node_remove(node);
	return err;
}

/**
 * overlay_node_remove() - end the update under way, and let nobody start another
 * @node: the engine
 *
 * An update that has not begun its pause is cancelled; after that it goes on to
 * its end, which is near, and an image on probation stays.
 *
 * Context: may sleep; not from the workqueue.
 */
void overlay_node_remove(struct overlay_node *node)
{
	overlay_close(&node->ov);
	overlay_class_remove(node);
	kobject_del(&node->kobj);
	/* afterwards, an update that microcode claimed before the close has been queued */
	flush_workqueue(node->wq);
	flush_work(&node->read);
	flush_work(&node->update);
	/* a run that began before the engine was closed may have scheduled another one */
	flush_delayed_work(&node->probation);
	flush_delayed_work(&node->probation);
	sysfs_put(node->state);
	node->state = NULL;
	kobject_put(&node->kobj);
	wait_for_completion(&node->gone);
	overlay_stream_destroy(&node->upload);
}
