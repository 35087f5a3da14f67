/* SPDX-License-Identifier: GPL-2.0 */
/* The engine's place in the kernel: a sysfs folder and a thread of work. */
#ifndef OVERLAY_NODE_H
#define OVERLAY_NODE_H

#include <linux/completion.h>
#include <linux/kobject.h>
#include <linux/workqueue.h>

#include "engine.h"

struct device;
struct firmware;
struct kernfs_node;

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
 * @file: room for the image file
 * @fw: the file in it
 * @read_error: or why it could not be read
 * @conventional: it is to be read straight over the running image, for comparison
 * @remote: it is behind @port of the board
 * @port: number of that port
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
	const struct firmware *fw;
	int read_error;
	bool conventional;
	bool remote;
	u32 port;
	struct kernfs_node *state;
	struct completion gone;
};

int overlay_node_add(struct overlay_node *node, struct device *dev, struct workqueue_struct *wq);
void overlay_node_remove(struct overlay_node *node);
int overlay_node_trigger(struct overlay_node *node, const char *buf, size_t len);
int overlay_node_trigger_port(struct overlay_node *node, u32 port);
void overlay_node_wait(struct overlay_node *node);

/* Between sysfs.c and source.c. */
int overlay_node_check(struct overlay_node *node, const char *buf, size_t len);
int overlay_node_decide(struct overlay_node *node, enum overlay_verdict verdict);
void overlay_node_read(struct work_struct *work);
void overlay_node_update(struct work_struct *work);
void overlay_node_probation(struct work_struct *work);

#endif
