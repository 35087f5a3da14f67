/* SPDX-License-Identifier: GPL-2.0 */
/* What can be asked about updates without making one: see include/hba_sim/services.h. */
#ifndef OVERLAY_INQUIRY_H
#define OVERLAY_INQUIRY_H

#include <hba_sim/mrb.h>
#include <hba_sim/services.h>

#define OVERLAY_WHY_MAX		96

struct overlay;

/**
 * struct overlay_answer - what RETURN UPDATE STATUS says of an image
 * @asked: RETURN UPDATE STATUS was called; the rest is valid
 * @result: enum update_result
 * @detail: depends on @result
 * @name: name of the image, if its header is good
 * @version: version of the image, if its header is good
 * @why: why the image would not be accepted; empty if it would
 */
struct overlay_answer {
	bool asked;
	u32 result;
	u32 detail;
	char name[sizeof_field(struct mrb_header, name)];
	u32 version;
	char why[OVERLAY_WHY_MAX];
};

u32 overlay_parameters(struct overlay *ov, struct update_parameters *p);
void overlay_judge(struct overlay *ov, const void *bytes, size_t len,
		   struct overlay_answer *answer);
void overlay_ask(struct overlay *ov, const void *bytes, size_t len);
void overlay_read_answer(struct overlay *ov, struct overlay_answer *answer);

#endif
