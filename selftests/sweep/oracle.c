// SPDX-License-Identifier: GPL-2.0
/* The oracle: see oracle.h. It reads the records in place by the header's schemas. */
#include <stdio.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../mrb/mrb.h"
#include "../unit/model.h"
#include "oracle.h"

#define SCHEMA_LOGIN		1u
#define SCHEMA_NEXUS		2u
#define SCHEMA_LU		3u
#define SCHEMA_RESERVATION	4u
#define LU_RESERVED		BIT(6)
#define LOGIN_ACCEPTED		1u

static char complaint[200];

#define COMPLAIN(...) (snprintf(complaint, sizeof(complaint), __VA_ARGS__), complaint)

void maybe_open(struct maybe *m, u64 next)
{
	m->next = next;
	m->open = true;
}

void maybe_close(struct maybe *m, bool done)
{
	if (done)
		m->now = m->next;
	m->open = false;
}

bool maybe_is(const struct maybe *m, u64 value)
{
	return value == m->now || (m->open && value == m->next);
}

static const u8 *record(const struct model *m, u32 id, u32 i, const struct mrb_schema **schema)
{
	const struct mrb_schema *s = mrb_find_schema(&m->a.image, id);

	*schema = s;
	if (!s)
		return NULL;
	return m->a.memctl.region.data + (le32_to_cpu(s->address) - BOARD_DATA_BASE) +
	       i * le32_to_cpu(s->record_size);
}

static u32 word(const u8 *at)
{
	u32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Counter @n of a nexus record: one word in version 1, two from version 2 on. */
static u64 counter(const u8 *at, u32 version, u32 n)
{
	if (version == 1)
		return word(at + 4 * n);
	return word(at + 8 * n) | (u64)word(at + 8 * n + 4) << 32;
}

static bool in_slack(u64 value, u64 expected, bool slack, bool less)
{
	if (value == expected)
		return true;
	return slack && value == (less ? expected - 1 : expected + 1);
}

/* With slack, what is found is what will have to be. */
static const char *check_nexus(struct oracle *o, const struct model *m, u32 i)
{
	static const char * const names[] = { "commands", "reads", "writes", "blocks read",
					      "blocks written", "errors" };
	struct oracle_record *r = &o->unit[i];
	u64 *expected[] = { &r->commands, &r->reads, &r->writes, &r->read_blocks,
			    &r->written_blocks, &r->errors };
	const struct mrb_schema *s;
	const u8 *at = record(m, SCHEMA_NEXUS, i, &s);
	u64 found[ARRAY_SIZE(expected)];

	for (u32 n = 0; n < ARRAY_SIZE(expected); n++) {
		found[n] = counter(at, le16_to_cpu(s->version), n);
		if (!in_slack(found[n], *expected[n], o->slack[i], n == 0))
			return COMPLAIN("unit %u: %llu %s, should be %llu", i,
					(unsigned long long)found[n], names[n],
					(unsigned long long)*expected[n]);
	}
	for (u32 n = 0; o->slack[i] && n < ARRAY_SIZE(expected); n++)
		*expected[n] = found[n];
	o->slack[i] = false;
	return NULL;
}

static const char *check_lu(const struct oracle *o, const struct model *m, u32 i)
{
	const struct oracle_record *r = &o->unit[i];
	const struct mrb_schema *s;
	const u8 *at = record(m, SCHEMA_LU, i, &s);
	u32 flags = word(at);
	u32 mode = flags & MODE_BITS;
	u32 attention = flags & ATTENTION_ANY;

	if (!maybe_is(&r->mode, mode))
		return COMPLAIN("unit %u: mode bits %x, should be %llx", i, mode,
				(unsigned long long)r->mode.now);
	if (attention != r->attention)
		return COMPLAIN("unit %u: attention %x, should be %x", i, attention,
				r->attention);
	if (flags & ~(MODE_BITS | ATTENTION_ANY | LU_RESERVED))
		return COMPLAIN("unit %u: flags %x", i, flags);
	if (word(at + 4) != m->a.cfg.blocks || word(at + 8) || word(at + 12) >> 16 != i)
		return COMPLAIN("unit %u: its record has another size or number", i);
	at = record(m, SCHEMA_LOGIN, word(at + 12) & 0xffff, &s);
	if ((word(at + 24) & 0xffff) != i)
		return COMPLAIN("unit %u: it has the login of another port", i);
	return NULL;
}

static const char *check_reservation(const struct oracle *o, const struct model *m, u32 i)
{
	const struct oracle_record *r = &o->unit[i];
	const struct mrb_schema *s;
	const u8 *at = record(m, SCHEMA_RESERVATION, i, &s);
	u64 key;

	if (!at)
		return r->key.now ? COMPLAIN("unit %u: no reservation table", i) : NULL;
	at += 16 + 24 * (word(at) & 1);
	memcpy(&key, at + 8, sizeof(key));
	if (!maybe_is(&r->key, key) || !maybe_is(&r->type, at[4]))
		return COMPLAIN("unit %u: key %llx, type %x, should be %llx, %llx", i,
				(unsigned long long)key, at[4], (unsigned long long)r->key.now,
				(unsigned long long)r->type.now);
	return NULL;
}

static const char *check_login(const struct model *m, const u8 *at, u32 *seen)
{
	u32 port = word(at + 24) & 0xffff;
	const struct remote_port *p = &m->a.fabric.ports[port];

	if (at[26] != LOGIN_ACCEPTED || port >= m->a.cfg.nr_ports)
		return COMPLAIN("login: state %u, port %u", at[26], port);
	if (*seen & 1u << port)
		return COMPLAIN("login: port %u twice", port);
	*seen |= 1u << port;
	if (word(at) != p->port_id || word(at + 12) != p->token ||
	    word(at + 4) != (u32)p->wwpn || word(at + 8) != p->wwpn >> 32)
		return COMPLAIN("login: the port of %u knows another session", port);
	return NULL;
}

static const char *check_logins(const struct oracle *o, const struct model *m)
{
	const struct mrb_schema *s;
	const u8 *at = record(m, SCHEMA_LOGIN, 0, &s);
	const char *wrong = NULL;
	u32 seen = 0;

	for (u32 i = 0; i < le32_to_cpu(s->count) && !wrong; i++) {
		if (at[26])
			wrong = check_login(m, at, &seen);
		at += le32_to_cpu(s->record_size);
	}
	if (!wrong && seen != (1u << m->a.cfg.nr_ports) - 1)
		wrong = COMPLAIN("login: records of ports %x only", seen);
	if (!wrong && fabric_logins(&m->a.fabric) != o->logins)
		wrong = COMPLAIN("%llu logins at the far end, should be %llu",
				 (unsigned long long)fabric_logins(&m->a.fabric),
				 (unsigned long long)o->logins);
	if (!wrong && fabric_rejected(&m->a.fabric))
		wrong = COMPLAIN("a port rejected a token");
	return wrong;
}

const char *oracle_check(struct oracle *o, const struct model *m)
{
	const char *wrong = check_logins(o, m);

	for (u32 i = 0; i < ORACLE_UNITS && !wrong; i++) {
		wrong = check_nexus(o, m, i);
		if (!wrong)
			wrong = check_lu(o, m, i);
		if (!wrong)
			wrong = check_reservation(o, m, i);
	}
	return wrong;
}

/* Nothing is acknowledged by an adapter without power but what is on the media. */
void oracle_power_on(struct oracle *o, u64 logins)
{
	memset(o->unit, 0, sizeof(o->unit));
	memset(o->slack, 0, sizeof(o->slack));
	for (u32 i = 0; i < ORACLE_UNITS; i++) {
		o->unit[i].mode.now = MODE_WCE;
		o->unit[i].attention = ATTENTION_POWER_ON;
	}
	o->logins = logins;
}

/* An image is put in place. What a command under way has changed is seen now. */
void oracle_put(struct oracle *o, const struct model *m)
{
	for (u32 i = 0; i < ORACLE_UNITS; i++) {
		const struct mrb_schema *s;
		u32 mode = word(record(m, SCHEMA_LU, i, &s)) & MODE_BITS;

		o->at_update[i] = o->unit[i];
		if (maybe_is(&o->unit[i].mode, mode))
			o->at_update[i].mode.now = mode;
	}
}

static bool same_schema(const struct mrb_header *a, const struct mrb_header *b, u32 id)
{
	const struct mrb_schema *x = mrb_find_schema(a, id);
	const struct mrb_schema *y = mrb_find_schema(b, id);

	return x && y && !memcmp(x, y, sizeof(*x));
}

/*
 * The preserved image comes back without conversion: tables of the same format
 * are current, the others as they were when it was replaced.
 */
void oracle_forced_back(struct oracle *o, const struct mrb_header *from,
			const struct mrb_header *to)
{
	for (u32 i = 0; i < ORACLE_UNITS; i++) {
		struct oracle_record *r = &o->unit[i];
		const struct oracle_record *then = &o->at_update[i];

		if (!same_schema(from, to, SCHEMA_NEXUS)) {
			r->commands = then->commands;
			r->reads = then->reads;
			r->writes = then->writes;
			r->read_blocks = then->read_blocks;
			r->written_blocks = then->written_blocks;
			r->errors = then->errors;
		}
		if (!same_schema(from, to, SCHEMA_LU)) {
			r->mode.now = then->mode.now;
			/* a MODE SELECT under way changes its bit of what came back */
			r->mode.next = (r->mode.next & r->mode_bit) |
				       (then->mode.now & ~(u64)r->mode_bit);
			r->attention = then->attention;
		}
	}
}

/* What a block holds after its write @number; 0: it was never written. */
void oracle_block(u32 unit, u32 slot, u64 number, u8 *block)
{
	u64 x = number * 0x9e3779b97f4a7c15ull + unit * 977 + slot;

	memset(block, 0, BOARD_BLOCK_SIZE);
	for (u32 i = 0; number && i < BOARD_BLOCK_SIZE; i += 8) {
		x = x * 6364136223846793005ull + 1442695040888963407ull;
		memcpy(block + i, &x, sizeof(x));
	}
}
