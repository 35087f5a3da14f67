/* SPDX-License-Identifier: GPL-2.0 */
/* Image 2.0: other formats of persistent data, provisioning, reservations. */
#ifndef IMAGES_VERSION_H
#define IMAGES_VERSION_H

#define IMAGE_VERSION		MRB_VERSION(2u, 0u)
#define IMAGE_ORDINAL		200u
#define IMAGE_NAME		"2.0"
#define INQUIRY_REVISION	"2.0 "	/* always four characters */

#endif
