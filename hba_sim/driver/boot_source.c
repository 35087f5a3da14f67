// SPDX-License-Identifier: GPL-2.0
/*
 * Media-less boot (requirement S8): the ROM's image runs first (S1) and logs in, and
 * is then replaced, by an update like any other, with an image that the adapter gets from
 * a storage device behind its ports, or from its host. If there is no such image, or it is
 * not valid, the ROM's image goes on.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

#include "../far_end/far_end.h"
#include "boot_source.h"
#include "host.h"

#define LOGIN_TIMEOUT	(10 * HZ)
#define LOGIN_POLL_MS	5

/**
 * boot_parse() - how is an adapter to boot?
 * @boot: set to the result
 * @text: "rom", "port:N" or "host:NAME", perhaps with a newline
 *
 * Return: 0 or -EINVAL.
 */
int boot_parse(struct boot *boot, const char *text)
{
	char word[sizeof("host:") + sizeof(boot->image)];
	const char *rest;

	memset(boot, 0, sizeof(*boot));
	if (strscpy(word, text, sizeof(word)) < 0)
		return -EINVAL;
	rest = strim(word);
	if (!strcmp(rest, "rom"))
		return 0;
	if (!strncmp(rest, "port:", 5)) {
		boot->source = BOOT_PORT;
		return kstrtou32(rest + 5, 0, &boot->port) ? -EINVAL : 0;
	}
	if (strncmp(rest, "host:", 5))
		return -EINVAL;
	boot->source = BOOT_HOST;
	return strscpy(boot->image, rest + 5, sizeof(boot->image)) > 0 ? 0 : -EINVAL;
}

/* If the port never answers, the image finds that out, and the log names the port. */
static void wait_for_session(struct host *host, u32 port)
{
	unsigned long end = jiffies + LOGIN_TIMEOUT;

	while (!fabric_has_session(&host->adapter.fabric, port) && time_before(jiffies, end) &&
	       !READ_ONCE(host->adapter.logins.stopped))
		msleep(LOGIN_POLL_MS);
	flush_work(&host->login_work);
}

static int boot_trigger(struct host *host)
{
	const struct boot *boot = &host->boot;

	if (boot->source == BOOT_HOST)
		return overlay_node_trigger(&host->overlay, boot->image, strlen(boot->image));
	wait_for_session(host, boot->port);
	return overlay_node_trigger_port(&host->overlay, boot->port);
}

/**
 * boot_run() - the ROM's image runs: load the image that the adapter is to have
 * @host: the adapter's host, whose overlay engine has been set up
 *
 * The log tells whether that succeeds, as for any update.
 *
 * Context: may sleep; not from the service hart's workqueue.
 */
void boot_run(struct host *host)
{
	int err;

	if (host->boot.source == BOOT_ROM)
		return;
	err = boot_trigger(host);
	if (err)
		shost_printk(KERN_WARNING, host->shost, "cannot load the boot image: error %d\n",
			     err);
	else
		overlay_node_wait(&host->overlay);
}
