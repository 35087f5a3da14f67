# SPDX-License-Identifier: GPL-2.0
#
# Each source is compiled once for each set of flags, for unit/, sweep/ and fuzz/.
#
#	$(eval $(call object_set,SET,COMMAND))
#
# makes the rule for the objects of SET. An object is made anew when its source, a
# header that it includes or COMMAND has changed. "object-flags", set for one object
# (OBJECT: object-flags := ...), are added to its command.
#
#	$(call objects,SET,SOURCE...)
#
# are the objects of these sources. A source has its path from $(TOP), or no folder
# if it is beside the Makefile. TOP, HERE (the Makefile's own folder, from the top)
# and OUT are set by who includes this.

objects = $(patsubst $(TOP)/%.c, $(OUT)/$(1)/%.o, \
	  $(foreach s,$(2),$(if $(findstring /,$(s)),$(s),$(TOP)/$(HERE)/$(s))))

shell_quote = '$(subst ','\'',$(1))'

define object_set
$(OUT)/$(1).flags: FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' $(call shell_quote,$(2)) | cmp -s - $$@ || \
		printf '%s\n' $(call shell_quote,$(2)) >$$@
$(OUT)/$(1)/%.o: $(TOP)/%.c $(OUT)/$(1).flags
	@mkdir -p $$(@D)
	$(2) $$(object-flags) -MMD -MP -c $$< -o $$@
-include $$(shell find $(OUT)/$(1) -name '*.d' 2>/dev/null)
endef

.PHONY: FORCE
.DELETE_ON_ERROR:
.SECONDARY:
