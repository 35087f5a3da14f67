/* SPDX-License-Identifier: GPL-2.0 */
/* The conventional overlay, for comparison. */
#ifndef IMAGES_CONVENTIONAL_H
#define IMAGES_CONVENTIONAL_H

void conventional_bootstrap(void);

#endif
