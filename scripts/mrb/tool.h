/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the mrb tool share. Each function that can fail says why
 * in one line on stderr and returns false; the caller only has to clean up.
 */
#ifndef MRB_TOOL_H
#define MRB_TOOL_H

#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include "../../hba_sim/memory/board_limits.h"
#include "../../mrb/mrb.h"

#define STATUS_BAD_INPUT	1
#define STATUS_USAGE		2

/* file.c */
struct blob {
	u8 *data;
	size_t len;
	size_t padding;		/* bytes of the file after @data */
};

extern const char *tool_name;	/* begins each error message */

__printf(2, 3) bool complain(const char *file, const char *format, ...);
bool blob_read(struct blob *blob, const char *path);
bool blob_write(const void *data, size_t len, const char *path);

/* image.c */

bool image_check(const struct blob *image, const struct mrb_limits *lim, const char *path);
bool image_read(struct blob *image, const char *path, bool any_board);
bool image_suits(const struct blob *image, const char *path);
void image_sign(struct blob *image);
bool image_extract(const struct blob *image, const char *dir);

/* slot.c */
bool image_to_slot(const struct blob *image, u32 sequence, const char *out);

/* chip.c */
const char *block_type_name(u32 type);
u32 chip_block_type(const void *contents, size_t len);
void chip_sign(void *contents);

/* field.c */
enum field_kind { FIELD_DEC, FIELD_HEX, FIELD_VERSION, FIELD_TYPE, FIELD_BYTES, FIELD_NAME,
		  FIELD_CAPS };

/**
 * struct field - one field of the header
 * @name: as in struct mrb_header
 * @offset: offset in its struct
 * @size: in bytes
 * @kind: how it is shown
 */
struct field {
	const char *name;
	u16 offset;
	u8 size;
	u8 kind;
};

extern const struct field header_fields[];
extern const struct field block_fields[];
extern const struct field schema_fields[];

#define FIELD_NAME_MAX	32

u32 field_get(const struct field *f, const void *base);
void field_describe(u32 where, char name[FIELD_NAME_MAX]);
bool field_set(void *header, const char *assignment);

/* show.c */
void show_text(const struct mrb_header *h);
void show_json(const struct mrb_header *h);

/* pack.c */
bool pack(const char *elf_path, const char *out_path);

#endif
