// SPDX-License-Identifier: GPL-2.0
/*
 * Logins: the first I/O hart makes them, between the frames of its commands. At a start it is
 * told to begin, and the start waits for the answers. After a loss the driver names remote
 * ports that are back without a session; logins to these go on during I/O and during an update,
 * except in its pause and on probation: a preserved image that had to come back would not know
 * the new sessions. The service hart takes no part in this.
 */
#include <asm/byteorder.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "adapter.h"
#include "mailbox.h"

#define NS_PER_US	1000u
#define FREE_TRIES	8u		/* without a rest between them */
#define REST_NS		10000000ull	/* after the next try; doubled with each further one */
#define REST_MAX_NS	5000000000ull
#define QUIET_NS	20000000000ull	/* after so long without a try, tries start over */
#define START_LIMIT_NS	60000000000ull	/* the harts' own time for all logins of a start */
#define WAIT_PIECE_US	50000u		/* between checks whether logins are still wanted */

static struct hba_queue *login_queue(struct adapter *a)
{
	return &a->queues[BOARD_LOGIN_HART - 1];
}

/**
 * login_init() - allocate the record of tries; the hart gets no frame until login_start()
 * @a: the adapter
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; login_destroy() is to be called in either case.
 */
int login_init(struct adapter *a)
{
	a->logins.starting = true;
	a->logins.tries = kvcalloc(a->cfg.nr_ports, sizeof(*a->logins.tries), GFP_KERNEL);
	return a->logins.tries ? 0 : -ENOMEM;
}

/**
 * login_destroy() - free what login_init() has allocated
 * @a: the adapter
 */
void login_destroy(struct adapter *a)
{
	kvfree(a->logins.tries);
}

/**
 * login_want() - the microcode is to log in to a remote port
 * @a: the adapter
 * @port: the port's index; no hart is serving a command for that port
 *
 * Context: any but hard interrupt.
 */
void login_want(struct adapter *a, u32 port)
{
	set_bit(port, a->logins.wanted);
	a->ops->wake_login(a);
}

/**
 * login_pause() - give the hart no frame about logins until login_resume()
 * @a: the adapter
 * @restarted: the service hart starts anew, and may forget what the login table held
 *
 * When this returns, the hart has no such frame. Answers that come meanwhile wait.
 *
 * Context: any but hard interrupt.
 */
void login_pause(struct adapter *a, bool restarted)
{
	struct hba_queue *q = login_queue(a);

	spin_lock_bh(&q->lock);
	a->logins.paused = true;
	if (restarted)
		a->logins.begin = true;
	spin_unlock_bh(&q->lock);
}

/**
 * login_doubt() - the image has made its data anew: it may have forgotten sessions
 * @a: the adapter
 *
 * The login hart is told to begin as soon as it may have frames about logins again. By then it
 * may execute another image, which has taken over this one's data.
 *
 * Context: any but hard interrupt.
 */
void login_doubt(struct adapter *a)
{
	struct hba_queue *q = login_queue(a);

	spin_lock_bh(&q->lock);
	a->logins.begin = true;
	spin_unlock_bh(&q->lock);
	a->ops->wake_login(a);
}

/**
 * login_resume() - end of login_pause(): the update has ended
 * @a: the adapter
 *
 * Context: any but hard interrupt.
 */
void login_resume(struct adapter *a)
{
	struct hba_queue *q = login_queue(a);

	spin_lock_bh(&q->lock);
	a->logins.paused = false;
	spin_unlock_bh(&q->lock);
	a->ops->wake_login(a);
}

/**
 * login_stop() - give the hart no frame about logins any more
 * @a: the adapter
 *
 * Otherwise an image that requests logins without end would keep login_work() busy forever.
 *
 * Context: any. After this login_work(), even if it is running, finds nothing to do;
 * login_start() ends soon, with the sessions made so far.
 */
void login_stop(struct adapter *a)
{
	WRITE_ONCE(a->logins.stopped, true);
}

/* Show the address that the fabric gave the adapter in its register. */
static void show_address(struct adapter *a)
{
	WRITE_ONCE(a->regs->port_id, cpu_to_le32(READ_ONCE(a->fabric.port_id)));
}

/*
 * Show that a port's session has changed, but not during a start. The lock keeps this from
 * happening after the hart was given an answer and before it took it. A later change sets the
 * port's bit in logins.fresh again.
 */
static void show_port(struct adapter *a, u32 port)
{
	struct hba_queue *q = login_queue(a);
	bool changed;

	spin_lock_bh(&q->lock);
	changed = !a->logins.starting && test_and_clear_bit(port, a->logins.fresh);
	if (changed)
		fabric_open(&a->fabric, port);
	spin_unlock_bh(&q->lock);
	if (changed && a->ops->port_changed)
		a->ops->port_changed(a, port);
}

/* The hart has taken all answers so far: commands may use the new sessions. */
static void show_ports(struct adapter *a)
{
	unsigned long *fresh = a->logins.fresh;
	u32 ports = a->cfg.nr_ports;

	for (u32 port = find_next_bit(fresh, ports, 0); port < ports;
	     port = find_next_bit(fresh, ports, port + 1))
		show_port(a, port);
}

/*
 * End a session that the hart may not know of, as it is of no use. Lock held, so that the
 * session is gone before the hart is started again.
 */
static void forget_session(struct adapter *a, u32 port)
{
	if (port >= a->cfg.nr_ports)
		return;
	fabric_log_out(&a->fabric, port);
	clear_bit(port, a->logins.fresh);
	set_bit(port, a->logins.wanted);
	if (a->ops->port_changed)
		a->ops->port_changed(a, port);
}

/* Lock held. */
static bool may_serve(struct adapter *a)
{
	struct hba_queue *q = login_queue(a);

	lockdep_assert_held(&q->lock);
	return !q->held && !a->logins.paused && !a->logins.starting &&
	       !READ_ONCE(a->logins.stopped) && !READ_ONCE(a->regs->probation) &&
	       !READ_ONCE(a->crashed) && !READ_ONCE(a->dead);
}

/* Run the hart with the frame in its mailbox. NULL, or what it did wrong. Lock held. */
static const char *run(struct adapter *a, struct list_head *todo)
{
	show_address(a);
	return mailbox_run(login_queue(a), todo);
}

static const char *tell_hart(struct adapter *a, u16 tag, struct list_head *todo)
{
	struct frame_link *link = &login_queue(a)->mbox->in.link;

	memset(link, 0, sizeof(*link));
	link->hdr.type = FRAME_LINK;
	link->hdr.format = a->port.format;
	link->hdr.tag = cpu_to_le16(tag);
	els_allow(a);
	return run(a, todo);
}

/**
 * struct answered - an answer that the hart was given
 * @port: the port concerned, or any number
 * @plogi: it was a remote port's LS_ACC to PLOGI
 */
struct answered {
	u32 port;
	bool plogi;
};

static const char *give_answer(struct adapter *a, struct answered *x, struct list_head *todo)
{
	struct frame_els_done *done = &login_queue(a)->mbox->in.els_done;

	els_answer(a, done);
	x->port = le16_to_cpu(done->hdr.tag);
	x->plogi = done->accepted && done->els == ELS_PLOGI;
	return run(a, todo);
}

/* Clean up if the hart crashed over a frame about a port, or over LINK_BEGIN. Lock held. */
static void see_to_crash(struct adapter *a, const char *why, u32 port)
{
	if (!why)
		return;
	queue_crash(login_queue(a), why);
	forget_session(a, port);
}

/* Agree on the terms of a session before it begins. Lock not held: that may sleep. */
static void agree_on_terms(struct adapter *a, const struct answered *x)
{
	if (x->plogi)
		port_hart_login(a, x->port);
}

/* Give the hart an answer that is due. False if it crashed, none is due, or it may not have it. */
static bool answer_one(struct adapter *a)
{
	struct hba_queue *q = login_queue(a);
	const char *why = NULL;
	struct answered x = {};
	LIST_HEAD(todo);
	bool due;

	queue_lock(q);
	due = may_serve(a) && els_due_ns(a) <= a->ops->now_ns();
	if (due)
		why = give_answer(a, &x, &todo);
	see_to_crash(a, why, x.port);
	queue_unlock(q, &todo);
	if (!why)
		agree_on_terms(a, &x);
	return due && !why;
}

static void give_answers(struct adapter *a)
{
	while (answer_one(a))
		cond_resched();
	show_ports(a);
}

/* The harts were started: there may be ports that the image does not know. */
static void begin(struct adapter *a)
{
	struct hba_queue *q = login_queue(a);
	const char *why = NULL;
	LIST_HEAD(todo);

	queue_lock(q);
	if (a->logins.begin && !a->logins.els.count && may_serve(a)) {
		a->logins.begin = false;
		why = tell_hart(a, LINK_BEGIN, &todo);
	}
	see_to_crash(a, why, LINK_BEGIN);
	queue_unlock(q, &todo);
}

static u64 rest_ns(u32 tries)
{
	if (tries < FREE_TRIES)
		return 0;
	return min(REST_NS << min(tries - FREE_TRIES, 16u), REST_MAX_NS);
}

static void note_try(struct login_try *try, u64 now)
{
	if (now - try->last_ns > QUIET_NS)
		try->tries = 0;
	try->tries++;
	try->last_ns = now;
	try->not_before_ns = now + rest_ns(try->tries);
	try->held = false;
}

/*
 * May the hart be told of a port? An image that ends each session as soon as it has made it
 * would be told forever and do nothing else, so it has to wait longer each time.
 */
static bool rested(struct adapter *a, struct login_try *try, u64 now)
{
	if (now >= try->not_before_ns)
		return true;
	if (!try->held)
		WRITE_ONCE(a->logins.put_off, a->logins.put_off + 1);
	try->held = true;
	return false;
}

/* Is there room for one more request? As long as there is no address, only for the first one. */
static bool has_room(struct adapter *a)
{
	u32 count = a->logins.els.count;

	return count < BOARD_MAX_ELS && (!count || READ_ONCE(a->fabric.port_id));
}

/* Lock held. */
static bool may_tell(struct adapter *a, u32 port)
{
	return may_serve(a) && has_room(a) && !els_under_way(a, port);
}

static bool can_be_told(struct adapter *a, u32 port)
{
	struct hba_queue *q = login_queue(a);
	bool can;

	spin_lock_bh(&q->lock);
	can = may_tell(a, port);
	spin_unlock_bh(&q->lock);
	return can;
}

/* Tell the hart of a port, or mark it to be told later. */
static void tell(struct adapter *a, u32 port)
{
	struct hba_queue *q = login_queue(a);
	const char *why = NULL;
	LIST_HEAD(todo);

	queue_lock(q);
	if (may_tell(a, port))
		why = tell_hart(a, port, &todo);
	else
		set_bit(port, a->logins.wanted);
	see_to_crash(a, why, port);
	queue_unlock(q, &todo);
}

static void log_in(struct adapter *a, u32 port, u64 *next)
{
	struct login_try *try = &a->logins.tries[port];
	u64 now;

	if (!can_be_told(a, port))
		return;
	clear_bit(port, a->logins.wanted);
	smp_mb__after_atomic(); /* whoever changes the port's state sets the bit afterwards */
	if (!fabric_can_log_in(&a->fabric, port))
		return;
	now = a->ops->now_ns();
	if (!rested(a, try, now)) {
		set_bit(port, a->logins.wanted);
		*next = min(*next, try->not_before_ns);
		return;
	}
	note_try(try, now);
	tell(a, port);
	give_answers(a);
}

static void log_in_wanted(struct adapter *a, u32 first, u32 end, u64 *next)
{
	const unsigned long *wanted = a->logins.wanted;

	for (u32 port = find_next_bit(wanted, end, first);
	     port < end && !READ_ONCE(a->crashed);
	     port = find_next_bit(wanted, end, port + 1)) {
		log_in(a, port, next);
		cond_resched();
	}
}

/* Ports with disks come again before each other port: they may have been lost meanwhile. */
static void log_in_all(struct adapter *a, u64 *next)
{
	u32 ports = a->cfg.nr_ports;
	u32 port = a->cfg.nr_targets;

	log_in_wanted(a, 0, port, next);
	while ((port = find_next_bit(a->logins.wanted, ports, port)) < ports) {
		log_in_wanted(a, port, port + 1, next);
		log_in_wanted(a, 0, a->cfg.nr_targets, next);
		port++;
	}
}

static u64 next_answer_ns(struct adapter *a)
{
	struct hba_queue *q = login_queue(a);
	u64 next;

	spin_lock_bh(&q->lock);
	next = may_serve(a) ? els_due_ns(a) : U64_MAX;
	spin_unlock_bh(&q->lock);
	return next;
}

/**
 * login_work() - make the logins that are wanted
 * @a: the adapter
 *
 * The hart is told of ports, and given answers that are due.
 *
 * Context: a thread, one at a time, not the service hart's.
 */
void login_work(struct adapter *a)
{
	u64 next = U64_MAX;

	show_address(a);
	give_answers(a);
	begin(a);
	give_answers(a);
	log_in_all(a, &next);
	next = min(next, next_answer_ns(a));
	if (next != U64_MAX && a->ops->wake_later)
		a->ops->wake_later(a, next - min(next, a->ops->now_ns()));
}

/* Wait in pieces, as login_stop() may be called meanwhile. False: it was called. */
static bool wait_until(struct adapter *a, u64 due)
{
	u64 now = a->ops->now_ns();
	u64 left_us = due > now ? div_u64(due - now, NS_PER_US) + 1 : 0;
	u32 us;

	while (left_us && a->ops->busy && !READ_ONCE(a->logins.stopped)) {
		us = min_t(u64, left_us, WAIT_PIECE_US);
		a->ops->busy(a, us);
		left_us -= us;
	}
	return !READ_ONCE(a->logins.stopped);
}

/*
 * Wait for the next answer and give it to the hart. False if no request is under way, logins
 * were stopped, or the hart crashed.
 */
static bool wait_for_answer(struct adapter *a, const char **why)
{
	struct hba_queue *q = login_queue(a);
	struct answered x;
	LIST_HEAD(todo);
	u64 due;

	spin_lock_bh(&q->lock);
	due = els_due_ns(a);
	spin_unlock_bh(&q->lock);
	if (due == U64_MAX || !wait_until(a, due))
		return false;
	queue_lock(q);
	*why = give_answer(a, &x, &todo);
	queue_unlock(q, &todo);
	if (!*why)
		agree_on_terms(a, &x);
	return !*why;
}

static void end_of_start(struct adapter *a)
{
	struct hba_queue *q = login_queue(a);

	spin_lock_bh(&q->lock);
	a->logins.starting = false;
	spin_unlock_bh(&q->lock);
	show_ports(a);
	a->ops->wake_login(a);
}

/* Twice what FLOGI, PLOGI and PRLI take with as many ports at once as are allowed. */
static u64 time_for_all(const struct adapter *a)
{
	u64 rounds = 4ull * (a->cfg.nr_ports / BOARD_MAX_ELS + 2);

	return rounds * a->cfg.login_delay_ns + START_LIMIT_NS;
}

/**
 * login_start() - the harts have been started: the hart logs in to all ports it does not know
 * @a: the adapter; its queues are held, or have no command
 *
 * Requests from before are dropped, and a login_pause() ends. If the hart does not complete
 * the logins, it gets no frame about logins until the next start, perhaps of another image.
 *
 * Context: the service hart's thread; may sleep, a few login delays for each BOARD_MAX_ELS
 * remote ports, plus START_LIMIT_NS at most. login_stop() ends it.
 * Return: NULL, also if it was stopped; else why the hart did not complete the logins.
 */
const char *login_start(struct adapter *a)
{
	u64 end = a->ops->now_ns() + time_for_all(a);
	struct hba_queue *q = login_queue(a);
	const char *why;
	LIST_HEAD(todo);

	queue_lock(q);
	a->logins.begin = false;
	a->logins.paused = false;
	a->logins.starting = true;
	els_cut(a);
	why = tell_hart(a, LINK_BEGIN, &todo);
	queue_unlock(q, &todo);
	while (!why && wait_for_answer(a, &why)) {
		if (!why && a->ops->now_ns() > end)
			why = BUDGET_LATE " to log in";
		cond_resched();
	}
	if (!why)
		end_of_start(a);
	return why;
}
