// SPDX-License-Identifier: GPL-2.0
/*
 * Prints a crash dump in human-readable form.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <linux/kernel.h>
#include <hba_sim/board.h>
#include "crash.h"

#define CALLERS_MAX	16

static const char * const reg_names[32] = {
	"zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
	"a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
	"t5", "t6",
};

#define REG_RA	1
#define REG_SP	2

static const char *cause_name(u32 cause)
{
	static const char * const names[] = {
		"instruction address misaligned", "instruction access fault",
		"illegal instruction", "breakpoint", "load address misaligned",
		"load access fault", "store address misaligned", "store access fault",
		[11] = "environment call",
	};

	if (cause == 0x8000000b)
		return "external interrupt";
	if (cause < ARRAY_SIZE(names) && names[cause])
		return names[cause];
	return "unknown cause";
}

static const char *section_name(u32 type)
{
	static const char * const names[] = {
		[CRASH_SECTION_REGS]	= "registers",
		[CRASH_SECTION_TRAP]	= "trap",
		[CRASH_SECTION_INSNS]	= "instructions",
		[CRASH_SECTION_JUMPS]	= "jumps",
		[CRASH_SECTION_IMAGE]	= "image header",
		[CRASH_SECTION_STAGED]	= "staged header",
		[CRASH_SECTION_CONTROL]	= "control block",
		[CRASH_SECTION_MAILBOX]	= "mailbox",
		[CRASH_SECTION_SCRATCH]	= "scratch",
		[CRASH_SECTION_DATA]	= "data",
		[CRASH_SECTION_TEXT]	= "text",
	};

	return type < ARRAY_SIZE(names) && names[type] ? names[type] : "unknown";
}

/* Prints any address, followed by what is known about it. */
static void print_place(const char *label, u32 address, struct symbols *s)
{
	printf("%-10s0x%08x", label, address);
	symbols_print(s, address);
	printf("\n");
}

static void print_time(const struct crash_header *head)
{
	u64 ns = le64_to_cpu(head->time_ns);
	time_t seconds = ns / 1000000000;
	char text[32] = "?";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%-10s%s.%09u UTC\n", "time", text, (u32)(ns % 1000000000));
}

static void print_image(const char *label, const struct mrb_header *h)
{
	size_t i;

	if (!h)
		return;
	printf("%-10s%u.%u, named \"", label, MRB_VERSION_MAJOR(le32_to_cpu(h->version)),
	       MRB_VERSION_MINOR(le32_to_cpu(h->version)));
	for (i = 0; i < sizeof(h->name) && h->name[i]; i++)
		putchar(h->name[i] >= ' ' && h->name[i] <= '~' ? h->name[i] : '?');
	printf("\"\n");
}

static void print_digest(const char *what, const u8 *digest)
{
	int i;

	printf("%s", what);
	for (i = 0; i < 32; i++)
		printf("%02x", digest[i]);
}

static void print_text(const struct crash_header *head)
{
	static const u8 unknown[sizeof(head->text_found)];

	printf("%-10s", "text");
	if (!memcmp(head->text_found, unknown, sizeof(unknown)))
		printf("its digest is not known");
	else if (!memcmp(head->text_found, head->text_expected, sizeof(head->text_found)))
		print_digest("as it should be, SHA-256 ", head->text_found);
	else
		print_digest("DAMAGED, SHA-256 ", head->text_found);
	if (memcmp(head->text_found, head->text_expected, sizeof(head->text_found)))
		print_digest(", should be ", head->text_expected);
	printf("\n");
}

/* The image that an address belongs to: in a bootstrap, the staged image. */
static const struct mrb_header *image_at(const struct crash_file *c, u32 address)
{
	return address - BOARD_STAGING_TEXT_BASE < BOARD_TEXT_SIZE ? c->staged : c->image;
}

static void print_elf_mismatch(const struct crash_file *c, const struct symbols *s)
{
	const struct mrb_header *h = image_at(c, le32_to_cpu(c->head->where));
	u32 version;

	if (!s || !h || !symbols_version(s, &version) || version == le32_to_cpu(h->version))
		return;
	printf("%-10sthe executable is of version %u.%u, and so are names and lines\n", "ATTENTION",
	       MRB_VERSION_MAJOR(version), MRB_VERSION_MINOR(version));
}

static void print_registers(const char *title, const __le32 *x, struct symbols *s)
{
	int i;

	printf("\n%s\n", title);
	for (i = 0; i < 32; i++)
		printf("  %-4s %08x%s", reg_names[i], le32_to_cpu(x[i]), i % 4 == 3 ? "\n" : "");
	print_place("  ra is", le32_to_cpu(x[REG_RA]), s);
}

static void print_csrs(const struct crash_regs *r)
{
	printf("  mstatus %08x  mie %08x  mip %08x  mtvec %08x  mscratch %08x\n",
	       le32_to_cpu(r->mstatus), le32_to_cpu(r->mie), le32_to_cpu(r->mip),
	       le32_to_cpu(r->mtvec), le32_to_cpu(r->mscratch));
	printf("  mepc %08x  mcause %08x  mtval %08x\n", le32_to_cpu(r->mepc),
	       le32_to_cpu(r->mcause), le32_to_cpu(r->mtval));
}

static void print_trap(const struct crash_file *c, struct symbols *s)
{
	const struct crash_trap *t = c->trap;

	if (!t)
		return;
	printf("%-10s%s, value 0x%08x, at 0x%08x; %u since the hart was started\n", "last trap",
	       cause_name(le32_to_cpu(t->cause)), le32_to_cpu(t->tval), le32_to_cpu(t->pc),
	       le32_to_cpu(t->count));
	if (t->pc != c->regs->pc)
		print_registers("registers at the last trap", t->x, s);
}

static void print_insns(const struct crash_file *c, struct symbols *s)
{
	const struct crash_insn *insn;
	u32 size, i;

	insn = crash_find(c, CRASH_SECTION_INSNS, &size);
	if (!insn)
		return;
	printf("\nlast instructions, down to the one at pc\n");
	for (i = 0; i < size / sizeof(*insn); i++) {
		printf("  0x%08x  %08x", le32_to_cpu(insn[i].pc), le32_to_cpu(insn[i].word));
		symbols_print(s, le32_to_cpu(insn[i].pc));
		printf("\n");
	}
}

static void print_jumps(const struct crash_file *c, struct symbols *s)
{
	const struct crash_jump *jump;
	u32 size, i;

	jump = crash_find(c, CRASH_SECTION_JUMPS, &size);
	if (!jump)
		return;
	printf("\nlast jumps, taken branches and traps\n");
	for (i = 0; i < size / sizeof(*jump); i++) {
		if (jump[i].from == 0xffffffff)
			printf("  started");
		else
			printf("  0x%08x", le32_to_cpu(jump[i].from));
		symbols_print(s, le32_to_cpu(jump[i].from));
		printf(" -> 0x%08x", le32_to_cpu(jump[i].to));
		symbols_print(s, le32_to_cpu(jump[i].to));
		printf("\n");
	}
}

/* Finds words between the stack pointer and the stack's top that may be return addresses. */
static u32 find_callers(const struct crash_file *c, u32 callers[CALLERS_MAX])
{
	bool trapped = c->trap && c->trap->pc == c->head->where;
	u32 at = le32_to_cpu(trapped ? c->trap->x[REG_SP] : c->regs->x[REG_SP]);
	u32 size, word, found = 0;
	const u8 *scratch;

	scratch = crash_find(c, CRASH_SECTION_SCRATCH, &size);
	at -= BOARD_SCRATCH_BASE;
	if (!scratch || at % 4)
		return 0;
	for (; at < size && size - at >= 4 && found < CALLERS_MAX; at += 4) {
		memcpy(&word, scratch + at, sizeof(word));
		word = le32_to_cpu(word);
		if (word % 4 || word - BOARD_TEXT_BASE >= BOARD_TEXT_SIZE)
			continue;
		callers[found++] = word - 4;
	}
	return found;
}

static void print_callers(const struct crash_file *c, struct symbols *s)
{
	u32 callers[CALLERS_MAX];
	u32 i, nr = find_callers(c, callers);

	printf("\ncalls whose return address is on the stack, some perhaps long over\n");
	for (i = 0; i < nr; i++)
		print_place("  ", callers[i], s);
}

static void print_sections(const struct crash_file *c)
{
	const struct crash_section *sec = c->head->section;
	u32 i;

	printf("\n%-15s%12s%10s%10s\n", "section", "address", "offset", "size");
	for (i = 0; i < le32_to_cpu(c->head->nr_sections); i++, sec++)
		printf("%-15s  0x%08x%10u%10u\n", section_name(le32_to_cpu(sec->type)),
		       le32_to_cpu(sec->address), le32_to_cpu(sec->offset),
		       le32_to_cpu(sec->size));
}

/* addr2line is started only once, so all addresses must be known beforehand. */
static void want_all(const struct crash_file *c, struct symbols *s)
{
	const struct crash_insn *insn;
	const struct crash_jump *jump;
	u32 callers[CALLERS_MAX];
	u32 size, i, nr;

	symbols_want(s, le32_to_cpu(c->head->where));
	symbols_want(s, le32_to_cpu(c->regs->x[REG_RA]));
	if (c->trap)
		symbols_want(s, le32_to_cpu(c->trap->x[REG_RA]));
	insn = crash_find(c, CRASH_SECTION_INSNS, &size);
	for (i = 0; insn && i < size / sizeof(*insn); i++)
		symbols_want(s, le32_to_cpu(insn[i].pc));
	nr = find_callers(c, callers);
	for (i = 0; i < nr; i++)
		symbols_want(s, callers[i]);
	jump = crash_find(c, CRASH_SECTION_JUMPS, &size);
	for (i = 0; jump && i < size / sizeof(*jump); i++) {
		symbols_want(s, le32_to_cpu(jump[i].from));
		symbols_want(s, le32_to_cpu(jump[i].to));
	}
	symbols_find_lines(s);
}

/* @s may be NULL: then only addresses are shown. */
void crash_show(const struct crash_file *c, struct symbols *s)
{
	const struct crash_header *head = c->head;
	u32 hart = le32_to_cpu(head->hart);

	want_all(c, s);
	printf("%-10s%s\n", "adapter", head->adapter);
	printf("%-10s%u, %s\n", "hart", hart, hart ? "an I/O hart" : "the service hart");
	printf("%-10s%s\n", "reason", head->reason);
	print_place("at", le32_to_cpu(head->where), s);
	print_time(head);
	printf("%-10s%s\n", "kernel", head->kernel);
	print_image("image", c->image);
	print_image("staged", c->staged);
	print_elf_mismatch(c, s);
	print_text(head);
	printf("%-10s%llu instructions\n", "executed",
	       (unsigned long long)le64_to_cpu(head->executed));
	print_trap(c, s);
	print_registers("registers", c->regs->x, s);
	print_place("  pc is", le32_to_cpu(c->regs->pc), s);
	print_csrs(c->regs);
	print_callers(c, s);
	print_insns(c, s);
	print_jumps(c, s);
	print_sections(c);
}
