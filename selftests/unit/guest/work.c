// SPDX-License-Identifier: GPL-2.0
/*
 * The workload of the speed measurement: what firmware does, and nothing that
 * runs in one small loop only. Its result is a checksum of all the parts.
 */
typedef unsigned int u32;
typedef unsigned char u8;

#define noinline __attribute__((__noinline__))

#define SIEVE	8192u
#define KEYS	1024u
#define BUCKETS	256u
#define BUFFER	4096u

static u8 composite[SIEVE];
static u32 keys[KEYS];
static u8 buffer[BUFFER];
static u32 crc_table[256];
static struct node {
	struct node *next;
	u32 key;
	u32 hits;
} nodes[KEYS], *bucket[BUCKETS];
static u32 seed = 1;

static u32 random_u32(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static noinline u32 sieve(void)
{
	u32 i, j, primes = 0;

	for (i = 0; i < SIEVE; i++)
		composite[i] = 0;
	for (i = 2; i < SIEVE; i++) {
		if (composite[i])
			continue;
		primes++;
		for (j = i * 2; j < SIEVE; j += i)
			composite[j] = 1;
	}
	return primes;
}

static noinline void crc_init(void)
{
	u32 i, bit, crc;

	for (i = 0; i < 256; i++) {
		crc = i;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
		crc_table[i] = crc;
	}
}

static noinline u32 crc(const u8 *p, u32 len)
{
	u32 crc = ~0u;

	while (len--)
		crc = crc_table[(crc ^ *p++) & 0xff] ^ crc >> 8;
	return ~crc;
}

static void sort(u32 *v, int n)
{
	u32 pivot, tmp;
	int i, j;

	if (n < 2)
		return;
	pivot = v[n / 2];
	for (i = 0, j = n - 1;; i++, j--) {
		while (v[i] < pivot)
			i++;
		while (v[j] > pivot)
			j--;
		if (i >= j)
			break;
		tmp = v[i];
		v[i] = v[j];
		v[j] = tmp;
	}
	sort(v, i);
	sort(v + i, n - i);
}

static noinline void hash_insert(void)
{
	u32 i, slot;

	for (i = 0; i < BUCKETS; i++)
		bucket[i] = 0;
	for (i = 0; i < KEYS; i++) {
		slot = (keys[i] * 2654435761u) >> 24;
		nodes[i].key = keys[i];
		nodes[i].next = bucket[slot];
		bucket[slot] = &nodes[i];
	}
}

static noinline u32 hash_find(u32 key)
{
	struct node *node;

	for (node = bucket[(key * 2654435761u) >> 24]; node; node = node->next)
		if (node->key == key)
			return ++node->hits;
	return 0;
}

/* As a command parser does: one byte picks what is done with the next ones. */
static noinline u32 interpret(const u8 *p, u32 len)
{
	u32 acc = 0, i;

	for (i = 0; i + 4 < len; i++) {
		switch (p[i] >> 5) {
		case 0:
			acc += p[i + 1] << 8 | p[i + 2];
			break;
		case 1:
			acc ^= p[i + 1] * 3u;
			break;
		case 2:
			acc -= p[i + 3];
			break;
		case 3:
			acc = acc << 7 | acc >> 25;
			break;
		case 4:
			acc = acc / (p[i + 1] + 1u);
			break;
		default:
			acc += i;
			break;
		}
	}
	return acc;
}

int main(void)
{
	u32 round, i, sum = 0;

	crc_init();
	for (round = 0; round < 100; round++) {
		sum += sieve();
		for (i = 0; i < KEYS; i++)
			keys[i] = random_u32();
		for (i = 0; i < BUFFER; i++)
			buffer[i] = random_u32() >> 24;
		sum ^= crc(buffer, BUFFER);
		hash_insert();
		for (i = 0; i < KEYS; i++)
			sum += hash_find(keys[i]);
		sort(keys, KEYS);
		sum ^= crc((u8 *)keys, sizeof(keys));
		sum += interpret(buffer, BUFFER);
	}
	return sum & 0xff;
}
