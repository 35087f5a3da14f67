// SPDX-License-Identifier: GPL-2.0
/* An adapter whose harts execute a puppet: see puppet.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "els.h"
#include "fixture.h"
#include "puppet.h"

#define AT(field)	((s32)offsetof(struct puppet_step, field))
#define MBOX(field)	((s32)offsetof(struct mailbox, field))

/* The first word of the frame that a start ends with; it is taken, and no step done. */
#define BEGIN	(FRAME_LINK | FRAME_FORMAT_1 << 8 | LINK_BEGIN << 16)

/* s0: the step, s1: the mailbox */
static struct image puppet_image(void)
{
	return PATCHED(&v1_0, RUNTIME,
		LUI(S0, BOARD_SCRATCH_BASE >> 12),
		LUI(S1, BOARD_MBOX_BASE >> 12),
		WFI,
		LW(T0, S1, MBOX(in)),
		LUI(T1, HI(BEGIN)),
		ADDI(T1, T1, LO(BEGIN)),
		BNE(T0, T1, 12),
		SB(X0, S1, MBOX(in)),
		JAL(X0, -24),
		LW(T0, S0, AT(take)),
		SB(T0, S1, MBOX(in)),
		LW(A7, S0, AT(call)),
		BEQ(A7, X0, 44),
		LW(A0, S0, AT(arg[0])),
		LW(A1, S0, AT(arg[1])),
		LW(A2, S0, AT(arg[2])),
		LW(A3, S0, AT(arg[3])),
		LW(A4, S0, AT(arg[4])),
		LW(A5, S0, AT(arg[5])),
		ECALL,
		SW(A0, S0, AT(answer)),
		LW(T0, S0, AT(for_ever)),
		BNE(T0, X0, -36),
		LW(T0, S0, AT(out_count)),
		SW(T0, S1, MBOX(out_count)),
		ADDI(T1, S0, AT(out)),
		ADDI(T2, S1, MBOX(out)),
		ADDI(A6, S0, AT(out) + FRAME_OUT_MAX * FRAME_BYTES),
		LW(T0, T1, 0),
		SW(T0, T2, 0),
		ADDI(T1, T1, 4),
		ADDI(T2, T2, 4),
		BNE(T1, A6, -16),
		LW(T0, S0, AT(next)),
		ADD(S0, S0, T0),
		JAL(X0, -132));
}

struct model *puppet_new(u64 media_latency_ns)
{
	struct adapter_config cfg = model_config;

	cfg.media_latency_ns = media_latency_ns;
	return puppet_on(&cfg);
}

struct model *puppet_on(const struct adapter_config *cfg)
{
	struct image rom = puppet_image();
	struct model *m;

	m = model_new(cfg, &rom);
	image_free(&rom);
	assert_non_null(m);
	m->a.crashes = ADAPTER_CRASHES;
	for (u32 i = 0; i < cfg->nr_ports; i++)
		els_log_in(&m->a.fabric, i);
	return m;
}

static const struct puppet_step *play(struct hart *h, u8 *scratch,
				      const struct puppet_step *steps, u32 count)
{
	assert_true(count * sizeof(*steps) < PUPPET_STEPS_SIZE);
	memset(scratch, 0, PUPPET_STEPS_SIZE);
	if (count)
		memcpy(scratch, steps, count * sizeof(*steps));
	h->x[S0] = BOARD_SCRATCH_BASE;
	return (const struct puppet_step *)scratch;
}

const struct puppet_step *puppet_io(struct model *m, u32 queue, const struct puppet_step *steps,
				    u32 count)
{
	struct hba_queue *q = &m->a.queues[queue];

	return play(&q->hart, q->scratch, steps, count);
}

const struct puppet_step *puppet_service(struct model *m, const struct puppet_step *steps,
					 u32 count)
{
	return play(&m->a.service.hart, m->a.service.scratch, steps, count);
}

void puppet_give(struct model *m, u32 queue, struct command *c, u8 dir, u32 len)
{
	puppet_io(m, queue, NULL, 0);
	model_start(m, queue, c, test_unit_ready, 6, dir, len);
	assert_false(c->done);
	assert_int_equal(c->cmd.state, CMD_HART);
}

/* A task management function is what wakes a hart and has nothing to do with a command. */
void puppet_wake(struct model *m, u32 queue)
{
	assert_int_equal(queue_reset(&m->a.queues[queue], 0, TMF_LUN_RESET), 0);
}

/* What is logged goes to stderr: catch it. */
static void expect_death(struct model *m, u32 queue, void (*fn)(struct model *m, u32 queue),
			 const char *why)
{
	FILE *terminal = stderr;
	char *log = NULL;
	size_t len;

	assert_false(m->a.dead);
	stderr = open_memstream(&log, &len);
	fn(m, queue);
	fclose(stderr);
	stderr = terminal;
	if (!m->a.dead || !strstr(log, why))
		fail_msg("dead %d, log '%s', not '%s'", m->a.dead, log, why);
	free(log);
}

static void wake(struct model *m, u32 queue)
{
	queue_reset(&m->a.queues[queue], 0, TMF_LUN_RESET);
}

static void serve(struct model *m, u32 queue)
{
	model_service(m);
}

/* Nobody but service_work() ends what an adapter has when it fails. */
void puppet_check_lost(struct model *m, const struct command *c)
{
	assert_true(m->a.dead);
	model_service(m);
	assert_true(c->done);
	assert_int_equal(c->cmd.outcome, CMD_LOST);
}

void puppet_wake_dies(struct model *m, u32 queue, const char *why)
{
	expect_death(m, queue, wake, why);
}

void puppet_service_dies(struct model *m, const char *why)
{
	expect_death(m, 0, serve, why);
}

static struct frame_hdr header(u8 type, const struct command *c)
{
	return (struct frame_hdr){
		.type = type, .format = FRAME_FORMAT_1, .tag = cpu_to_le16(c->cmd.tag),
		.generation = cpu_to_le32(c->cmd.generation),
	};
}

union frame reply_frame(const struct command *c, u8 status)
{
	return (union frame){ .reply = { .hdr = header(FRAME_REPLY, c), .status = status } };
}

/* One block, with the session's token; the test changes what it wants to. */
union frame media_frame(const struct model *m, const struct command *c, u8 op, u16 port)
{
	return (union frame){ .media = {
		.hdr = header(FRAME_MEDIA, c), .port = cpu_to_le16(port), .op = op,
		.token = cpu_to_le32(m->a.fabric.ports[port].token), .blocks = cpu_to_le32(1),
	} };
}

union frame message_frame(const struct command *c, u16 hart, u8 data)
{
	return (union frame){ .msg = {
		.hdr = header(FRAME_MSG, c), .hart = cpu_to_le16(hart), .data = { data },
	} };
}

union frame els_frame(u8 els, u16 port)
{
	return (union frame){ .els = {
		.hdr = { .type = FRAME_ELS, .format = FRAME_FORMAT_1, .tag = cpu_to_le16(port) },
		.els = els,
	} };
}
