/* SPDX-License-Identifier: GPL-2.0 */
/* The simulated SAN: remote ports with their own side of each session. */
#ifndef HBA_SIM_FABRIC_H
#define HBA_SIM_FABRIC_H

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <hba_sim/frame.h>

#include "dma.h"
#include "media.h"
#include "port_terms.h"
#include "storage.h"

#define PORT_ID_FIRST	0x010000u	/* of remote port 0; the others follow */
#define PORT_ID_OWN	0x020000u	/* of the first adapter's own port; the others follow */
#define PORT_ID_DIRECT	0x000001u	/* of the adapter's own port if there is no fabric */
#define PORT_ID_PEER	0x000002u	/* of the remote port if there is no fabric */

/**
 * enum port_access - may commands go to a remote port?
 *
 *	from		to		by
 *	any		LOST		loss of a session; BLOCKED if the fabric is not watched
 *	LOST		BLOCKED		fabric_block()
 *	LOST, BLOCKED	OPEN		fabric_open()
 *
 * @PORT_OPEN: yes
 * @PORT_LOST: its session was lost, and the kernel has not been told: commands wait in a queue
 * @PORT_BLOCKED: the kernel has been told: no more commands come, and existing ones end
 */
enum port_access {
	PORT_OPEN,
	PORT_LOST,
	PORT_BLOCKED,
};

/**
 * struct remote_port - the far end of a session
 * @port_id: its 24-bit address on the fabric
 * @wwpn: its name
 * @token: token of the session that it knows; 0 if there is none
 * @offered: token of a session for which it has accepted PLOGI and waits for PRLI, else 0
 * @plogis: PLOGIs that it accepted
 * @prlis: PRLIs that it accepted: each began a session
 * @rejected: media requests with a token that it did not know
 * @offers: terms that it supports
 * @agreed: terms of its last login, as the port firmware agreed on them
 * @present: it is plugged in
 * @access: enum port_access: nothing reaches the port from the loss of a session of which the
 *	    adapter's port knows until the next login is complete
 * @losses: how often such a loss has happened: distinguishes commands of different sessions
 * @media: the blocks behind it; none if @media->blocks is 0
 *
 * It knows blocks and sessions, but no SCSI. Its counters show whether logins survived an
 * update.
 */
struct remote_port {
	u32 port_id;
	u64 wwpn;
	u32 token;
	u32 offered;
	atomic_t plogis;
	atomic_t prlis;
	atomic_t rejected;
	struct port_terms offers;
	struct port_terms agreed;
	bool present;
	enum port_access access;
	u32 losses;
	struct media *media;
};

/**
 * struct fabric - the remote ports that an adapter can log in to
 * @ports: the ports
 * @nr_ports: their number, 1 to BOARD_MAX_PORTS
 * @storage: the disks behind the ports
 * @direct: there is no fabric: the one remote port is at the other end of the adapter's link
 * @own_id: the address that the adapter's own port gets
 * @flogis: FLOGIs that were accepted
 * @watched: the driver calls fabric_block() after each loss, so commands may wait for it
 * @lock: protects @link_up and the begin and end of sessions; not needed to look at a
 *	  session
 * @link_up: the link of the adapter's own port is up
 * @link_failures: how often that link went down
 * @port_id: address of the adapter's own port, 0 when it is not logged in to the fabric
 */
struct fabric {
	struct remote_port *ports;
	u32 nr_ports;
	struct storage *storage;
	bool direct;
	u32 own_id;
	atomic_t flogis;
	bool watched;
	spinlock_t lock;	/* protects all below, and sessions */
	bool link_up;
	u32 link_failures;
	u32 port_id;
};

extern const struct port_terms fabric_offers;

int fabric_init(struct fabric *f, u32 nr_ports, struct storage *storage);
void fabric_attach(struct fabric *f, bool direct, u32 serial);
void fabric_destroy(struct fabric *f);
void fabric_power_on(struct fabric *f);
bool fabric_has_session(const struct fabric *f, u32 port);
bool fabric_is_gone(const struct fabric *f, u32 port);
bool fabric_is_lost(const struct fabric *f, u32 port);
u32 fabric_losses(const struct fabric *f, u32 port);
void fabric_watch(struct fabric *f, bool watched);
void fabric_block(struct fabric *f, u32 port);
void fabric_open(struct fabric *f, u32 port);
bool fabric_can_log_in(struct fabric *f, u32 port);
bool fabric_set_link(struct fabric *f, bool up);
bool fabric_set_present(struct fabric *f, u32 port, bool present);
bool fabric_log_out(struct fabric *f, u32 port);
void fabric_els_reject(const struct frame_els *req, struct frame_els_done *done);
void fabric_els(struct fabric *f, const struct frame_els *req, struct frame_els_done *done);
int fabric_media(struct fabric *f, const struct frame_media *req, struct dma_buffer *buf,
		 const struct media_how *how, struct frame_media_done *done);
int fabric_back(struct fabric *f, const struct frame_media *req);
u8 fabric_role(const struct fabric *f, u32 port);
u64 fabric_plogis(const struct fabric *f);
u64 fabric_logins(const struct fabric *f);
u64 fabric_rejected(const struct fabric *f);

#endif
