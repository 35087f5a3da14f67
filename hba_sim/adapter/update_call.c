// SPDX-License-Identifier: GPL-2.0
/*
 * The system services as microcode calls them, BOARD_UPDATE: see
 * include/hba_sim/services.h. The answers come from the overlay engine, and are the same as in
 * sysfs.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <hba_sim/services.h>

#include "../../overlay/engine/engine.h"
#include "../memory/memory.h"
#include "../processor/processor.h"
#include "adapter.h"
#include "update_call.h"

static u32 call_parameters(struct adapter *a, u32 addr, u32 len)
{
	struct update_parameters *at = bus_span(&a->service.hart, addr, sizeof(*at), BUS_W);
	struct update_parameters p;
	u32 result;

	if (len < sizeof(p) || !at)
		return UPDATE_BAD_REQUEST;
	result = overlay_parameters(a->overlay, &p);
	memcpy(at, &p, sizeof(p));
	bus_mark(&a->service.hart, addr, sizeof(p));
	return result;
}

static u32 call_status(struct adapter *a, u32 addr, u32 len, u32 *detail)
{
	const void *bytes = bus_span(&a->service.hart, addr, len, BUS_R);
	struct overlay_answer answer;

	if (!bytes)
		return UPDATE_BAD_REQUEST;
	overlay_judge(a->overlay, bytes, len, &answer);
	*detail = answer.detail;
	return answer.result;
}

static u32 apply_result(int err)
{
	switch (err) {
	case 0:
		return UPDATE_BEGUN;
	case -EBUSY:
		return UPDATE_BUSY;
	default:
		return UPDATE_BAD_REQUEST;
	}
}

static u32 call_apply(struct adapter *a, u32 addr, u32 len)
{
	const void *at = bus_span(&a->service.hart, addr, sizeof(struct update_request), BUS_R);
	enum overlay_support support = overlay_support(a->overlay);
	struct update_request request;
	bool permanent;

	if (support == OVERLAY_FIXED)
		return UPDATE_UNABLE;
	if (len < sizeof(request) || !at || !a->ops->apply)
		return UPDATE_BAD_REQUEST;
	memcpy(&request, at, sizeof(request));
	permanent = le32_to_cpu(request.flags) & UPDATE_PERMANENT;
	if (permanent && support != OVERLAY_PERMANENT)
		return UPDATE_NO_MEDIA;
	if (strnlen(request.name, sizeof(request.name)) == sizeof(request.name))
		return UPDATE_BAD_REQUEST;
	return apply_result(a->ops->apply(a, request.name, permanent));
}

static u32 call(struct adapter *a, u32 function, u32 addr, u32 len, u32 *detail)
{
	if (!a->memctl.kind->services)
		return UPDATE_LACKING;
	if (!a->overlay)	/* power-on is not over */
		return UPDATE_BUSY;
	switch (function) {
	case UPDATE_PARAMETERS:
		return call_parameters(a, addr, len);
	case UPDATE_STATUS:
		return call_status(a, addr, len, detail);
	case UPDATE_APPLY:
		return call_apply(a, addr, len);
	default:
		return UPDATE_BAD_REQUEST;
	}
}

/**
 * update_call() - serve the service hart's call of BOARD_UPDATE
 * @a: its adapter
 *
 * Context: the service hart's thread.
 */
void update_call(struct adapter *a)
{
	struct hart *h = &a->service.hart;
	u32 detail = 0;
	u32 result = call(a, h->x[10], h->x[11], h->x[12], &detail);

	h->x[11] = detail;
	hart_return(h, result);
}
