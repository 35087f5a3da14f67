/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_STRING_H
#define HOST_LINUX_STRING_H

#include <string.h>
#include <linux/types.h>

static inline ssize_t strscpy(char *dest, const char *src, size_t count)
{
	size_t n;

	if (!count)
		return -7;	/* -E2BIG, as in the kernel */
	for (n = 0; n < count - 1 && src[n]; n++)
		dest[n] = src[n];
	dest[n] = 0;
	return src[n] ? -7 : (ssize_t)n;
}

static inline char *strnstr(const char *s, const char *what, size_t len)
{
	size_t n = strlen(what);

	for (; len >= n; s++, len--) {
		if (!memcmp(s, what, n))
			return (char *)s;
		if (!*s)
			break;
	}
	return NULL;
}

static inline void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *p = start;

	for (; bytes; p++, bytes--)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

#endif
