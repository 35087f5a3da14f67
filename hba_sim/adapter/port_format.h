/* SPDX-License-Identifier: GPL-2.0 */
/* The adapter's own port: which frame format it and the driver use. */
#ifndef HBA_SIM_PORT_FORMAT_H
#define HBA_SIM_PORT_FORMAT_H

#include <linux/types.h>

#include <hba_sim/frame.h>

struct adapter;
struct mrb_header;

/**
 * enum port_state - how far a change of the format is
 * @PORT_ENABLED: none is under way
 * @PORT_DISABLED: the port takes no frames
 * @PORT_SWITCHED: the port takes no frames, and has its new format
 */
enum port_state {
	PORT_ENABLED,
	PORT_DISABLED,
	PORT_SWITCHED,
};

/**
 * struct port_format - the frame format of the adapter's own port
 * @state: enum port_state
 * @format: of all frames between harts and board
 * @before: @format when the pause began
 * @paused: all queues are held by an update: the format may change
 * @forced: the port is changed to suit the image that is put in place: see port_check()
 */
struct port_format {
	enum port_state state;
	u8 format;
	u8 before;
	bool paused;
	bool forced;
};

void port_power_on(struct adapter *a, const struct mrb_header *image);
bool port_boots(const struct adapter *a, const struct mrb_header *image);
bool port_suits(const struct adapter *a, const struct mrb_header *image);
void port_pause(struct adapter *a, bool paused);
bool port_call(struct adapter *a, u32 what, u32 format);
void port_restore(struct adapter *a);
bool port_speaks(const struct adapter *a, const struct mrb_header *image);
int port_check(struct adapter *a, const struct mrb_header *image);

#endif
