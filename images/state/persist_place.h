/* SPDX-License-Identifier: GPL-2.0 */
/* Where the tables lie that 2.0 has added: behind the others, if a folder says nothing else. */
#ifndef IMAGES_PERSIST_PLACE_H
#define IMAGES_PERSIST_PLACE_H

#define __persist_added(order) __persist(order)

#endif
