/* SPDX-License-Identifier: GPL-2.0 */
/* Where an adapter without local media gets its image from at power-on. */
#ifndef HBA_SIM_BOOT_H
#define HBA_SIM_BOOT_H

#include <linux/types.h>

#include "../../overlay/engine/engine.h"

struct host;

/**
 * enum boot_source - what an adapter does when its ROM's image runs
 * @BOOT_ROM: it goes on with the ROM's image
 * @BOOT_PORT: it loads another image from behind a remote port
 * @BOOT_HOST: it loads another image from its host
 */
enum boot_source {
	BOOT_ROM,
	BOOT_PORT,
	BOOT_HOST,
};

/**
 * struct boot - how an adapter boots
 * @source: where its image comes from
 * @port: the remote port, for BOOT_PORT
 * @image: the image's name, for BOOT_HOST
 */
struct boot {
	enum boot_source source;
	u32 port;
	char image[OVERLAY_NAME_MAX + 1];
};

int boot_parse(struct boot *boot, const char *text);
void boot_run(struct host *host);

#endif
