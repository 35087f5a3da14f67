/* SPDX-License-Identifier: GPL-2.0 */
/* SCSI commands for tests of the microcode: short to write, and their sense data. */
#ifndef UNIT_MICROCODE_SCSI_H
#define UNIT_MICROCODE_SCSI_H

#include "microcode.h"

#define GOOD		0x00
#define CHECK_CONDITION	0x02
#define CONFLICT	0x18	/* RESERVATION CONFLICT; run() answers it as it is */
#define IN		FRAME_DIR_IN
#define OUT		FRAME_DIR_OUT

#define INVALID_FIELD	0x052400
#define LIST_LENGTH	0x051a00
#define BAD_PARAMETER	0x052600
#define LBA_RANGE	0x052100

/* Sense-key specific bytes: a field of the CDB, one of the parameter list. */
#define CDB_FIELD(byte, bit)	((0xc8 | (bit)) << 16 | (byte))
#define LIST_FIELD(byte, bit)	((0x88 | (bit)) << 16 | (byte))

/* The image that setup() loads. */
extern const char *version;

u32 be16(const u8 *p);
u32 be32(const u8 *p);
u64 be64(const u8 *p);

/* Executes a command; sense key, additional sense code, qualifier; 0 with GOOD. */
u32 run(struct machine *m, struct command *cmd);
u32 sense_of(const struct command *cmd);
struct command command(u8 dir, u32 data_len, const u8 *cdb, u32 cdb_len);

#define COMMAND(dir, data_len, ...)						\
	command(dir, data_len, (const u8[]){ __VA_ARGS__ }, sizeof((u8[]){ __VA_ARGS__ }))

/* The same for a command whose data do not matter. */
#define RUN(m, dir, data_len, ...)						\
({										\
	struct command __cmd = COMMAND(dir, data_len, __VA_ARGS__);		\
										\
	run(m, &__cmd);								\
})

#define TUR(m) RUN(m, 0, 0, 0, 0, 0, 0, 0, 0)

/**
 * struct check - a command and how it has to end
 * @what: says it in words
 * @cdb: the CDB
 * @cdb_len: bytes in it
 * @dir: FRAME_DIR_*
 * @data_len: bytes in the data buffer
 * @sense: expected, 0 for GOOD
 * @sks: expected sense-key specific bytes, 0 for any
 * @moved: expected bytes moved
 */
struct check {
	const char *what;
	u8 cdb[16];
	u8 cdb_len;
	u8 dir;
	u32 data_len;
	u32 sense;
	u32 sks;
	u32 moved;
};

#define FIELD(byte, bit)	.sense = INVALID_FIELD, .sks = CDB_FIELD(byte, bit)

void run_checks(struct machine *m, const struct check *checks, u32 n);
void clear_attentions(struct machine *m);

/* A machine that was powered on; and one that has nothing to report any more. */
int setup(void **state);
int setup_ready(void **state);
int teardown(void **state);

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup_ready, teardown)

/* A program's main(): all its tests, once with each image. */
#define RUN_TESTS_WITH(image, name, tests)					\
({										\
	version = image;							\
	cmocka_run_group_tests_name(name " " image, tests, NULL, NULL);		\
})

#define RUN_TESTS(name, tests)							\
	(RUN_TESTS_WITH("1.0", name, tests) + RUN_TESTS_WITH("1.1", name, tests) +	\
	 RUN_TESTS_WITH("2.0", name, tests))

#endif
