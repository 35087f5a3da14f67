// SPDX-License-Identifier: GPL-2.0
/*
 * The fault sweep: every path of paths.c in every mode, each point from a snapshot
 * that is put back after it. Documentation/testing-faults.rst tells what it does
 * and how a point is replayed.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/kernel.h>

#include "../../hba_sim/memory/board_kind.h"
#include "digest.h"
#include "judge.h"
#include "modes.h"
#include "points.h"
#include "world.h"

const struct sweep_mode sweep_modes[] = {
	{ "update",	     sweep_update,	    1999, false, false },
	{ "start",	     sweep_start,	    1, false, false },
	{ "rollback",	     sweep_rollback,	    4999, false, false },
	{ "probation",	     sweep_probation,	    199, false, false },
	{ "seeds",	     sweep_seeds,	    10, false, false },
	{ "file-flips",	     sweep_file_flips,	    29, false, false },
	{ "copy-flips",	     sweep_copy_flips,	    499, false, true },
	{ "probation-flips", sweep_probation_flips, 29, false, false },
	{ "torn-copy",	     sweep_torn_copy,	    29, false, true },
	{ "burn",	     sweep_burn,	    1, true, false },
};

const u32 nr_sweep_modes = ARRAY_SIZE(sweep_modes);

static const char *only_path, *only_mode, *json;
static const char *complete_path;
static bool quick;

static bool has_banks(const struct sweep_path *path)
{
	return path->board->cfg.kind && path->board->cfg.kind->banks;
}

/* Where there are few points none is left out. */
static u64 quick_stride(const struct sweep_path *path, const struct sweep_mode *mode)
{
	if (mode->burns || (mode->copies && has_banks(path)))
		return 1;
	return mode->stride * path->coarse;
}

static void do_mode(const struct sweep_path *path, const struct sweep_mode *mode)
{
	u64 stride = options.stride;

	if (quick && strcmp(path->name, complete_path))
		options.stride = quick_stride(path, mode);
	report_begin();
	points_apart(path, mode);
	report_end(path, mode->name, options.stride);
	options.stride = stride;
}

static bool has_mode(const struct sweep_path *path, const struct sweep_mode *mode)
{
	return (path->burns || !mode->burns) && (path->copies || !mode->copies);
}

static void do_path(const struct sweep_path *path)
{
	for (u32 i = 0; i < nr_sweep_modes; i++)
		if ((!only_mode || !strcmp(only_mode, sweep_modes[i].name)) &&
		    has_mode(path, &sweep_modes[i]))
			do_mode(path, &sweep_modes[i]);
}

static void usage(int status)
{
	fprintf(status ? stderr : stdout,
		"usage: sweep [OPTION...]\n"
		"  --path NAME      one path: 1.0-1.1, ...\n"
		"  --mode NAME      update, start, rollback, probation, seeds, file-flips,\n"
		"                   copy-flips, probation-flips, torn-copy, burn\n"
		"  --fault KIND     trap, hang or power\n"
		"  --from K --to K  points from K on, up to the one before the other K\n"
		"  --stride N       every Nth point\n"
		"  --seed N         of the load; of the first interleaving\n"
		"  --seeds N        interleavings, 10000\n"
		"  --quick PATH     only this path (or none) completely; of the others the stated\n"
		"                   strides\n"
		"  --judge-all      judge each point as a whole, also in a state known to be good\n"
		"  --json FILE      write the result there\n"
		"  --verbose        with the module's messages\n"
		"  -j N             processes at once\n");
	exit(status);
}

static u32 fault_bit(const char *name)
{
	for (enum fault fault = FAULT_TRAP; fault < FAULT_KINDS; fault++)
		if (!strcmp(name, fault_name(fault)))
			return 1u << fault;
	if (!strcmp(name, fault_name(FAULT_NONE)))
		return 0;
	usage(2);
	return 0;
}

static void parse(int argc, char **argv)
{
	static const struct option names[] = {
		{ "path", 1, NULL, 'p' }, { "mode", 1, NULL, 'm' }, { "fault", 1, NULL, 'f' },
		{ "from", 1, NULL, 'a' }, { "to", 1, NULL, 'b' }, { "stride", 1, NULL, 's' },
		{ "seed", 1, NULL, 'r' }, { "seeds", 1, NULL, 'n' }, { "quick", 1, NULL, 'q' },
		{ "judge-all", 0, NULL, 'J' }, { "json", 1, NULL, 'o' },
		{ "verbose", 0, NULL, 'v' }, { "help", 0, NULL, 'h' }, {}
	};
	int option;

	while ((option = getopt_long(argc, argv, "j:h", names, NULL)) >= 0) {
		switch (option) {
		case 'p':
			only_path = optarg;
			break;
		case 'm':
			only_mode = optarg;
			break;
		case 'f':
			options.faults = fault_bit(optarg);
			break;
		case 'a':
			options.from = strtoull(optarg, NULL, 0);
			break;
		case 'b':
			options.to = strtoull(optarg, NULL, 0);
			break;
		case 's':
			options.stride = strtoull(optarg, NULL, 0);
			break;
		case 'r':
			options.seed = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			options.seeds = strtoull(optarg, NULL, 0);
			break;
		case 'q':
			complete_path = optarg;
			quick = true;
			break;
		case 'J':
			judge_all = true;
			break;
		case 'o':
			json = optarg;
			break;
		case 'v':
			options.verbose = true;
			break;
		case 'j':
			options.jobs = strtoul(optarg, NULL, 0);
			break;
		case 'h':
			usage(0);
			break;
		default:
			usage(2);
		}
	}
	if (optind < argc || !options.stride || !options.jobs)
		usage(2);
}

int main(int argc, char **argv)
{
	options.jobs = sysconf(_SC_NPROCESSORS_ONLN);
	options.seeds = 10000;
	options.seed = 1;
	options.faults = 1u << FAULT_TRAP | 1u << FAULT_HANG | 1u << FAULT_POWER;
	parse(argc, argv);
	report_init();
	judged_init();
	for (u32 i = 0; i < nr_sweep_paths; i++)
		if (!only_path || !strcmp(only_path, sweep_paths[i].name))
			do_path(&sweep_paths[i]);
	return report_finish(json);
}
