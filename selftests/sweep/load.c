// SPDX-License-Identifier: GPL-2.0
/* The load: see load.h. What is acknowledged goes to the oracle. */
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "judge.h"
#include "world.h"

#define CHECK_CONDITION		2u
#define SENSE_POWER_ON		0x062900u
#define SENSE_MICROCODE		0x063f01u
#define SENSE_BAD_OPCODE	0x052000u
#define LIST_LEN		24u	/* PERSISTENT RESERVE OUT */
#define FINISH_TURNS		100u

enum reserve_action { REGISTER_IGNORE = 6, RESERVE = 1, RELEASE = 2 };

void load_seed(u64 seed)
{
	world.load.rng = seed * 2 + 1;
}

/* PCG's generator: a linear congruential one whose upper bits are taken. */
u32 load_random(u32 below)
{
	u64 *s = &world.load.rng;

	*s = *s * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(*s >> 33) % below;
}

static struct oracle_record *unit_of(const struct job *j)
{
	return &world.oracle.unit[j->unit];
}

static bool slot_in_use(u32 unit, u32 slot, bool for_write)
{
	for (u32 i = 0; i < LOAD_QUEUES * LOAD_JOBS; i++) {
		const struct job *j = &world.load.jobs[i / LOAD_JOBS][i % LOAD_JOBS];

		if (j->busy && j->unit == unit && j->slot == slot && j->kind <= JOB_READ &&
		    (for_write || j->kind == JOB_WRITE))
			return true;
	}
	return false;
}

static void submit(struct job *j)
{
	struct command *c = &j->c;
	u32 at = j - &world.load.jobs[0][0];

	c->done = false;
	c->cmd.state = CMD_IDLE;
	c->cmd.tag = at % LOAD_JOBS;
	queue_submit(&world.m->a.queues[at / LOAD_JOBS], &c->cmd);
}

static void start(struct job *j, const u8 *cdb, u32 cdb_len, u8 dir, u32 len)
{
	struct command *c = &j->c;

	memset(&c->cmd, 0, sizeof(c->cmd));
	INIT_LIST_HEAD(&c->cmd.node);
	c->sg[0] = (struct scatterlist){ c->data, len / 3 };
	c->sg[1] = (struct scatterlist){ c->data + len / 3, len - len / 3 };
	c->cmd.target = j->unit;
	c->cmd.buf = (struct dma_buffer){ .sgl = c->sg, .nents = 2, .len = len, .dir = dir };
	c->cmd.cdb_len = cdb_len;
	memcpy(c->cmd.cdb, cdb, cdb_len);
	j->busy = true;
	submit(j);
}

static void start_block(struct job *j, enum job_kind kind)
{
	u8 cdb[10] = { kind == JOB_WRITE ? 0x2a : 0x28, 0, 0, 0, 0, j->slot, 0, 0, 1 };
	struct maybe *slot = &world.oracle.slot[j->unit][j->slot];

	j->kind = kind;
	if (kind == JOB_WRITE) {
		j->number = ++world.load.numbers;
		maybe_open(slot, j->number);
		oracle_block(j->unit, j->slot, j->number, j->c.data);
	} else {
		j->number = slot->now;
		memset(j->c.data, 0xee, BOARD_BLOCK_SIZE);
	}
	start(j, cdb, sizeof(cdb), kind == JOB_WRITE ? FRAME_DIR_OUT : FRAME_DIR_IN,
	      BOARD_BLOCK_SIZE);
}

static void start_test(struct job *j)
{
	const u8 cdb[6] = {};

	j->kind = JOB_TEST;
	start(j, cdb, sizeof(cdb), FRAME_DIR_NONE, 0);
}

/* Caching page with WCE, or control page with D_SENSE. */
static void start_mode(struct job *j)
{
	static const u8 pages[2][24] = {
		{ 0, 0, 0, 0, 0x08, 18 },
		{ 0, 0, 0, 0, 0x0a, 10, 0x02, 0x10, 0, 0, 0, 0, 0xff, 0xff },
	};
	static const u32 bits[2] = { MODE_WCE, MODE_D_SENSE };
	struct maybe *mode = &unit_of(j)->mode;
	u32 page = load_random(2);
	bool set = load_random(2);
	u8 cdb[6] = { 0x15, 0x10, 0, 0, page ? 16 : 24 };

	j->kind = JOB_MODE;
	unit_of(j)->mode_bit = bits[page];
	maybe_open(mode, set ? mode->now | bits[page] : mode->now & ~(u64)bits[page]);
	memcpy(j->c.data, pages[page], sizeof(pages[page]));
	if (set)
		j->c.data[6] |= 4;
	start(j, cdb, sizeof(cdb), FRAME_DIR_OUT, cdb[4]);
}

static bool has_reservations(void)
{
	return MRB_VERSION_MAJOR(le32_to_cpu(world.m->a.image.version)) >= 2;
}

static void put_be64(u8 *to, u64 value)
{
	for (u32 i = 0; i < 8; i++)
		to[i] = value >> (56 - 8 * i);
}

static u64 get_be64(const u8 *from)
{
	u64 value = 0;

	for (u32 i = 0; i < 8; i++)
		value = value << 8 | from[i];
	return value;
}

static void start_reserve(struct job *j)
{
	struct oracle_record *r = unit_of(j);
	enum reserve_action action = REGISTER_IGNORE;
	u8 cdb[10] = { 0x5f, 0, 1, [8] = LIST_LEN };
	u64 key = load_random(1u << 30) + 1;

	if (r->key.now && load_random(2))
		action = r->type.now ? RELEASE : RESERVE;
	j->kind = JOB_RESERVE;
	cdb[1] = action;
	memset(j->c.data, 0, LIST_LEN);
	put_be64(&j->c.data[0], action == REGISTER_IGNORE ? 0 : r->key.now);
	put_be64(&j->c.data[8], action == REGISTER_IGNORE ? key : 0);
	if (action == REGISTER_IGNORE)
		maybe_open(&r->key, key);
	else
		maybe_open(&r->type, action == RESERVE);
	start(j, cdb, sizeof(cdb), FRAME_DIR_OUT, LIST_LEN);
}

static void start_any(struct job *j)
{
	const struct oracle_record *r;
	u32 what = load_random(16);

	j->unit = load_random(ORACLE_UNITS);
	j->slot = load_random(ORACLE_SLOTS);
	r = unit_of(j);
	if (what < 6 && !slot_in_use(j->unit, j->slot, true))
		start_block(j, JOB_WRITE);
	else if (what < 11 && !slot_in_use(j->unit, j->slot, false))
		start_block(j, JOB_READ);
	else if (what > 13 && has_reservations() && !r->key.open && !r->type.open)
		start_reserve(j);
	else if (what > 12 && !r->mode.open)
		start_mode(j);
	else
		start_test(j);
}

static u32 sense_code(const struct command *c)
{
	const u8 *s = c->cmd.sense;

	if (c->cmd.sense_len < 8)
		return 0;
	if ((s[0] & 0x7f) >= 0x72)
		return (s[1] & 0xf) << 16 | s[2] << 8 | s[3];
	return c->cmd.sense_len < 14 ? 0 : (s[2] & 0xf) << 16 | s[12] << 8 | s[13];
}

/* True: it is one that the unit has to report, and the command comes again. */
static bool take_attention(const struct job *j, u32 sense)
{
	u32 *attention = &unit_of(j)->attention;
	u32 bit = sense == SENSE_POWER_ON ? ATTENTION_POWER_ON : ATTENTION_MICROCODE;

	if ((sense != SENSE_POWER_ON && sense != SENSE_MICROCODE) || !(*attention & bit))
		return false;
	*attention &= ~bit;
	unit_of(j)->errors++;
	return true;
}

static void verify_block(const struct job *j)
{
	u8 block[BOARD_BLOCK_SIZE];

	oracle_block(j->unit, j->slot, j->number, block);
	if (j->c.cmd.buf.moved != sizeof(block) || memcmp(block, j->c.data, sizeof(block)))
		judge_fail("unit %u, block %u: not what write %llu wrote", j->unit, j->slot,
			   (unsigned long long)j->number);
}

static void end_reserve(struct job *j, bool done)
{
	struct oracle_record *r = unit_of(j);

	maybe_close(j->c.cmd.cdb[1] == REGISTER_IGNORE ? &r->key : &r->type, done);
}

static void acknowledged(struct job *j)
{
	struct oracle_record *r = unit_of(j);

	switch (j->kind) {
	case JOB_WRITE:
		maybe_close(&world.oracle.slot[j->unit][j->slot], true);
		r->writes++;
		r->written_blocks++;
		break;
	case JOB_READ:
		verify_block(j);
		r->reads++;
		r->read_blocks++;
		break;
	case JOB_MODE:
		maybe_close(&r->mode, true);
		break;
	case JOB_RESERVE:
		end_reserve(j, true);
		break;
	default:
		break;
	}
}

static void end_job(struct job *j)
{
	const struct command *c = &j->c;
	u32 sense = sense_code(c);

	if (c->cmd.outcome != CMD_REPLIED)
		judge_fail("command %02x was lost, outcome %u", c->cmd.cdb[0], c->cmd.outcome);
	if (c->cmd.status == CHECK_CONDITION && take_attention(j, sense)) {
		submit(j);
		return;
	}
	j->busy = false;
	if (!c->cmd.status) {
		acknowledged(j);
	} else if (j->kind == JOB_RESERVE && sense == SENSE_BAD_OPCODE && !has_reservations()) {
		unit_of(j)->errors++;
		end_reserve(j, false);
	} else {
		judge_fail("command %02x: status %02x, sense %06x", c->cmd.cdb[0],
			   c->cmd.status, sense);
	}
}

/* Verifies what has ended. True: there was something. */
static bool reap_once(void)
{
	bool found = false;

	for (u32 i = 0; i < LOAD_QUEUES * LOAD_JOBS; i++) {
		struct job *j = &world.load.jobs[i / LOAD_JOBS][i % LOAD_JOBS];

		if (j->busy && j->c.done) {
			found = true;
			end_job(j);
		}
	}
	return found;
}

/* Until there is nothing: what comes again may end at once. */
void load_reap(void)
{
	while (reap_once())
		;
}

/* Media latency of one command is over, whichever. */
static void end_latency(void)
{
	struct list_head *delayed = &world.m->delayed;
	struct list_head *node;
	u32 n = 0;

	for (node = delayed->next; node != delayed; node = node->next)
		n++;
	if (!n)
		return;
	n = load_random(n);
	for (node = delayed->next; n; n--)
		node = node->next;
	list_del_init(node);
	queue_media_due(container_of(node, struct hba_cmd, node));
}

static void submit_any(void)
{
	u32 first = load_random(LOAD_QUEUES * LOAD_JOBS);
	struct job *j = &world.load.jobs[first / LOAD_JOBS][first % LOAD_JOBS];

	if (!j->busy)
		start_any(j);
}

/* One thing happens on the I/O harts: a command comes, or a request ends. */
void load_step(void)
{
	if (load_random(2))
		submit_any();
	else
		end_latency();
	load_reap();
}

/* The same, with the service hart for messages. */
void load_steps(u32 n)
{
	while (n--) {
		load_step();
		if (!load_random(3))
			model_service(world.m);
		load_reap();
	}
}

static bool any_busy(void)
{
	for (u32 i = 0; i < LOAD_QUEUES * LOAD_JOBS; i++)
		if (world.load.jobs[i / LOAD_JOBS][i % LOAD_JOBS].busy)
			return true;
	return false;
}

/* All commands in flight end, or the point has failed. */
void load_finish(void)
{
	for (u32 i = 0; any_busy(); i++) {
		if (i == FINISH_TURNS)
			judge_fail("commands wait for ever");
		model_media(world.m);
		model_service(world.m);
		load_reap();
	}
}

/* The adapter has no power any more, nor has it any command. */
void load_drop(void)
{
	for (u32 i = 0; i < LOAD_QUEUES * LOAD_JOBS; i++)
		world.load.jobs[i / LOAD_JOBS][i % LOAD_JOBS].busy = false;
}

/* One command alone, whose data is the answer. */
static const u8 *ask(struct job *j, const u8 *cdb, u32 cdb_len, u32 len)
{
	j->kind = JOB_KINDS;
	start(j, cdb, cdb_len, FRAME_DIR_IN, len);
	load_finish();
	return j->c.data;
}

/* A write that power loss has cut off is there as a whole, or not at all. */
static void verify_slot(struct job *j, struct maybe *slot)
{
	u8 cdb[10] = { 0x28, 0, 0, 0, 0, j->slot, 0, 0, 1 };
	u8 block[BOARD_BLOCK_SIZE];
	const u8 *data = ask(j, cdb, sizeof(cdb), BOARD_BLOCK_SIZE);

	unit_of(j)->reads++;
	unit_of(j)->read_blocks++;
	if (slot->open) {
		oracle_block(j->unit, j->slot, slot->next, block);
		maybe_close(slot, !memcmp(block, data, sizeof(block)));
	}
	j->number = slot->now;
	verify_block(j);
}

static void verify_mode(struct job *j)
{
	const u8 cdb[6] = { 0x1a, 0x08, 0x3f, 0, 64 };
	const u8 *data = ask(j, cdb, sizeof(cdb), 64);
	u32 mode = (data[2] & 0x80 ? MODE_SWP : 0) | (data[6] & 4 ? MODE_WCE : 0) |
		   (data[26] & 4 ? MODE_D_SENSE : 0);

	if (!maybe_is(&unit_of(j)->mode, mode))
		judge_fail("unit %u: MODE SENSE says %x", j->unit, mode);
}

static void verify_statistics(struct job *j)
{
	const u8 cdb[10] = { 0x4d, 0, 0x59, [8] = 72 };
	const u8 *data = ask(j, cdb, sizeof(cdb), 72);
	const struct oracle_record *r = unit_of(j);

	if (get_be64(data + 8) != r->reads || get_be64(data + 16) != r->writes ||
	    get_be64(data + 24) != r->written_blocks || get_be64(data + 32) != r->read_blocks)
		judge_fail("unit %u: LOG SENSE counts otherwise", j->unit);
}

static void verify_keys(struct job *j)
{
	const u8 keys[10] = { 0x5e, 0, [8] = 64 }, reservation[10] = { 0x5e, 1, [8] = 64 };
	const struct oracle_record *r = unit_of(j);
	const u8 *data;

	memset(j->c.data, 0, 64);
	data = ask(j, keys, sizeof(keys), 64);
	if ((data[7] ? get_be64(data + 8) : 0) != r->key.now)
		judge_fail("unit %u: READ KEYS has another key", j->unit);
	data = ask(j, reservation, sizeof(reservation), 64);
	if ((data[7] ? data[21] : 0) != r->type.now)
		judge_fail("unit %u: another reservation", j->unit);
}

/* Every block, and all state that a command can ask for. No command is in flight. */
void load_verify(void)
{
	for (u32 i = 0; i < ORACLE_UNITS * ORACLE_SLOTS; i++) {
		struct job *j = &world.load.jobs[i % LOAD_QUEUES][0];

		j->unit = i / ORACLE_SLOTS;
		j->slot = i % ORACLE_SLOTS;
		verify_slot(j, &world.oracle.slot[j->unit][j->slot]);
	}
	for (u32 i = 0; i < ORACLE_UNITS; i++) {
		struct job *j = &world.load.jobs[i % LOAD_QUEUES][1];

		j->unit = i;
		verify_mode(j);
		verify_statistics(j);
		if (has_reservations())
			verify_keys(j);
	}
}
