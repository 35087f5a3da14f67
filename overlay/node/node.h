/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the engine's place in the kernel: the sysfs folder "overlay", the sources of images
 * (files, uploads), and the threads that carry out updates. It knows the engine, but no HBA.
 * It has no lock of its own: one update at a time claims the engine. This is the header for
 * the other rooms.
 */
#ifndef OVERLAY_NODE_H
#define OVERLAY_NODE_H

#include <linux/completion.h>
#include <linux/kobject.h>
#include <linux/workqueue.h>

#include "../engine/engine.h"
#include "permit.h"

struct device;
struct kernfs_node;
struct upload_class;

/**
 * struct overlay_order - a request for an update whose image the requester provides
 * @name: what the history calls the image
 * @running: called when the new image runs and is on probation; @permanent: it is to outlive
 *	a power cycle; may be NULL
 * @ended: called at the end of the update, its probation included; @err is 0 if the new
 *	image stays; may be NULL
 *
 * The requester owns it, and must keep it until @ended has been called. The callbacks must
 * not wait for an update: they run in the thread that carries out updates.
 */
struct overlay_order {
	const char *name;
	void (*running)(struct overlay_order *order, bool permanent);
	void (*ended)(struct overlay_order *order, int err, const struct overlay_status *status);
};

/**
 * struct overlay_node - an overlay engine with its sysfs folder
 * @ov: the engine
 * @kobj: the folder "overlay"
 * @dev: the device that it belongs to
 * @wq: where updates run; also serializes them with other work that runs the processor
 * @read: gets the image file
 * @update: carries out an update, to the end of its swap
 * @probation: looks after an image on probation
 * @image: name that was written; changed when an update is triggered
 * @file: buffer for the image file, by vmalloc()
 * @size: bytes in @file
 * @read_error: 0, or why the file could not be read
 * @order: the request that provided the image; NULL if the image was named in sysfs
 * @conventional: the image is to be read straight over the running one, for comparison
 * @remote: the image is behind @port of the board
 * @port: number of that port
 * @upload: an image that is written to the folder "upload"
 * @class: uploads by the kernel's firmware upload class
 * @state: the attribute "state", to wake those that poll it
 * @gone: completed when the folder is not used any more
 */
struct overlay_node {
	struct overlay ov;
	struct kobject kobj;
	struct device *dev;
	struct workqueue_struct *wq;
	struct work_struct read;
	struct work_struct update;
	struct delayed_work probation;
	char image[OVERLAY_NAME_MAX + 1];
	void *file;
	size_t size;
	int read_error;
	struct overlay_order *order;
	bool conventional;
	bool remote;
	u32 port;
	struct overlay_stream upload;
	struct upload_class *class;
	struct kernfs_node *state;
	struct completion gone;
};

int overlay_node_add(struct overlay_node *node, struct device *dev, struct workqueue_struct *wq);
void overlay_node_remove(struct overlay_node *node);
int overlay_node_trigger(struct overlay_node *node, const char *buf, size_t len);
int overlay_node_trigger_name(struct overlay_node *node, const char *name, bool permanent);
int overlay_node_trigger_port(struct overlay_node *node, u32 port);
void overlay_node_wait(struct overlay_node *node);

/* Updates whose image the requester provides. */
size_t overlay_node_max(const struct overlay *ov);
int overlay_node_claim(struct overlay_node *node, struct overlay_order *order, bool permanent);
void overlay_node_start(struct overlay_node *node, void *image, size_t size, int err);
int overlay_node_order(struct overlay_node *node, struct overlay_order *order,
		       struct overlay_stream *stream);

/* Shared by sysfs.c, trigger.c and source.c. */
int overlay_node_check(struct overlay_node *node, const char *buf, size_t len);
int overlay_node_decide(struct overlay_node *node, enum overlay_verdict verdict);
void overlay_node_read(struct work_struct *work);
void overlay_node_update(struct work_struct *work);
void overlay_node_probation(struct work_struct *work);

#endif
