// SPDX-License-Identifier: GPL-2.0
/*
 * Links and the kernel's remote ports, hba_sim/driver/fc_rport.c. What takes time in a kernel is
 * counted: RCU grace periods, and passes over the queues. To block a port takes a
 * grace period; ports whose work is queued together share it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <linux/list.h>
#include <scsi/scsi_host.h>
#include <scsi/scsi_transport_fc.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/driver/fc_host.h"
#include "../../hba_sim/driver/fc_rport.h"
#include "../../hba_sim/driver/host.h"
#include "../../hba_sim/driver/inband.h"
#include "fixture.h"
#include "wrap.h"

#define ALL	BOARD_MAX_PORTS
#define DISKS	8u

static struct host *host;
static struct adapter *adapter;
static struct Scsi_Host shost;
static struct fc_rport rports[ALL];
static LIST_HEAD(delayed);
static bool timers_are_late;

/* What happened in the transport class: a time that each port was blocked and found at. */
static u32 now, blocked_at[ALL], found_at[ALL];
static u32 blocks, finds;
static u32 grace_periods, own_grace_periods, passes;
static u32 last_round;
static void (*on_block)(u32 port);

void __wrap_synchronize_rcu(void)
{
	own_grace_periods++;
}

void __wrap_queue_end_lost(struct hba_queue *q)
{
	passes += q == &adapter->queues[0];
	__real_queue_end_lost(q);
}

void fc_remote_port_delete(struct fc_rport *rport)
{
	u32 port = san_port(rport);

	assert_false(rport->blocked);
	grace_periods += !grace_periods || last_round != host_work_rounds;
	last_round = host_work_rounds;
	rport->blocked = true;
	blocked_at[port] = ++now;
	blocks++;
	if (on_block)
		on_block(port);
}

struct fc_rport *fc_remote_port_add(struct Scsi_Host *sh, int channel,
				    struct fc_rport_identifiers *ids)
{
	struct fc_rport *rport = &rports[ids->port_id - PORT_ID_FIRST];

	assert_int_equal(ids->roles, ids->port_id - PORT_ID_FIRST < DISKS ?
			 FC_PORT_ROLE_FCP_TARGET : FC_PORT_ROLE_FCP_INITIATOR);
	rport->port_id = ids->port_id;
	rport->blocked = false;
	found_at[san_port(rport)] = ++now;
	finds++;
	return rport;
}

/* As the kernel: each port's commands are ended. */
void fc_remove_host(struct Scsi_Host *sh)
{
	for (u32 port = 0; port < ALL; port++)
		san_end_commands(host, port);
}

/* The update that command 0 waits for, and whether it was cancelled when that ended. */
static const struct overlay *update;
static bool cancelled_before;

static void complete_op(struct hba_cmd *cmd)
{
	if (update && cmd == &cmds[0].cmd)
		cancelled_before = update->cancel;
	container_of(cmd, struct command, cmd)->done = true;
}

static void delay_op(struct hba_cmd *cmd)
{
	list_add_tail(&cmd->node, &delayed);
}

static bool cancel_delay_op(struct hba_cmd *cmd)
{
	if (!timers_are_late)
		list_del_init(&cmd->node);
	return !timers_are_late;
}

static void nothing_op(struct adapter *a)
{
}

static void nothing_media_op(struct hba_queue *q)
{
}

static void port_changed_op(struct adapter *a, u32 port)
{
	san_port_changed(host, port);
}

static u64 now_op(void)
{
	static u64 ns;

	return ns += 1000;
}

static const struct adapter_ops ops = {
	.complete	= complete_op,
	.delay		= delay_op,
	.cancel_delay	= cancel_delay_op,
	.wake_media	= nothing_media_op,
	.wake_login	= nothing_op,
	.wake_service	= nothing_op,
	.port_changed	= port_changed_op,
	.now_ns		= now_op,
};

static void count_from_here(void)
{
	blocks = 0;
	finds = 0;
	grace_periods = 0;
	own_grace_periods = 0;
	passes = 0;
}

static int set_up(void **state)
{
	struct adapter_config cfg = model_config;

	cfg.nr_ports = ALL;
	cfg.nr_targets = DISKS;
	cfg.media_latency_ns = 1;
	host = calloc(1, sizeof(*host));
	adapter = &host->adapter;
	host->shost = &shost;
	shost.shost_data = host;
	memset(rports, 0, sizeof(rports));
	INIT_LIST_HEAD(&delayed);
	timers_are_late = false;
	on_block = NULL;
	update = NULL;
	assert_int_equal(san_init(host, ALL), 0);
	assert_int_equal(adapter_init(adapter, &ops, "san", &cfg), 0);
	assert_int_equal(adapter_power_on(adapter, v1_0.bytes, v1_0.size), 0);
	assert_int_equal(san_start(host), 0);
	assert_int_equal(finds, ALL);
	count_from_here();
	return 0;
}

static int tear_down(void **state)
{
	adapter_destroy(adapter);
	san_destroy(host);
	free(host);
	count_from_here();
	return 0;
}

static void run_san(void)
{
	kthread_flush_work(&host->san.work);
}

/* The threads take turns until there is nothing to do. */
static void run_all(void)
{
	for (u32 i = 0; i < 4; i++) {
		run_san();
		login_work(adapter);
	}
	run_san();
}

static void submit(struct command *c, u16 target, u8 opcode)
{
	static u16 tag;
	struct hba_cmd *cmd = &c->cmd;

	memset(c, 0, sizeof(*c));
	INIT_LIST_HEAD(&cmd->node);
	cmd->tag = tag++ % model_config.depth;
	cmd->target = target;
	cmd->cdb_len = 10;
	cmd->cdb[0] = opcode;
	cmd->cdb[8] = 1;
	cmd->buf.len = opcode ? BOARD_BLOCK_SIZE : 0;
	cmd->buf.dir = opcode ? FRAME_DIR_IN : FRAME_DIR_NONE;
	sg_init_one(c->sg, c->data, BOARD_BLOCK_SIZE);
	cmd->buf.sgl = c->sg;
	cmd->buf.nents = 1;
	queue_submit(&adapter->queues[0], cmd);
}

#define TEST_UNIT_READY	0x00
#define READ_10		0x28

static void media_latency_is_over(void)
{
	struct hba_cmd *cmd;

	while ((cmd = list_first_entry_or_null(&delayed, struct hba_cmd, node))) {
		list_del_init(&cmd->node);
		queue_media_due(cmd);
	}
}

/* A read that the media have; the unit's attention is taken. */
static void begin_read(struct command *c, u16 target)
{
	submit(c, target, TEST_UNIT_READY);
	assert_true(c->done);
	submit(c, target, READ_10);
	assert_int_equal(c->cmd.state, CMD_DELAY);
}

static void ended(const struct command *c, enum cmd_outcome outcome)
{
	assert_true(c->done);
	assert_int_equal(c->cmd.outcome, outcome);
}

static void reads(u16 target)
{
	begin_read(&cmds[60], target);
	media_latency_is_over();
	ended(&cmds[60], CMD_REPLIED);
	assert_int_equal(cmds[60].cmd.status, 0);
}

static void all_blocked(bool blocked)
{
	for (u32 port = 0; port < ALL; port++)
		assert_int_equal(rports[port].blocked, blocked);
}

/* Neither grows with the ports, but by one for each SAN_AT_ONCE of them. */
static void little_waiting(void)
{
	assert_int_equal(grace_periods, DIV_ROUND_UP(blocks, SAN_AT_ONCE));
	assert_int_equal(own_grace_periods, 0);
}

static void test_link_down_and_up(void **state)
{
	for (u16 i = 0; i < DISKS; i++)
		begin_read(&cmds[i], i);
	san_set_link(host, false);
	run_san();
	all_blocked(true);
	little_waiting();
	assert_in_range(passes, 1, ALL / SAN_AT_ONCE);
	for (u16 i = 0; i < DISKS; i++) {
		ended(&cmds[i], CMD_DISRUPTED);
		assert_true(blocked_at[i] <= blocked_at[DISKS]);
	}
	san_set_link(host, true);
	run_all();
	all_blocked(false);
	assert_int_equal(finds, ALL);
	for (u16 i = 1; i < ALL; i++)
		assert_true(found_at[i] > found_at[i - 1]);
	reads(DISKS - 1);
	assert_int_equal(fabric_rejected(&adapter->fabric), 0);
}

/* All that log out together: a pass before logins are asked for, one after the blocking. */
static void test_passes(void **state)
{
	for (u16 i = 0; i < DISKS; i++) {
		begin_read(&cmds[i], i);
		san_log_out(host, i);
	}
	run_san();
	assert_int_equal(passes, 2);
	assert_int_equal(grace_periods, 1);
	for (u16 i = 0; i < DISKS; i++)
		ended(&cmds[i], CMD_DISRUPTED);
}

/* From the loss to the blocking, a command waits; nobody sends it again and again. */
static void test_stranded(void **state)
{
	begin_read(&cmds[0], 0);
	begin_read(&cmds[1], 0);
	san_set_link(host, false);
	media_latency_is_over();	/* at the media it finds no session */
	submit(&cmds[2], 0, READ_10);
	submit(&cmds[3], 0, TEST_UNIT_READY);
	for (u32 i = 0; i < 4; i++) {
		assert_false(cmds[i].done);
		assert_int_equal(cmds[i].cmd.state, CMD_STRANDED);
	}
	run_san();
	ended(&cmds[0], CMD_DISRUPTED);
	ended(&cmds[1], CMD_DISRUPTED);
	ended(&cmds[2], CMD_NOT_BEGUN);
	ended(&cmds[3], CMD_NOT_BEGUN);
	submit(&cmds[4], 0, TEST_UNIT_READY);	/* it was on its way to us */
	ended(&cmds[4], CMD_NOT_BEGUN);
}

/* They can be taken away while they wait. */
static void test_stranded_abort(void **state)
{
	san_set_link(host, false);
	submit(&cmds[0], 0, READ_10);
	submit(&cmds[1], 1, READ_10);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	assert_int_equal(queue_abort_all(&adapter->queues[0], 1), 0);
	assert_false(cmds[0].done);
	ended(&cmds[1], CMD_RESET);
	submit(&cmds[2], 2, READ_10);
	WRITE_ONCE(adapter->dead, true);
	queue_lose_all(&adapter->queues[0]);
	ended(&cmds[2], CMD_LOST);
	submit(&cmds[3], 2, READ_10);
	ended(&cmds[3], CMD_LOST);
}

/* A port that is back before it is blocked is not blocked; old commands end all the same. */
static void test_short_bounce(void **state)
{
	begin_read(&cmds[0], 0);
	san_log_out(host, 0);
	submit(&cmds[1], 0, READ_10);
	login_want(adapter, 0);
	login_work(adapter);
	reads(0);
	assert_false(cmds[1].done);
	run_san();
	assert_int_equal(blocks, 0);
	assert_int_equal(finds, 0);
	ended(&cmds[0], CMD_DISRUPTED);
	ended(&cmds[1], CMD_NOT_BEGUN);
	assert_int_equal(fabric_rejected(&adapter->fabric), 0);
}

/* A port that is gone, or has no session, cannot lose it once more: no command waits for that. */
static void test_lost_twice(void **state)
{
	struct remote_port *remote = &adapter->fabric.ports[0];

	for (u32 i = 0; i < 3; i++) {
		san_set_present(host, 0, false);
		run_san();
		assert_true(rports[0].blocked);
		submit(&cmds[i], 0, READ_10);
		ended(&cmds[i], CMD_NOT_BEGUN);
	}
	assert_int_equal(blocks, 1);
	san_set_present(host, 0, true);
	run_san();
	remote->offered = 1;	/* it has answered PLOGI */
	san_log_out(host, 0);
	assert_int_equal(remote->offered, 0);
	submit(&cmds[3], 0, READ_10);
	ended(&cmds[3], CMD_NOT_BEGUN);
	run_all();
	assert_false(rports[0].blocked);
	reads(0);
}

static void come_back(u32 port)
{
	on_block = NULL;
	san_set_link(host, true);
	for (u32 i = 0; i < ALL; i++)
		login_want(adapter, i);
	login_work(adapter);
}

/* The link comes up while the first ports are being blocked: the rest is not any more. */
static void test_return_in_between(void **state)
{
	on_block = come_back;
	san_set_link(host, false);
	run_san();
	all_blocked(false);
	assert_int_equal(blocks, 1);
	assert_int_equal(finds, 1);
	reads(0);
}

static void first_is_back(u32 port)
{
	if (port != SAN_AT_ONCE - 1)
		return;
	on_block = NULL;
	fabric_set_link(&adapter->fabric, true);	/* but only port 0 answers in time */
	for (u32 i = 1; i < ALL; i++)
		adapter->fabric.ports[i].present = false;
	login_want(adapter, 0);
	login_work(adapter);
}

/* A port that is back is found before the others are blocked. */
static void test_returns_first(void **state)
{
	on_block = first_is_back;
	san_set_link(host, false);
	run_san();
	assert_int_equal(blocks, ALL);
	assert_int_equal(finds, 1);
	assert_true(found_at[0] > blocked_at[SAN_AT_ONCE - 1]);
	assert_true(found_at[0] < blocked_at[SAN_AT_ONCE]);
	assert_false(rports[0].blocked);
	reads(0);
	little_waiting();
}

/* A command that does not end holds up nobody, not its own port, and no later session. */
static void test_stuck(void **state)
{
	begin_read(&cmds[0], 0);
	begin_read(&cmds[1], 1);
	timers_are_late = true;
	for (u32 i = 0; i < 3; i++) {
		san_set_link(host, false);
		run_san();
		all_blocked(true);
		san_set_link(host, true);
		run_all();
		all_blocked(false);
	}
	assert_false(cmds[0].done);
	media_latency_is_over();
	ended(&cmds[0], CMD_DISRUPTED);
	ended(&cmds[1], CMD_DISRUPTED);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	assert_int_equal(fabric_rejected(&adapter->fabric), 0);
	reads(0);
}

/* The end waits for no command, and leaves none that waits for a port. */
static void test_stop(void **state)
{
	begin_read(&cmds[0], 0);
	timers_are_late = true;
	san_log_out(host, 1);
	submit(&cmds[1], 1, READ_10);
	assert_false(cmds[1].done);
	san_stop(host);
	ended(&cmds[1], CMD_NOT_BEGUN);
	san_log_out(host, 2);
	submit(&cmds[2], 2, READ_10);
	ended(&cmds[2], CMD_NOT_BEGUN);
	media_latency_is_over();
	ended(&cmds[0], CMD_DISRUPTED);
	assert_int_equal(own_grace_periods, 0);
}

/* The transport class ends a port's commands: those that can be, and at once. */
static void test_terminate(void **state)
{
	begin_read(&cmds[0], 0);
	begin_read(&cmds[1], 1);
	san_end_commands(host, 0);
	san_end_commands(host, ALL - 1);
	san_end_commands(host, ~0u);
	ended(&cmds[0], CMD_DISRUPTED);
	assert_false(cmds[1].done);
	timers_are_late = true;
	san_end_commands(host, 1);
	assert_false(cmds[1].done);
	media_latency_is_over();
	ended(&cmds[1], CMD_DISRUPTED);
	assert_int_equal(own_grace_periods, 0);
}

/* Command 0, to port 0, waits for an update that it has begun. */
static void begin_update(void)
{
	struct download *d = &adapter->download;
	struct overlay *ov = &host->overlay.ov;

	overlay_init(ov, &adapter_overlay_ops, adapter, &adapter->image);
	overlay_include(ov);
	inband_init(host);
	begin_read(&cmds[0], 0);
	begin_read(&cmds[1], 1);
	assert_int_equal(inband_claim(adapter, false), 0);
	d->queue = cmds[0].cmd.queue;
	d->waits_tag = cmds[0].cmd.tag;
	d->waits_generation = cmds[0].cmd.generation;
	d->waits_target = 0;
	update = ov;
	cancelled_before = false;
}

static void lose_it(u32 how)
{
	switch (how) {
	case 0:
		san_log_out(host, 0);
		break;
	case 1:
		san_set_present(host, 0, false);
		break;
	case 2:
		san_set_link(host, false);
		break;
	case 3:
		san_end_commands(host, 0);
		break;
	}
}

/* With a command that began an update its update ends, and with no other; before that. */
static void cancelled(u32 how)
{
	begin_update();
	san_log_out(host, 1);
	run_san();
	ended(&cmds[1], CMD_DISRUPTED);
	assert_false(update->cancel);
	lose_it(how);
	run_san();
	ended(&cmds[0], CMD_DISRUPTED);
	assert_true(update->cancel);
	assert_true(cancelled_before);
	adapter->download.queue = NULL;
}

static void test_update_cancelled(void **state)
{
	for (u32 how = 0; how < 4; how++) {
		cancelled(how);
		tear_down(state);
		set_up(state);
	}
}

/* So it is if somebody else has taken the command away; an update that is in its pause goes on. */
static void test_update_not_cancelled(void **state)
{
	begin_update();
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	assert_false(overlay_last_call(&host->overlay.ov));
	san_log_out(host, 0);
	run_san();
	assert_false(update->cancel);
	overlay_own(&host->overlay.ov, &host->inband);
	san_log_out(host, 2);
	run_san();
	assert_true(update->cancel);
	adapter->download.queue = NULL;
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_link_down_and_up),
		TEST(test_passes),
		TEST(test_stranded),
		TEST(test_stranded_abort),
		TEST(test_short_bounce),
		TEST(test_lost_twice),
		TEST(test_return_in_between),
		TEST(test_returns_first),
		TEST(test_stuck),
		TEST(test_stop),
		TEST(test_terminate),
		TEST(test_update_cancelled),
		TEST(test_update_not_cancelled),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
