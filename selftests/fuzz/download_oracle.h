/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What WRITE BUFFER and READ BUFFER may do, from the standard and the commands alone:
 * which bytes have come of an image, and which image waits for its activation. What the
 * adapter gives to the overlay engine has to be that, to the byte.
 */
#ifndef FUZZ_DOWNLOAD_ORACLE_H
#define FUZZ_DOWNLOAD_ORACLE_H

#include "host.h"

/* A new input begins: nothing has come. Commands' ends are those of @m's driver. */
void download_oracle_begin(struct model *m);

/* What the engine will say to the next claims, and how an update will end. */
void download_oracle_host(int claim_error, u8 result);

/* A command is in the adapter's hands: what it waits for ends. */
void download_oracle_settle(struct model *m, const struct host_cmd *c);

/* It has ended. */
void download_oracle_check(struct model *m, const struct host_cmd *c);

/* Something else happens, of which the driver tells. */
void download_oracle_reset(struct model *m, int target);
void download_oracle_event(struct model *m, u32 event);

/* Bytes that have come of an image. */
u32 download_oracle_size(void);

/* Where more belongs that gets GOOD: of an image, or behind one. */
u32 download_oracle_next(void);

#endif
