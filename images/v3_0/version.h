/* SPDX-License-Identifier: GPL-2.0 */
/* Image 3.0: frame format 2, and PLA configuration 2, which that format needs. */
#ifndef IMAGES_VERSION_H
#define IMAGES_VERSION_H

#define IMAGE_VERSION		MRB_VERSION(3u, 0u)
#define IMAGE_ORDINAL		300u
#define IMAGE_NAME		"3.0"
#define IMAGE_CAPABILITIES	(CAP_IMAGE_FRAME_2 | CAP_IMAGE_MODE_SELECT | CAP_IMAGE_UPDATE | \
				 CAP_IMAGE_THIN | CAP_IMAGE_RESERVE | CAP_IMAGE_DEFECTS)
#define IMAGE_GIVES_UP		CAP_IMAGE_FRAME_1	/* capabilities of older images */
#define IMAGE_OLDEST		0u	/* replaces any older image */
#define INQUIRY_REVISION	"3.0 "	/* always four characters */

#endif
