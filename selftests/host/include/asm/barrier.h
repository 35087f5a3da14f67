/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. ThreadSanitizer knows
 * no fences, so there a full barrier is an access to one shared atomic.
 */
#ifndef HOST_ASM_BARRIER_H
#define HOST_ASM_BARRIER_H

#include <linux/compiler.h>

#ifdef __SANITIZE_THREAD__
__weak int host_mb_order;

static inline void smp_mb(void)
{
	__atomic_fetch_add(&host_mb_order, 1, __ATOMIC_SEQ_CST);
}
#else
#define smp_mb()			__atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

#define smp_rmb()			smp_mb()
#define smp_wmb()			smp_mb()
#define smp_mb__before_atomic()		smp_mb()
#define smp_mb__after_atomic()		smp_mb()
#define smp_load_acquire(p)		__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)		__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_store_mb(var, value)	do { WRITE_ONCE(var, value); smp_mb(); } while (0)
#define cpu_relax()			barrier()

#endif
