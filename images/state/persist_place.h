/* SPDX-License-Identifier: GPL-2.0 */
/* The tables that 2.0 has added lie behind the others, unless a folder has its own such file. */
#ifndef IMAGES_PERSIST_PLACE_H
#define IMAGES_PERSIST_PLACE_H

#define __persist_added(order) __persist(order)

#endif
