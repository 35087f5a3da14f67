// SPDX-License-Identifier: GPL-2.0
/*
 * The port firmware (patent: dependent code images of other modules): what the port hart
 * executes when the link comes up and at each login. It chooses terms that both sides
 * support. What this firmware supports is in limits.h, in the folder of its version.
 */
#include <hba_sim/chip.h>
#include <hba_sim/port_firmware.h>
#include "limits.h"

typedef __u32 u32;

void port_main(void);

/* Set by the linker script: the symbol's address is the value. */
extern const char firmware_size[];

const struct chip_contents head __attribute__((section(".head"), used)) = {
	.magic = CHIP_MAGIC,
	.chip = CHIP_PORT,
	.version = FIRMWARE_VERSION,
	.size = (u32)firmware_size,
};

static struct port_mailbox *mailbox(void)
{
	return (struct port_mailbox *)BOARD_MBOX_BASE;
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* The highest common speed; 0 if there is none, which the board treats as no answer. */
static u32 common_speed(u32 offered)
{
	u32 common = offered & FIRMWARE_SPEEDS;
	u32 speed = 1u << 31;

	while (speed && !(speed & common))
		speed >>= 1;
	return speed;
}

/* A data field is sent in words, so its size is a multiple of 4. */
static u32 common_frame_size(u32 offered)
{
	return least(offered, FIRMWARE_FRAME_SIZE) & ~3u;
}

static void answer(void)
{
	struct port_request *request = &mailbox()->request;
	struct port_answer *reply = &mailbox()->answer;

	reply->speed = common_speed(request->speeds);
	reply->credit = least(request->credit, FIRMWARE_CREDIT);
	reply->frame_size = common_frame_size(request->frame_size);
	reply->event = request->event;
	request->event = PORT_NOTHING;
}

/* Never returns; between two events it stands at the wfi. */
void port_main(void)
{
	for (;;) {
		asm volatile("wfi" : : : "memory");
		if (mailbox()->request.event != PORT_NOTHING)
			answer();
	}
}
