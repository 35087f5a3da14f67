/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that only some images have; 1.x has none of them. */
#ifndef IMAGES_COMMANDS_EXTRA_H
#define IMAGES_COMMANDS_EXTRA_H

#define EXTRA_ACTIONS_IN_16	/* entries of service_action_in_16[] */
#define EXTRA_MAINTENANCE_IN	/* entries of maintenance_in[] */
#define EXTRA_COMMANDS		/* entries of commands[] */

#endif
