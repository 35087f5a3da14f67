/* SPDX-License-Identifier: GPL-2.0 */
/* What the engine's files share, listed by the file that defines it. */
#ifndef OVERLAY_PARTS_H
#define OVERLAY_PARTS_H

#include "engine.h"

/* state.c */
bool overlay_in_pause(const struct overlay *ov);
bool overlay_may(const struct overlay *ov, enum overlay_state to);
void overlay_forget_run(struct overlay *ov);
void overlay_charge(struct overlay *ov, u64 insns);
void overlay_advance(struct overlay *ov, enum overlay_state to);
__printf(3, 4) int overlay_stop(struct overlay *ov, int err, const char *fmt, ...);
int overlay_crash(struct overlay *ov, int err, const char *what);

/* status.c */
void overlay_show_running(struct overlay *ov);
void overlay_tell(struct overlay *ov);

/* pause.c */
void overlay_prepare(struct overlay *ov, u32 keep);
void overlay_limit_pause(struct overlay *ov);
void overlay_begin_pause(struct overlay *ov);
void overlay_next_part(struct overlay *ov, enum overlay_part part);
void overlay_close_pause(struct overlay *ov);
void overlay_drain(struct overlay *ov, struct overlay_waits *waits);
void overlay_end_pause(struct overlay *ov);
void overlay_count_waits(struct overlay *ov, const struct overlay_waits *waits);

/* history.c */
void overlay_begin_record(struct overlay *ov);
void overlay_compare(struct overlay *ov, const struct mrb_header *new);
void overlay_keep_pause(struct overlay *ov);
void overlay_fill_record(struct overlay *ov, int err);
void overlay_keep_record(struct overlay *ov);

/* inquiry.c */
int overlay_fit(const struct overlay *ov, u32 version, u32 provided, const struct mrb_header *new,
		u32 *detail, char *why, size_t size);
int overlay_require_fit(struct overlay *ov);

/* chips.c */
void overlay_chips(struct overlay *ov, bool new);
int overlay_serve_erase(struct overlay *ov, const u32 *arg);
int overlay_serve_program(struct overlay *ov, const u32 *arg);
int overlay_serve_select(struct overlay *ov, const u32 *arg);

/* try.c */
int overlay_try_pause(struct overlay *ov);
void overlay_end_check(struct overlay *ov);

/* fetch.c */
/**
 * struct overlay_fetch - an image behind a port
 * @port: the port
 * @file: the image, once it has been read
 */
struct overlay_fetch {
	u32 port;
	void *file;
};

int overlay_fetch(struct overlay *ov, u32 key);

/* services.c */
bool overlay_selftest_failed(const struct overlay *ov);
int overlay_serve(struct overlay *ov, const struct overlay_request *call);

/* engine.c */
int overlay_drive(struct overlay *ov);
void overlay_back_out(struct overlay *ov);
void overlay_give_up_rollback(struct overlay *ov);
void overlay_fail(struct overlay *ov, const char *why);
int overlay_restart(struct overlay *ov);
void overlay_settle(struct overlay *ov);
void overlay_finish(struct overlay *ov, int err, struct overlay_status *result);

#endif
