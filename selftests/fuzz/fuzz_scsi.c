// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever an initiator may send, through the real microcode, on each kind of board. An
 * input is a byte of choices and then records, each a command (or a reset) with the
 * start of its data. No hart may crash, each command ends with a sane status,
 * disks and buffers are what scsi_oracle.c says, and images that come in band what
 * download_oracle.c says.
 */
#include <errno.h>
#include <string.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/memory/board_kind.h"
#include "download_oracle.h"
#include "fuzz.h"
#include "host.h"
#include "pc_coverage.h"
#include "scsi_oracle.h"

#define RECORDS_MAX	24
#define FILLER		0xa5

/* The first byte of an input: bits 0-1 the image, bits 2-4 the kind of board. */
#define INBAND		0x20u	/* images may come by commands */
#define KINDS		5u
#define VARIANTS	(PC_COVERAGE_IMAGES * KINDS * 2)

/**
 * struct record - what the initiator does next
 * @where: bits 0-1 target, bit 2 queue, bit 3 another LUN, bits 4-7 all set: bit 0 a hard
 *	   reset, else of a unit; bit 1 power comes back instead
 * @opcode: index into table[] if less than 128, else any opcode
 * @how: bits 0-1 length of the buffer, bit 2 wrong direction, bits 3-4 and 5-6 what the
 *	 driver makes of an image, bit 7: only fields that mean something are taken
 *	 from @cdb
 * @fill: what the data are made of behind @data; for WRITE BUFFER, bit 7: of an image
 * @cdb: the CDB behind its first byte
 * @len: length of the buffer, if it is any
 * @data: data for the device
 */
struct record {
	u8 where;
	u8 opcode;
	u8 how;
	u8 fill;
	u8 cdb[15];
	u8 len;
	u8 data[44];
};

#define WRITE_BUFFER	0x3b

#define LEN_ASKED	0	/* what the CDB asks for */
#define LEN_NEAR	1	/* nearly that */
#define LEN_NONE	3

#define RESETS		0xf0

/* What moves: nothing, as many blocks as the CDB says, bytes, parameters. */
enum moves { NOTHING, BLOCKS, TWICE, ONE_BLOCK, BYTES };

static const struct row {
	u8 opcode;
	u8 dir;
	u8 moves;
	u8 byte1;		/* bits that mean something */
	u8 length_at;		/* of transfer or allocation length */
	u8 length_size;
} table[] = {
	{ 0x00 }, { 0x03, FRAME_DIR_IN, BYTES, 0x01, 4, 1 },
	{ 0x08, FRAME_DIR_IN, BLOCKS, 0, 4, 1 }, { 0x0a, FRAME_DIR_OUT, BLOCKS, 0, 4, 1 },
	{ 0x12, FRAME_DIR_IN, BYTES, 0x01, 4, 1 }, { 0x15, FRAME_DIR_OUT, BYTES, 0x10, 4, 1 },
	{ 0x1a, FRAME_DIR_IN, BYTES, 0x08, 4, 1 }, { 0x1b, FRAME_DIR_NONE, NOTHING, 0x01 },
	{ 0x25, FRAME_DIR_IN, NOTHING }, { 0x28, FRAME_DIR_IN, BLOCKS, 0x18, 7, 2 },
	{ 0x2a, FRAME_DIR_OUT, BLOCKS, 0x18, 7, 2 }, { 0x2f, FRAME_DIR_OUT, BLOCKS, 0x16, 7, 2 },
	{ 0x35, FRAME_DIR_NONE, NOTHING, 0x02, 7, 2 }, { 0x4d, FRAME_DIR_IN, BYTES, 0, 7, 2 },
	{ 0x55, FRAME_DIR_OUT, BYTES, 0x10, 7, 2 }, { 0x5a, FRAME_DIR_IN, BYTES, 0x18, 7, 2 },
	{ 0x88, FRAME_DIR_IN, BLOCKS, 0x18, 10, 4 }, { 0x8a, FRAME_DIR_OUT, BLOCKS, 0x18, 10, 4 },
	{ 0x8f, FRAME_DIR_OUT, BLOCKS, 0x16, 10, 4 },
	{ 0x91, FRAME_DIR_NONE, NOTHING, 0x02, 10, 4 },
	{ 0x9e, FRAME_DIR_IN, BYTES, 0x1f, 10, 4 }, { 0xa0, FRAME_DIR_IN, BYTES, 0, 6, 4 },
	{ 0xa3, FRAME_DIR_IN, BYTES, 0x1f, 6, 4 }, { 0xa8, FRAME_DIR_IN, BLOCKS, 0x18, 6, 4 },
	{ 0xaa, FRAME_DIR_OUT, BLOCKS, 0x18, 6, 4 }, { 0xaf, FRAME_DIR_OUT, BLOCKS, 0x16, 6, 4 },
	{ 0x41, FRAME_DIR_OUT, ONE_BLOCK, 0x08, 7, 2 }, { 0x42, FRAME_DIR_OUT, BYTES, 0, 7, 2 },
	{ 0x5e, FRAME_DIR_IN, BYTES, 0x1f, 7, 2 }, { 0x5f, FRAME_DIR_OUT, BYTES, 0x1f, 5, 4 },
	{ 0x89, FRAME_DIR_OUT, TWICE, 0x18, 13, 1 },
	{ 0x93, FRAME_DIR_OUT, ONE_BLOCK, 0x09, 10, 4 },
	{ 0x2e, FRAME_DIR_OUT, BLOCKS, 0x12, 7, 2 }, { 0x8e, FRAME_DIR_OUT, BLOCKS, 0x12, 10, 4 },
	{ 0xae, FRAME_DIR_OUT, BLOCKS, 0x12, 6, 4 }, { 0x8b, FRAME_DIR_OUT, BLOCKS, 0x18, 10, 4 },
	{ 0x34, FRAME_DIR_NONE, NOTHING, 0x02, 7, 2 },
	{ 0x90, FRAME_DIR_NONE, NOTHING, 0x02, 10, 4 },
	{ 0x37, FRAME_DIR_IN, BYTES, 0, 7, 2 }, { 0xb7, FRAME_DIR_IN, BYTES, 0x1f, 6, 4 },
	{ 0x16 }, { 0x17 },
	{ WRITE_BUFFER, FRAME_DIR_OUT, BYTES, 0xff, 6, 3 },
	{ 0x3c, FRAME_DIR_IN, BYTES, 0xff, 6, 3 },
};

static struct host_snapshot *snapshots[VARIANTS];
static struct model *models[VARIANTS];
static struct image download;	/* what an initiator may have to send */
static struct host_cmd cmd;
static u8 buffer[HOST_DATA_MAX];

static const struct adapter_config config = {
	.nr_queues = 2, .depth = 4, .nr_ports = 3, .nr_targets = ORACLE_TARGETS,
	.blocks = ORACLE_BLOCKS,
};

static const struct image *image_of(u32 i)
{
	static const char * const names[PC_COVERAGE_IMAGES] = { "1.0", "1.1", "2.0", "3.0" };
	static struct image images[ARRAY_SIZE(names)];

	if (!images[i].bytes)
		images[i] = image_read(names[i]);
	return &images[i];
}

static u32 variant_of(u8 choices)
{
	u32 kind = (choices >> 2 & 7) % KINDS;

	return ((choices % PC_COVERAGE_IMAGES) * KINDS + kind) * 2 + !!(choices & INBAND);
}

static struct model *model_of(u32 variant)
{
	struct adapter_config cfg = config;
	u32 image = variant / 2 / KINDS;

	if (models[variant])
		return models[variant];
	FUZZ_CHECK(board_kinds[KINDS - 1] && !board_kinds[KINDS]);
	cfg.kind = board_kinds[variant / 2 % KINDS];
	cfg.inband = variant % 2;
	models[variant] = host_new(&cfg, image_of(image));
	FUZZ_CHECK(models[variant]);
	snapshots[variant] = host_snapshot(models[variant]);
	if (!download.bytes)
		download = image_read("2.1");
	return models[variant];
}

static void put_be(u8 *p, u32 bytes, u32 value)
{
	while (bytes--) {
		p[bytes] = value;
		value >>= 8;
	}
}

static u32 get_be(const u8 *p, u32 bytes)
{
	u32 value = 0;

	while (bytes--)
		value = value << 8 | *p++;
	return value;
}

static u32 group_len(u8 opcode)
{
	static const u8 lens[8] = { 6, 10, 10, 16, 16, 12, 16, 16 };

	return lens[opcode >> 5];
}

/* Mostly the next part of an image by a mode that there is; or any other one. */
static void tame_download(u8 *cdb, const struct record *r)
{
	static const u8 modes[] = { 0x04, 0x05, 0x06, 0x07, 0x0d, 0x4d, 0x8d, 0xcd, 0x0e, 0x0f };
	const u32 lens[] = { r->cdb[3] * 16u, sizeof(struct mrb_header), 20000, 65000 };
	u32 next = download_oracle_next();
	const u32 offsets[] = { 0, next, next, next + (s8)r->cdb[2] };
	u32 offset = offsets[r->cdb[1] & 3];
	u32 len = lens[r->cdb[1] >> 2 & 3];

	if (r->cdb[1] & 0x10 && offset < download.size)
		len = min_t(u32, len, download.size - offset);
	cdb[1] = modes[r->cdb[0] % ARRAY_SIZE(modes)];
	cdb[2] = r->cdb[1] >= 0xf0;
	put_be(&cdb[3], 3, offset);
	put_be(&cdb[6], 3, len);
}

/* Reserved bits are 0, blocks are near the disk's, lengths moderate. */
static void tame(u8 *cdb, const struct row *row, const struct record *r)
{
	u32 lba = r->cdb[1] << 8 | r->cdb[2];
	u32 len = r->cdb[3] | (r->cdb[4] & 0x3) << 8;
	u32 group = row->opcode >> 5;

	cdb[1] &= row->byte1;
	cdb[group_len(row->opcode) - 1] = 0;
	if (row->opcode == WRITE_BUFFER) {
		tame_download(cdb, r);
		return;
	}
	if (row->moves == BLOCKS || row->moves == TWICE || row->moves == ONE_BLOCK) {
		memset(&cdb[2], 0, group_len(row->opcode) - 2);
		put_be(group == 0 ? &cdb[1] : &cdb[2], group == 0 ? 3 : group == 4 ? 8 : 4,
		       lba % (ORACLE_BLOCKS + ORACLE_BLOCKS / 8));
		len %= 64;
	} else if (row->length_size) {
		len %= 600;
	}
	if (row->length_size)
		put_be(&cdb[row->length_at], row->length_size, len);
}

static u32 asked(const u8 *cdb, const struct row *row)
{
	u32 len = row->length_size ? get_be(&cdb[row->length_at], row->length_size) : 0;

	switch (row->moves) {
	case BLOCKS:
		return min(len ?: row->length_size == 1 ? 256u : 0, 100u) * BOARD_BLOCK_SIZE;
	case TWICE:
		return min(len, 50u) * 2 * BOARD_BLOCK_SIZE;
	case ONE_BLOCK:
		return BOARD_BLOCK_SIZE;
	case BYTES:
		return min(len, cdb[0] == WRITE_BUFFER ? HOST_DATA_MAX : 8192u);
	default:
		return row->dir ? 36 : 0;
	}
}

static u32 buffer_len(const u8 *cdb, const struct row *row, const struct record *r)
{
	u32 len = asked(cdb, row);

	switch (r->how & 3) {
	case LEN_ASKED:
		return len;
	case LEN_NEAR:
		return min(max((s32)len + (s8)r->len, 0), 65536);
	case LEN_NONE:
		return 0;
	default:
		return r->len * 16;
	}
}

/* Of a good image, or of one that has a bit changed in its last part. */
static void fill_with_image(const struct record *r, const u8 *cdb, u32 len)
{
	u32 at = min_t(u32, get_be(&cdb[3], 3), download.size);
	u32 n = min_t(u32, len, download.size - at);

	memcpy(buffer, download.bytes + at, n);
	if (r->fill & 0x40 && n)
		buffer[n - 1] ^= 1;
}

/* Few different blocks, so that they compare equal now and then. */
static void fill_buffer(const struct record *r, const struct row *row, u32 len)
{
	memset(buffer, r->fill, len);
	if (row->opcode == WRITE_BUFFER && r->fill & 0x80) {
		fill_with_image(r, cmd.cmd.cdb, len);
		return;
	}
	if (row->moves == BYTES || r->fill & 0x80)
		memcpy(buffer, r->data, min_t(u32, len, sizeof(r->data)));
}

static const struct row *make_cdb(struct host_cmd *c, const struct record *r)
{
	static const struct row any = { .dir = FRAME_DIR_IN, .moves = BYTES, .length_at = 4,
					.length_size = 1 };
	const struct row *row = r->opcode < 128 ? &table[r->opcode % ARRAY_SIZE(table)] : &any;
	u8 *cdb = c->cmd.cdb;

	memset(cdb, 0, sizeof(c->cmd.cdb));
	cdb[0] = r->opcode < 128 ? row->opcode : r->cdb[14];
	memcpy(&cdb[1], r->cdb, group_len(cdb[0]) - 1);
	if (r->how & 0x80 && row != &any)
		tame(cdb, row, r);
	c->cmd.cdb_len = group_len(cdb[0]);
	return row;
}

static bool fixed_sense_sane(const u8 *s, u32 len)
{
	return len >= 14 && s[7] == len - 8 && !(s[2] & 0xe0);
}

static bool descriptor_sense_sane(const u8 *s, u32 len)
{
	u32 at = 8;

	while (at + 2 <= len)
		at += 2 + s[at + 1];
	return len >= 8 && s[7] == len - 8 && at == len;
}

/* GOOD, RESERVATION CONFLICT, or CHECK CONDITION with sense data that make sense. */
static void check_status(const struct hba_cmd *c)
{
	bool fixed = (c->sense[0] & 0x7f) == 0x70;

	FUZZ_CHECK(c->outcome == CMD_REPLIED);
	FUZZ_CHECK(c->status == 0 || c->status == 2 || c->status == 0x18);
	if (c->status != 2) {
		FUZZ_CHECK(!c->sense_len);
		return;
	}
	FUZZ_CHECK(fixed || c->sense[0] == 0x72);
	FUZZ_CHECK(fixed ? fixed_sense_sane(c->sense, c->sense_len) :
		   descriptor_sense_sane(c->sense, c->sense_len));
	FUZZ_CHECK((c->sense[fixed ? 2 : 1] & 0xf) != 0);
}

/* Nothing of the buffer is written but what the residual says. */
static void check_no_more_than_moved(const struct host_cmd *c)
{
	static u8 now[HOST_DATA_MAX];
	u32 moved = c->cmd.buf.moved;

	host_gather(c, now);
	FUZZ_CHECK(!memcmp(now + moved, c->before + moved, c->cmd.buf.len - moved));
}

static void check_adapter(const struct model *m)
{
	FUZZ_CHECK(!m->a.dead && !m->a.crashes);
	for (u32 i = 0; i < m->a.cfg.nr_targets; i++)
		FUZZ_CHECK(!m->a.fabric.ports[i].rejected.counter);
}

static void execute(struct model *m, const struct record *r)
{
	const struct row *row = make_cdb(&cmd, r);
	u32 len = buffer_len(cmd.cmd.cdb, row, r);
	u8 dir = row->dir;

	if (r->how & 4)
		dir = (dir + 1 + (r->len & 1)) % 3;
	if (!len)
		dir = FRAME_DIR_NONE;
	if (dir == FRAME_DIR_NONE)
		len = 0;
	memset(cmd.cmd.lun, 0, sizeof(cmd.cmd.lun));
	cmd.cmd.lun[1] = r->where & 8 ? r->len : 0;
	cmd.cmd.target = (r->where & 3) == 3 ? 0x1234 : r->where & 3;
	cmd.cmd.tag = r->len % config.depth;
	fill_buffer(r, row, len);
	if (dir == FRAME_DIR_IN)
		memset(buffer, FILLER, len);
	host_submit(m, r->where >> 2 & 1, &cmd, buffer, len, dir);
	host_settle(m);
	download_oracle_settle(m, &cmd);
	host_check_ended(&cmd);
	check_status(&cmd.cmd);
	check_no_more_than_moved(&cmd);
	oracle_check(m, &cmd);
	download_oracle_check(m, &cmd);
	check_adapter(m);
	host_free(&cmd);
}

/* As error handling and processor/power_cycle do it. */
static void reset(struct model *m, const struct record *r)
{
	u8 function = r->where & 1 ? TMF_HARD_RESET : TMF_LUN_RESET;

	if (r->where & 2) {
		download_oracle_event(m, DOWNLOAD_ON_POWER);
		return;
	}
	download_oracle_reset(m, r->where & 1 ? -1 : r->len % 4);
	FUZZ_CHECK(!queue_reset(&m->a.queues[r->where >> 2 & 1], r->len % 4, function));
	if (r->where & 1)
		download_oracle_event(m, DOWNLOAD_ON_RESET);
	check_adapter(m);
}

/* Two in four claims are granted, and one in four updates succeeds. */
static void choose_host(const struct record *r)
{
	static const int errors[] = { 0, 0, -EBUSY, -EOPNOTSUPP };
	static const u8 results[] = { ACTIVATED_GOOD, ACTIVATED_REFUSED, ACTIVATED_FAILED,
				      ACTIVATED_CANCELLED };

	download_oracle_host(errors[r->how >> 3 & 3], results[r->how >> 5 & 3]);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };
	u32 variant = variant_of(take_u8(&in));
	struct model *m = model_of(variant);
	struct record r;

	host_use(m);
	oracle_reset();
	download_oracle_begin(m);
	pc_coverage_image(variant / 2 / KINDS);
	for (u32 i = 0; in.left && i < RECORDS_MAX; i++) {
		take_bytes(&in, &r, sizeof(r));
		choose_host(&r);
		if ((r.where & RESETS) == RESETS)
			reset(m, &r);
		else
			execute(m, &r);
	}
	host_restore(snapshots[variant]);
	return 0;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed)
{
	u32 rng = seed;
	size_t n;

	size = fuzz_mutate_records(data, size, max, 1, sizeof(struct record), &rng);
	n = (size - 1) / sizeof(struct record);
	if (size > sizeof(struct record) && fuzz_random(&rng) % 8 == 0)
		data[2 + fuzz_random(&rng) % n * sizeof(struct record)] =
			fuzz_random(&rng) % ARRAY_SIZE(table);
	return size;
}
