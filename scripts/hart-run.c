// SPDX-License-Identifier: GPL-2.0
/*
 * hart-run: runs a bare RV32 program on the simulated processor, in user
 * space. Memory is flat, starts at 0x80000000, and may be read, written and
 * executed. The program ends with ecall, a7 = 93 and its exit status in a0.
 *
 * Exit status: that of the program; 125 if the program was stopped (a trap without
 * handler, the instruction limit, a wfi that nothing can end); 126 if it could not
 * be started.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "../hba_sim/processor/bus.h"
#include "../hba_sim/processor/cpu.h"

#define EXIT_STOPPED	125
#define EXIT_NOT_RUN	126

#define MEM_BASE	0x80000000u
#define MEM_DEFAULT	(16ull << 20)
#define MEM_MAX		(2ull << 30)
#define MAX_SEGMENTS	64

#define REG_A0		10
#define REG_A7		17
#define CALL_EXIT	93
#define CAUSE_ECALL_M	11

struct machine {
	u8 *mem;
	u64 size;
	struct insn *insns;
	struct hart hart;
};

struct options {
	const char *file;
	u64 max_insns;
	u64 mem;
	bool stats;
};

static __noreturn __printf(2, 3) void quit(int status, const char *format, ...)
{
	va_list args;

	fputs("hart-run: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

static void *map_or_quit(u64 bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		quit(EXIT_NOT_RUN, "no memory for %" PRIu64 " bytes: %s", (uint64_t)bytes,
		     strerror(errno));
	return p;
}

static u64 icache_bytes(const struct machine *m)
{
	return m->size / 4 * sizeof(struct insn);
}

/* Consecutive windows, so that memory may be larger than one of them. */
static void map_memory(struct machine *m, u64 size)
{
	u64 offset, chunk;

	m->size = ALIGN(size, 8);
	m->mem = map_or_quit(m->size);
	m->insns = map_or_quit(icache_bytes(m));
	for (offset = 0; offset < m->size; offset += chunk) {
		chunk = min_t(u64, m->size - offset, BUS_WINDOW_SIZE);
		m->hart.win[(MEM_BASE + offset) >> BUS_WINDOW_BITS] = (struct bus_window){
			.mem = m->mem + offset,
			.size = chunk,
			.perm = BUS_R | BUS_W | BUS_X,
			.insns = m->insns + offset / 4,
			.nr_insns = chunk / 4,
		};
	}
}

/* Fresh anonymous pages are zeros, which stands for entries that are not decoded. */
static void flush_icache(struct machine *m)
{
	if (madvise(m->insns, icache_bytes(m), MADV_DONTNEED))
		memset(m->insns, 0, icache_bytes(m));
}

static void read_at(const char *file, int fd, void *buf, u64 len, u64 offset)
{
	ssize_t n;

	while (len) {
		n = pread(fd, buf, len, offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			quit(EXIT_NOT_RUN, "%s: %s", file, strerror(errno));
		if (!n)
			quit(EXIT_NOT_RUN, "%s: truncated at byte %" PRIu64, file,
			     (uint64_t)offset);
		buf = (char *)buf + n;
		offset += n;
		len -= n;
	}
}

static int open_program(const char *file)
{
	struct stat st;
	int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		quit(EXIT_NOT_RUN, "%s: %s", file, strerror(errno));
	if (!S_ISREG(st.st_mode))
		quit(EXIT_NOT_RUN, "%s: not a regular file", file);
	return fd;
}

static const char *header_fault(const Elf32_Ehdr *eh)
{
	if (memcmp(eh->e_ident, ELFMAG, SELFMAG))
		return "not an ELF file";
	if (eh->e_ident[EI_CLASS] != ELFCLASS32 || eh->e_ident[EI_DATA] != ELFDATA2LSB)
		return "not a 32-bit little-endian ELF file";
	if (eh->e_machine != EM_RISCV)
		return "not a RISC-V program";
	if (eh->e_type != ET_EXEC)
		return "not an executable with fixed addresses";
	if (!eh->e_phnum || eh->e_phnum > MAX_SEGMENTS)
		return "no program headers, or too many";
	if (eh->e_phentsize != sizeof(Elf32_Phdr))
		return "program headers of the wrong size";
	return NULL;
}

static void load_segment(struct machine *m, const char *file, int fd, const Elf32_Phdr *ph)
{
	u64 offset = (u64)ph->p_paddr - MEM_BASE;

	if (ph->p_filesz > ph->p_memsz)
		quit(EXIT_NOT_RUN, "%s: segment with more bytes in the file than in memory", file);
	if (ph->p_paddr < MEM_BASE || offset > m->size || ph->p_memsz > m->size - offset)
		quit(EXIT_NOT_RUN, "%s: segment at 0x%08x, 0x%x bytes, lies outside memory", file,
		     ph->p_paddr, ph->p_memsz);
	read_at(file, fd, m->mem + offset, ph->p_filesz, ph->p_offset);
	memset(m->mem + offset + ph->p_filesz, 0, ph->p_memsz - ph->p_filesz);
}

static void load(struct machine *m, const char *file)
{
	int fd = open_program(file);
	const char *fault;
	Elf32_Ehdr eh;
	Elf32_Phdr ph;
	unsigned int i;

	read_at(file, fd, &eh, sizeof(eh), 0);
	fault = header_fault(&eh);
	if (fault)
		quit(EXIT_NOT_RUN, "%s: %s", file, fault);
	if (eh.e_entry % 4 || eh.e_entry < MEM_BASE || eh.e_entry - MEM_BASE >= m->size)
		quit(EXIT_NOT_RUN, "%s: entry 0x%08x is misaligned or outside memory", file,
		     eh.e_entry);
	for (i = 0; i < eh.e_phnum; i++) {
		read_at(file, fd, &ph, sizeof(ph), (u64)eh.e_phoff + i * sizeof(ph));
		if (ph.p_type == PT_LOAD && ph.p_memsz)
			load_segment(m, file, fd, &ph);
	}
	close(fd);
	hart_reset(&m->hart, 0, eh.e_entry);
}

static __noreturn void quit_dead(const struct hart *h)
{
	quit(EXIT_STOPPED, "trap without a handler: %s (mcause 0x%x) at 0x%08x, mtval 0x%08x",
	     hart_cause_name(h->mcause), h->mcause, h->mepc, h->mtval);
}

/* Runs the program to its end and returns its exit status. */
static int run(struct machine *m, u64 max_insns)
{
	struct hart *h = &m->hart;

	for (;;) {
		switch (hart_run(h, max_insns - h->executed)) {
		case HART_ECALL:
			if (h->x[REG_A7] == CALL_EXIT)
				return h->x[REG_A0] & 0xff;
			if (!hart_trap(h, CAUSE_ECALL_M, 0))
				quit_dead(h);
			break;
		case HART_FENCE_I:
			flush_icache(m);
			break;
		case HART_WFI:
			quit(EXIT_STOPPED, "wfi at 0x%08x, and no interrupt can come", h->pc - 4);
		case HART_LIMIT:
			quit(EXIT_STOPPED, "limit of %" PRIu64 " instructions reached at 0x%08x",
			     (uint64_t)max_insns, h->pc);
		case HART_DEAD:
			quit_dead(h);
		}
	}
}

static u64 parse_number(const char *name, const char *text, u64 max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end || end == text || strchr(text, '-') || !value || value > max)
		quit(EXIT_NOT_RUN, "%s: '%s' is not a number from 1 to %" PRIu64, name, text,
		     (uint64_t)max);
	return value;
}

static void print_usage(FILE *to)
{
	fputs("usage: hart-run [--max-insns N] [--mem BYTES] [--stats] FILE.elf\n", to);
}

static struct options parse_options(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "max-insns", required_argument, NULL, 'n' },
		{ "mem", required_argument, NULL, 'm' },
		{ "stats", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL }
	};
	struct options o = { .max_insns = ~0ull, .mem = MEM_DEFAULT };
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (c) {
		case 'n':
			o.max_insns = parse_number("--max-insns", optarg, ~0ull);
			break;
		case 'm':
			o.mem = parse_number("--mem", optarg, MEM_MAX);
			break;
		case 's':
			o.stats = true;
			break;
		case 'h':
			print_usage(stdout);
			exit(0);
		default:
			print_usage(stderr);
			exit(EXIT_NOT_RUN);
		}
	}
	if (optind != argc - 1) {
		print_usage(stderr);
		exit(EXIT_NOT_RUN);
	}
	o.file = argv[optind];
	return o;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static struct machine machine;
static double started;

static void print_stats(void)
{
	double seconds = now() - started;

	printf("instructions: %" PRIu64 "\n", (uint64_t)machine.hart.executed);
	printf("instructions per second: %.0f\n",
	       seconds > 0 ? machine.hart.executed / seconds : 0.0);
}

int main(int argc, char **argv)
{
	struct options o = parse_options(argc, argv);

	map_memory(&machine, o.mem);
	load(&machine, o.file);
	started = now();
	if (o.stats)
		atexit(print_stats);
	return run(&machine, o.max_insns);
}
