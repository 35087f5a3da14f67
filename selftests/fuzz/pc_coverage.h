/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells libFuzzer which instructions of an image were executed, so that it
 * looks for ways through the microcode as it does for ways through C.
 */
#ifndef FUZZ_PC_COVERAGE_H
#define FUZZ_PC_COVERAGE_H

#include <linux/types.h>

#define PC_COVERAGE_IMAGES	4u

/* Which image runs from now on. */
void pc_coverage_image(u32 image);

#endif
