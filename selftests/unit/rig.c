// SPDX-License-Identifier: GPL-2.0
/* A hart with memory around it, for tests of the processor. */
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include "encode.h"
#include "rig.h"

#define CANARY_SIZE	4096u
#define CANARY		0xa5
#define MEMORY_SIZE	(3 * CANARY_SIZE + RIG_TEXT_SIZE + RIG_DATA_SIZE)

int rig_setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	r->memory = aligned_alloc(64, MEMORY_SIZE);
	memset(r->memory, CANARY, MEMORY_SIZE);
	r->text = r->memory + CANARY_SIZE;
	r->data = r->text + RIG_TEXT_SIZE + CANARY_SIZE;
	memset(r->data, 0, RIG_DATA_SIZE);
	r->h.win[TEXT >> BUS_WINDOW_BITS] = (struct bus_window){
		.mem = r->text, .size = RIG_TEXT_SIZE, .perm = BUS_R | BUS_X,
		.insns = calloc(RIG_TEXT_SIZE / 4, sizeof(struct insn)),
		.nr_insns = RIG_TEXT_SIZE / 4,
	};
	r->h.win[DATA >> BUS_WINDOW_BITS] = (struct bus_window){
		.mem = r->data, .size = RIG_DATA_SIZE, .perm = BUS_R | BUS_W,
	};
	*state = r;
	return 0;
}

int rig_teardown(void **state)
{
	struct rig *r = *state;

	free(r->h.win[TEXT >> BUS_WINDOW_BITS].insns);
	free(r->memory);
	free(r);
	return 0;
}

void rig_load(struct rig *r, const u32 *insns, unsigned int count)
{
	unsigned int i;

	memset(r->text, 0, RIG_TEXT_SIZE);
	for (i = 0; i < count; i++)
		rig_put(r, TEXT + 4 * i, insns[i]);
	rig_put(r, HANDLER, ECALL);
	icache_decode(r->h.win[TEXT >> BUS_WINDOW_BITS].insns, r->text, RIG_TEXT_SIZE);
	hart_reset(&r->h, 0, TEXT);
}

void rig_put(struct rig *r, u32 addr, u32 value)
{
	__le32 word = cpu_to_le32(value);

	memcpy((addr < DATA ? r->text : r->data) + bus_offset(addr), &word, 4);
}

u32 rig_get(const struct rig *r, u32 addr)
{
	__le32 word;

	memcpy(&word, (addr < DATA ? r->text : r->data) + bus_offset(addr), 4);
	return le32_to_cpu(word);
}

void rig_handler(struct rig *r)
{
	r->h.mtvec = HANDLER;
}

static bool is_canary(const u8 *p)
{
	unsigned int i;

	for (i = 0; i < CANARY_SIZE; i++)
		if (p[i] != CANARY)
			return false;
	return true;
}

bool rig_intact(const struct rig *r)
{
	return is_canary(r->memory) && is_canary(r->text + RIG_TEXT_SIZE) &&
	       is_canary(r->data + RIG_DATA_SIZE);
}
