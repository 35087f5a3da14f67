/* SPDX-License-Identifier: GPL-2.0 */
/* The tools as functions. */
#ifndef FUZZ_TOOLS_H
#define FUZZ_TOOLS_H

/* Runs the tool to its end, and gives its exit status. */
int hart_run_tool(int argc, char **argv);

/* The same of mrb, whose main() the Makefile renames. */
int mrb_main(int argc, char **argv);

#endif
