/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading of 32-bit little-endian RISC-V executables that are not trusted.
 */
#ifndef MRB_ELF_H
#define MRB_ELF_H

#include <elf.h>
#include "tool.h"

/* All numbers are in the host's byte order and all ranges lie in the file. */
struct elf {
	const char *path;
	const u8 *buf;
	size_t len;
	u32 phoff, phnum;
	u32 shoff, shnum;
};

struct elf_segment {
	u32 address;
	u32 file_size;
	u32 mem_size;
	u32 flags;
	const u8 *data;
};

struct elf_section {
	u32 type;
	u32 flags;
	u32 size;
	u32 link;
	u32 info;
	const u8 *data;		/* NULL if the file has no data for it */
};

struct elf_symbol {
	const char *name;	/* terminated; valid while @buf is */
	u32 value;
	u32 section;
	u32 type;		/* STT_ */
};

struct elf_rela {
	u32 address;
	u32 type;
	u32 symbol;
};

bool elf_open(struct elf *e, const struct blob *file, const char *path);
bool elf_segment(const struct elf *e, u32 i, struct elf_segment *s, bool *load);
bool elf_section(const struct elf *e, u32 i, struct elf_section *s);
bool elf_symbol(const struct elf *e, const struct elf_section *table, u32 i,
		struct elf_symbol *s);
void elf_rela(const struct elf_section *table, u32 i, struct elf_rela *r);
bool elf_symbol_value(const struct elf *e, const char *name, u32 *value);

static inline u32 elf_entries(const struct elf_section *table, size_t entry_size)
{
	return table->data ? table->size / entry_size : 0;
}

/* reloc.c */
bool bootstrap_check(const struct elf *e);

#endif
