// SPDX-License-Identifier: GPL-2.0
/*
 * A libusb that finds no USB at all, for LD_PRELOAD. Before 1.0.27 libusb takes the netlink port
 * of the process, which fwupd wants for itself, and gives up all but USB for it: see
 * Documentation/ways-in.rst.
 */
#define LIBUSB_ERROR_OTHER	(-99)

int libusb_init(void **context)
{
	*context = 0;
	return LIBUSB_ERROR_OTHER;
}
