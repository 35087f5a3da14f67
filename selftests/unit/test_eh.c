// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's error handling, hba_sim/driver/eh.c, called as the midlayer does: its bounds
 * above all. Time goes by only while somebody sleeps.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/driver/eh.h"
#include "../../hba_sim/driver/host.h"
#include "../../hba_sim/driver/inband.h"
#include "fixture.h"

#define SECONDS(n)	((n) * (unsigned long)HZ)

/* As the midlayer allocates it: the driver's part behind its own. */
static struct {
	struct scsi_cmnd sc;
	struct host_cmd hc;
} request[2];

_Static_assert(offsetof(typeof(request[0]), hc) == sizeof(struct scsi_cmnd), "scsi_cmd_priv()");

static struct host *host;
static struct Scsi_Host shost;
static struct scsi_device device = { .host = &shost, .rport.port_id = PORT_ID_FIRST };
static bool timer_is_late;
static u32 completed;
static unsigned long release_at;	/* the queues; 0: never */
static unsigned long due_at;		/* the timers that are late; 0: never */

static bool cancelled_before;		/* the update, when a command ended */

static void complete_op(struct hba_cmd *cmd)
{
	cancelled_before = host->overlay.ov.cancel;
	completed++;
}

static void delay_op(struct hba_cmd *cmd)
{
}

static bool cancel_delay_op(struct hba_cmd *cmd)
{
	return !timer_is_late;
}

static void wake_op(struct adapter *a)
{
}

static void wake_media_op(struct hba_queue *q)
{
}

static u64 now_op(void)
{
	return jiffies * 1000000ull;
}

static const struct adapter_ops ops = {
	.complete	= complete_op,
	.delay		= delay_op,
	.cancel_delay	= cancel_delay_op,
	.wake_media	= wake_media_op,
	.wake_login	= wake_op,
	.wake_service	= wake_op,
	.now_ns		= now_op,
};

static void time_goes_by(void)
{
	jiffies += 2;
	if (release_at && time_after(jiffies, release_at))
		queue_release(&host->adapter.queues[0]);
	for (u32 i = 0; due_at && time_after(jiffies, due_at) && i < 2; i++)
		if (request[i].hc.cmd.state == CMD_DELAY)
			queue_media_due(&request[i].hc.cmd);
}

static void submit(u32 i)
{
	struct hba_cmd *cmd = &request[i].hc.cmd;
	static const u8 read_1[10] = { 0x28, [8] = 1 };

	memset(&request[i], 0, sizeof(request[i]));
	request[i].sc.device = &device;
	cmd->tag = i;
	cmd->cdb_len = sizeof(read_1);
	memcpy(cmd->cdb, read_1, sizeof(read_1));
	cmd->buf.len = 512;
	cmd->buf.dir = FRAME_DIR_IN;
	INIT_LIST_HEAD(&cmd->node);
	queue_submit(&host->adapter.queues[0], cmd);
}

static int set_up(void **state)
{
	struct adapter_config cfg = model_config;
	struct adapter *a;

	cfg.media_latency_ns = 1;
	host = calloc(1, sizeof(*host));
	shost.hostdata = host;
	a = &host->adapter;
	mutex_init(&host->eh_lock);
	assert_int_equal(adapter_init(a, &ops, "eh", &cfg), 0);
	assert_int_equal(adapter_power_on(a, v1_0.bytes, v1_0.size), 0);
	overlay_init(&host->overlay.ov, &adapter_overlay_ops, a, &a->image);
	overlay_include(&host->overlay.ov);
	host_meanwhile = time_goes_by;
	timer_is_late = false;
	release_at = 0;
	due_at = 0;
	submit(0);		/* takes the unit attention */
	submit(0);
	submit(1);
	completed = 0;
	return 0;
}

static int tear_down(void **state)
{
	host_meanwhile = NULL;
	timer_is_late = false;
	adapter_abort_all(&host->adapter, -1);
	adapter_destroy(&host->adapter);
	free(host);
	return 0;
}

static void check_not_extended(u32 i)
{
	assert_int_equal(hba_eh_timed_out(&request[i].sc), SCSI_EH_NOT_HANDLED);
}

static void check_extended(u32 i)
{
	assert_int_equal(hba_eh_timed_out(&request[i].sc), SCSI_EH_RESET_TIMER);
}

/* During an update a timeout is extended three times, and no more, of each command. */
static void test_extensions(void **state)
{
	struct overlay *ov = &host->overlay.ov;

	check_not_extended(0);
	assert_int_equal(overlay_exclude(ov), 0);
	for (u32 n = 0; n < 3; n++)
		check_extended(0);
	for (u32 n = 0; n < 100; n++)
		check_not_extended(0);

	/* another one has three of its own, whenever they are; updates are not counted */
	check_extended(1);
	overlay_include(ov);
	check_not_extended(1);
	assert_int_equal(overlay_exclude(ov), 0);
	check_extended(1);
	check_extended(1);
	check_not_extended(1);
	check_not_extended(0);
	overlay_include(ov);
}

static void test_abort(void **state)
{
	assert_int_equal(hba_eh_abort(&request[0].sc), SUCCESS);
	assert_int_equal(request[0].hc.cmd.state, CMD_IDLE);
	assert_int_equal(request[1].hc.cmd.state, CMD_DELAY);
	assert_int_equal(hba_eh_abort(&request[0].sc), SUCCESS);	/* it has ended */
	assert_int_equal(completed, 0);
}

static unsigned long time_of(int (*handler)(struct scsi_cmnd *sc), int wanted)
{
	unsigned long start = jiffies;

	assert_int_equal(handler(&request[0].sc), wanted);
	return jiffies - start;
}

/*
 * The wait for who has the command has no bound: the midlayer gives its memory away when
 * it is told anything, and be it FAILED.
 */
static void test_busy(void **state)
{
	static int (*const handlers[])(struct scsi_cmnd *sc) = {
		hba_eh_abort, hba_eh_device_reset, hba_eh_host_reset,
	};

	for (u32 i = 0; i < 3; i++) {
		timer_is_late = true;
		due_at = jiffies + SECONDS(600);
		assert_in_range(time_of(handlers[i], SUCCESS), SECONDS(600), SECONDS(600) + 10);
		assert_int_equal(request[0].hc.cmd.state, CMD_IDLE);
		assert_int_equal(request[0].hc.cmd.outcome, CMD_RESET);
		due_at = 0;
		timer_is_late = false;
		adapter_abort_all(&host->adapter, -1);
		submit(0);	/* takes the unit attention */
		submit(0);
	}
}

static void post(u32 i)
{
	static const u8 mode_select[6] = { 0x15, 0x10, [4] = 16 };
	static u8 control_page[16] = { [4] = 0x0a, 0x0a, 0x06, 0x10, [12] = 0xff, 0xff };
	static struct scatterlist sg = { control_page, sizeof(control_page) };
	struct hba_cmd *cmd = &request[i].hc.cmd;

	memset(&request[i], 0, sizeof(request[i]));
	request[i].sc.device = &device;
	cmd->tag = i;
	cmd->cdb_len = sizeof(mode_select);
	memcpy(cmd->cdb, mode_select, sizeof(mode_select));
	cmd->buf = (struct dma_buffer){ &sg, 1, sizeof(control_page), 0, FRAME_DIR_OUT };
	INIT_LIST_HEAD(&cmd->node);
	queue_submit(&host->adapter.queues[0], cmd);
	assert_int_equal(cmd->state, CMD_POSTED);
	queue_served(&host->adapter.queues[0], cmd->tag, cmd->generation);
	assert_int_equal(cmd->state, CMD_SERVICE);
}

/* The service hart has time to answer, and then its answer finds nobody. */
static void test_served(void **state)
{
	static int (*const handlers[])(struct scsi_cmnd *sc) = {
		hba_eh_abort, hba_eh_device_reset, hba_eh_host_reset,
	};
	struct hba_queue *q = &host->adapter.queues[0];
	struct hba_cmd *cmd = &request[0].hc.cmd;

	assert_int_equal(hba_eh_host_reset(&request[0].sc), SUCCESS);
	for (u32 i = 0; i < 3; i++) {
		struct frame_msg late = { .hdr.format = host->adapter.port.format };
		u64 executed;

		submit(0);	/* takes the unit attention */
		post(0);
		late.hdr.tag = cpu_to_le16(cmd->tag);
		late.hdr.generation = cpu_to_le32(cmd->generation);
		completed = 0;
		assert_in_range(time_of(handlers[i], SUCCESS), SECONDS(5), SECONDS(5) + 10);
		assert_int_equal(cmd->state, CMD_IDLE);
		assert_int_equal(completed, i > 0);
		memset(cmd, 0xa5, sizeof(*cmd));
		executed = q->hart.executed;
		queue_answer(q, &late);
		queue_unanswered(q, 0, le32_to_cpu(late.hdr.generation), false);
		assert_int_equal(q->hart.executed, executed);
	}
}

static void test_resets(void **state)
{
	assert_int_equal(time_of(hba_eh_device_reset, SUCCESS), 0);
	assert_int_equal(completed, 2);
	assert_int_equal(request[0].hc.cmd.outcome, CMD_RESET);
	submit(0);
	submit(0);
	device.rport.port_id = PORT_ID_FIRST + 1;
	assert_int_equal(time_of(hba_eh_device_reset, SUCCESS), 0);
	device.rport.port_id = PORT_ID_FIRST;
	assert_int_equal(request[0].hc.cmd.state, CMD_DELAY);
	assert_int_equal(time_of(hba_eh_host_reset, SUCCESS), 0);
	assert_int_equal(request[0].hc.cmd.outcome, CMD_RESET);
}

/* In the pause of an update a reset waits until the queues are released. */
static void test_reset_in_pause(void **state)
{
	queue_hold(&host->adapter.queues[0]);
	release_at = jiffies + SECONDS(2);
	assert_in_range(time_of(hba_eh_device_reset, SUCCESS), SECONDS(2), SECONDS(2) + 10);
	queue_hold(&host->adapter.queues[0]);
	release_at = 0;
	assert_in_range(time_of(hba_eh_host_reset, FAILED), SECONDS(5), SECONDS(5) + 10);
}

/* A host reset ends an update before its pause; a LUN reset does not. */
static void test_cancel(void **state)
{
	struct overlay *ov = &host->overlay.ov;

	assert_int_equal(overlay_claim(ov), 0);
	assert_int_equal(hba_eh_device_reset(&request[0].sc), SUCCESS);
	assert_false(ov->cancel);
	assert_int_equal(hba_eh_host_reset(&request[0].sc), SUCCESS);
	assert_true(ov->cancel);
}

/* An update that a command began ends before its pause with that command, and no other. */
static void test_cancel_own(void **state)
{
	struct download *d = &host->adapter.download;
	struct overlay *ov = &host->overlay.ov;

	inband_init(host);
	assert_int_equal(inband_claim(&host->adapter, false), 0);
	d->queue = &host->adapter.queues[0];
	d->waits_target = 1;
	assert_int_equal(hba_eh_device_reset(&request[0].sc), SUCCESS);
	assert_false(ov->cancel);
	d->waits_target = 0;
	submit(0);
	submit(0);
	assert_int_equal(hba_eh_device_reset(&request[0].sc), SUCCESS);
	assert_true(ov->cancel);
	assert_true(cancelled_before);	/* whoever is told finds no new image then */
	/* in its pause or later it goes on, and nobody is told otherwise */
	assert_true(overlay_last_call(ov));
	assert_false(overlay_cancel_own(ov, &host->inband));
	d->queue = NULL;
}

/* The same with an abort of that command. */
static void test_cancel_by_abort(void **state)
{
	struct download *d = &host->adapter.download;
	const struct hba_cmd *cmd = &request[1].hc.cmd;
	struct overlay *ov = &host->overlay.ov;

	inband_init(host);
	assert_int_equal(inband_claim(&host->adapter, false), 0);
	d->queue = cmd->queue;
	d->waits_tag = cmd->tag;
	d->waits_generation = cmd->generation;
	assert_int_equal(hba_eh_abort(&request[0].sc), SUCCESS);
	assert_false(ov->cancel);
	assert_int_equal(hba_eh_abort(&request[1].sc), SUCCESS);
	assert_true(ov->cancel);
	d->queue = NULL;
}

/* A claim that fails changes nothing of the update under way, and of whom it is for. */
static void test_claim_fails(void **state)
{
	struct download *d = &host->adapter.download;
	struct overlay *ov = &host->overlay.ov;

	inband_init(host);
	assert_int_equal(inband_claim(&host->adapter, false), 0);
	d->queue = &host->adapter.queues[0];
	assert_int_equal(inband_claim(&host->adapter, false), -EBUSY);
	assert_int_equal(inband_claim(&host->adapter, true), -EOPNOTSUPP);
	assert_false(ov->permanent);
	assert_ptr_equal(host->overlay.order, &host->inband);
	host->inband.running(&host->inband, ov->permanent);
	assert_null(d->queue);
}

/*
 * While the remote port is blocked a command has time. A reset is no success, and the
 * midlayer ends commands by that as well: by then they have ended here.
 */
static void test_blocked(void **state)
{
	device.rport.blocked = true;
	for (u32 i = 0; i < 10; i++)
		assert_int_equal(hba_eh_timed_out(&request[0].sc), SCSI_EH_RESET_TIMER);
	assert_int_equal(hba_eh_device_reset(&request[0].sc), FAST_IO_FAIL);
	assert_int_equal(completed, 2);
	submit(0);
	submit(1);
	completed = 0;
	assert_int_equal(hba_eh_host_reset(&request[0].sc), FAST_IO_FAIL);
	assert_int_equal(completed, 2);
	device.rport.blocked = false;
}

static void test_gone(void **state)
{
	host->gone = true;
	assert_int_equal(hba_eh_abort(&request[0].sc), FAST_IO_FAIL);
	assert_int_equal(hba_eh_device_reset(&request[0].sc), FAST_IO_FAIL);
	assert_int_equal(hba_eh_host_reset(&request[0].sc), FAST_IO_FAIL);
	assert_int_equal(completed, 0);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_extensions),
		TEST(test_abort),
		TEST(test_busy),
		TEST(test_served),
		TEST(test_resets),
		TEST(test_reset_in_pause),
		TEST(test_cancel),
		TEST(test_cancel_own),
		TEST(test_cancel_by_abort),
		TEST(test_claim_fails),
		TEST(test_blocked),
		TEST(test_gone),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
