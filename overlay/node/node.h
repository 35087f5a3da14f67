/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the engine's place in the kernel: the sysfs folder "overlay", where images come from
 * (files, uploads), and the threads of work. It knows the engine, and no HBA. It has
 * no lock of its own: the engine says who may have it. This is the header for the other
 * rooms.
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
 * struct overlay_order - somebody's wish for an update to an image that he brings
 * @name: what the history calls the image
 * @running: told when the new image runs and is on probation, and whether it is to outlive
 *	a power cycle; may be NULL
 * @ended: told at the end of the update, that of its probation included; @err is 0 if
 *	the new image stays; may be NULL
 *
 * It is its owner's, and stays until @ended has been told. Who is told must not wait
 * for an update: it is the thread that carries them out.
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
 * @wq: where updates run; also orders them with others that run the processor
 * @read: gets the image file
 * @update: an update, to the end of its swap
 * @probation: looks after an image on probation
 * @image: name that was written; changed when an update is triggered
 * @file: room for the image file, by vmalloc()
 * @size: bytes in it
 * @read_error: or why it could not be read
 * @order: who brought it; NULL if it was written by name
 * @conventional: it is to be read straight over the running image, for comparison
 * @remote: it is behind @port of the board
 * @port: number of that port
 * @upload: an image that is written to the folder "upload"
 * @class: the same in the kernel's firmware upload class
 * @state: the attribute "state", to wake who polls it
 * @gone: the folder is not used any more
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

/* An update whose image somebody brings. */
size_t overlay_node_max(const struct overlay *ov);
int overlay_node_claim(struct overlay_node *node, struct overlay_order *order, bool permanent);
void overlay_node_start(struct overlay_node *node, void *image, size_t size, int err);
int overlay_node_order(struct overlay_node *node, struct overlay_order *order,
		       struct overlay_stream *stream);

/* Between sysfs.c, trigger.c and source.c. */
int overlay_node_check(struct overlay_node *node, const char *buf, size_t len);
int overlay_node_decide(struct overlay_node *node, enum overlay_verdict verdict);
void overlay_node_read(struct work_struct *work);
void overlay_node_update(struct work_struct *work);
void overlay_node_probation(struct work_struct *work);

#endif
