// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile service hart, messages that nobody asked for, and what becomes of
 * the commands of an adapter that has failed. See puppet.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/slab.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"
#include "puppet.h"

#define LATENCY		1	/* media completions come with model_media() */

/* The I/O hart is given a command and sends a message about it. */
static void post(struct model *m, u32 queue, struct command *c)
{
	puppet_give(m, queue, c, FRAME_DIR_NONE, 0);
	PUPPET_IO(m, queue, STEP(message_frame(c, BOARD_SERVICE_HART, 'm')));
	puppet_wake(m, queue);
	assert_int_equal(c->cmd.state, CMD_POSTED);
}

/* The service hart is given the message of @c, and thinks about it. */
static void serve(struct model *m, u32 queue, struct command *c)
{
	list_del_init(&c->cmd.node);
	queue_served(&m->a.queues[queue], c->cmd.tag, c->cmd.generation);
	assert_int_equal(c->cmd.state, CMD_SERVICE);
}

/* An answer of the service hart to the hart of queue 0. */
static union frame answer(const struct command *c, u8 data)
{
	return message_frame(c, 1, data);
}

static void test_message_and_answer(void **state)
{
	struct model *m = puppet_new(0);

	post(m, 0, &cmds[0]);
	PUPPET_SERVICE(m, STEP(answer(&cmds[0], 'a')));
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[0], 0)));
	model_service(m);
	assert_int_equal(m->a.queues[0].mbox->in.msg.data[0], 'a');
	check_replied(&cmds[0], 0);
	model_free(m);
}

/* At the first message it answers the second, which it was not given. */
static void test_spoofed_answer(void **state)
{
	struct model *m = puppet_new(0);

	post(m, 0, &cmds[0]);
	post(m, 0, &cmds[1]);
	PUPPET_SERVICE(m, STEP(answer(&cmds[1], 's')), STEP(answer(&cmds[1], 'a')));
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[1], 0)));
	model_service(m);
	assert_false(m->a.dead);
	assert_int_equal(m->a.queues[0].mbox->in.msg.data[0], 'a');
	check_replied(&cmds[1], 0);
	assert_true(list_empty(&m->a.service.messages));

	/* the first got no answer: only an abort ends it */
	assert_false(cmds[0].done);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	model_free(m);
}

/* Answers to nobody: to commands that never were, at the hart, or ended. */
static void test_answers_to_nobody(void **state)
{
	struct model *m = puppet_new(0);
	union frame f, g;

	puppet_give(m, 0, &cmds[1], FRAME_DIR_NONE, 0);
	post(m, 0, &cmds[0]);
	f = answer(&cmds[0], 1);
	f.hdr.generation = cpu_to_le32(cmds[0].cmd.generation + 1);
	g = answer(&cmds[0], 2);
	g.hdr.tag = cpu_to_le16(0xffff);
	PUPPET_SERVICE(m, STEP(f, g, answer(&cmds[1], 3), message_frame(&cmds[0], 2, 4)));
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[0], 0)));
	model_service(m);
	assert_false(m->a.dead);
	assert_false(cmds[0].done || cmds[1].done);
	assert_int_equal(cmds[0].cmd.state, CMD_HART);
	assert_int_equal(queue_abort_all(&m->a.queues[0], -1), 0);
	model_free(m);
}

/* The second answer to a message finds its command ended. */
static void test_answer_twice(void **state)
{
	struct model *m = puppet_new(0);

	post(m, 0, &cmds[0]);
	PUPPET_SERVICE(m, STEP(answer(&cmds[0], 1), answer(&cmds[0], 2)));
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[0], 0)), STEP(reply_frame(&cmds[0], 8)));
	model_service(m);
	assert_false(m->a.dead);
	assert_int_equal(m->a.queues[0].mbox->in.msg.data[0], 1);
	check_replied(&cmds[0], 0);
	model_free(m);
}

static void test_answer_to_no_hart(void **state)
{
	const u16 hart[] = { BOARD_SERVICE_HART, 3, BOARD_MAX_HARTS, 0xffff };

	for (u32 i = 0; i < ARRAY_SIZE(hart); i++) {
		struct model *m = puppet_new(0);

		post(m, 0, &cmds[0]);
		PUPPET_SERVICE(m, STEP(message_frame(&cmds[0], hart[i], 0)));
		puppet_service_dies(m, "hart that is not there");
		puppet_check_lost(m, &cmds[0]);
		model_free(m);
	}
}

/* The hart's reaction to an answer is another message about the same command. */
static void test_second_message(void **state)
{
	struct model *m = puppet_new(0);

	post(m, 0, &cmds[0]);
	PUPPET_SERVICE(m, STEP(answer(&cmds[0], 1)), STEP(answer(&cmds[0], 2)));
	PUPPET_IO(m, 0, STEP(message_frame(&cmds[0], BOARD_SERVICE_HART, 0)),
		  STEP(reply_frame(&cmds[0], 0)));
	model_service(m);
	assert_int_equal(m->a.queues[0].mbox->in.msg.data[0], 2);
	check_replied(&cmds[0], 0);
	assert_true(list_empty(&m->a.service.messages));
	model_free(m);
}

/* Hart and service hart talk about one command for ever: that is stopped. */
static void test_messages_for_ever(void **state)
{
	struct model *m = puppet_new(0);
	struct puppet_step ask[24], tell[24];

	post(m, 0, &cmds[0]);
	for (u32 i = 0; i < ARRAY_SIZE(ask); i++) {
		ask[i] = STEP(message_frame(&cmds[0], BOARD_SERVICE_HART, i));
		tell[i] = STEP(answer(&cmds[0], i));
	}
	puppet_io(m, 0, ask, ARRAY_SIZE(ask));
	puppet_service(m, tell, ARRAY_SIZE(tell));
	puppet_service_dies(m, "put out a bad frame");
	puppet_check_lost(m, &cmds[0]);
	model_free(m);
}

/* ... and is aborted while that waits: nothing may still refer to it. */
static void test_abort_of_second_message(void **state)
{
	struct model *m = puppet_new(0);
	union frame f;

	post(m, 0, &cmds[0]);
	serve(m, 0, &cmds[0]);
	f = answer(&cmds[0], 1);
	PUPPET_IO(m, 0, STEP(message_frame(&cmds[0], BOARD_SERVICE_HART, 0)));
	queue_answer(&m->a.queues[0], &f.msg);
	queue_unanswered(&m->a.queues[0], cmds[0].cmd.tag, cmds[0].cmd.generation,
			 false);
	assert_int_equal(cmds[0].cmd.state, CMD_POSTED);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	assert_true(list_empty(&m->a.service.messages));
	model_free(m);
}

/* The service hart has not seen the message, and never will. */
static void test_abort_of_posted(void **state)
{
	struct model *m = puppet_new(0);
	u64 before = m->a.service.hart.executed;

	post(m, 0, &cmds[0]);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	assert_true(list_empty(&m->a.service.messages));
	assert_int_equal(queue_abort(&cmds[0].cmd), -ENOENT);

	post(m, 0, &cmds[1]);
	post(m, 0, &cmds[2]);
	cmds[2].cmd.target = 1;
	assert_int_equal(queue_abort_all(&m->a.queues[0], 1), 0);
	assert_false(cmds[1].done);
	assert_true(cmds[2].done);
	assert_int_equal(queue_abort_all(&m->a.queues[0], -1), 0);
	assert_int_equal(cmds[1].cmd.outcome, CMD_RESET);
	assert_int_equal(cmds[2].cmd.outcome, CMD_RESET);
	assert_true(list_empty(&m->a.service.messages));

	model_service(m);
	assert_int_equal(m->a.service.hart.executed, before);
	assert_false(cmds[0].done);
	model_free(m);
}

/* The service hart has the message, and its answer finds nobody. */
static void test_abort_of_served(void **state)
{
	struct model *m = puppet_new(0);
	union frame f;

	post(m, 0, &cmds[0]);
	serve(m, 0, &cmds[0]);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	assert_int_equal(cmds[0].cmd.state, CMD_IDLE);
	f = answer(&cmds[0], 0);
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[0], 0)));
	queue_answer(&m->a.queues[0], &f.msg);
	assert_false(cmds[0].done);
	assert_int_equal(queue_abort(&cmds[0].cmd), -ENOENT);
	model_free(m);
}

/*
 * The service hart has the message, though it is not noted yet: the next image does not get
 * that command to begin it anew, while this one answers.
 */
static void test_take_back_of_served(void **state)
{
	struct model *m = puppet_new(0);
	struct hba_queue *q = &m->a.queues[0];
	struct frame_msg msg;

	post(m, 0, &cmds[0]);
	post(m, 0, &cmds[1]);
	assert_true(service_next_message(&m->a.service, &msg));
	queue_hold(q);
	queue_take_back(q);
	assert_int_equal(cmds[0].cmd.state, CMD_POSTED);
	assert_int_equal(cmds[1].cmd.state, CMD_PARKED);
	assert_true(list_empty(&m->a.service.messages));
	queue_served(q, cmds[0].cmd.tag, cmds[0].cmd.generation);
	assert_int_equal(cmds[0].cmd.state, CMD_SERVICE);
	assert_int_equal(queue_abort_all(q, -1), 0);
	model_free(m);
}

static void test_abort_of_unanswered(void **state)
{
	struct model *m = puppet_new(0);

	post(m, 0, &cmds[0]);
	model_service(m);
	assert_false(cmds[0].done);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	model_free(m);
}

/* An answer that arrives in a pause waits, and can be aborted there. */
static void test_answer_in_pause(void **state)
{
	struct model *m = puppet_new(0);
	struct overlay_waits waits = {};

	post(m, 0, &cmds[0]);
	post(m, 0, &cmds[1]);
	PUPPET_SERVICE(m, STEP(answer(&cmds[0], 1)), STEP(answer(&cmds[1], 2)));
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[1], 0)));
	queue_hold(&m->a.queues[0]);
	model_service(m);
	assert_int_equal(cmds[0].cmd.state, CMD_PARKED);
	assert_int_equal(cmds[1].cmd.state, CMD_PARKED);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	queue_release(&m->a.queues[0]);
	while (queue_drain_one(&m->a.queues[0], &waits))
		;
	check_replied(&cmds[1], 0);
	assert_false(cmds[0].done);
	model_free(m);
}

/* Logins to ports that are not there, and requests that are none: no harm. */
static void test_els_to_nobody(void **state)
{
	struct model *m = puppet_new(0);
	struct hba_queue *q = &m->a.queues[BOARD_LOGIN_HART - 1];
	const struct frame_els_done *done = &q->mbox->in.els_done;
	const union frame els[] = {
		els_frame(ELS_PLOGI, model_config.nr_ports), els_frame(ELS_PLOGI, 0xffff),
		els_frame(ELS_LOGO, 0xffff), els_frame(0, 0), els_frame(0xff, 0),
	};
	u64 logins = fabric_logins(&m->a.fabric);

	for (u32 i = 0; i < ARRAY_SIZE(els); i++) {
		PUPPET_IO(m, 0, STEP(els[i]), (struct puppet_step){ .next = STEP_NEXT });
		puppet_wake(m, 0);
		memset(q->mbox, 0xff, sizeof(*q->mbox));
		model_service(m);
		assert_false(m->a.dead);
		assert_int_equal(done->els, els[i].els.els);
		assert_int_equal(done->accepted, 0);
		assert_int_equal(done->token, 0);
	}
	assert_int_equal(fabric_logins(&m->a.fabric), logins);
	model_free(m);
}

/* The sessions belong to the preserved image, too: none ends, none begins anew. */
static void test_logins_on_probation(void **state)
{
	const union frame els[] = { els_frame(ELS_PLOGI, 0), els_frame(ELS_LOGO, 0),
				    els_frame(ELS_PLOGI, model_config.nr_ports - 1) };

	for (u32 i = 0; i < ARRAY_SIZE(els); i++) {
		struct model *m = puppet_new(0);
		u32 port = le16_to_cpu(els[i].hdr.tag);
		u32 token = m->a.fabric.ports[port].token;

		m->a.regs->probation = cpu_to_le32(1);
		PUPPET_IO(m, 0, STEP(els[i]), (struct puppet_step){ .next = STEP_NEXT });
		puppet_wake(m, 0);
		model_service(m);
		assert_int_equal(m->a.fabric.ports[port].token, token);
		m->a.regs->probation = 0;
		model_service(m);
		assert_false(m->a.dead);
		assert_int_equal(m->a.fabric.ports[port].token, token);
		PUPPET_IO(m, 0, STEP(els[i]), (struct puppet_step){ .next = STEP_NEXT });
		puppet_wake(m, 0);
		model_service(m);
		assert_int_not_equal(m->a.fabric.ports[port].token, token);
		model_free(m);
	}
}

/* Only one hart logs in. */
static void test_els_of_others(void **state)
{
	struct model *m = puppet_new(0);

	PUPPET_IO(m, 1, STEP(els_frame(ELS_LOGO, 0)));
	puppet_wake_dies(m, 1, "put out a bad frame");
	assert_true(fabric_has_session(&m->a.fabric, 0));
	model_free(m);
}

static void service_dies_of(struct puppet_step step, const char *why)
{
	struct model *m = puppet_new(0);

	post(m, 0, &cmds[0]);
	PUPPET_SERVICE(m, step);
	puppet_service_dies(m, why);
	puppet_check_lost(m, &cmds[0]);
	model_free(m);
}

static void test_service_disorder(void **state)
{
	union frame bad = els_frame(ELS_LOGO, 0);

	service_dies_of(STEP(bad), "bad frame");
	service_dies_of((struct puppet_step){ .out_count = FRAME_OUT_MAX + 1 }, "too many frames");
	service_dies_of((struct puppet_step){ .out_count = 0xffffffff }, "too many frames");
	service_dies_of((struct puppet_step){ .take = FRAME_MSG }, "did not take its frame");
	bad.hdr.format = 0;
	service_dies_of(STEP(bad), "unknown format");
	bad.hdr.format = FRAME_FORMAT_1 + 1;
	service_dies_of(STEP(bad), "unknown format");
	bad.hdr.format = FRAME_FORMAT_1;
	bad.hdr.type = FRAME_NONE;
	service_dies_of(STEP(bad), "bad frame");
	bad.hdr.type = FRAME_REPLY;
	service_dies_of(STEP(bad), "bad frame");
	bad.hdr.type = 0xff;
	service_dies_of(STEP(bad), "bad frame");
	service_dies_of((struct puppet_step){ .call = BOARD_DMA }, "may not make");
	service_dies_of((struct puppet_step){ .call = OVERLAY_OPEN }, "may not make");
	service_dies_of((struct puppet_step){ .call = BOARD_PANIC }, "panicked");
}

/* A flag that BOARD_DOWNLOAD does not have: nothing is taken for a mode that nobody knows. */
static void test_download_flags(void **state)
{
	struct model *m = puppet_new(0);
	struct hart *h = &m->a.service.hart;

	m->a.regs->capabilities |= cpu_to_le32(CAP_DRIVER_INBAND);
	post(m, 0, &cmds[0]);
	serve(m, 0, &cmds[0]);
	for (u32 i = 0; i < 32; i++) {
		const u32 arg[6] = { 1u << i, 1, cmds[0].cmd.tag, cmds[0].cmd.generation };

		if (arg[0] & DOWNLOAD_FLAGS)
			continue;
		h->x[17] = BOARD_DOWNLOAD;
		memcpy(&h->x[10], arg, sizeof(arg));
		assert_true(download_call(&m->a));
		assert_int_equal((s32)h->x[10], -EINVAL);
		assert_int_equal(m->a.download.hart, 0);
	}
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	model_free(m);
}

static void test_els_twice(void **state)
{
	union frame els = els_frame(ELS_PLOGI, 0);
	struct model *m = puppet_new(0);

	PUPPET_IO(m, 0, STEP(els, els));
	puppet_wake_dies(m, 0, "two logins at once");
	model_free(m);
}

/* Each answer of the fabric makes it log in again. */
static void test_els_for_ever(void **state)
{
	struct puppet_step again = STEP(els_frame(ELS_PLOGI, 0));
	struct model *m = puppet_new(0);

	again.next = 0;
	PUPPET_IO(m, 0, again);
	puppet_wake(m, 0);
	puppet_service_dies(m, "logs in without end");
	model_free(m);

	/* nor where nobody answers */
	m = puppet_new(0);
	m->a.regs->probation = cpu_to_le32(1);
	PUPPET_IO(m, 0, again);
	for (u32 i = m->a.logins.els.left; i; i--)
		puppet_wake(m, 0);
	puppet_wake_dies(m, 0, "logs in without end");
	model_free(m);
}

/* What an adapter has when it fails: nobody but service_work() will end it. */
static void test_dead_adapter_loses_all(void **state)
{
	struct model *m = puppet_new(LATENCY);
	struct hba_queue *q = &m->a.queues[0];

	puppet_give(m, 0, &cmds[0], FRAME_DIR_NONE, 0);
	post(m, 0, &cmds[1]);
	puppet_give(m, 0, &cmds[2], FRAME_DIR_IN, 512);
	PUPPET_IO(m, 0, STEP(media_frame(m, &cmds[2], MEDIA_READ, 0)));
	puppet_wake(m, 0);
	assert_int_equal(cmds[2].cmd.state, CMD_DELAY);
	queue_hold(q);
	model_start(m, 0, &cmds[3], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	assert_int_equal(cmds[3].cmd.state, CMD_PARKED);

	PUPPET_IO(m, 1, (struct puppet_step){ .take = FRAME_SCSI });
	puppet_wake_dies(m, 1, "did not take its frame");
	for (u32 i = 0; i < 4; i++)
		assert_false(cmds[i].done);
	model_service(m);
	for (u32 i = 0; i < 4; i++)
		puppet_check_lost(m, &cmds[i]);
	assert_true(list_empty(&q->parked));
	assert_true(list_empty(&m->a.service.messages));
	assert_true(list_empty(&m->delayed));
	model_free(m);
}

/* Nobody has a command that waits for memory: it is lost when the adapter fails. */
static void test_dead_adapter_and_media(void **state)
{
	struct model *m = puppet_new(0);

	puppet_give(m, 0, &cmds[0], FRAME_DIR_OUT, 512);
	PUPPET_IO(m, 0, STEP(media_frame(m, &cmds[0], MEDIA_WRITE, 0)));
	host_alloc_left = 0;
	puppet_wake(m, 0);
	host_alloc_left = -1;
	assert_int_equal(cmds[0].cmd.state, CMD_DEFERRED);
	PUPPET_IO(m, 1, (struct puppet_step){ .take = FRAME_SCSI });
	puppet_wake_dies(m, 1, "did not take its frame");
	model_service(m);
	puppet_check_lost(m, &cmds[0]);
	model_media(m);
	model_start(m, 0, &cmds[1], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	puppet_check_lost(m, &cmds[1]);
	model_free(m);
}

/* A command that crashes its hart each time is driven again, but not for ever. */
static void test_crash_for_ever(void **state)
{
	struct model *m = puppet_new(0);

	m->a.crashes = 0;
	PUPPET_IO(m, 0, (struct puppet_step){ .take = FRAME_SCSI });
	model_start(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	for (u32 i = 0; i <= ADAPTER_CRASHES; i++)
		model_service(m);
	puppet_check_lost(m, &cmds[0]);
	model_free(m);
}

static void test_reset_when_held_or_dead(void **state)
{
	struct model *m = puppet_new(0);
	struct hba_queue *q = &m->a.queues[0];
	u64 before;

	queue_hold(q);
	before = q->hart.executed;
	assert_int_equal(queue_reset(q, 0, TMF_HARD_RESET), -EBUSY);
	assert_int_equal(q->hart.executed, before);
	queue_release(q);
	assert_int_equal(queue_reset(q, 0, TMF_HARD_RESET), 0);
	PUPPET_IO(m, 1, (struct puppet_step){ .take = FRAME_SCSI });
	puppet_wake_dies(m, 1, "did not take its frame");
	assert_int_equal(queue_reset(q, 0, TMF_HARD_RESET), -ENODEV);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message_and_answer),
		cmocka_unit_test(test_spoofed_answer),
		cmocka_unit_test(test_answers_to_nobody),
		cmocka_unit_test(test_answer_twice),
		cmocka_unit_test(test_answer_to_no_hart),
		cmocka_unit_test(test_second_message),
		cmocka_unit_test(test_messages_for_ever),
		cmocka_unit_test(test_abort_of_second_message),
		cmocka_unit_test(test_abort_of_posted),
		cmocka_unit_test(test_abort_of_served),
		cmocka_unit_test(test_take_back_of_served),
		cmocka_unit_test(test_abort_of_unanswered),
		cmocka_unit_test(test_answer_in_pause),
		cmocka_unit_test(test_els_to_nobody),
		cmocka_unit_test(test_logins_on_probation),
		cmocka_unit_test(test_els_of_others),
		cmocka_unit_test(test_els_twice),
		cmocka_unit_test(test_service_disorder),
		cmocka_unit_test(test_download_flags),
		cmocka_unit_test(test_els_for_ever),
		cmocka_unit_test(test_dead_adapter_loses_all),
		cmocka_unit_test(test_dead_adapter_and_media),
		cmocka_unit_test(test_crash_for_ever),
		cmocka_unit_test(test_reset_when_held_or_dead),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
