// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps a guest's root and folder for results awake when the guest goes to sleep. They are
 * virtio devices of the kind 9p, whose driver cannot suspend: what it had given to the
 * device would be lost. Loaded by test_sleep.sh.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>

#define VIRTIO_9P_OLD	0x1009
#define VIRTIO_9P_NEW	0x1049

static void keep_awake(u16 id, bool awake)
{
	struct pci_dev *pdev = NULL;

	while ((pdev = pci_get_device(PCI_VENDOR_ID_REDHAT_QUMRANET, id, pdev)))
		dev_pm_syscore_device(&pdev->dev, awake);
}

static int __init awake_init(void)
{
	keep_awake(VIRTIO_9P_OLD, true);
	keep_awake(VIRTIO_9P_NEW, true);
	return 0;
}

static void __exit awake_exit(void)
{
	keep_awake(VIRTIO_9P_OLD, false);
	keep_awake(VIRTIO_9P_NEW, false);
}

module_init(awake_init);
module_exit(awake_exit);
MODULE_DESCRIPTION("Keeps the virtio-9p devices of a test guest awake");
MODULE_LICENSE("GPL");
