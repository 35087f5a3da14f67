// SPDX-License-Identifier: GPL-2.0
/*
 * APPLY UPDATE as hostile microcode calls it, down to the engine's own trigger: what it
 * names is a name and nothing else. A user can write options after a name; an image
 * that could do so would choose the method that stops the adapter, or burn itself into the
 * boot flash, without the flag that says so.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/device.h>
#include <linux/kernel.h>

#include <hba_sim/services.h>

#include "../../hba_sim/memory/board_kind.h"
#include "../../overlay/node/node.h"
#include "fixture.h"

#define BUFFER	BOARD_SCRATCH_BASE
#define END	(BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE)
#define SIZE	sizeof(struct update_request)

static struct device device = { .kobj.name = "apply" };

/**
 * struct asked - an adapter whose engine is in a node, as in the kernel
 * @m: the adapter
 * @node: the engine; the model's own is not used
 */
static struct asked {
	struct model *m;
	struct overlay_node node;
} the;

/* As hba_sim/driver/scsi.c has it. */
static int trigger(struct model *m, const char *name, bool permanent)
{
	return overlay_node_trigger_name(&the.node, name, permanent);
}

static void begin(const struct board_kind *kind)
{
	struct adapter_config cfg = model_config;

	cfg.kind = kind;
	the.m = start(&cfg);
	memset(&the.node, 0, sizeof(the.node));
	the.node.dev = &device;
	overlay_init(&the.node.ov, &the.m->ops, &the.m->a, &the.m->a.image);
	overlay_include(&the.node.ov);
	the.m->a.overlay = &the.node.ov;
	the.m->on_apply = trigger;
}

static u32 call(u32 addr, u32 len)
{
	u32 detail;

	return update_ecall(the.m, UPDATE_APPLY, addr, len, &detail);
}

/* @len bytes of @name, with what may be in memory after them. */
static u32 apply(const char *name, u32 len, u32 flags)
{
	struct update_request request = { .flags = cpu_to_le32(flags) };
	u8 *scratch = the.m->a.service.scratch;

	memset(request.name, 'x', sizeof(request.name));
	memcpy(request.name, name, len);
	memset(scratch, 'x', BOARD_SCRATCH_SIZE / 2);
	memcpy(scratch, &request, sizeof(request));
	return call(BUFFER, sizeof(request));
}

static void nothing_begun(void)
{
	assert_false(overlay_is_busy(&the.node.ov));
	assert_false(the.node.read.queued);
	assert_false(the.node.update.queued);
	assert_string_equal(the.node.image, "");
}

/* An update has begun by the one method there is for microcode, to what has this name. */
static void begun(const char *name, bool permanent)
{
	assert_true(overlay_is_busy(&the.node.ov));
	assert_true(the.node.read.queued);
	assert_false(the.node.update.queued);
	assert_false(the.node.conventional);
	assert_false(the.node.remote);
	assert_null(the.node.order);
	assert_int_equal(the.node.ov.permanent, permanent);
	assert_string_equal(the.node.image, name);
}

/* It is over: there is no such file, say. */
static void ended(void)
{
	struct overlay_status result;

	overlay_no_source(&the.node.ov, "no such image file", -ENOENT, &result);
	the.node.read.queued = false;
	the.node.ov.permanent = false;
	memset(the.node.image, 0, sizeof(the.node.image));
	nothing_begun();
}

/* Whatever looks like an option when a user writes it. */
static void test_no_options(void **state)
{
	static const char * const names[] = {
		"1.1 method=conventional", "1.1 permanent", "1.1 temporary",
		"1 method=conventional permanent", "1.1 method=none", " permanent",
		" method=conventional", "port:0", "-", ".", "%s%n%x", "1.1;reboot",
	};

	for (u32 k = 0; board_kinds[k]; k++) {
		if (board_kinds[k]->fixed || !board_kinds[k]->services)
			continue;
		begin(board_kinds[k]);
		for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
			assert_int_equal(apply(names[i], strlen(names[i]) + 1, 0), UPDATE_BEGUN);
			begun(names[i], false);
			assert_int_equal(apply("1.1", 4, 0), UPDATE_BUSY);
			begun(names[i], false);
			ended();
		}
		model_free(the.m);
	}
}

/* A user's names do have options, so that the test above means something. */
static void test_options(void **state)
{
	static const char conventional[] = "1.1 method=conventional\n";
	static const char permanent[] = "1.1 permanent";

	begin(&board_flash);
	assert_int_equal(overlay_node_trigger(&the.node, permanent, strlen(permanent)), 0);
	begun("1.1", true);
	ended();
	assert_int_equal(overlay_node_trigger(&the.node, conventional, strlen(conventional)), 0);
	assert_true(the.node.conventional);
	assert_true(the.node.update.queued);
	model_free(the.m);
}

/* As at power-on: the microcode runs, and what carries out an update is not there yet. */
static void test_too_early(void **state)
{
	begin(&board_flash);
	assert_int_equal(overlay_exclude(&the.node.ov), 0);
	assert_int_equal(apply("1.1", 4, 0), UPDATE_BUSY);
	assert_false(the.node.read.queued);
	overlay_include(&the.node.ov);
	assert_int_equal(apply("1.1", 4, 0), UPDATE_BEGUN);
	begun("1.1", false);
	model_free(the.m);
}

static void unable(int err, const char *why)
{
	assert_int_equal(err, -EOPNOTSUPP);
	assert_non_null(strstr(the.node.ov.status.error, why));
	nothing_begun();
}

/* What no update can be is refused, and the status says why. */
static void test_bad_options(void **state)
{
	static const char both[] = "1.1 method=conventional permanent";
	static const char conventional[] = "1.1 method=conventional";
	static const char permanent[] = "1.1 permanent";
	struct overlay_node *n = &the.node;

	begin(&board_sram);
	unable(overlay_node_trigger(n, both, strlen(both)), "never permanent");
	unable(overlay_node_check(n, conventional, strlen(conventional)), "cannot be checked");
	unable(overlay_node_trigger(n, permanent, strlen(permanent)), "no media");
	/* an update that is under way has the last word */
	assert_int_equal(overlay_node_trigger(n, "1.1", 3), 0);
	assert_int_equal(overlay_node_trigger(n, both, strlen(both)), -EOPNOTSUPP);
	begun("1.1", false);
	ended();
	assert_non_null(strstr(the.node.ov.status.error, "no such image file"));
	model_free(the.m);
}

/* Permanent is what the flag says, on boards that have media. */
static void test_permanent(void **state)
{
	begin(&board_flash);
	assert_int_equal(apply("1.1 temporary", 14, UPDATE_PERMANENT), UPDATE_BEGUN);
	begun("1.1 temporary", true);
	ended();
	assert_int_equal(apply("1.1", 4, ~UPDATE_PERMANENT), UPDATE_BEGUN);
	begun("1.1", false);
	model_free(the.m);

	begin(&board_sram);
	assert_int_equal(apply("1.1", 4, UPDATE_PERMANENT), UPDATE_NO_MEDIA);
	assert_int_equal(apply("1.1", 4, ~0u), UPDATE_NO_MEDIA);
	nothing_begun();
	model_free(the.m);
}

static void refused(const char *name, u32 len)
{
	assert_int_equal(apply(name, len, 0), UPDATE_BAD_REQUEST);
	nothing_begun();
}

/* Nothing that leads out of the images' folder, spoils a log or has no end. */
static void test_bad_names(void **state)
{
	static const char slashes[] = "../1.1\0/1.1\0a/b\0..\0a..b\0./1.1\0";
	const char *name = slashes;
	char odd[] = "1.1?";

	begin(&board_flash);
	for (; *name; name += strlen(name) + 1)
		refused(name, strlen(name) + 1);
	refused("", 1);
	for (u32 c = 1; c < ' '; c++) {
		odd[3] = c;
		refused(odd, sizeof(odd));
	}
	refused("1.1\x7f", 5);
	/* no NUL in all the field, though there may be one in the 4 KiB after it */
	refused("1.1", 3);
	refused("", 0);
	model_free(the.m);
}

/* What comes after a NUL is not looked at. */
static void test_nul(void **state)
{
	begin(&board_flash);
	assert_int_equal(apply("1.1\0 permanent", 15, 0), UPDATE_BEGUN);
	begun("1.1", false);
	ended();
	assert_int_equal(apply("1.1\0/../x", 10, 0), UPDATE_BEGUN);
	begun("1.1", false);
	model_free(the.m);
}

/* The longest name there can be, and one that is longer. */
static void test_lengths(void **state)
{
	char name[4096];

	begin(&board_flash);
	memset(name, 'n', sizeof(name));
	for (u32 len = OVERLAY_NAME_MAX + 1; len <= UPDATE_NAME_MAX; len++)
		refused(name, len);
	for (u32 len = OVERLAY_NAME_MAX + 1; len < UPDATE_NAME_MAX; len++) {
		name[len] = '\0';
		refused(name, len + 1);
	}
	name[OVERLAY_NAME_MAX] = '\0';
	assert_int_equal(apply(name, OVERLAY_NAME_MAX + 1, 0), UPDATE_BEGUN);
	begun(name, false);
	ended();

	/* a request of 4 KiB: the rest is not ours to know */
	memset(the.m->a.service.scratch, 0, SIZE);
	memset(the.m->a.service.scratch + 4, 'n', 4000);
	assert_int_equal(call(BUFFER, 4096), UPDATE_BAD_REQUEST);
	nothing_begun();
	model_free(the.m);
}

static void test_addresses(void **state)
{
	static const u32 bad[] = {
		0, ~0u, ~0u - SIZE + 1, END, END - SIZE + 1, END - 1, BOARD_SCRATCH_BASE - 1,
		BOARD_STAGING_TEXT_BASE, BOARD_STAGING_DATA_BASE, 0x10000000, 0xf0000000,
	};

	begin(&board_flash);
	memset(the.m->a.service.scratch, 0, BOARD_SCRATCH_SIZE);
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(call(bad[i], SIZE), UPDATE_BAD_REQUEST);
		assert_int_equal(call(bad[i], ~0u), UPDATE_BAD_REQUEST);
	}
	for (u32 len = 0; len < SIZE; len++)
		assert_int_equal(call(BUFFER, len), UPDATE_BAD_REQUEST);
	nothing_begun();
	/* the last place that there is, of any alignment */
	memcpy(the.m->a.service.scratch + BOARD_SCRATCH_SIZE - SIZE + 4, "1.1", 4);
	assert_int_equal(call(END - SIZE, ~0u), UPDATE_BEGUN);
	begun("1.1", false);
	ended();
	memset(the.m->a.service.scratch, 0, SIZE + 3);
	memcpy(the.m->a.service.scratch + 7, "1.1", 4);
	assert_int_equal(call(BUFFER + 3, SIZE), UPDATE_BEGUN);
	begun("1.1", false);
	model_free(the.m);
}

/* A storm of calls: one update, and all others find it busy. */
static void test_storm(void **state)
{
	begin(&board_flash);
	assert_int_equal(apply("1.1", 4, 0), UPDATE_BEGUN);
	for (u32 i = 0; i < 1000; i++)
		assert_int_equal(apply("2.0", 4, i & UPDATE_PERMANENT), UPDATE_BUSY);
	begun("1.1", false);
	model_free(the.m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_options),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_bad_options),
		cmocka_unit_test(test_too_early),
		cmocka_unit_test(test_permanent),
		cmocka_unit_test(test_bad_names),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_storm),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
