// SPDX-License-Identifier: GPL-2.0
/*
 * Reading of crash dumps, which are not trusted: everything is checked to lie within
 * the file before it is read.
 */
#include <stdio.h>
#include <string.h>
#include <linux/kernel.h>
#include "crash.h"

/* Size of the sections of each type: exact, or a multiple of a size; 0 for any size. */
static const struct {
	u32 exact;
	u32 multiple;
} sizes[] = {
	[CRASH_SECTION_REGS]	= { sizeof(struct crash_regs), 0 },
	[CRASH_SECTION_TRAP]	= { sizeof(struct crash_trap), 0 },
	[CRASH_SECTION_INSNS]	= { 0, sizeof(struct crash_insn) },
	[CRASH_SECTION_JUMPS]	= { 0, sizeof(struct crash_jump) },
	[CRASH_SECTION_IMAGE]	= { sizeof(struct mrb_header), 0 },
	[CRASH_SECTION_STAGED]	= { sizeof(struct mrb_header), 0 },
};

static bool check_section_size(u32 type, u32 size)
{
	if (type >= ARRAY_SIZE(sizes))
		return true;
	if (sizes[type].exact && size != sizes[type].exact)
		return false;
	return !sizes[type].multiple || !(size % sizes[type].multiple);
}

static bool check_string(const char *s, size_t size)
{
	size_t i;

	for (i = 0; i < size && s[i]; i++)
		if (s[i] < ' ' || s[i] > '~')
			return false;
	return i < size;
}

static bool check_header(const struct blob *file, const char *path)
{
	const struct crash_header *head = (const void *)file->data;

	if (file->len < sizeof(head->magic) || le32_to_cpu(head->magic) != CRASH_MAGIC)
		return complain(path, "not a crash dump");
	if (file->len < sizeof(*head))
		return complain(path, "crash dump is truncated: %zu bytes", file->len);
	if (le16_to_cpu(head->version) != CRASH_VERSION ||
	    le16_to_cpu(head->header_size) != sizeof(*head))
		return complain(path, "crash dump of an unknown version");
	if (le32_to_cpu(head->total_size) != file->len)
		return complain(path, "crash dump has %zu bytes, should have %u", file->len,
				le32_to_cpu(head->total_size));
	if (le32_to_cpu(head->nr_sections) > CRASH_MAX_SECTIONS)
		return complain(path, "crash dump has too many sections");
	if (!check_string(head->reason, sizeof(head->reason)) ||
	    !check_string(head->adapter, sizeof(head->adapter)) ||
	    !check_string(head->kernel, sizeof(head->kernel)))
		return complain(path, "crash dump has a text that is none");
	return true;
}

static bool check_section(const struct blob *file, u32 i, const char *path)
{
	const struct crash_section *s = &((const struct crash_header *)file->data)->section[i];
	u32 offset = le32_to_cpu(s->offset);
	u32 size = le32_to_cpu(s->size);

	if (offset < sizeof(struct crash_header) || offset % 8 || offset > file->len ||
	    size > file->len - offset)
		return complain(path, "section %u does not lie in the crash dump", i);
	if (!check_section_size(le32_to_cpu(s->type), size))
		return complain(path, "section %u has a wrong size, %u", i, size);
	return true;
}

/* Returns the first section of a type, or NULL if there is none. @size may be NULL. */
const void *crash_find(const struct crash_file *c, u32 type, u32 *size)
{
	const struct crash_section *s = c->head->section;
	u32 i;

	for (i = 0; i < le32_to_cpu(c->head->nr_sections); i++, s++) {
		if (le32_to_cpu(s->type) != type)
			continue;
		if (size)
			*size = le32_to_cpu(s->size);
		return c->data + le32_to_cpu(s->offset);
	}
	return NULL;
}

bool crash_open(struct crash_file *c, const struct blob *file, const char *path)
{
	u32 i;

	if (!check_header(file, path))
		return false;
	*c = (struct crash_file){ .data = file->data, .head = (const void *)file->data };
	for (i = 0; i < le32_to_cpu(c->head->nr_sections); i++)
		if (!check_section(file, i, path))
			return false;
	c->regs = crash_find(c, CRASH_SECTION_REGS, NULL);
	c->trap = crash_find(c, CRASH_SECTION_TRAP, NULL);
	c->image = crash_find(c, CRASH_SECTION_IMAGE, NULL);
	c->staged = crash_find(c, CRASH_SECTION_STAGED, NULL);
	return c->regs || complain(path, "crash dump has no registers");
}
