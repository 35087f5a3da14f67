// SPDX-License-Identifier: GPL-2.0
/*
 * Functions and lines of an image's executable. The functions come from its
 * symbol table. The lines are in its debug information, which is left to the
 * cross tools' addr2line: it is started once, without a shell, for all addresses.
 */
#define _GNU_SOURCE	/* pipe2() */
#include <ctype.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/kernel.h>
#include <hba_sim/board.h>
#include "crash.h"
#include "elf.h"

#define ADDR2LINE	"riscv64-unknown-elf-addr2line"
#define LINE_SIZE	256

struct symbols {
	const char *path;
	struct blob file;
	struct elf elf;
	u32 nr;
	u32 address[SYMBOLS_MAX];
	char line[SYMBOLS_MAX][LINE_SIZE];
};

/* Returns NULL, with a message, if the file is not such an executable. */
struct symbols *symbols_open(const char *path)
{
	struct symbols *s = calloc(1, sizeof(*s));

	if (!s) {
		complain(path, "out of memory");
		return NULL;
	}
	s->path = path;
	if (blob_read(&s->file, path) && elf_open(&s->elf, &s->file, path))
		return s;
	symbols_close(s);
	return NULL;
}

void symbols_close(struct symbols *s)
{
	if (!s)
		return;
	free(s->file.data);
	free(s);
}

/* The address in place for one in staging: the image has the same layout in both. */
static u32 in_place(u32 address)
{
	u32 offset = address - BOARD_STAGING_TEXT_BASE;

	return offset < BOARD_TEXT_SIZE ? BOARD_TEXT_BASE + offset : address;
}

/* Gets the version of the image in the executable; false if it has no header. */
bool symbols_version(const struct symbols *s, u32 *version)
{
	struct mrb_header header;
	struct elf_segment seg;
	bool load;
	u32 i;

	for (i = 0; i < s->elf.phnum; i++) {
		if (!elf_segment(&s->elf, i, &seg, &load) || !load)
			continue;
		if (seg.address != BOARD_TEXT_BASE || seg.file_size < sizeof(header))
			continue;
		memcpy(&header, seg.data, sizeof(header));
		*version = le32_to_cpu(header.version);
		return le32_to_cpu(header.magic) == MRB_MAGIC;
	}
	return false;
}

/* Is the symbol a label in code, other than the assembler's own labels? */
static bool is_code(const struct symbols *s, const struct elf_symbol *symbol)
{
	struct elf_section section;

	if (symbol->type != STT_FUNC && symbol->type != STT_NOTYPE)
		return false;
	if (!symbol->name[0] || symbol->name[0] == '$' || symbol->name[0] == '.')
		return false;
	return elf_section(&s->elf, symbol->section, &section) && section.flags & SHF_EXECINSTR;
}

/* Finds the symbol table. An executable has one; any further ones are ignored. */
static u32 symbol_table(const struct symbols *s, struct elf_section *table)
{
	u32 i;

	for (i = 0; elf_section(&s->elf, i, table); i++)
		if (table->type == SHT_SYMTAB)
			return elf_entries(table, sizeof(Elf32_Sym));
	return 0;
}

/* Finds the function of an address: the last one that begins at or before it. */
static bool find_function(const struct symbols *s, u32 address, struct elf_symbol *found)
{
	struct elf_section table;
	struct elf_symbol symbol = { };
	u32 n = symbol_table(s, &table);
	u32 i;

	for (i = 0; i < n; i++) {
		if (!elf_symbol(&s->elf, &table, i, &symbol) || symbol.value > address ||
		    !is_code(s, &symbol) || symbol.value < found->value)
			continue;
		*found = symbol;
	}
	return found->name;
}

void symbols_want(struct symbols *s, u32 address)
{
	u32 i;

	address = in_place(address);
	if (!s || address - BOARD_TEXT_BASE >= BOARD_TEXT_SIZE)
		return;
	for (i = 0; i < s->nr; i++)
		if (s->address[i] == address)
			return;
	if (s->nr < SYMBOLS_MAX)
		s->address[s->nr++] = address;
}

/* addr2line prints one line for each address, in the order of the addresses. */
static void read_lines(struct symbols *s, FILE *from)
{
	char *p;
	u32 i;

	for (i = 0; i < s->nr && fgets(s->line[i], LINE_SIZE, from); i++) {
		s->line[i][strcspn(s->line[i], "\n")] = '\0';
		for (p = s->line[i]; *p; p++)
			if (!isascii(*p) || !isprint(*p))
				*p = '?';
		p = strstr(s->line[i], " (discriminator");
		if (p)
			*p = '\0';
		if (s->line[i][0] == '?')
			s->line[i][0] = '\0';
	}
}

static bool start_addr2line(struct symbols *s, int out, pid_t *pid)
{
	char number[SYMBOLS_MAX][16];
	char *argv[SYMBOLS_MAX + 4] = { ADDR2LINE, "-e", (char *)s->path };
	posix_spawn_file_actions_t files;
	int err;
	u32 i;

	for (i = 0; i < s->nr; i++) {
		snprintf(number[i], sizeof(number[i]), "0x%x", s->address[i]);
		argv[i + 3] = number[i];
	}
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	err = posix_spawnp(pid, ADDR2LINE, &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	return !err;
}

/* Without addr2line only the lines are missing. */
void symbols_find_lines(struct symbols *s)
{
	int fds[2], status;
	FILE *from;
	pid_t pid;
	bool ok;

	if (!s || !s->nr || pipe2(fds, O_CLOEXEC))
		return;
	ok = start_addr2line(s, fds[1], &pid);
	close(fds[1]);
	from = fdopen(fds[0], "r");
	if (ok && from)
		read_lines(s, from);
	if (from)
		fclose(from);
	else
		close(fds[0]);
	if (ok)
		waitpid(pid, &status, 0);
	else
		complain(ADDR2LINE, "cannot be started, so there are no line numbers");
}

/* Prints what is known about an address, each item after a space. */
void symbols_print(const struct symbols *s, u32 address)
{
	struct elf_symbol symbol = { };
	u32 i, place = in_place(address);

	if (!s || place - BOARD_TEXT_BASE >= BOARD_TEXT_SIZE)
		return;
	if (find_function(s, place, &symbol))
		printf(" %s+0x%x", symbol.name, place - symbol.value);
	for (i = 0; i < s->nr; i++)
		if (s->address[i] == place && s->line[i][0])
			printf(" %s", s->line[i]);
}
