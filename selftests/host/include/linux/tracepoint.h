/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: trace events that are
 * always off.
 */
#ifndef HOST_LINUX_TRACEPOINT_H
#define HOST_LINUX_TRACEPOINT_H

#include <linux/compiler.h>

#define TP_PROTO(...)	__VA_ARGS__
#define TRACE_DEFINE_ENUM(name)	struct trace_nothing
#define TRACE_EVENT(name, proto, args, ...)				\
	__attribute__((__unused__)) static void trace_##name(proto) { }	\
	struct trace_nothing

#endif
