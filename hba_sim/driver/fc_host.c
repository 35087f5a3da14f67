// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter as a host of the FC transport class: names, state and statistics
 * below /sys/class/fc_host. Statistics that are not counted read as all ones.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <scsi/scsi_host.h>
#include <scsi/scsi_transport_fc.h>

#include "../../overlay/node/node.h"
#include "fc_host.h"
#include "fc_rport.h"
#include "host.h"

#define NODE_NAME	0x2000484241000000ull	/* NAA 2, "HBA", adapter */
#define PORT_NAME	0x2001484241000000ull
#define FABRIC_NAME	0x1000484241000000ull
#define NOT_COUNTED	(~0ull)
#define BYTES_PER_WORD	4
#define BYTES_PER_MB	1000000

static struct scsi_transport_template *template;

static struct host *to_host(struct Scsi_Host *shost)
{
	return shost_priv(shost);
}

static void get_host_port_state(struct Scsi_Host *shost)
{
	const struct adapter *a = &to_host(shost)->adapter;

	if (READ_ONCE(a->dead))
		fc_host_port_state(shost) = FC_PORTSTATE_ERROR;
	else if (READ_ONCE(a->fabric.link_up))
		fc_host_port_state(shost) = FC_PORTSTATE_ONLINE;
	else
		fc_host_port_state(shost) = FC_PORTSTATE_LINKDOWN;
}

/* The speed that the port firmware reported. */
static u32 link_speed(const struct adapter *a)
{
	switch (READ_ONCE(a->port_hart.link.speed)) {
	case PORT_SPEED_8G:
		return FC_PORTSPEED_8GBIT;
	case PORT_SPEED_16G:
		return FC_PORTSPEED_16GBIT;
	case PORT_SPEED_32G:
		return FC_PORTSPEED_32GBIT;
	default:
		return FC_PORTSPEED_UNKNOWN;
	}
}

static void get_host_speed(struct Scsi_Host *shost)
{
	const struct adapter *a = &to_host(shost)->adapter;

	fc_host_speed(shost) = READ_ONCE(a->fabric.link_up) ? link_speed(a) :
			       FC_PORTSPEED_UNKNOWN;
}

static void get_host_port_type(struct Scsi_Host *shost)
{
	const struct fabric *f = &to_host(shost)->adapter.fabric;

	if (!READ_ONCE(f->port_id))
		fc_host_port_type(shost) = FC_PORTTYPE_UNKNOWN;
	else
		fc_host_port_type(shost) = f->direct ? FC_PORTTYPE_PTP : FC_PORTTYPE_NPORT;
}

static void get_host_fabric_name(struct Scsi_Host *shost)
{
	const struct fabric *f = &to_host(shost)->adapter.fabric;
	bool there = READ_ONCE(f->port_id) && !f->direct;

	fc_host_fabric_name(shost) = there ? FABRIC_NAME : 0;
}

static void get_host_port_id(struct Scsi_Host *shost)
{
	fc_host_port_id(shost) = READ_ONCE(to_host(shost)->adapter.fabric.port_id);
}

static struct traffic sum_traffic(struct adapter *a)
{
	struct traffic sum = {};

	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		struct hba_queue *q = &a->queues[i];

		spin_lock_bh(&q->lock);
		sum.in_requests += q->traffic.in_requests;
		sum.out_requests += q->traffic.out_requests;
		sum.control_requests += q->traffic.control_requests;
		sum.in_bytes += q->traffic.in_bytes;
		sum.out_bytes += q->traffic.out_bytes;
		spin_unlock_bh(&q->lock);
	}
	return sum;
}

static struct fc_host_statistics *get_fc_host_stats(struct Scsi_Host *shost)
{
	struct host *host = to_host(shost);
	struct san *san = &host->san;
	struct fc_host_statistics *stats = &san->stats;
	struct traffic before, now;
	u64 since, in_bytes, out_bytes;

	spin_lock_bh(&san->lock);
	before = san->before;
	since = san->reset_ns;
	spin_unlock_bh(&san->lock);
	now = sum_traffic(&host->adapter);	/* read after before: no difference is negative */
	in_bytes = now.in_bytes - before.in_bytes;
	out_bytes = now.out_bytes - before.out_bytes;
	since = ktime_divns(ktime_get_ns() - since, NSEC_PER_SEC);
	/* another reader may be here at this time, or still read what was returned to it */
	WRITE_ONCE(stats->seconds_since_last_reset, since);
	WRITE_ONCE(stats->rx_words, in_bytes / BYTES_PER_WORD);
	WRITE_ONCE(stats->tx_words, out_bytes / BYTES_PER_WORD);
	WRITE_ONCE(stats->link_failure_count, READ_ONCE(host->adapter.fabric.link_failures));
	WRITE_ONCE(stats->fcp_input_requests, now.in_requests - before.in_requests);
	WRITE_ONCE(stats->fcp_output_requests, now.out_requests - before.out_requests);
	WRITE_ONCE(stats->fcp_control_requests, now.control_requests - before.control_requests);
	WRITE_ONCE(stats->fcp_input_megabytes, div_u64(in_bytes, BYTES_PER_MB));
	WRITE_ONCE(stats->fcp_output_megabytes, div_u64(out_bytes, BYTES_PER_MB));
	return stats;
}

static void reset_fc_host_stats(struct Scsi_Host *shost)
{
	struct host *host = to_host(shost);
	struct san *san = &host->san;
	struct traffic now = sum_traffic(&host->adapter);

	spin_lock_bh(&san->lock);
	san->before = now;
	san->reset_ns = ktime_get_ns();
	spin_unlock_bh(&san->lock);
}

/* With the next link, port firmware that has been burned meanwhile runs. */
static int issue_fc_host_lip(struct Scsi_Host *shost)
{
	if (!overlay_may_change())
		return -EPERM;
	san_set_link(to_host(shost), false);
	san_set_link(to_host(shost), true);
	return 0;
}

static void set_rport_dev_loss_tmo(struct fc_rport *rport, u32 seconds)
{
	rport->dev_loss_tmo = max(seconds, 1u);
}

/* Later commands for the port fail in fc_remote_port_chkready(). */
static void terminate_rport_io(struct fc_rport *rport)
{
	san_end_commands(to_host(rport_to_shost(rport)), san_port(rport));
}

static struct fc_function_template functions = {
	.show_host_node_name		= 1,
	.show_host_port_name		= 1,
	.show_host_supported_classes	= 1,
	.show_host_supported_fc4s	= 1,
	.show_host_active_fc4s		= 1,
	.show_host_supported_speeds	= 1,
	.show_host_maxframe_size	= 1,
	.show_host_serial_number	= 1,
	.show_host_manufacturer		= 1,
	.show_host_model		= 1,
	.show_host_model_description	= 1,
	.show_host_symbolic_name	= 1,
	.get_host_port_id		= get_host_port_id,
	.show_host_port_id		= 1,
	.get_host_port_state		= get_host_port_state,
	.show_host_port_state		= 1,
	.get_host_port_type		= get_host_port_type,
	.show_host_port_type		= 1,
	.get_host_speed			= get_host_speed,
	.show_host_speed		= 1,
	.get_host_fabric_name		= get_host_fabric_name,
	.show_host_fabric_name		= 1,
	.get_fc_host_stats		= get_fc_host_stats,
	.reset_fc_host_stats		= reset_fc_host_stats,
	.issue_fc_host_lip		= issue_fc_host_lip,
	.show_rport_maxframe_size	= 1,
	.show_rport_supported_classes	= 1,
	.terminate_rport_io		= terminate_rport_io,
	.show_rport_dev_loss_tmo	= 1,
	.set_rport_dev_loss_tmo		= set_rport_dev_loss_tmo,
	.show_starget_node_name		= 1,
	.show_starget_port_name		= 1,
	.show_starget_port_id		= 1,
};

/**
 * san_attach() - register with the FC transport class
 *
 * Return: 0 or -ENOMEM.
 */
int san_attach(void)
{
	template = fc_attach_transport(&functions);
	return template ? 0 : -ENOMEM;
}

/**
 * san_detach() - unregister from the FC transport class; no host is left
 */
void san_detach(void)
{
	fc_release_transport(template);
}

/**
 * san_template() - the transport template for SCSI hosts
 *
 * Return: the template.
 */
struct scsi_transport_template *san_template(void)
{
	return template;
}

/**
 * san_show_host() - set the attributes that never change
 * @host: the host, just added
 */
void san_show_host(struct host *host)
{
	struct Scsi_Host *shost = host->shost;
	u64 serial = host->adapter.cfg.serial;

	memset(&host->san.stats, 0xff, sizeof(host->san.stats));
	fc_host_node_name(shost) = NODE_NAME | serial;
	fc_host_port_name(shost) = PORT_NAME | serial;
	fc_host_supported_classes(shost) = FC_COS_CLASS3;
	fc_host_supported_speeds(shost) = FC_PORTSPEED_8GBIT | FC_PORTSPEED_16GBIT |
					 FC_PORTSPEED_32GBIT;
	fc_host_supported_fc4s(shost)[2] = 1;	/* FCP: type 8, see FC-GS */
	fc_host_active_fc4s(shost)[2] = 1;
	snprintf(fc_host_symbolic_name(shost), FC_SYMBOLIC_NAME_SIZE,
		 "%s simulated Fibre Channel HBA", host->name);
	snprintf(fc_host_serial_number(shost), FC_SERIAL_NUMBER_SIZE, "%llu", serial);
	strscpy(fc_host_manufacturer(shost), "hba_sim", FC_SERIAL_NUMBER_SIZE);
	strscpy(fc_host_model(shost), "hba_sim", FC_SYMBOLIC_NAME_SIZE);
	strscpy(fc_host_model_description(shost), "simulated Fibre Channel HBA",
		FC_SYMBOLIC_NAME_SIZE);
	reset_fc_host_stats(shost);
}
