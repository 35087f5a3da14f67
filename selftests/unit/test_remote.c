// SPDX-License-Identifier: GPL-2.0
/*
 * An image on a storage device behind the adapter's own ports: it is read with the
 * session that the running image has there, and then goes the way of any other.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include <linux/container_of.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../overlay/engine/engine.h"
#include "fixture.h"

#define IMAGE_PORT	1u	/* the second disk */
#define CHUNK		0x8000u

static const struct image * const images[] = { &v1_0, &v1_1, &v2_0, &v3_0 };

/* The image's bytes, from the disk's first block on. */
static void store(struct model *m, const struct image *img)
{
	struct command *c = &cmds[40];

	c->target = IMAGE_PORT;
	for (size_t at = 0; at < img->size; at += CHUNK) {
		size_t len = min(img->size - at, (size_t)CHUNK);

		memset(c->data, 0xa5, CHUNK);
		memcpy(c->data, img->bytes + at, len);
		assert_int_equal(rw_blocks(m, 0, c, true, at / 512, CHUNK / 512), 0);
	}
	c->target = 0;
}

static struct model *start_stored(const struct image *img)
{
	struct model *m = start(&model_config);
	struct command *c = &cmds[40];

	c->target = IMAGE_PORT;
	model_exec(m, 0, c, test_unit_ready, 6, FRAME_DIR_NONE, 0);
	c->target = 0;
	write_some(m);
	store(m, img);
	return m;
}

static int update_from(struct model *m, u32 port)
{
	int ret;

	assert_int_equal(overlay_claim(&m->ov), 0);
	ret = overlay_update_from(&m->ov, port, &m->result);
	while (ret >= 0) {
		ret = overlay_probation(&m->ov, &m->result);
		if (!ret)
			return 0;
	}
	return ret;
}

/* What the register says is for this one update. */
static void check_let_go(const struct model *m)
{
	assert_int_equal(m->a.regs->update_source, 0);
	assert_null(m->ov.fetch);
	assert_null(m->ov.file);
	assert_null(m->a.memctl.staging.text);
	assert_false(m->a.dead);
}

static void fails(struct model *m, u32 port, const char *why)
{
	u64 logins = fabric_logins(&m->a.fabric);

	assert_int_equal(update_from(m, port), OVERLAY_STOPPED);
	if (!strstr(m->result.error, why))
		fail_msg("'%s' does not say '%s'", m->result.error, why);
	check_let_go(m);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	check_untouched(m, &v1_0, logins);
	check_some(m);
}

static void test_update(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(images); i++) {
		struct model *m = start_stored(images[i]);
		const struct mrb_header *h = (const void *)images[i]->bytes;

		if (update_from(m, IMAGE_PORT))
			fail_msg("%s", m->result.error);
		check_let_go(m);
		assert_int_equal(m->ov.status.version, le32_to_cpu(h->version));
		assert_int_equal(fabric_logins(&m->a.fabric), m->a.cfg.nr_ports);
		assert_int_equal(fabric_rejected(&m->a.fabric), 0);
		clear_attentions(m);
		check_some(m);
		model_free(m);
	}
}

/* One update after the other, and one from the host between them. */
static void test_again(void **state)
{
	struct model *m = start_stored(&v1_1);

	assert_int_equal(update_from(m, IMAGE_PORT), 0);
	assert_int_equal(model_update(m, &v1_1), 0);
	clear_attentions(m);
	store(m, &v2_0);
	assert_int_equal(update_from(m, IMAGE_PORT), 0);
	clear_attentions(m);
	check_revision(m, "2.0 ");
	check_some(m);
	model_free(m);
}

/* With no disk, no session, no port. */
static void test_no_source(void **state)
{
	struct model *m = start_stored(&v1_1);

	fails(m, m->a.cfg.nr_targets, "cannot be read from port 2, byte 0 (error -6)");
	fails(m, m->a.cfg.nr_ports, "no session with the port that has the image, port 0x8");
	fails(m, 0xfffffffe, "no session with the port that has the image, port 0xfffffffe");
	fails(m, 0, "there is no image behind port 0");
	fabric_log_out(&m->a.fabric, IMAGE_PORT);
	fails(m, IMAGE_PORT, "cannot be read from port 1, byte 0 (error -67)");
	model_free(m);
}

static void fails_with_size(u32 size, const char *why)
{
	struct image img = copy_of(&v1_1);
	struct model *m;

	((struct mrb_header *)img.bytes)->total_size = cpu_to_le32(size);
	m = start_stored(&img);
	fails(m, IMAGE_PORT, why);
	store(m, &v1_1);
	assert_int_equal(update_from(m, IMAGE_PORT), 0);
	model_free(m);
	image_free(&img);
}

/* What the device says of the image is not to be believed. */
static void test_size(void **state)
{
	u32 max = BOARD_TEXT_SIZE + BOARD_DATA_SIZE;

	fails_with_size(0, "says it has 0 bytes");
	fails_with_size(sizeof(struct mrb_header) - 1, "says it has");
	fails_with_size(max + 1, "says it has 4194305 bytes");
	fails_with_size(0xffffffff, "says it has 4294967295 bytes");
	fails_with_size(4096 * 512 + 4, "cannot be read from port 1, byte 2097152 (error -6)");
	fails_with_size(v1_1.size - 4, "image aborted");
	fails_with_size(v1_1.size + 4, "image aborted");
}

static void test_damaged(void **state)
{
	struct image img = copy_of(&v1_1);
	struct model *m;

	img.bytes[img.size / 2] ^= 4;
	m = start_stored(&img);
	fails(m, IMAGE_PORT, "bad checksum");
	model_free(m);
	image_free(&img);
}

/* A far end that does not know the token says so, and counts it. */
static void test_token(void **state)
{
	struct model *m = start_stored(&v1_1);
	struct remote_port *port = &m->a.fabric.ports[IMAGE_PORT];
	u32 word;

	port->token ^= 1;
	assert_int_equal(update_from(m, IMAGE_PORT), OVERLAY_STOPPED);
	assert_non_null(strstr(m->result.error, "byte 0 (error -13)"));
	assert_int_equal(fabric_rejected(&m->a.fabric), 1);
	port->token ^= 1;
	check_let_go(m);
	check_some(m);
	/* a number that would be this port's if it were cut to 16 bits */
	assert_int_equal(adapter_overlay_ops.remote->read(&m->a, 0x10000 + IMAGE_PORT, port->token,
							  0, &word, sizeof(word)), -EINVAL);
	assert_int_equal(update_from(m, IMAGE_PORT), 0);
	model_free(m);
}

static u32 left;

static void cancel_soon(struct model *m)
{
	overlay_cancel(&m->ov);
}

static int counted_read(void *board, u32 port, u32 key, u32 offset, void *to, u32 len)
{
	struct model *m = container_of(board, struct model, a);

	if (!--left)
		cancel_soon(m);
	return adapter_overlay_ops.remote->read(board, port, key, offset, to, len);
}

static void test_cancel(void **state)
{
	struct model *m = start_stored(&v1_1);
	struct overlay_remote remote = *adapter_overlay_ops.remote;

	remote.read = counted_read;
	m->ops.remote = &remote;
	for (u32 n = 1; n < 8; n++) {
		left = n;
		fails(m, IMAGE_PORT, "cancelled");
		assert_int_equal(left, 0);
	}
	model_free(m);
}

static void test_no_memory(void **state)
{
	struct model *m = start_stored(&v1_1);
	long n;

	for (n = 0; n < 200; n++) {
		u32 updates = m->ov.status.updates;
		int err;

		host_alloc_left = n;
		err = update_from(m, IMAGE_PORT);
		host_alloc_left = -1;
		check_let_go(m);
		if (!err)
			break;
		assert_int_equal(m->ov.status.updates, updates);
		check_some(m);
	}
	assert_in_range(n, 10, 199);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_no_source),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("U2 S8: an image behind a remote port", tests,
					   read_images, free_images);
}
