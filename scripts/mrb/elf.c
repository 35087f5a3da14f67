// SPDX-License-Identifier: GPL-2.0
/*
 * Reading of 32-bit little-endian RISC-V executables. The file is not trusted:
 * each range is checked to lie within the file before it is read.
 */
#include <string.h>
#include <linux/kernel.h>
#include "elf.h"

#ifndef EF_RISCV_RVC
#define EF_RISCV_RVC	1
#endif

static u32 get16(const u8 *p)
{
	return p[0] | p[1] << 8;
}

static u32 get32(const u8 *p)
{
	return get16(p) | get16(p + 2) << 16;
}

#define GET16(p, type, field)	get16((p) + offsetof(type, field))
#define GET32(p, type, field)	get32((p) + offsetof(type, field))

static bool in_file(const struct elf *e, u64 offset, u64 size)
{
	return offset <= e->len && size <= e->len - offset;
}

static bool check_ident(const struct elf *e)
{
	const u8 *p = e->buf;

	if (!e->len)
		return complain(e->path, "file is empty");
	if (e->len < EI_NIDENT || memcmp(p, ELFMAG, SELFMAG))
		return complain(e->path, "not an ELF file");
	if (p[EI_CLASS] != ELFCLASS32)
		return complain(e->path, "not a 32-bit ELF file");
	if (p[EI_DATA] != ELFDATA2LSB)
		return complain(e->path, "not a little-endian ELF file");
	if (e->len < sizeof(Elf32_Ehdr))
		return complain(e->path, "ELF file is truncated");
	return true;
}

static bool check_machine(const struct elf *e)
{
	const u8 *p = e->buf;

	if (GET16(p, Elf32_Ehdr, e_machine) != EM_RISCV)
		return complain(e->path, "ELF file is not for RISC-V");
	if (GET16(p, Elf32_Ehdr, e_type) != ET_EXEC)
		return complain(e->path, "ELF file is not an executable");
	if (GET32(p, Elf32_Ehdr, e_flags) & EF_RISCV_RVC)
		return complain(e->path,
				"ELF file has compressed instructions, which the board lacks");
	return true;
}

static bool check_tables(const struct elf *e)
{
	const u8 *p = e->buf;

	if (!e->phnum || GET16(p, Elf32_Ehdr, e_phentsize) != sizeof(Elf32_Phdr))
		return complain(e->path, "ELF file has no usable program headers");
	if (!in_file(e, e->phoff, (u64)e->phnum * sizeof(Elf32_Phdr)))
		return complain(e->path, "ELF file is truncated: program headers are missing");
	if (e->shnum && GET16(p, Elf32_Ehdr, e_shentsize) != sizeof(Elf32_Shdr))
		return complain(e->path, "ELF file has no usable section headers");
	if (!in_file(e, e->shoff, (u64)e->shnum * sizeof(Elf32_Shdr)))
		return complain(e->path, "ELF file is truncated: section headers are missing");
	return true;
}

bool elf_open(struct elf *e, const struct blob *file, const char *path)
{
	const u8 *p = file->data;

	*e = (struct elf){ .path = path, .buf = p, .len = file->len };
	if (!check_ident(e) || !check_machine(e))
		return false;
	e->phoff = GET32(p, Elf32_Ehdr, e_phoff);
	e->phnum = GET16(p, Elf32_Ehdr, e_phnum);
	e->shoff = GET32(p, Elf32_Ehdr, e_shoff);
	e->shnum = GET16(p, Elf32_Ehdr, e_shnum);
	return check_tables(e);
}

/* @load: does the segment take memory? Only then is @s meaningful. */
bool elf_segment(const struct elf *e, u32 i, struct elf_segment *s, bool *load)
{
	const u8 *p = e->buf + e->phoff + i * sizeof(Elf32_Phdr);
	u32 offset = GET32(p, Elf32_Phdr, p_offset);

	s->address = GET32(p, Elf32_Phdr, p_vaddr);
	s->file_size = GET32(p, Elf32_Phdr, p_filesz);
	s->mem_size = GET32(p, Elf32_Phdr, p_memsz);
	s->flags = GET32(p, Elf32_Phdr, p_flags);
	*load = GET32(p, Elf32_Phdr, p_type) == PT_LOAD && s->mem_size;
	if (!*load)
		return true;
	if (!in_file(e, offset, s->file_size))
		return complain(e->path, "ELF file is truncated: segment %u is missing", i);
	if (s->mem_size < s->file_size)
		return complain(e->path, "segment %u is smaller in memory than in file", i);
	s->data = e->buf + offset;
	return true;
}

/* Returns false if there is no such section. */
bool elf_section(const struct elf *e, u32 i, struct elf_section *s)
{
	const u8 *p = e->buf + e->shoff + i * sizeof(Elf32_Shdr);
	u32 offset;

	if (i >= e->shnum)
		return false;
	offset = GET32(p, Elf32_Shdr, sh_offset);
	s->type = GET32(p, Elf32_Shdr, sh_type);
	s->flags = GET32(p, Elf32_Shdr, sh_flags);
	s->size = GET32(p, Elf32_Shdr, sh_size);
	s->link = GET32(p, Elf32_Shdr, sh_link);
	s->info = GET32(p, Elf32_Shdr, sh_info);
	s->data = NULL;
	if (s->type != SHT_NOBITS && in_file(e, offset, s->size))
		s->data = e->buf + offset;
	return true;
}

/* Returns false if there is no such symbol, or if its name is not within a string table. */
bool elf_symbol(const struct elf *e, const struct elf_section *table, u32 i,
		struct elf_symbol *s)
{
	struct elf_section strings;
	const u8 *p;
	u32 name;

	if (table->type != SHT_SYMTAB || i >= elf_entries(table, sizeof(Elf32_Sym)))
		return false;
	if (!elf_section(e, table->link, &strings) || strings.type != SHT_STRTAB || !strings.data)
		return false;
	p = table->data + i * sizeof(Elf32_Sym);
	name = GET32(p, Elf32_Sym, st_name);
	/* the table ends with a zero byte, so each name does, too */
	if (name >= strings.size || strings.data[strings.size - 1])
		return false;
	s->name = (const char *)strings.data + name;
	s->value = GET32(p, Elf32_Sym, st_value);
	s->section = GET16(p, Elf32_Sym, st_shndx);
	s->type = ELF32_ST_TYPE(p[offsetof(Elf32_Sym, st_info)]);
	return true;
}

/* @i is less than elf_entries(). */
void elf_rela(const struct elf_section *table, u32 i, struct elf_rela *r)
{
	const u8 *p = table->data + i * sizeof(Elf32_Rela);

	r->address = GET32(p, Elf32_Rela, r_offset);
	r->type = ELF32_R_TYPE(GET32(p, Elf32_Rela, r_info));
	r->symbol = ELF32_R_SYM(GET32(p, Elf32_Rela, r_info));
}

static bool table_symbol_value(const struct elf *e, const struct elf_section *table,
			       const char *name, u32 *value)
{
	u32 n = elf_entries(table, sizeof(Elf32_Sym));
	struct elf_symbol s;
	u32 i;

	for (i = 0; i < n; i++) {
		if (!elf_symbol(e, table, i, &s) || s.section == SHN_UNDEF || strcmp(s.name, name))
			continue;
		*value = s.value;
		return true;
	}
	return false;
}

/* Gets the value of the first defined symbol with this name; false if there is none. */
bool elf_symbol_value(const struct elf *e, const char *name, u32 *value)
{
	struct elf_section s;
	u32 i;

	for (i = 0; elf_section(e, i, &s); i++)
		if (s.type == SHT_SYMTAB)
			return table_symbol_value(e, &s, name, value);
	return false;
}
