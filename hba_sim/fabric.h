/* SPDX-License-Identifier: GPL-2.0 */
/* The simulated SAN: remote ports with their own side of each session. */
#ifndef HBA_SIM_FABRIC_H
#define HBA_SIM_FABRIC_H

#include <linux/atomic.h>
#include <linux/types.h>

#include <hba_sim/frame.h>

#include "dma.h"
#include "media.h"

/**
 * struct remote_port - the far end of a session
 * @port_id: its 24-bit address on the fabric
 * @wwpn: its name
 * @token: names the session that it knows, 0 before the first login
 * @logins: logins that it accepted
 * @rejected: media requests with a token that it did not know
 * @media: the blocks behind it; none if @media.blocks is 0
 *
 * It knows blocks and sessions and no SCSI. Its counters are what tells
 * whether logins survived an update.
 */
struct remote_port {
	u32 port_id;
	u64 wwpn;
	u32 token;
	atomic_t logins;
	atomic_t rejected;
	struct media media;
};

/**
 * struct fabric - the remote ports that an adapter can log in to
 * @ports: the ports
 * @nr_ports: their number, 1 to BOARD_MAX_PORTS
 */
struct fabric {
	struct remote_port *ports;
	u32 nr_ports;
};

int fabric_init(struct fabric *f, u32 nr_ports, u32 nr_targets, u64 blocks, u32 serial);
void fabric_destroy(struct fabric *f);
bool fabric_has_session(const struct fabric *f, u32 port);
void fabric_els_reject(const struct frame_els *req, struct frame_els_done *done);
void fabric_els(struct fabric *f, const struct frame_els *req, struct frame_els_done *done);
int fabric_media(struct fabric *f, const struct frame_media *req, struct dma_buffer *buf,
		 gfp_t gfp, struct frame_media_done *done);
u64 fabric_logins(const struct fabric *f);
u64 fabric_rejected(const struct fabric *f);

#endif
