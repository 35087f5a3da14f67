# SPDX-License-Identifier: GPL-2.0
# The module's sources that also build in user space: what Kbuild lists, without what
# needs Linux. HBA and TOP are set by who includes this: unit/, sweep/, fuzz/.

MODULE	:= $(shell sed -n 's/^\t\([^ ]*\)\.o\>.*/\1.c/p' $(TOP)/Kbuild)
# All of hba_sim/driver/ needs Linux, and the kernel's side of the engine.
LINUX	:= hba_sim/driver/% overlay/node/%

ADAPTER	:= $(addprefix $(TOP)/, $(filter-out $(LINUX), $(MODULE)))
ENGINE	:= $(filter $(TOP)/overlay/% $(TOP)/mrb/%, $(ADAPTER))

# Rooms that stand alone.
HART	:= $(filter $(HBA)/processor/%, $(ADAPTER))
MRB	:= $(filter $(TOP)/mrb/%, $(ADAPTER))
MEMCTL	:= $(filter $(HBA)/memory/% $(HBA)/chips/%, $(ADAPTER))
FAR_END	:= $(filter $(HBA)/far_end/%, $(ADAPTER))
