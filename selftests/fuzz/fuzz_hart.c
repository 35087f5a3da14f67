// SPDX-License-Identifier: GPL-2.0
/*
 * Random programs on a hart. Each of its windows is memory of exactly its size,
 * so a step over the edge is seen. The same program is run in one go, one
 * instruction at a time, and decoded on the way: all must end in one state.
 *
 * An input is a struct setup and then the program's words.
 */
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/processor/insn.h"
#include "../unit/encode.h"
#include "fuzz.h"

#define TEXT		0x80000000u
#define DATA		0x90000000u
#define EDGE		0xf0000000u	/* a window of any size and permission */
#define STEPS		500u
#define WORDS_MAX	256u

/* Whose address space is not flat: the program may be changed under the cache. */
#define ALIAS		1u
#define TEXT_WRITABLE	2u
#define DATA_DIRTY	4u
#define INTERRUPT	8u

struct setup {
	u8 flags;
	u8 data_size;		/* in units of 8 bytes */
	u8 edge_size;
	u8 edge_perm;
	u8 undecodable;		/* words at the end of text that no cache entry has */
	u8 handler;		/* word of the program that mtvec points to */
	u8 unused[2];
	struct {
		u8 kind;
		u8 value;
	} reg[32];
};

struct machine {
	struct hart h;
	u8 *text;
	u8 *data;
	u8 *edge;
	unsigned long *dirty;
	size_t dirty_bytes;
};

static struct bus_window *window(struct machine *m, u32 base)
{
	return &m->h.win[base >> BUS_WINDOW_BITS];
}

static u32 initial(const struct setup *s, u32 i)
{
	u32 value = s->reg[i].value;

	switch (s->reg[i].kind % 8) {
	case 0:
		return value;
	case 1:
		return -value;
	case 2:
		return TEXT + value * 4;
	case 3:
		return DATA + value;
	case 4:
		return DATA + s->data_size * 8 + (s8)value;
	case 5:
		return EDGE + s->edge_size * 8 + (s8)value;
	case 6:
		return 0x80000000u + (s8)value;
	default:
		return value * 0x01000001u;
	}
}

static void machine_init(struct machine *m, const struct setup *s, const u8 *program, u32 words,
			 bool undecoded)
{
	u32 data_size = s->data_size * 8, edge_size = s->edge_size * 8;
	u32 cached = (words & ~1u) - min_t(u32, words & ~1u, s->undecodable % 4);

	memset(m, 0, sizeof(*m));
	m->text = fuzz_copy(program, words * 4);
	m->data = calloc(1, data_size);
	m->edge = calloc(1, edge_size);
	m->dirty_bytes = DIV_ROUND_UP(DIV_ROUND_UP(data_size, BUS_GRANULE), 64) * 8;
	m->dirty = calloc(1, m->dirty_bytes);
	*window(m, TEXT) = (struct bus_window){
		.mem = m->text, .size = words * 4 & ~7u, .perm = BUS_R | BUS_X,
		.insns = calloc(cached, sizeof(struct insn)), .nr_insns = cached,
	};
	*window(m, DATA) = (struct bus_window){
		.mem = m->data, .size = data_size, .perm = BUS_R | BUS_W,
		.dirty = s->flags & DATA_DIRTY ? m->dirty : NULL,
	};
	*window(m, EDGE) = (struct bus_window){
		.mem = m->edge, .size = edge_size, .perm = s->edge_perm & (BUS_R | BUS_W | BUS_X),
	};
	if (s->flags & TEXT_WRITABLE)
		window(m, TEXT)->perm |= BUS_W;
	if (s->flags & ALIAS)
		*window(m, EDGE) = (struct bus_window){ .mem = m->text, .size = words * 4 & ~7u,
							.perm = BUS_R | BUS_W };
	if (!undecoded)
		icache_decode(window(m, TEXT)->insns, m->text, cached * 4);
	hart_reset(&m->h, 1, TEXT);
	for (u32 i = 1; i < 32; i++)
		m->h.x[i] = initial(s, i);
	m->h.mtvec = s->handler ? TEXT + s->handler * 4 : 0;
	hart_interrupt(&m->h, s->flags & INTERRUPT);
}

static void machine_free(struct machine *m)
{
	free(window(m, TEXT)->insns);
	free(m->text);
	free(m->data);
	free(m->edge);
	free(m->dirty);
}

/* An ecall is the board's bulk access, with the arguments that the program has. */
static u32 bulk(struct machine *m)
{
	const u32 *arg = &m->h.x[10];
	u8 *p = bus_span(&m->h, arg[0], arg[1], arg[2]);
	u32 sum = 0;

	if (!p)
		return ~0u;
	for (u32 i = 0; i < arg[1]; i++)
		sum = sum * 31 + p[i];
	if (arg[2] & BUS_W) {
		memset(p, arg[3], arg[1]);
		bus_mark(&m->h, arg[0], arg[1]);
	}
	return sum;
}

/* It has no handler, or has trapped and stands before one that cannot be fetched. */
static void check_dead(const struct hart *h)
{
	u32 handler = h->mtvec & ~3u;

	FUZZ_CHECK(h->dead && h->trapped.count);
	FUZZ_CHECK(h->mcause == h->trapped.cause && h->mepc == h->trapped.pc);
	FUZZ_CHECK(h->pc == (handler ?: h->mepc));
	FUZZ_CHECK(!handler || bus_offset(handler) / 4 >= hart_fetchable(h, handler));
}

static void run(struct machine *m, u32 slice)
{
	struct hart *h = &m->h;

	while (h->executed < STEPS) {
		u64 before = h->executed;
		u64 limit = min_t(u64, slice, STEPS - before);

		switch (hart_run(h, limit)) {
		case HART_DEAD:
			check_dead(h);
			return;
		case HART_ECALL:
			if (h->x[17] % 4)
				hart_return(h, bulk(m));
			else if (!hart_trap(h, CAUSE_ECALL_M, 0))
				return;
			break;
		default:
			break;
		}
		FUZZ_CHECK(h->executed - before <= limit && h->executed > before);
		FUZZ_CHECK(!h->x[0] && h->pc % 4 == 0);
	}
}

static void check_same(const struct machine *a, const struct machine *b, const struct setup *s)
{
	FUZZ_CHECK(!memcmp(a->h.x, b->h.x, sizeof(a->h.x)));
	FUZZ_CHECK(a->h.pc == b->h.pc && a->h.mepc == b->h.mepc && a->h.mtvec == b->h.mtvec);
	FUZZ_CHECK(a->h.mcause == b->h.mcause && a->h.mtval == b->h.mtval);
	FUZZ_CHECK(a->h.mstatus == b->h.mstatus && a->h.mie == b->h.mie);
	FUZZ_CHECK(a->h.mscratch == b->h.mscratch);
	FUZZ_CHECK(a->h.cycles == b->h.cycles && a->h.instret == b->h.instret);
	FUZZ_CHECK(a->h.executed == b->h.executed);
	FUZZ_CHECK(!memcmp(a->data, b->data, s->data_size * 8));
	FUZZ_CHECK(!memcmp(a->edge, b->edge, s->edge_size * 8));
	FUZZ_CHECK(!memcmp(a->dirty, b->dirty, a->dirty_bytes));
}

/* What may not be written is as it was. */
static void check_untouched(const struct machine *m, const struct setup *s, const u8 *program,
			    u32 words)
{
	if (!(s->flags & (ALIAS | TEXT_WRITABLE)))
		FUZZ_CHECK(!memcmp(m->text, program, words * 4));
	for (u32 i = 0; !(s->edge_perm & BUS_W) && i < s->edge_size * 8u; i++)
		FUZZ_CHECK(!m->edge[i]);
}

/* What was written must be marked: all of data was zeros. */
static void check_dirty(const struct machine *m, const struct setup *s)
{
	for (u32 i = 0; s->flags & DATA_DIRTY && i < s->data_size * 8u; i++)
		FUZZ_CHECK(!m->data[i] || m->dirty[i / 64 / 64] >> i / 64 % 64 & 1);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct {
		u32 slice;
		bool undecoded;
	} ways[] = { { STEPS, true }, { 1, false }, { STEPS, false } };
	struct fuzz_input in = { data, size };
	struct machine first, other;
	u8 program[WORDS_MAX * 4];
	struct setup s;
	u32 words;

	take_bytes(&in, &s, sizeof(s));
	words = min_t(u32, in.left / 4, WORDS_MAX);
	take_bytes(&in, program, words * 4);
	machine_init(&first, &s, program, words, ways[0].undecoded);
	run(&first, ways[0].slice);
	check_dirty(&first, &s);
	check_untouched(&first, &s, program, words);
	/* code that changes itself may run in an old version, or in the new one */
	for (u32 i = 1; i < ARRAY_SIZE(ways); i++) {
		machine_init(&other, &s, program, words, ways[i].undecoded);
		run(&other, ways[i].slice);
		if (!(s.flags & (ALIAS | TEXT_WRITABLE)))
			check_same(&first, &other, &s);
		machine_free(&other);
	}
	machine_free(&first);
	return 0;
}

static u32 reg(u32 *rng)
{
	return fuzz_random(rng) % 4 ? fuzz_random(rng) % 18 : fuzz_random(rng) % 32;
}

/* Most are legal: a random word seldom is. */
static u32 instruction(u32 *rng)
{
	static const u16 csrs[] = { 0x300, 0x301, 0x304, 0x305, 0x340, 0x341, 0x342, 0x343, 0x344,
				    0xb00, 0xb02, 0xb80, 0xb82, 0xc00, 0xc01, 0xf14, 0x320, 0xb03 };
	static const u32 fixed[] = { ECALL, EBREAK, WFI, MRET, FENCE, FENCE_I };
	u32 rd = reg(rng), rs1 = reg(rng), rs2 = reg(rng), raw = fuzz_random(rng);
	s32 imm = raw % 3 ? (s32)(raw >> 20 & 63) - 32 : (s32)raw >> 20;

	switch (fuzz_random(rng) % 12) {
	case 0:
		return i_type(0x13, raw & 7, rd, rs1, (raw & 7) == 1 || (raw & 7) == 5 ?
			      (imm & 31) | (raw >> 8 & 1) << 10 : imm);
	case 1:
		return r_type(0x33, raw & 7, raw >> 8 & 1, rd, rs1, rs2);
	case 2:
		return r_type(0x33, raw & 1 ? 5 : 0, raw >> 8 & 1 ? 0x20 : 0, rd, rs1, rs2);
	case 3:
		return i_type(0x03, raw & 7, rd, rs1, imm);
	case 4:
		return s_type(0x23, (raw & 7) % 3, rs1, rs2, imm);
	case 5:
		return b_type(raw & 7, rs1, rs2, imm & ~1);
	case 6:
		return j_type(rd, imm & ~1);
	case 7:
		return JALR(rd, rs1, imm);
	case 8:
		return r_type(0x2f, 2, raw >> 3 & 0x7f & (raw & 1 ? 0x7c : 0x0f), rd, rs1, rs2);
	case 9:
		return i_type(0x73, raw & 7, rd, rs1, csrs[(raw >> 8) % ARRAY_SIZE(csrs)]);
	case 10:
		return raw & 1 ? LUI(rd, raw >> 12) : AUIPC(rd, raw >> 30);
	default:
		return fixed[(raw >> 8) % ARRAY_SIZE(fixed)];
	}
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed)
{
	u32 rng = seed, words, at, insn;

	if (size < sizeof(struct setup) || fuzz_random(&rng) % 4 == 0)
		return LLVMFuzzerMutate(data, size, max);
	words = (size - sizeof(struct setup)) / 4;
	for (u32 n = fuzz_random(&rng) % 6; n; n--) {
		at = fuzz_random(&rng) % (words + 1);
		if (sizeof(struct setup) + at * 4 + 4 > max)
			continue;
		insn = instruction(&rng);
		memcpy(data + sizeof(struct setup) + at * 4, &insn, 4);
		words = max(words, at + 1);
	}
	if (fuzz_random(&rng) % 4 == 0)
		fuzz_mutate_part(data, sizeof(struct setup));
	return sizeof(struct setup) + words * 4;
}
