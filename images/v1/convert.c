// SPDX-License-Identifier: GPL-2.0
/* The 1.x images have one format in common and know no other. */
#include "compare.h"
#include "convert.h"

u32 convert_check(const struct mrb_header *from, const struct mrb_header *to)
{
	return first_difference(from, to);
}

void convert_begin(struct conversion *c)
{
}

bool convert_record(struct conversion *c, const struct mrb_schema *s, u32 i)
{
	return false;
}

u32 convert_settle(struct conversion *c)
{
	return 0;
}
