/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. As there, operations
 * that return a value are full barriers and the others order nothing.
 */
#ifndef HOST_LINUX_ATOMIC_H
#define HOST_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>

#define xchg(ptr, val)		__atomic_exchange_n(ptr, val, __ATOMIC_SEQ_CST)

#define cmpxchg(ptr, old, new)						\
({									\
	__typeof__(*(ptr)) __seen = (old);				\
									\
	__atomic_compare_exchange_n(ptr, &__seen, new, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);\
	__seen;								\
})

#define try_cmpxchg(ptr, oldp, new)					\
	__atomic_compare_exchange_n(ptr, oldp, new, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#define ATOMIC_INIT(i)		{ (i) }
#define ATOMIC64_INIT(i)	{ (i) }

#define HOST_ATOMIC(prefix, type, value)				\
static inline value prefix##_read(const type *v)			\
{									\
	return READ_ONCE(v->counter);					\
}									\
									\
static inline void prefix##_set(type *v, value i)			\
{									\
	WRITE_ONCE(v->counter, i);					\
}									\
									\
static inline void prefix##_add(value i, type *v)			\
{									\
	__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);		\
}									\
									\
static inline void prefix##_inc(type *v)				\
{									\
	prefix##_add(1, v);						\
}									\
									\
static inline void prefix##_dec(type *v)				\
{									\
	prefix##_add(-1, v);						\
}									\
									\
static inline void prefix##_sub(value i, type *v)			\
{									\
	prefix##_add(-i, v);						\
}									\
									\
static inline bool prefix##_try_cmpxchg(type *v, value *old, value new)	\
{									\
	return try_cmpxchg(&v->counter, old, new);			\
}									\
									\
static inline value prefix##_add_return(value i, type *v)		\
{									\
	return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
									\
static inline value prefix##_inc_return(type *v)			\
{									\
	return prefix##_add_return(1, v);				\
}									\
									\
static inline value prefix##_dec_return(type *v)			\
{									\
	return prefix##_add_return(-1, v);				\
}									\
									\
static inline bool prefix##_dec_and_test(type *v)			\
{									\
	return !prefix##_dec_return(v);					\
}

HOST_ATOMIC(atomic, atomic_t, int)
HOST_ATOMIC(atomic64, atomic64_t, s64)
HOST_ATOMIC(atomic_long, atomic_long_t, long)

#endif
