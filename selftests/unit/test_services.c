// SPDX-License-Identifier: GPL-2.0
/*
 * S4 to S6, the conformance test: one updater, written to the services alone, on every kind
 * of board that there is. It calls them as microcode does, by ecall on the service hart,
 * and does not know what kind of board it is on.
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
#include <linux/string.h>

#include <hba_sim/services.h>

#include "../../hba_sim/memory/board_kind.h"
#include "fixture.h"

#define BUFFER	BOARD_SCRATCH_BASE

static u32 detail;
static char applied[UPDATE_NAME_MAX];
static bool applied_for_good;

static u32 call(struct model *m, u32 function, u32 addr, u32 len)
{
	return update_ecall(m, function, addr, len, &detail);
}

static u32 parameters(struct model *m, struct update_parameters *p)
{
	u32 result = call(m, UPDATE_PARAMETERS, BUFFER, sizeof(*p));
	struct update_parameters other;

	memcpy(p, m->a.service.scratch, sizeof(*p));
	/* and users get the same */
	assert_int_equal(overlay_parameters(&m->ov, &other), result);
	if (!(result & UPDATE_CARRY))
		assert_memory_equal(p, &other, sizeof(*p));
	return result;
}

static u32 status(struct model *m, const struct image *img, u32 len)
{
	struct overlay_answer other;
	u32 result;

	memcpy(m->a.service.scratch, img->bytes, len);
	result = call(m, UPDATE_STATUS, BUFFER, len);
	overlay_ask(&m->ov, img->bytes, len);
	overlay_read_answer(&m->ov, &other);
	assert_true(other.asked);
	assert_int_equal(other.result, result);
	assert_int_equal(other.detail, detail);
	assert_int_equal(!!*other.why, result == UPDATE_OLDER || result == UPDATE_REFUSED ||
			 result == UPDATE_OTHER_BOARD);
	return result;
}

static int note_apply(struct model *m, const char *name, bool permanent)
{
	if (overlay_is_busy(&m->ov))
		return -EBUSY;
	strscpy(applied, name, sizeof(applied));
	applied_for_good = permanent;
	return 0;
}

static u32 apply(struct model *m, const char *name, u32 flags)
{
	struct update_request request = { .flags = cpu_to_le32(flags) };

	strscpy(request.name, name, sizeof(request.name));
	memcpy(m->a.service.scratch, &request, sizeof(request));
	return call(m, UPDATE_APPLY, BUFFER, sizeof(request));
}

/* The update that was asked for; the name means an image of the host's. */
static void do_update(struct model *m, const struct image *img)
{
	assert_int_equal(overlay_claim(&m->ov), 0);
	m->ov.permanent = applied_for_good;
	assert_int_equal(model_update_claimed(m, img), 0);
	take_attention(m, UA_MICROCODE);
}

static struct image changed(size_t field, u32 value)
{
	struct image img = copy_of(&v1_1);

	*(__le32 *)(img.bytes + field) = cpu_to_le32(value);
	return img;
}

static void judges(struct model *m, size_t field, u32 value, u32 len, u32 result, u32 why)
{
	struct image img = changed(field, value);

	assert_int_equal(status(m, &img, len), result);
	assert_int_equal(detail, why);
	image_free(&img);
}

#define FIELD(name)	offsetof(struct mrb_header, name)

/* Of an image it needs no more than it says. */
static void check_status(struct model *m, u32 bx)
{
	assert_int_equal(status(m, &v1_0, bx), UPDATE_SAME);
	assert_int_equal(status(m, &v1_1, bx), UPDATE_NEWER);
	assert_int_equal(status(m, &v2_0, bx), UPDATE_NEWER);
	judges(m, FIELD(ordinal), 1, bx, UPDATE_OLDER, 0);
	judges(m, FIELD(board_id), 7, bx, UPDATE_OTHER_BOARD, 7);
	judges(m, FIELD(magic), 7, bx, UPDATE_REFUSED, FIELD(magic));
	judges(m, FIELD(runtime_entry), 7, bx, UPDATE_REFUSED, FIELD(runtime_entry));
	judges(m, FIELD(oldest), MRB_VERSION(1, 1), bx, UPDATE_REFUSED, MRB_VERSION(1, 1));
	judges(m, FIELD(cap_required), 1u << 7, bx, UPDATE_REFUSED, 1u << 7);
	judges(m, FIELD(cap_provided), CAP_IMAGE_UPDATE, bx, UPDATE_REFUSED,
	       CAP_IMAGE_FRAME_1 | CAP_IMAGE_MODE_SELECT);
	judges(m, FIELD(ordinal), 110, bx - 1, UPDATE_TOO_SHORT, bx);
}

static void power_cycle(struct model *m)
{
	assert_int_equal(overlay_exclude(&m->ov), 0);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	overlay_include(&m->ov);
	take_attention(m, UA_POWER_ON);
}

static u32 kilobytes(const struct image *img)
{
	return (img->size + 1023) / 1024;
}

static void check_updated(struct model *m, u8 al)
{
	struct update_parameters p;

	assert_int_equal(parameters(m, &p), UPDATE_NOT_NEEDED);
	assert_string_equal(p.name, "1.1");
	assert_int_equal(le16_to_cpu(p.cx), kilobytes(&v1_1));
	assert_int_equal(p.al, al);
	assert_int_equal(status(m, &v1_0, le16_to_cpu(p.bx)), UPDATE_OLDER);
	assert_int_equal(status(m, &v1_1, le16_to_cpu(p.bx)), UPDATE_SAME);
}

/* S7, as far as the parameters promise it. */
static void check_permanent(struct model *m, u8 al)
{
	struct update_parameters p;

	assert_int_equal(apply(m, "1.1", UPDATE_PERMANENT), al ? UPDATE_BEGUN : UPDATE_NO_MEDIA);
	if (al)
		do_update(m, &v1_1);
	power_cycle(m);
	assert_int_equal(parameters(m, &p), UPDATE_NONE_APPLIED);
	assert_string_equal(p.name, al ? "1.1" : "1.0");
}

static void check_able(struct model *m, const struct update_parameters *p)
{
	assert_string_equal(p->name, "1.0");
	assert_int_equal(le16_to_cpu(p->cx), kilobytes(&v1_0));
	assert_true(le16_to_cpu(p->dx) >= sizeof(struct update_request));
	assert_true(le16_to_cpu(p->dx) <= 512);
	assert_true(p->al <= 1);
	check_status(m, le16_to_cpu(p->bx));

	assert_int_equal(apply(m, "1.1", 0), UPDATE_BEGUN);
	assert_string_equal(applied, "1.1");
	assert_false(applied_for_good);
	do_update(m, &v1_1);
	check_updated(m, p->al);
	power_cycle(m);
	check_permanent(m, p->al);
}

/* What cannot be done is answered alike by all three. */
static void check_unable(struct model *m, u32 result)
{
	assert_true(result == UPDATE_UNABLE || result == UPDATE_LACKING);
	assert_int_equal(status(m, &v1_1, sizeof(struct mrb_header)), result);
	assert_int_equal(status(m, &v1_1, 4), result);
	assert_int_equal(apply(m, "1.1", 0), result);
	assert_int_equal(apply(m, "1.1", UPDATE_PERMANENT), result);
	assert_string_equal(applied, "");
	assert_int_equal(overlay_claim(&m->ov), -EOPNOTSUPP);
}

static u32 conform(struct model *m, u8 *al)
{
	struct update_parameters p;
	u32 result = parameters(m, &p);

	m->on_apply = note_apply;
	*applied = '\0';
	*al = p.al;
	if (result & UPDATE_CARRY) {
		check_unable(m, result);
		return result;
	}
	assert_int_equal(result, UPDATE_NONE_APPLIED);
	check_able(m, &p);
	return result;
}

static void test_conformance(void **state)
{
	static const struct {
		const char *kind;
		u32 result;
		u8 al;
	} expected[] = {
		{ "sram", UPDATE_NONE_APPLIED, 0 },
		{ "banked", UPDATE_NONE_APPLIED, 0 },
		{ "flash", UPDATE_NONE_APPLIED, 1 },
		{ "rom", UPDATE_UNABLE, 0 },
		{ "legacy", UPDATE_LACKING, 0 },
	};

	for (u32 i = 0; board_kinds[i]; i++) {
		struct adapter_config cfg = model_config;
		struct model *m;
		u32 result;
		u8 al = 0;

		print_message("# %s\n", board_kinds[i]->name);
		cfg.kind = board_kinds[i];
		m = start(&cfg);
		result = conform(m, &al);
		/* this, and nothing before it, knows the kinds */
		assert_true(i < ARRAY_SIZE(expected));
		assert_string_equal(expected[i].kind, board_kinds[i]->name);
		assert_int_equal(expected[i].result, result);
		if (!(result & UPDATE_CARRY))
			assert_int_equal(expected[i].al, al);
		model_free(m);
	}
}

/* The addresses are the microcode's, and nothing is believed. */
static void test_bad_calls(void **state)
{
	struct model *m = start(&model_config);
	u32 big = sizeof(struct update_parameters);
	u32 end = BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE;

	m->on_apply = note_apply;
	*applied = '\0';
	assert_int_equal(call(m, 3, BUFFER, big), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, ~0u, BUFFER, big), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_PARAMETERS, BUFFER, big - 1), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_PARAMETERS, BOARD_TEXT_BASE, big), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_PARAMETERS, BOARD_REGS_BASE, big), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_PARAMETERS, end - big + 1, big), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_PARAMETERS, end - big, ~0u), UPDATE_NONE_APPLIED);
	assert_int_equal(call(m, UPDATE_STATUS, BUFFER, ~0u), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_STATUS, 0, 544), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_STATUS, BUFFER, 0), UPDATE_TOO_SHORT);
	assert_int_equal(call(m, UPDATE_STATUS, BOARD_TEXT_BASE, 544), UPDATE_SAME);
	assert_int_equal(call(m, UPDATE_STATUS, BOARD_TEXT_BASE + 1, 544), UPDATE_REFUSED);
	assert_int_equal(call(m, UPDATE_APPLY, BUFFER, 39), UPDATE_BAD_REQUEST);
	assert_int_equal(call(m, UPDATE_APPLY, end - 39, 40), UPDATE_BAD_REQUEST);
	memset(m->a.service.scratch, 'x', UPDATE_NAME_MAX + 4);
	memset(m->a.service.scratch, 0, 4);
	assert_int_equal(call(m, UPDATE_APPLY, BUFFER, 40), UPDATE_BAD_REQUEST);
	assert_string_equal(applied, "");
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(apply(m, "1.1", 0), UPDATE_BUSY);
	assert_int_equal(model_update_claimed(m, &v1_1), 0);
	model_free(m);
}

/* A rollback was no update; nor was one that failed. */
static void test_applied(void **state)
{
	struct model *m = start(&model_config);
	struct update_parameters p;

	begin_probation(m, &v1_1);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_int_equal(parameters(m, &p), UPDATE_NONE_APPLIED);
	assert_string_equal(p.name, "1.0");
	m->ov.probation_commands = 0;
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_int_equal(model_update(m, &v1_0), -ECANCELED);
	assert_int_equal(parameters(m, &p), UPDATE_NOT_NEEDED);
	assert_string_equal(p.name, "1.1");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conformance),
		cmocka_unit_test(test_bad_calls),
		cmocka_unit_test(test_applied),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
