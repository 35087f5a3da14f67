/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_SCSI_SCSI_H
#define HOST_SCSI_SCSI_H

enum scsi_disposition {
	SUCCESS		= 0x2002,
	FAILED		= 0x2003,
	FAST_IO_FAIL	= 0x2009,
};

#endif
