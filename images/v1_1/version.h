/* SPDX-License-Identifier: GPL-2.0 */
/* Image 1.1: as 1.0, and the VPD page that 1.0 forgot. */
#ifndef IMAGES_VERSION_H
#define IMAGES_VERSION_H

#define IMAGE_VERSION		MRB_VERSION(1u, 1u)
#define IMAGE_ORDINAL		110u
#define IMAGE_NAME		"1.1"
#define INQUIRY_REVISION	"1.1 "	/* always four characters */

#endif
