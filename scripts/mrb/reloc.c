// SPDX-License-Identifier: GPL-2.0
/*
 * Is the bootstrap position independent? It runs from staging, at another address
 * than the one it was linked for. With --emit-relocs the linker keeps in the
 * executable the relocations that it has resolved, so each place in the bootstrap
 * that holds an address can be found. Each must be relative to the pc, and must refer
 * to something in the image, which moves as a whole.
 */
#include <linux/kernel.h>
#include "elf.h"

#define BOOTSTRAP_START	"__bootstrap_start"
#define BOOTSTRAP_END	"__bootstrap_end"

enum reloc_class {
	RELOC_ABSOLUTE,		/* anything not known to be harmless */
	RELOC_NONE,		/* holds no address */
	RELOC_PC,		/* relative to the pc */
	RELOC_ADD,		/* one half of a difference, the other is */
	RELOC_SUB,
};

static const struct reloc_type {
	const char *name;
	enum reloc_class class;
} reloc_types[] = {
	[R_RISCV_NONE]		= { "R_RISCV_NONE", RELOC_NONE },
	[R_RISCV_32]		= { "R_RISCV_32", RELOC_ABSOLUTE },
	[R_RISCV_64]		= { "R_RISCV_64", RELOC_ABSOLUTE },
	[R_RISCV_RELATIVE]	= { "R_RISCV_RELATIVE", RELOC_ABSOLUTE },
	[R_RISCV_BRANCH]	= { "R_RISCV_BRANCH", RELOC_PC },
	[R_RISCV_JAL]		= { "R_RISCV_JAL", RELOC_PC },
	[R_RISCV_CALL]		= { "R_RISCV_CALL", RELOC_PC },
	[R_RISCV_CALL_PLT]	= { "R_RISCV_CALL_PLT", RELOC_PC },
	[R_RISCV_GOT_HI20]	= { "R_RISCV_GOT_HI20", RELOC_ABSOLUTE },
	[R_RISCV_PCREL_HI20]	= { "R_RISCV_PCREL_HI20", RELOC_PC },
	[R_RISCV_PCREL_LO12_I]	= { "R_RISCV_PCREL_LO12_I", RELOC_PC },
	[R_RISCV_PCREL_LO12_S]	= { "R_RISCV_PCREL_LO12_S", RELOC_PC },
	[R_RISCV_HI20]		= { "R_RISCV_HI20", RELOC_ABSOLUTE },
	[R_RISCV_LO12_I]	= { "R_RISCV_LO12_I", RELOC_ABSOLUTE },
	[R_RISCV_LO12_S]	= { "R_RISCV_LO12_S", RELOC_ABSOLUTE },
	[R_RISCV_ADD8]		= { "R_RISCV_ADD8", RELOC_ADD },
	[R_RISCV_ADD16]		= { "R_RISCV_ADD16", RELOC_ADD },
	[R_RISCV_ADD32]		= { "R_RISCV_ADD32", RELOC_ADD },
	[R_RISCV_ADD64]		= { "R_RISCV_ADD64", RELOC_ADD },
	[R_RISCV_SUB8]		= { "R_RISCV_SUB8", RELOC_SUB },
	[R_RISCV_SUB16]		= { "R_RISCV_SUB16", RELOC_SUB },
	[R_RISCV_SUB32]		= { "R_RISCV_SUB32", RELOC_SUB },
	[R_RISCV_SUB64]		= { "R_RISCV_SUB64", RELOC_SUB },
	[R_RISCV_ALIGN]		= { "R_RISCV_ALIGN", RELOC_NONE },
	/* Relative to gp, which is not set up in staging. */
	[R_RISCV_GPREL_I]	= { "R_RISCV_GPREL_I", RELOC_ABSOLUTE },
	[R_RISCV_GPREL_S]	= { "R_RISCV_GPREL_S", RELOC_ABSOLUTE },
	[R_RISCV_RELAX]		= { "R_RISCV_RELAX", RELOC_NONE },
	[R_RISCV_32_PCREL]	= { "R_RISCV_32_PCREL", RELOC_PC },
};

struct range {
	u32 start;
	u32 end;
};

static enum reloc_class reloc_class(u32 type)
{
	return type < ARRAY_SIZE(reloc_types) ? reloc_types[type].class : RELOC_ABSOLUTE;
}

static const char *reloc_name(u32 type)
{
	const char *name = type < ARRAY_SIZE(reloc_types) ? reloc_types[type].name : NULL;

	return name ? name : "of unknown type";
}

/* The end of a segment counts as part of it, as labels may point there. */
static bool in_image(const struct elf *e, u32 address)
{
	struct elf_segment s;
	bool load;
	u32 i;

	for (i = 0; i < e->phnum; i++)
		if (elf_segment(e, i, &s, &load) && load && address >= s.address &&
		    address - s.address <= s.mem_size)
			return true;
	return false;
}

/* Is this one of the two entries of .word A - B? Both have one place, ADD before SUB. */
static bool paired(const struct elf_section *table, u32 i, const struct elf_rela *r)
{
	enum reloc_class class = reloc_class(r->type);
	struct elf_rela other;

	if (class == RELOC_ADD && i + 1 < elf_entries(table, sizeof(Elf32_Rela)))
		elf_rela(table, i + 1, &other);
	else if (class == RELOC_SUB && i)
		elf_rela(table, i - 1, &other);
	else
		return false;
	return other.address == r->address &&
	       reloc_class(other.type) == (class == RELOC_ADD ? RELOC_SUB : RELOC_ADD);
}

static bool check_reloc(const struct elf *e, const struct elf_section *table, u32 i,
			const struct elf_rela *r, const struct range *bootstrap)
{
	enum reloc_class class = reloc_class(r->type);
	struct elf_section symbols;
	struct elf_symbol s;

	if (class == RELOC_NONE || paired(table, i, r))
		return true;
	if (!elf_section(e, table->link, &symbols) || !elf_symbol(e, &symbols, r->symbol, &s))
		return complain(e->path, "relocation at 0x%08x has no valid symbol", r->address);
	if (class != RELOC_PC)
		return complain(e->path,
				"bootstrap is not position independent: %s against '%.128s' at 0x%08x (%s+0x%x)",
				reloc_name(r->type), s.name, r->address, BOOTSTRAP_START,
				r->address - bootstrap->start);
	if (!in_image(e, s.value))
		return complain(e->path,
				"bootstrap is not position independent: '%.128s' (0x%08x) at 0x%08x (%s+0x%x) is not in the image",
				s.name, s.value, r->address, BOOTSTRAP_START,
				r->address - bootstrap->start);
	return true;
}

static bool check_section(const struct elf *e, const struct elf_section *table,
			  const struct range *bootstrap)
{
	u32 n = elf_entries(table, sizeof(Elf32_Rela));
	struct elf_rela r;
	u32 i;

	for (i = 0; i < n; i++) {
		elf_rela(table, i, &r);
		if (r.address < bootstrap->start || r.address >= bootstrap->end)
			continue;
		if (!check_reloc(e, table, i, &r, bootstrap))
			return false;
	}
	return true;
}

/* Is this a section of relocations for code or data, not for debug information? */
static bool is_image_rela(const struct elf *e, const struct elf_section *s)
{
	struct elf_section target;

	return s->type == SHT_RELA && s->data && elf_section(e, s->info, &target) &&
	       target.flags & SHF_ALLOC;
}

static bool check_sections(const struct elf *e, const struct range *bootstrap)
{
	struct elf_section s;
	u64 bytes = 0;
	u32 i;

	for (i = 0; elf_section(e, i, &s); i++) {
		if (!is_image_rela(e, &s))
			continue;
		bytes += s.size;
		if (bytes > e->len)
			return complain(e->path, "relocation sections overlap");
		if (!check_section(e, &s, bootstrap))
			return false;
	}
	if (!bytes)
		return complain(e->path,
				"no relocations to check the bootstrap by: link with --emit-relocs");
	return true;
}

/**
 * bootstrap_check() - refuse a bootstrap that cannot run from staging
 * @e: the executable
 *
 * Code outside the bootstrap's own range is not checked, even if the bootstrap calls it.
 *
 * Return: true if the bootstrap can, or if there is no bootstrap; false, with a message,
 * if it cannot.
 */
bool bootstrap_check(const struct elf *e)
{
	struct range bootstrap;

	if (!elf_symbol_value(e, BOOTSTRAP_START, &bootstrap.start) ||
	    !elf_symbol_value(e, BOOTSTRAP_END, &bootstrap.end))
		return complain(e->path, "symbols %s and %s are missing", BOOTSTRAP_START,
				BOOTSTRAP_END);
	if (bootstrap.start > bootstrap.end)
		return complain(e->path, "%s lies behind %s", BOOTSTRAP_START, BOOTSTRAP_END);
	return bootstrap.start == bootstrap.end || check_sections(e, &bootstrap);
}
