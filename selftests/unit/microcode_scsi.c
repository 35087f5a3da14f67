// SPDX-License-Identifier: GPL-2.0
/* SCSI commands for tests of the microcode. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include "microcode_scsi.h"

const char *version;

u32 be16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

u32 be32(const u8 *p)
{
	return be16(p) << 16 | be16(p + 2);
}

u64 be64(const u8 *p)
{
	return (u64)be32(p) << 32 | be32(p + 4);
}

u32 sense_of(const struct command *cmd)
{
	const u8 *s = cmd->sense;

	if (cmd->status == GOOD) {
		assert_int_equal(cmd->sense_len, 0);
		return 0;
	}
	if (cmd->status == CONFLICT) {
		assert_int_equal(cmd->sense_len, 0);
		return CONFLICT;
	}
	assert_int_equal(cmd->status, CHECK_CONDITION);
	if ((s[0] & 0x7f) == 0x72) {
		assert_int_equal(cmd->sense_len, 8 + s[7]);
		return s[1] << 16 | s[2] << 8 | s[3];
	}
	assert_int_equal(s[0] & 0x7f, 0x70);
	assert_int_equal(cmd->sense_len, 18);
	return s[2] << 16 | s[12] << 8 | s[13];
}

struct command command(u8 dir, u32 data_len, const u8 *cdb, u32 cdb_len)
{
	struct command cmd = { .cdb_len = cdb_len, .dir = dir, .data_len = data_len, .tag = 5 };

	memcpy(cmd.cdb, cdb, cdb_len);
	return cmd;
}

u32 run(struct machine *m, struct command *cmd)
{
	machine_command(m, cmd);
	return sense_of(cmd);
}

static void run_check(struct machine *m, const struct check *c)
{
	struct command cmd = command(c->dir, c->data_len, c->cdb, c->cdb_len);
	u32 sense = run(m, &cmd);
	u32 sks = cmd.sense[15] << 16 | be16(&cmd.sense[16]);

	if (sense != c->sense || cmd.moved != c->moved || (c->sks && sks != c->sks))
		fail_msg("%s: sense %06x, sks %06x, %u bytes", c->what, sense, sks, cmd.moved);
}

void run_checks(struct machine *m, const struct check *checks, u32 n)
{
	for (u32 i = 0; i < n; i++)
		run_check(m, &checks[i]);
}

void clear_attentions(struct machine *m)
{
	for (u32 i = 0; i < MACHINE_TARGETS; i++) {
		struct command cmd = COMMAND(0, 0, 0, 0, 0, 0, 0, 0);

		cmd.target = i;
		while (run(m, &cmd))
			assert_int_equal(sense_of(&cmd) >> 16, 6);
	}
}

int setup(void **state)
{
	struct machine *m = machine_new();

	machine_power_on(m, version);
	*state = m;
	return 0;
}

int setup_ready(void **state)
{
	setup(state);
	clear_attentions(*state);
	return 0;
}

int teardown(void **state)
{
	machine_free(*state);
	return 0;
}
