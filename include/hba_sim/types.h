/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixed-width little-endian types that driver, board, tools and microcode
 * share. The microcode's processor is little-endian; microcode has no kernel headers.
 */
#ifndef HBA_SIM_TYPES_H
#define HBA_SIM_TYPES_H

#ifdef __riscv
#include <stddef.h>
#include <stdint.h>

typedef uint8_t __u8;
typedef uint32_t __u32;
typedef uint16_t __le16;
typedef uint32_t __le32;
typedef uint64_t __le64;
#else
#include <linux/types.h>
#endif

#endif
