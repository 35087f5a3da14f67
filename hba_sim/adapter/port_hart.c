// SPDX-License-Identifier: GPL-2.0
/*
 * The port hart (patent: dependent code images of other modules): it executes the port
 * firmware, which the chip CHIP_PORT holds, when the link comes up and at each login, and
 * never for an I/O. Its answer is used if it makes sense. If the hart does anything else, that
 * is logged once, the port uses terms that every other side accepts, and the next event starts
 * the hart anew.
 */
#include <asm/barrier.h>
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <hba_sim/chip.h>

#include "../processor/processor.h"
#include "adapter.h"

#define PORT_INSN_LIMIT		10000u	/* for its start, and for an event */
#define PORT_INSN_SLICE		2000u	/* more than good firmware needs */
#define PORT_NS			500000000ull
#define PORT_FAILURES_MAX	8u	/* in a row: then it is not run until the next link-up */

#define ENTRY	(BOARD_TEXT_BASE + (u32)sizeof(struct chip_contents))

/**
 * port_hart_init() - make the port hart
 * @a: its adapter
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; port_hart_destroy() is to be called in either case.
 */
int port_hart_init(struct adapter *a)
{
	mutex_init(&a->port_hart.lock);
	a->port_hart.hart.owner = a->name;
	a->port_hart.mem = vzalloc(sizeof(*a->port_hart.mem));
	return a->port_hart.mem ? 0 : -ENOMEM;
}

/**
 * port_hart_destroy() - free the port hart's memory
 * @a: its adapter
 */
void port_hart_destroy(struct adapter *a)
{
	vfree(a->port_hart.mem);
}

static const struct budget_limit port_limit = {
	.insns = PORT_INSN_LIMIT, .slice = PORT_INSN_SLICE, .ns = PORT_NS,
};

/* NULL, or what the hart did instead of waiting for the next event. */
static const char *run_to_wfi(struct adapter *a)
{
	struct hart *h = &a->port_hart.hart;
	const char *over = NULL;
	u64 executed;
	struct budget b;
	u32 traps;

	budget_begin(&b, &port_limit);
	while (!over) {
		executed = h->executed;
		traps = h->trapped.count;
		switch (hart_run(h, budget_slice(&b))) {
		case HART_WFI:
			return NULL;
		case HART_ECALL:
			return "makes a call, and there are none";
		case HART_DEAD:
			return "traps";
		case HART_FENCE_I:
			budget_use(&b, COST_FENCE_I);
			break;
		case HART_LIMIT:
			break;
		}
		budget_use(&b, h->executed - executed + hart_trap_cost(h, traps));
		over = budget_over(&b, a->ops->now_ns);
	}
	return over;
}

static void map(struct port_hart *p)
{
	struct bus_window *text = &p->hart.win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS];
	struct port_memory *mem = p->mem;

	memset(p->hart.win, 0, sizeof(p->hart.win));
	bus_map(&p->hart, BOARD_MBOX_BASE, &mem->mbox, sizeof(mem->mbox), BUS_R | BUS_W);
	bus_map(&p->hart, BOARD_SCRATCH_BASE, mem->scratch, PORT_SCRATCH_SIZE,
		BUS_R | BUS_W);
	bus_map(&p->hart, BOARD_TEXT_BASE, mem->text, BOARD_CONFIG_SIZE, BUS_R | BUS_X);
	text->insns = mem->insns;
	text->nr_insns = PORT_INSNS;
}

/* Fetches the configuration that was active at that count of selections, or a later one. */
static void fetch(struct adapter *a)
{
	const struct chip *chip = &a->chips.chip[CHIP_PORT];
	struct port_hart *p = &a->port_hart;

	p->selects = smp_load_acquire(&chip->selects); /* pairs with chip_set_active() */
	memcpy(p->mem->text, chip_config_cells(&a->chips, CHIP_PORT, READ_ONCE(chip->active)),
	       BOARD_CONFIG_SIZE);
}

static const char *start(struct adapter *a)
{
	struct port_hart *p = &a->port_hart;
	struct port_memory *mem = p->mem;

	fetch(a);
	p->version = 0;
	if (!chip_contents_whole(mem->text, BOARD_CONFIG_SIZE, CHIP_PORT))
		return "is not there";
	p->version = le32_to_cpu(((const struct chip_contents *)mem->text)->version);
	icache_decode(mem->insns, mem->text, BOARD_CONFIG_SIZE);
	memset(mem->scratch, 0, sizeof(mem->scratch));
	memset(&mem->mbox, 0, sizeof(mem->mbox));
	hart_reset(&p->hart, BOARD_PORT_HART, ENTRY);
	map(p);
	p->started = true;
	return run_to_wfi(a);
}

/* If another configuration was selected since, the failures of the last one are forgotten. */
static const char *start_if_new(struct adapter *a)
{
	const struct chip *chip = &a->chips.chip[CHIP_PORT];
	struct port_hart *p = &a->port_hart;

	if (p->selects != READ_ONCE(chip->selects)) {
		p->started = false;
		p->trouble = NULL;
		p->failures = 0;
	}
	if (p->started)
		return NULL;
	return p->failures < PORT_FAILURES_MAX ? start(a) : "has failed too often";
}

static bool makes_sense(const struct port_request *req, const struct port_terms *t)
{
	return t->speed & le32_to_cpu(req->speeds) && !(t->speed & (t->speed - 1)) &&
	       t->credit && t->credit <= le32_to_cpu(req->credit) &&
	       t->frame_size >= PORT_FRAME_MIN && !(t->frame_size % 4) &&
	       t->frame_size <= le32_to_cpu(req->frame_size);
}

/* NULL, or why *@t does not have terms that were agreed on. */
static const char *ask(struct adapter *a, const struct port_request *req, struct port_terms *t)
{
	struct port_hart *p = &a->port_hart;
	struct port_mailbox *mbox = &p->mem->mbox;
	const char *why = start_if_new(a);

	if (why)
		return why;
	mbox->request = *req;
	memset(&mbox->answer, 0, sizeof(mbox->answer));
	why = run_to_wfi(a);
	if (why)
		return why;
	if (mbox->request.event || mbox->answer.event != req->event)
		return "does not answer";
	t->speed = le32_to_cpu(mbox->answer.speed);
	t->credit = le32_to_cpu(mbox->answer.credit);
	t->frame_size = le32_to_cpu(mbox->answer.frame_size);
	return makes_sense(req, t) ? NULL : "makes no sense";
}

static void tell(struct adapter *a, const char *why)
{
	struct port_hart *p = &a->port_hart;
	char line[CRASH_LINE_MAX];

	if (p->trouble)
		return;
	p->trouble = why;
	crash_line(&p->hart, line, sizeof(line));
	pr_err("hba_sim: %s: port firmware %u %s, safe terms are used instead: pc %08x, %s\n",
	       a->name, p->version, why, p->hart.pc, line);
}

/* The slowest speed, a credit of one frame, and the smallest frame size. */
static struct port_terms safe_terms(const struct port_request *req)
{
	u32 speeds = le32_to_cpu(req->speeds);

	return (struct port_terms){
		.speed = speeds & -speeds,
		.credit = 1,
		.frame_size = PORT_FRAME_MIN,
	};
}

/* Called with the lock held. */
static struct port_terms agree(struct adapter *a, enum port_event event, u32 port,
			       const struct port_terms *other)
{
	const struct port_request req = {
		.event = cpu_to_le32(event),
		.port = cpu_to_le32(port),
		.speeds = cpu_to_le32(other->speed),
		.credit = cpu_to_le32(other->credit),
		.frame_size = cpu_to_le32(other->frame_size),
	};
	struct port_hart *p = &a->port_hart;
	struct port_terms terms;
	const char *why = ask(a, &req, &terms);

	WRITE_ONCE(p->events, p->events + 1);
	if (!why) {
		p->failures = 0;
		return terms;
	}
	tell(a, why);
	p->started = false;
	p->failures++;
	WRITE_ONCE(p->faults, p->faults + 1);
	return safe_terms(&req);
}

/* Pairs with sysfs, which takes no lock. */
static void set_terms(struct port_terms *to, const struct port_terms *terms)
{
	WRITE_ONCE(to->speed, terms->speed);
	WRITE_ONCE(to->credit, terms->credit);
	WRITE_ONCE(to->frame_size, terms->frame_size);
}

/**
 * port_hart_link_up() - the link has come up: agree on its terms with the fabric
 * @a: the adapter
 *
 * Context: thread; may sleep.
 */
void port_hart_link_up(struct adapter *a)
{
	struct port_hart *p = &a->port_hart;
	struct port_terms link;

	mutex_lock(&p->lock);
	p->failures = 0;
	link = agree(a, PORT_LINK_UP, 0, &fabric_offers);
	set_terms(&p->link, &link);
	mutex_unlock(&p->lock);
}

/**
 * port_hart_login() - a remote port has accepted a login: agree on its terms
 * @a: the adapter
 * @port: index of the remote port
 *
 * Context: a thread that makes logins; may sleep.
 */
void port_hart_login(struct adapter *a, u32 port)
{
	struct remote_port *remote = &a->fabric.ports[port];
	struct port_hart *p = &a->port_hart;
	struct port_terms terms = remote->offers;

	mutex_lock(&p->lock);
	terms.speed = p->link.speed;
	terms = agree(a, PORT_LOGIN, port, &terms);
	set_terms(&remote->agreed, &terms);
	mutex_unlock(&p->lock);
}

/**
 * port_hart_power_on() - the port begins anew, with the chip's active configuration
 * @a: the adapter, whose chips have power
 *
 * Context: thread; may sleep.
 */
void port_hart_power_on(struct adapter *a)
{
	struct port_hart *p = &a->port_hart;

	mutex_lock(&p->lock);
	p->started = false;
	p->trouble = NULL;
	mutex_unlock(&p->lock);
	if (READ_ONCE(a->fabric.link_up))
		port_hart_link_up(a);
}

/**
 * port_hart_settle() - wait until nobody reads the inactive configuration
 * @a: the adapter
 *
 * To be called before the inactive configuration is burned.
 *
 * Context: the service hart's thread; may sleep.
 */
void port_hart_settle(struct adapter *a)
{
	mutex_lock(&a->port_hart.lock);
	mutex_unlock(&a->port_hart.lock);
}
