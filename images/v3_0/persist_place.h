/* SPDX-License-Identifier: GPL-2.0 */
/* 3.0 has persistent data in two blocks: see link.ld. */
#ifndef IMAGES_PERSIST_PLACE_H
#define IMAGES_PERSIST_PLACE_H

#define __persist_added(order) __attribute__((section(".persist2." #order), aligned(64)))

#endif
