// SPDX-License-Identifier: GPL-2.0
/*
 * An adapter in the firmware upload class, overlay/node/upload_class.c, called as the kernel's
 * thread does: what is cancelled, and when, is that upload and no other one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/firmware.h>
#include <linux/kernel.h>
#include <linux/vmalloc.h>

#include "../../overlay/node/node.h"
#include "../../overlay/node/upload.h"
#include "fixture.h"

#define SIZE	100000u		/* more than one piece */

static struct device device = { .kobj.name = "upload" };
static struct model *m;
static struct overlay_node node;
static const struct fw_upload_ops *ops;
static struct fw_upload fwl;
static u8 data[SIZE];

struct fw_upload *firmware_upload_register(struct module *module, struct device *parent,
					   const char *name, const struct fw_upload_ops *the_ops,
					   void *dd_handle)
{
	ops = the_ops;
	fwl.dd_handle = dd_handle;
	return &fwl;
}

void firmware_upload_unregister(struct fw_upload *f)
{
}

size_t overlay_node_max(const struct overlay *ov)
{
	return SIZE;
}

/* Each image is taken, unless its update is cancelled. */
static void update(struct work_struct *work)
{
	struct overlay_order *order = node.order;
	int err = node.read_error ?: node.ov.cancel ? -EINTR : 0;
	struct overlay_status status;

	vfree(node.file);
	node.file = NULL;
	overlay_no_source(&node.ov, "no engine", err, &status);
	order->ended(order, err, &status);
}

static void meanwhile(void)
{
	assert_true(flush_work(&node.update));
}

static int set_up(void **state)
{
	m = start(&model_config);
	memset(&node, 0, sizeof(node));
	node.dev = &device;
	INIT_WORK(&node.update, update);
	overlay_init(&node.ov, &m->ops, &m->a, &m->a.image);
	overlay_include(&node.ov);
	host_meanwhile = meanwhile;
	return overlay_class_add(&node);
}

static int tear_down(void **state)
{
	host_meanwhile = NULL;
	overlay_class_remove(&node);
	model_free(m);
	return 0;
}

/* Where a user cancels. */
enum when { NEVER, IDLE, RECEIVING, TRANSFERRING, PROGRAMMING, MOMENTS };

static void cancel(enum when now, enum when when)
{
	if (now == when)
		ops->cancel(&fwl);
}

static enum fw_upload_err transfer(enum when when)
{
	enum fw_upload_err err;
	u32 written;

	for (u32 at = 0; at < SIZE; at += written) {
		cancel(at ? TRANSFERRING : RECEIVING, when);
		err = ops->write(&fwl, data + at, at, SIZE - at, &written);
		if (err)
			return err;
	}
	cancel(PROGRAMMING, when);
	return ops->poll_complete(&fwl);
}

/* As the kernel's fw_upload_main(). */
static enum fw_upload_err upload(u32 size, enum when when)
{
	enum fw_upload_err err;

	cancel(IDLE, when);
	err = ops->prepare(&fwl, data, size);
	if (err)
		return err;
	err = transfer(when);
	ops->cleanup(&fwl);
	assert_false(overlay_is_busy(&node.ov));
	return err;
}

/* An upload is cancelled at any moment, and the next one is not. */
static void test_cancel(void **state)
{
	for (enum when when = RECEIVING; when < MOMENTS; when++) {
		assert_int_equal(upload(SIZE, when), FW_UPLOAD_ERR_CANCELED);
		assert_int_equal(upload(SIZE, NEVER), FW_UPLOAD_ERR_NONE);
	}
}

/* The kernel passes on what a user cancels while there is no upload: the next one goes on. */
static void test_cancel_idle(void **state)
{
	assert_int_equal(upload(SIZE, IDLE), FW_UPLOAD_ERR_NONE);
	assert_int_equal(upload(SIZE + 1, IDLE), FW_UPLOAD_ERR_INVALID_SIZE);
	assert_int_equal(upload(SIZE, NEVER), FW_UPLOAD_ERR_NONE);
}

/* The next upload goes on as well if one does not even begin. */
static void test_refused(void **state)
{
	assert_int_equal(overlay_exclude(&node.ov), 0);
	assert_int_equal(upload(SIZE, NEVER), FW_UPLOAD_ERR_BUSY);
	overlay_include(&node.ov);
	host_alloc_left = 0;
	assert_int_equal(upload(SIZE, NEVER), FW_UPLOAD_ERR_RW_ERROR);
	host_alloc_left = -1;
	assert_int_equal(upload(SIZE, NEVER), FW_UPLOAD_ERR_NONE);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cancel),
		TEST(test_cancel_idle),
		TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
