// SPDX-License-Identifier: GPL-2.0
/*
 * For the overlay engine an image that has come by commands to the adapter's own units
 * (download.c) is an order like any other; the engine reports how the update ended.
 */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "inband.h"

static struct host *order_to_host(struct overlay_order *order)
{
	return container_of(order, struct host, inband);
}

static u8 result_of(int cause)
{
	switch (cause) {
	case -EINTR:
		return ACTIVATED_CANCELLED;
	case -EIO:
	case -ENODEV:
	case -ENOMEM:
	case -ETIME:
		return ACTIVATED_FAILED;
	default:
		return ACTIVATED_REFUSED;
	}
}

/* From now on only a rollback can come, of which no command is told, unless it waits for a save. */
static void inband_running(struct overlay_order *order, bool permanent)
{
	download_running(&order_to_host(order)->adapter, permanent);
}

static void inband_ended(struct overlay_order *order, int err, const struct overlay_status *status)
{
	download_updated(&order_to_host(order)->adapter,
			 err ? result_of(status->cause) : ACTIVATED_GOOD);
}

/**
 * inband_init() - set up the order for in-band updates
 * @host: the host
 */
void inband_init(struct host *host)
{
	host->inband.name = "(scsi)";
	host->inband.running = inband_running;
	host->inband.ended = inband_ended;
}

/**
 * inband_claim() - adapter_ops.update_claim
 * @a: adapter of a host
 * @permanent: see adapter_ops
 *
 * Return: see adapter_ops.
 */
int inband_claim(struct adapter *a, bool permanent)
{
	struct host *host = adapter_to_host(a);

	return overlay_node_claim(&host->overlay, &host->inband, permanent);
}

/**
 * inband_abandon() - commands are taken away, perhaps also the one that began an update
 * @host: the host
 * @target: remote port that the commands are for; -1 for all
 *
 * Before its pause such an update ends with its command, so that a sender whose command has
 * failed does not find the new image in place. In its pause or later the update goes on. So
 * this is called before the commands are ended, as their senders are told at once, and again
 * afterwards, as one of them may have begun an update in between.
 *
 * Context: thread; does not sleep.
 */
void inband_abandon(struct host *host, int target)
{
	if (download_awaited(&host->adapter, target))
		overlay_cancel_own(&host->overlay.ov, &host->inband);
}

/**
 * inband_abandon_lost() - as inband_abandon(), for commands whose session is lost
 * @host: the host
 *
 * Context: thread; does not sleep.
 */
void inband_abandon_lost(struct host *host)
{
	if (download_is_lost(&host->adapter))
		overlay_cancel_own(&host->overlay.ov, &host->inband);
}

/**
 * inband_abandon_command() - a command was taken away, which perhaps began an update
 * @host: the host
 * @cmd: the command; its memory is still the caller's
 *
 * As inband_abandon().
 *
 * Context: thread; does not sleep.
 */
void inband_abandon_command(struct host *host, const struct hba_cmd *cmd)
{
	if (download_awaited_by(cmd))
		overlay_cancel_own(&host->overlay.ov, &host->inband);
}

/**
 * inband_start() - adapter_ops.update_start
 * @a: adapter of a host, after inband_claim()
 * @image: the image; NULL if the claimed update is to be abandoned
 * @size: bytes in @image
 */
void inband_start(struct adapter *a, void *image, size_t size)
{
	struct host *host = adapter_to_host(a);

	overlay_node_start(&host->overlay, image, size, image ? 0 : -EINTR);
}
