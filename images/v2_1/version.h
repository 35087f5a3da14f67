/* SPDX-License-Identifier: GPL-2.0 */
/* Image 2.1: as 2.0, with its persistent data elsewhere (images/Makefile). */
#ifndef IMAGES_VERSION_H
#define IMAGES_VERSION_H

#define IMAGE_VERSION		MRB_VERSION(2u, 1u)
#define IMAGE_ORDINAL		210u
#define IMAGE_NAME		"2.1"
#define IMAGE_CAPABILITIES	(CAP_IMAGE_FRAME_1 | CAP_IMAGE_MODE_SELECT | CAP_IMAGE_UPDATE | \
				 CAP_IMAGE_THIN | CAP_IMAGE_RESERVE | CAP_IMAGE_DEFECTS)
#define IMAGE_GIVES_UP		0u	/* capabilities of older images */
#define IMAGE_OLDEST		0u	/* replaces any older image */
#define INQUIRY_REVISION	"2.1 "	/* always four characters */

#endif
