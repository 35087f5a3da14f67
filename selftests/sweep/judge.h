/* SPDX-License-Identifier: GPL-2.0 */
/* What has to hold after each fault, and what is done if it does not. */
#ifndef SWEEP_JUDGE_H
#define SWEEP_JUDGE_H

#include <stdbool.h>
#include <linux/compiler_types.h>
#include <linux/types.h>

#include "paths.h"

/* Ends the process of this point: something is wrong. */
void judge_fail(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

void judge_error(const char *expected);
void judge_idle(const struct sweep_image *runs);
void judge_point(const struct sweep_image *runs);
void judge_power_loss(void);

extern bool judge_all;	/* do not remember which states were judged */

#endif
