/* SPDX-License-Identifier: GPL-2.0 */
/* hart-run as a function. */
#ifndef FUZZ_HART_RUN_H
#define FUZZ_HART_RUN_H

/* Runs the tool to its end, and gives its exit status. */
int hart_run_tool(int argc, char **argv);

#endif
