// SPDX-License-Identifier: GPL-2.0
/*
 * Crash dumps (include/hba_sim/crash.h has their layout). A hart crashes under
 * its queue's lock or in the pause of an update, so the dump is taken there into
 * memory that was reserved before, and nothing but copying is done. The service
 * hart's thread delivers it to the driver, and reserves memory for the next one.
 * Crashes that happen meanwhile leave no dump.
 */
#include <asm/byteorder.h>
#include <crypto/sha2.h>
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include <hba_sim/board.h>
#include <hba_sim/crash.h>

#include "../processor/processor.h"
#include "adapter.h"

#define SECTION_ALIGN	8u

/* What a dump has beside the data and the text of the image. */
#define FIXED_SIZE	(sizeof(struct crash_header) + sizeof(struct crash_regs) +	\
			 sizeof(struct crash_trap) +					\
			 CRASH_INSNS * sizeof(struct crash_insn) +			\
			 HART_JUMPS * sizeof(struct crash_jump) +			\
			 2 * sizeof(struct mrb_header) + BOARD_CONTROL_SIZE +		\
			 BOARD_MBOX_SIZE + BOARD_SCRATCH_SIZE)

static u32 dump_size(const struct mrb_header *image)
{
	u32 size = FIXED_SIZE + SECTION_ALIGN * CRASH_MAX_SECTIONS + memctl_text_bytes(image);

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (le32_to_cpu(image->block[i].type) == MRB_DATA)
			size += le32_to_cpu(image->block[i].mem_size);
	return size;
}

/**
 * coredump_reserve() - reserve memory for a dump while an image is in place
 * @a: the adapter
 * @image: header of the image
 *
 * If there is not enough memory there will be no dump, or a smaller one; nothing else fails.
 *
 * Context: the service hart's thread; may sleep.
 */
void coredump_reserve(struct adapter *a, const struct mrb_header *image)
{
	struct coredump *d = &a->coredump;
	u32 size = dump_size(image);
	u8 *mem;

	if (!a->ops->dump || d->size >= size)
		return;
	mem = vmalloc(size);
	if (!mem) {
		pr_warn("hba_sim: %s: no memory for crash dumps\n", a->name);
		return;
	}
	if (cmpxchg(&d->state, COREDUMP_EMPTY, COREDUMP_BUSY) == COREDUMP_EMPTY) {
		swap(d->mem, mem);
		d->size = size;
		smp_store_release(&d->state, COREDUMP_EMPTY); /* pairs with cmpxchg() */
	}
	vfree(mem);
}

/* Returns room for a section, or NULL if it does not fit and is left out. */
static void *add_section(struct coredump *d, u32 type, u32 address, u32 size)
{
	struct crash_header *head = (void *)d->mem;
	u32 nr = le32_to_cpu(head->nr_sections);
	struct crash_section *s = &head->section[nr];
	u32 offset = ALIGN(d->len, SECTION_ALIGN);

	if (nr >= CRASH_MAX_SECTIONS || offset > d->size || size > d->size - offset)
		return NULL;
	memset(d->mem + d->len, 0, offset - d->len);
	s->type = cpu_to_le32(type);
	s->address = cpu_to_le32(address);
	s->offset = cpu_to_le32(offset);
	s->size = cpu_to_le32(size);
	head->nr_sections = cpu_to_le32(nr + 1);
	d->len = offset + size;
	return d->mem + offset;
}

/* Add a section with what the hart sees at an address, if anything is mapped there. */
static void add_window(struct coredump *d, const struct hart *h, u32 type, u32 address, u32 size,
		       u32 perm)
{
	const void *mem = bus_span(h, address, size, perm);
	void *to = mem ? add_section(d, type, address, size) : NULL;

	if (to)
		memcpy(to, mem, size);
}

static void put_words(__le32 *to, const u32 *from, u32 words)
{
	for (u32 i = 0; i < words; i++)
		to[i] = cpu_to_le32(from[i]);
}

static void add_regs(struct coredump *d, const struct hart *h)
{
	struct crash_regs *r = add_section(d, CRASH_SECTION_REGS, 0, sizeof(*r));

	if (!r)
		return;
	put_words(r->x, h->x, ARRAY_SIZE(r->x));
	r->pc = cpu_to_le32(h->pc);
	r->mstatus = cpu_to_le32(h->mstatus | MSTATUS_MPP);
	r->mie = cpu_to_le32(h->mie);
	r->mip = cpu_to_le32(READ_ONCE(h->mip));
	r->mtvec = cpu_to_le32(h->mtvec);
	r->mscratch = cpu_to_le32(h->mscratch);
	r->mepc = cpu_to_le32(h->mepc);
	r->mcause = cpu_to_le32(h->mcause);
	r->mtval = cpu_to_le32(h->mtval);
	r->reserved = 0;
}

static void add_trap(struct coredump *d, const struct hart *h)
{
	struct crash_trap *t;

	if (!h->trapped.count)
		return;
	t = add_section(d, CRASH_SECTION_TRAP, 0, sizeof(*t));
	if (!t)
		return;
	put_words(t->x, h->trapped.x, ARRAY_SIZE(t->x));
	t->pc = cpu_to_le32(h->trapped.pc);
	t->cause = cpu_to_le32(h->trapped.cause);
	t->tval = cpu_to_le32(h->trapped.tval);
	t->count = cpu_to_le32(h->trapped.count);
}

/* The oldest jump that is still known. */
static u32 first_jump(const struct hart *h)
{
	return h->nr_jumps > HART_JUMPS ? h->nr_jumps - HART_JUMPS : 0;
}

static void add_jumps(struct coredump *d, const struct hart *h)
{
	u32 first = first_jump(h);
	struct crash_jump *j = add_section(d, CRASH_SECTION_JUMPS, 0,
					   (h->nr_jumps - first) * sizeof(*j));

	for (u32 i = first; j && i < h->nr_jumps; i++, j++) {
		j->from = cpu_to_le32(h->jumps[i % HART_JUMPS].from);
		j->to = cpu_to_le32(h->jumps[i % HART_JUMPS].to);
	}
}

static u32 word_at(const struct hart *h, u32 pc)
{
	const __le32 *word = pc % 4 ? NULL : bus_span(h, pc, 4, 0);

	return word ? le32_to_cpu(READ_ONCE(*word)) : 0;
}

/*
 * What was executed, backwards from pc: a row of instructions down to the target of the
 * last jump, then the row that ended with that jump, and so on to the target of the oldest
 * recorded jump. Filled from the end; returns how many entries stayed empty.
 */
static u32 last_insns(const struct hart *h, struct crash_insn *insns)
{
	u32 first = first_jump(h);
	u32 left = CRASH_INSNS;
	u32 pc = h->pc;

	for (u32 i = h->nr_jumps; i > first; i--) {
		const struct hart_jump *jump = &h->jumps[(i - 1) % HART_JUMPS];
		u32 row = (pc + 4 - jump->to) / 4;

		for (; row && left; row--, pc -= 4) {
			left--;
			insns[left].pc = cpu_to_le32(pc);
			insns[left].word = cpu_to_le32(word_at(h, pc));
		}
		pc = jump->from;
		if (pc == HART_NOWHERE)
			break;
	}
	return left;
}

static void add_insns(struct coredump *d, const struct hart *h)
{
	struct crash_insn insns[CRASH_INSNS];
	u32 empty = last_insns(h, insns);
	u32 size = (CRASH_INSNS - empty) * sizeof(insns[0]);
	void *to = add_section(d, CRASH_SECTION_INSNS, 0, size);

	if (to)
		memcpy(to, insns + empty, size);
}

static void add_data(struct coredump *d, const struct adapter *a)
{
	for (u32 i = 0; i < le16_to_cpu(a->image.nr_blocks); i++) {
		const struct mrb_block *b = &a->image.block[i];
		u32 address = le32_to_cpu(b->address);
		u32 size = le32_to_cpu(b->mem_size);
		void *to;

		if (le32_to_cpu(b->type) != MRB_DATA)
			continue;
		to = add_section(d, CRASH_SECTION_DATA, address, size);
		if (to)
			memcpy(to, a->memctl.region.data + (address - BOARD_DATA_BASE), size);
	}
}

/* The last section: coredump_deliver() removes it again if the text is intact. */
static void add_text(struct coredump *d, const struct memctl *mc)
{
	void *to = add_section(d, CRASH_SECTION_TEXT, BOARD_TEXT_BASE, mc->text_bytes);

	if (to)
		memcpy(to, mc->region.text, mc->text_bytes);
}

static void fill_header(struct coredump *d, const struct adapter *a, const struct hart *h,
			const char *why)
{
	struct crash_header *head = (void *)d->mem;

	memset(head, 0, sizeof(*head));
	head->magic = cpu_to_le32(CRASH_MAGIC);
	head->version = cpu_to_le16(CRASH_VERSION);
	head->header_size = cpu_to_le16(sizeof(*head));
	head->hart = cpu_to_le32(h->id);
	head->where = cpu_to_le32(crash_where(h));
	head->time_ns = cpu_to_le64(ktime_get_real_ns());
	head->executed = cpu_to_le64(h->executed);
	strscpy(head->reason, why, sizeof(head->reason));
	strscpy(head->adapter, a->name, sizeof(head->adapter));
	strscpy(head->kernel, init_utsname()->release, sizeof(head->kernel));
	memcpy(head->text_expected, a->memctl.digest, sizeof(head->text_expected));
	d->len = sizeof(*head);
}

static void fill(struct coredump *d, const struct adapter *a, const struct hart *h,
		 const char *why)
{
	const struct mrb_header *image = (const void *)a->memctl.region.text;
	void *to;

	fill_header(d, a, h, why);
	add_regs(d, h);
	add_trap(d, h);
	add_insns(d, h);
	add_jumps(d, h);
	to = add_section(d, CRASH_SECTION_IMAGE, BOARD_TEXT_BASE, sizeof(*image));
	if (to)
		memcpy(to, image, sizeof(*image));
	add_window(d, h, CRASH_SECTION_STAGED, BOARD_STAGING_TEXT_BASE, sizeof(*image),
		   BUS_X);
	to = add_section(d, CRASH_SECTION_CONTROL, BOARD_CONTROL_BASE, BOARD_CONTROL_SIZE);
	if (to)
		memcpy(to, a->service.control, BOARD_CONTROL_SIZE);
	add_window(d, h, CRASH_SECTION_MAILBOX, BOARD_MBOX_BASE, BOARD_MBOX_SIZE, BUS_R);
	add_window(d, h, CRASH_SECTION_SCRATCH, BOARD_SCRATCH_BASE, BOARD_SCRATCH_SIZE, BUS_R);
	add_data(d, a);
	add_text(d, &a->memctl);
}

/**
 * coredump_take() - a hart has crashed: record what a dump will contain
 * @a: the adapter
 * @h: the hart, which does not run
 * @why: what it did
 *
 * Only the first crash since the last delivery is recorded. Other harts may go on and
 * change data while it is copied. The caller has to wake the service hart's thread.
 *
 * Context: any but hard interrupt; a queue's lock may be held.
 */
void coredump_take(struct adapter *a, const struct hart *h, const char *why)
{
	struct coredump *d = &a->coredump;
	u32 next = COREDUMP_EMPTY;

	if (cmpxchg(&d->state, COREDUMP_EMPTY, COREDUMP_BUSY) != COREDUMP_EMPTY)
		return;
	if (d->mem) {
		fill(d, a, h, why);
		next = COREDUMP_FULL;
	}
	smp_store_release(&d->state, next); /* pairs with coredump_deliver() */
}

/* Done at delivery: the digest takes too long for the context in which a dump is taken. */
static void check_text(struct coredump *d)
{
	struct crash_header *head = (void *)d->mem;
	u32 nr = le32_to_cpu(head->nr_sections);
	const struct crash_section *s = &head->section[nr - 1];

	if (le32_to_cpu(s->type) != CRASH_SECTION_TEXT)
		return;
	sha256(d->mem + le32_to_cpu(s->offset), le32_to_cpu(s->size), head->text_found);
	if (memcmp(head->text_found, head->text_expected, sizeof(head->text_found)))
		return;
	d->len = le32_to_cpu(s->offset);
	memset(&head->section[nr - 1], 0, sizeof(*s));
	head->nr_sections = cpu_to_le32(nr - 1);
}

/**
 * coredump_deliver() - give the dump of the last crash to the driver
 * @a: the adapter
 *
 * Context: the service hart's thread; may sleep.
 */
void coredump_deliver(struct adapter *a)
{
	struct coredump *d = &a->coredump;
	struct crash_header *head;

	/* pairs with coredump_take() */
	if (smp_load_acquire(&d->state) != COREDUMP_FULL)
		return;
	check_text(d);
	head = (void *)d->mem;
	head->total_size = cpu_to_le32(d->len);
	d->mem = NULL;
	d->size = 0;
	a->ops->dump(a, head, d->len);
	smp_store_release(&d->state, COREDUMP_EMPTY); /* pairs with cmpxchg() */
	coredump_reserve(a, &a->image);
}

/**
 * coredump_destroy() - free the memory for a dump
 * @a: the adapter; nobody runs its harts
 */
void coredump_destroy(struct adapter *a)
{
	vfree(a->coredump.mem);
}
