// SPDX-License-Identifier: GPL-2.0
/*
 * The bootstrap (patent: 408) of the new image. The old image's update module jumps
 * to it while the new image is still in staging. It compares the two images and
 * their environment (logic module 220) and reports what it finds to the host;
 * exchange.c does the rest.
 *
 * It must be able to run in staging: no pointers in initialised data, no tables of
 * functions. The packer refuses such relocations.
 */
#include "chips.h"
#include "compare.h"
#include "exchange.h"
#include "incompat.h"
#include "negotiate.h"

#define PROGRESS_COMPARED	91u	/* percent of the work before the pause */

void bootstrap(u32 old_vector, u32 staged_vector);

/* Is @new the next minor version, or the first one of the next major version? */
static bool is_next(u32 old, u32 new)
{
	return new == old + 1 || new == MRB_VERSION(MRB_VERSION_MAJOR(old) + 1, 0);
}

static void compare_versions(const struct mrb_header *old, const struct mrb_header *new)
{
	u32 kind = REPORT_SEVERAL_AHEAD;

	if (new->board_id != board_regs()->board_id)
		abort_update(ABORT_BOARD, new->board_id);
	if (new->ordinal < old->ordinal)
		abort_update(ABORT_OLDER, new->ordinal);
	if (new->version == old->version)
		kind = REPORT_VERSION_EQUAL;
	else if (is_next(old->version, new->version))
		kind = REPORT_ONE_AHEAD;
	report(kind, REPORT_FOUND, old->version, new->version);
	if (old->version >= new->oldest)
		return;
	report(REPORT_TOO_OLD, REPORT_REFUSED, old->version, new->oldest);
	abort_update(ABORT_TOO_OLD, new->oldest);
}

/* Compare with the environment: what must board and driver have? */
static void compare_environment(const struct control_block *control,
				const struct mrb_header *new)
{
	u32 missing = new->cap_required & ~(control->board_capabilities | new->cap_provided);

	if (missing) {
		report(REPORT_CAP_REQUIRED, REPORT_REFUSED, control->board_capabilities,
		       new->cap_required);
		abort_update(ABORT_CAPABILITY, missing);
	}
	if (!common_format(new)) {
		report(REPORT_FRAMES, REPORT_REFUSED, board_regs()->driver_formats,
		       new->frame_formats);
		abort_update(ABORT_FRAMES, board_regs()->driver_formats);
	}
}

/*
 * Compare with the old image. The loss of a capability is reconciled if the header
 * declares it, board and driver can do without, and the driver is told.
 */
static void compare_capabilities(const struct control_block *control,
				 const struct mrb_header *new)
{
	u32 lost = control->image_capabilities & ~new->cap_provided;
	u32 gained = new->cap_provided & ~control->image_capabilities;
	u32 lacking = board_regs()->needed & ~new->cap_provided;

	if (lost & ~new->cap_lost ||
	    (lost && !(control->board_capabilities & CAP_DRIVER_TOLD))) {
		report(REPORT_CAP_LOST, REPORT_REFUSED, lost, lost & new->cap_lost);
		abort_update(ABORT_CAP_LOST, lost);
	}
	if (lacking) {
		report(REPORT_CAP_NEEDED, REPORT_REFUSED, board_regs()->needed,
		       new->cap_provided);
		abort_update(ABORT_CAP_NEEDED, lacking);
	}
	if (lost)
		report(REPORT_CAP_LOST, REPORT_RECONCILED, lost, lost);
	if (gained)
		report(REPORT_CAP_GAINED, REPORT_FOUND, 0, gained);
}

/* Report what the swap and the start of the new image have to set again. */
static void compare_processor(const struct mrb_header *old, const struct mrb_header *new,
			      u32 old_vector, u32 staged_vector)
{
	u32 vector = staged_vector - BOARD_STAGING_TEXT_BASE + BOARD_TEXT_BASE;

	if (old_vector != vector)
		report(REPORT_REGISTER, REPORT_FOUND, old_vector, vector);
	if (old->crc32 != new->crc32)
		report(REPORT_CACHE, REPORT_FOUND, old->crc32, new->crc32);
}

/**
 * bootstrap() - compare the images, then put this one in place
 * @old_vector: the service hart's trap vector in the old image
 * @staged_vector: its trap vector in this image, in staging
 *
 * Everything that may refuse the update is checked before the first chip is burned.
 *
 * Context: service hart, in staging, called by start.S, does not return.
 */
void bootstrap(u32 old_vector, u32 staged_vector)
{
	const struct control_block *control = read_control_block();
	const struct mrb_header *old = (const struct mrb_header *)control->old_image;

	if (control->image_capabilities != old->cap_provided)
		abort_update(ABORT_CONTROL,
			     __builtin_offsetof(struct control_block, image_capabilities));
	compare_versions(old, &image_header);
	compare_environment(control, &image_header);
	compare_capabilities(control, &image_header);
	report_layout(old, &image_header);
	report_schemas(old, &image_header, REPORT_FOUND);
	compare_processor(old, &image_header, old_vector, staged_vector);
	report_format(&image_header);
	require_conversion(old, &image_header);
	board_call(OVERLAY_PROGRESS, PROGRESS_COMPARED, 0, 0);
	burn_chips(&image_header);
	exchange_images(old, &image_header);
}
