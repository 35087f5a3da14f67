/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_MINMAX_H
#define HOST_LINUX_MINMAX_H

#define min_t(type, x, y)				\
({							\
	type __x = (x);					\
	type __y = (y);					\
							\
	__x < __y ? __x : __y;				\
})

#define max_t(type, x, y)				\
({							\
	type __x = (x);					\
	type __y = (y);					\
							\
	__x > __y ? __x : __y;				\
})

#define min(x, y)		min_t(__typeof__((x) + 0), x, y)
#define max(x, y)		max_t(__typeof__((x) + 0), x, y)
#define clamp(val, lo, hi)	min((__typeof__(val))max(val, lo), hi)
#define swap(a, b)		\
	do { __typeof__(a) __tmp = (a); (a) = (b); (b) = __tmp; } while (0)

#endif
