/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Constants for the assembly files, which cannot include the C headers that define
 * them; service.c and exchange.c assert that the values agree.
 */
#ifndef IMAGES_ENTRY_H
#define IMAGES_ENTRY_H

#define ENTRY_STACK_TOP	0x30004000	/* end of scratch */
#define ENTRY_PANIC	0x101		/* BOARD_PANIC */
#define ENTRY_OVERLAY	1		/* START_OVERLAY */

#define ENTRY_COPY	0x206		/* OVERLAY_COPY, and so on */
#define ENTRY_VERIFY	0x207
#define ENTRY_FLUSH	0x208
#define ENTRY_LOCK	0x209
#define ENTRY_ABORT	0x20b
#define ENTRY_ABORT_SERVICE 11		/* ABORT_SERVICE */

#endif
