// SPDX-License-Identifier: GPL-2.0
/* Unit attentions: set by any hart, reported once, in order of precedence. */
#include "attention.h"
#include "reply.h"

/* Indexed by bit of lu.flags minus UA_FIRST_BIT; the order is that of SAM-5 5.14.1. */
static const u32 attention_sense[] = {
	SENSE(UNIT_ATTENTION, 0x29, 0x00),	/* POWER ON, RESET, OR BUS DEVICE RESET OCCURRED */
	SENSE(UNIT_ATTENTION, 0x29, 0x02),	/* SCSI BUS RESET OCCURRED */
	SENSE(UNIT_ATTENTION, 0x3f, 0x01),	/* MICROCODE HAS BEEN CHANGED */
	SENSE(UNIT_ATTENTION, 0x29, 0x03),	/* BUS DEVICE RESET FUNCTION OCCURRED */
};

/** attention_set_all() - establish a unit attention in every logical unit */
void attention_set_all(u32 attention)
{
	for (u32 i = 0; i < board_regs()->nr_targets; i++)
		lu_set_flags(&lu_table[i], attention);
}

/**
 * attention_take() - take the unit attention that is to be reported next
 * @lu: logical unit
 *
 * Two harts may call this at once: each unit attention goes to only one of them.
 *
 * Return: sense code of the unit attention, which is no longer pending; 0 if none was.
 */
u32 attention_take(struct lu *lu)
{
	for (u32 i = 0; i < ARRAY_SIZE(attention_sense); i++) {
		u32 bit = 1u << (UA_FIRST_BIT + i);

		if (__atomic_fetch_and(&lu->flags, ~bit, __ATOMIC_ACQUIRE) & bit)
			return attention_sense[i];
	}
	return 0;
}

/**
 * reply_attention() - end a command with the pending unit attention
 * @cmd: header of the command's frame
 * @lu: logical unit
 *
 * Return: false if another hart has reported the unit attention meanwhile.
 */
bool reply_attention(const struct frame_hdr *cmd, struct lu *lu)
{
	u32 sense = attention_take(lu);

	if (sense)
		reply_check(cmd, lu, sense);
	return sense;
}
