# SPDX-License-Identifier: GPL-2.0
# The module's sources that also build in user space: what Kbuild lists, without what
# needs Linux. HBA and TOP are set by who includes this: unit/, sweep/, fuzz/.

MODULE	:= $(shell sed -n 's/^\t\([^ ]*\)\.o\>.*/\1.c/p' $(TOP)/Kbuild)
LINUX	:= $(addprefix hba_sim/, board_sysfs.c boot.c chip_sysfs.c debugfs.c debugfs_board.c eh.c \
	     flash_mtd.c host.c inband.c main.c rom.c san.c san_host.c scsi.c) \
	   $(addprefix overlay/, source.c sysfs.c trigger.c upload.c)

ADAPTER	:= $(addprefix $(TOP)/, $(filter-out $(LINUX), $(MODULE)))
ENGINE	:= $(filter $(TOP)/overlay/%, $(ADAPTER))

# Parts that stand alone.
HART	:= $(addprefix $(HBA)/, cpu.c slow.c csr.c decode.c bus.c)
MRB	:= $(addprefix $(TOP)/overlay/, mrb.c mrb_digest.c mrb_find.c)
MEMCTL	:= $(filter $(addprefix $(HBA)/, board_% chip% flash% memctl%), $(ADAPTER)) \
	   $(addprefix $(HBA)/, segments.c slots.c)
