/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: there is nothing behind a
 * trace event.
 */
