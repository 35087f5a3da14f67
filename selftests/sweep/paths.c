// SPDX-License-Identifier: GPL-2.0
/* The tables of images, boards and paths: see paths.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/memory/board_kind.h"
#include "../../hba_sim/processor/cpu.h"
#include "paths.h"

#define SWEEP_IMAGES_MAX 8u

static const struct sweep_board sram = {
	.name = "sram",
	.cfg = { .nr_queues = 2, .depth = 8, .nr_ports = 8, .nr_targets = 2, .blocks = 64,
		 .media_latency_ns = 1 },
};

static const struct sweep_board banked = {
	.name = "banked",
	.cfg = { .nr_queues = 2, .depth = 8, .nr_ports = 8, .nr_targets = 2, .blocks = 64,
		 .media_latency_ns = 1, .kind = &board_banked },
};

/* What is not permanent is gone with the power, as on the others. */
static const struct sweep_board flash = {
	.name = "flash",
	.cfg = { .nr_queues = 2, .depth = 8, .nr_ports = 8, .nr_targets = 2, .blocks = 64,
		 .media_latency_ns = 1, .kind = &board_flash },
};

/* Names of images are those of their files. */
const struct sweep_path sweep_paths[] = {
	{ "1.0-1.1", &sram, { "1.0" }, "1.1", false, true, 1 },
	{ "1.0-2.0", &sram, { "1.0" }, "2.0", true, true, 1 },
	{ "1.1-2.0", &sram, { "1.0", "1.1" }, "2.0", true, true, 1 },
	{ "2.0-2.0", &sram, { "1.0", "2.0" }, "2.0", false, true, 1 },
	{ "2.0-2.0b", &sram, { "1.0", "2.0" }, "2.0b", false, true, 30 },
	{ "1.0-2.1", &sram, { "1.0" }, "2.1", true, true, 30 },
	{ "2.0-2.1", &sram, { "1.0", "2.0" }, "2.1", false, true, 30 },
	{ "2.1-2.2", &sram, { "1.0", "2.1" }, "2.2", false, true, 30 },
	{ "1.0-3.0", &sram, { "1.0" }, "3.0", true, true, 8 },
	{ "2.0-3.0", &sram, { "1.0", "2.0" }, "3.0", true, true, 16 },
	{ "3.0-3.0", &sram, { "1.0", "3.0" }, "3.0", false, true, 16 },
	{ "banked-1.0-1.1", &banked, { "1.0" }, "1.1", false, true, 4 },
	{ "banked-1.0-2.0", &banked, { "1.0" }, "2.0", false, false, 8 },
	{ "flash-1.0-2.0", &flash, { "1.0" }, "2.0", false, false, 30 },
	{ "banked-2.0-2.0", &banked, { "1.0", "2.0" }, "2.0", false, true, 60 },
	{ "flash-1.0-1.1", &flash, { "1.0" }, "1.1", false, true, 60 },
	{ "banked-1.1-2.0", &banked, { "1.0", "1.1" }, "2.0", false, false, 30 },
};

const u32 nr_sweep_paths = ARRAY_SIZE(sweep_paths);

static struct image read_file(const char *name)
{
	struct image img = {};
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.mrb", IMAGES, name);
	f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "%s: build the images first\n", path);
		exit(2);
	}
	fseek(f, 0, SEEK_END);
	img.size = ftell(f);
	rewind(f);
	img.bytes = malloc(img.size);
	/* The system does not write to what a snapshot protects. */
	memset(img.bytes, 0xff, img.size);
	if (fread(img.bytes, 1, img.size, f) != img.size)
		exit(2);
	fclose(f);
	return img;
}

static void read_image(struct sweep_image *img, const char *name)
{
	const struct mrb_block *text;

	img->name = name;
	img->file = read_file(name);
	img->header = (const struct mrb_header *)img->file.bytes;
	text = &img->header->block[0];
	img->text = img->file.bytes + le32_to_cpu(text->file_offset);
	img->text_size = le32_to_cpu(text->file_size);
	img->insns = calloc(img->text_size / 4, sizeof(*img->insns));
	icache_decode(img->insns, img->text, img->text_size);
}

/* An image by its name; it is read when it is first asked for. */
const struct sweep_image *path_image(const char *name)
{
	static struct sweep_image images[SWEEP_IMAGES_MAX];
	u32 i;

	for (i = 0; i < SWEEP_IMAGES_MAX - 1 && images[i].name; i++)
		if (!strcmp(images[i].name, name))
			return &images[i];
	read_image(&images[i], name);
	return &images[i];
}

/* The image that runs when the update begins. */
const struct sweep_image *path_from(const struct sweep_path *p)
{
	u32 i = 0;

	while (i + 1 < PATH_CHAIN_MAX && p->chain[i + 1])
		i++;
	return path_image(p->chain[i]);
}
