// SPDX-License-Identifier: GPL-2.0
/*
 * The VPD pages that more than one image has. What identifies a logical unit (pages 80h
 * and 83h) is made of the number of the storage and the target, so it is the same in
 * every image and after every start.
 */
#include "lib.h"
#include "scsi_block.h"
#include "scsi_inquiry.h"

#define SERIAL_LEN		12u
#define VENDOR_LEN		8u
#define NAA_LOCAL		3u
#define NAA_LEN			8u

#define CODE_SET_BINARY		1
#define CODE_SET_ASCII		2
#define PIV_TARGET_PORT		0x90	/* protocol is valid; about the port */
#define DESIGNATOR_T10		1
#define DESIGNATOR_NAA		3
#define DESIGNATOR_PORT		4

#define NON_ROTATING		1
#define SIMPSUP			0x01	/* task attribute SIMPLE */
#define V_SUP			0x01	/* there is a volatile cache */

u32 vpd_supported_pages(u8 *to, u32 target)
{
	const struct vpd_page *page;

	for (page = vpd_pages; page->build; page++)
		*to++ = page->code;
	return page - vpd_pages;
}

static void put_hex(u8 *to, u32 value, u32 digits)
{
	while (digits--) {
		to[digits] = "0123456789ABCDEF"[value & 15];
		value >>= 4;
	}
}

/* Eight hex digits for the storage, four for the target. */
u32 vpd_serial_number(u8 *to, u32 target)
{
	put_hex(to, board_regs()->storage, 8);
	put_hex(to + 8, target, 4);
	return SERIAL_LEN;
}

static u32 designator(u8 *to, u32 code_set, u32 type, u32 len)
{
	to[0] = code_set;
	to[1] = type;
	to[3] = len;
	return 4 + len;
}

/* Locally assigned: twelve fixed bits, number of the storage, target. */
static u32 naa_designator(u8 *to, u32 target)
{
	put_be16(&to[4], NAA_LOCAL << 12 | 0x484);
	put_be32(&to[6], board_regs()->storage);
	put_be16(&to[10], target);
	return designator(to, CODE_SET_BINARY, DESIGNATOR_NAA, NAA_LEN);
}

static u32 t10_designator(u8 *to, u32 target)
{
	memcpy(&to[4], "HBASIM  ", VENDOR_LEN);
	return designator(to, CODE_SET_ASCII, DESIGNATOR_T10,
			  VENDOR_LEN + vpd_serial_number(&to[4 + VENDOR_LEN], target));
}

/* Relative target port 1: a target has one port. FCP is protocol 0. */
static u32 port_designator(u8 *to)
{
	put_be32(&to[4], 1);
	return designator(to, CODE_SET_BINARY, PIV_TARGET_PORT | DESIGNATOR_PORT, 4);
}

u32 vpd_identification(u8 *to, u32 target)
{
	u32 len = naa_designator(to, target);

	len += t10_designator(to + len, target);
	len += port_designator(to + len);
	return len;
}

/* Granularity 4 KiB, best 1 MiB, all in blocks. */
u32 vpd_block_limits(u8 *to, u32 target)
{
	put_be16(&to[2], 8);
	put_be32(&to[4], MAX_TRANSFER_BLOCKS);
	put_be32(&to[8], 2048);
	return 0x3c;
}

u32 vpd_characteristics(u8 *to, u32 target)
{
	put_be16(&to[0], NON_ROTATING);
	return 0x3c;
}

/* As for all pages, @to is the page's byte 4. */
u32 vpd_extended_inquiry(u8 *to, u32 target)
{
	to[1] = SIMPSUP;
	to[2] = V_SUP;
	return 0x3c;
}

/* The medium is sparse, but nothing can be unmapped: all zeros. */
u32 vpd_provisioning(u8 *to, u32 target)
{
	return 4;
}
