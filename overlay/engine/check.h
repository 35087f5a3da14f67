/* SPDX-License-Identifier: GPL-2.0 */
/* A check: an update that ends where its pause would begin. */
#ifndef OVERLAY_CHECK_H
#define OVERLAY_CHECK_H

#include <linux/types.h>

#include "history.h"

struct overlay;

/**
 * enum overlay_finding - what a check has found
 * @OVERLAY_UNCHECKED: there has been no check yet
 * @OVERLAY_CHECKING: the check is under way
 * @OVERLAY_FITS: the update would have got as far as its pause
 * @OVERLAY_REFUSED: the update would have failed before its pause
 */
enum overlay_finding {
	OVERLAY_UNCHECKED,
	OVERLAY_CHECKING,
	OVERLAY_FITS,
	OVERLAY_REFUSED,
};

/**
 * struct overlay_check - the check that is under way, or else the last one
 * @name: what the user called the image
 * @finding: enum overlay_finding
 * @reason: phase and reason, once @finding is REFUSED
 * @prepare_ns: from the trigger to where the pause would begin
 * @converted_bytes: size of the persistent tables that the image has in another format or place
 * @pause_bytes: bytes that the pause would move, without those that are dirty by then
 * @pause_ns: expected length of the pause
 *
 * The last four are set once @finding is FITS.
 */
struct overlay_check {
	char name[OVERLAY_NAME_MAX + 1];
	enum overlay_finding finding;
	char reason[OVERLAY_ERROR_MAX];
	u64 prepare_ns;
	u64 converted_bytes;
	u64 pause_bytes;
	u64 pause_ns;
};

int overlay_claim_check(struct overlay *ov, const char *name);
void overlay_read_check(struct overlay *ov, struct overlay_check *check);

#endif
