// SPDX-License-Identifier: GPL-2.0
/* What commands must have done to the disks: see scsi_oracle.h. */
#include <string.h>

#include "fuzz.h"
#include "scsi_oracle.h"

#define BLOCK		BOARD_BLOCK_SIZE
#define DISK		(ORACLE_BLOCKS * BLOCK)
#define MISCOMPARE	0xe

static u8 disks[ORACLE_TARGETS][DISK];
static u8 data[HOST_DATA_MAX];

void oracle_reset(void)
{
	memset(disks, 0, sizeof(disks));
}

static u64 be(const u8 *p, u32 bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | *p++;
	return value;
}

static u64 cdb_lba(const u8 *cdb)
{
	switch (cdb[0] >> 5) {
	case 0:
		return be(&cdb[1], 3) & 0x1fffff;
	case 4:
		return be(&cdb[2], 8);
	default:
		return be(&cdb[2], 4);
	}
}

static u32 cdb_blocks(const u8 *cdb)
{
	if (cdb[0] == 0x89)
		return cdb[13];
	switch (cdb[0] >> 5) {
	case 0:
		return cdb[4] ?: 256;
	case 4:
		return be(&cdb[10], 4);
	case 5:
		return be(&cdb[6], 4);
	default:
		return be(&cdb[7], 2);
	}
}

static u8 *range(u8 *disk, u64 lba, u64 blocks)
{
	FUZZ_CHECK(lba <= ORACLE_BLOCKS && blocks <= ORACLE_BLOCKS - lba);
	return disk + lba * BLOCK;
}

static void write_same(u8 *disk, const struct host_cmd *c, u64 lba, u32 blocks)
{
	const u8 *cdb = c->cmd.cdb;
	u8 *to = range(disk, lba, blocks);

	FUZZ_CHECK(blocks);
	if (cdb[0] == 0x93 && cdb[1] & 1)
		memset(data, 0, BLOCK);
	for (u32 i = 0; i < blocks; i++)
		memcpy(to + i * BLOCK, data, BLOCK);
}

static void compare_and_write(u8 *disk, u64 lba, u32 blocks)
{
	u8 *to = range(disk, lba, blocks);

	FUZZ_CHECK(!memcmp(to, data, blocks * BLOCK));
	memcpy(to, data + blocks * BLOCK, blocks * BLOCK);
}

static void or_write(u8 *disk, u64 lba, u32 blocks)
{
	u8 *to = range(disk, lba, blocks);

	for (u32 i = 0; i < blocks * BLOCK; i++)
		to[i] |= data[i];
}

static void unmap(u8 *disk, const struct host_cmd *c)
{
	u32 len = be(&c->cmd.cdb[7], 2);
	u32 bytes = len >= 8 ? min_t(u32, be(&data[2], 2), len - 8) : 0;

	for (u32 at = 8; at + 16 <= 8 + bytes; at += 16) {
		u32 blocks = be(&data[at + 8], 4);

		memset(range(disk, be(&data[at], 8), blocks), 0, blocks * BLOCK);
	}
}

static void verify(u8 *disk, const struct host_cmd *c, u64 lba, u32 blocks)
{
	const u8 *there = range(disk, lba, blocks);

	if ((c->cmd.cdb[1] >> 1 & 3) == 1)
		FUZZ_CHECK(!memcmp(there, data, blocks * BLOCK));
}

/* GOOD: it has read what is there, and done to the disk what it should. */
static void apply(u8 *disk, const struct host_cmd *c)
{
	u64 lba = cdb_lba(c->cmd.cdb);
	u32 blocks = cdb_blocks(c->cmd.cdb);

	switch (c->cmd.cdb[0]) {
	case 0x08: case 0x28: case 0x88: case 0xa8:
		FUZZ_CHECK(c->cmd.buf.moved == blocks * BLOCK);
		FUZZ_CHECK(!memcmp(range(disk, lba, blocks), data, blocks * BLOCK));
		break;
	case 0x0a: case 0x2a: case 0x8a: case 0xaa:
	case 0x2e: case 0x8e: case 0xae:
		FUZZ_CHECK(c->cmd.buf.moved == blocks * BLOCK);
		memcpy(range(disk, lba, blocks), data, blocks * BLOCK);
		break;
	case 0x8b:
		or_write(disk, lba, blocks);
		break;
	case 0x2f: case 0x8f: case 0xaf:
		verify(disk, c, lba, blocks);
		break;
	case 0x41: case 0x93:
		write_same(disk, c, lba, blocks);
		break;
	case 0x89:
		compare_and_write(disk, lba, blocks);
		break;
	case 0x42:
		unmap(disk, c);
		break;
	}
}

/* It may say so only if it is so. */
static void check_miscompare(const u8 *disk, const struct host_cmd *c)
{
	u64 lba = cdb_lba(c->cmd.cdb);
	u32 blocks = cdb_blocks(c->cmd.cdb);

	FUZZ_CHECK(memcmp(range((u8 *)disk, lba, blocks), data, blocks * BLOCK));
}

static void check_disk(struct model *m, u32 target)
{
	static const u8 zeros[MEDIA_PAGE_SIZE];
	struct media *media = m->a.fabric.ports[target].media;

	for (u64 lba = 0; lba < ORACLE_BLOCKS; lba += MEDIA_PAGE_BLOCKS) {
		const void *page = media_find(media, lba);

		FUZZ_CHECK(!memcmp(page ?: zeros, disks[target] + lba * BLOCK, MEDIA_PAGE_SIZE));
	}
}

void oracle_check(struct model *m, const struct host_cmd *c)
{
	static const u8 lun_0[8];
	u8 key = (c->cmd.sense[0] & 0x7e) == 0x70 ? c->cmd.sense[2] : c->cmd.sense[1];
	bool ours = c->cmd.target < ORACLE_TARGETS && !memcmp(c->cmd.lun, lun_0, 8);

	host_gather(c, data);
	if (ours && !c->cmd.status)
		apply(disks[c->cmd.target], c);
	else if (ours && c->cmd.status == 2 && (key & 0xf) == MISCOMPARE)
		check_miscompare(disks[c->cmd.target], c);
	for (u32 i = 0; i < ORACLE_TARGETS; i++)
		check_disk(m, i);
}
