/* SPDX-License-Identifier: GPL-2.0 */
/* Names that work.c shares with the linker (option --wrap) and the image. */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

extern u32 bench_result;

void __real_service_main(u32 reason);
void __wrap_service_main(u32 reason);

#endif
