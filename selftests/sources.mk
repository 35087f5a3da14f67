# SPDX-License-Identifier: GPL-2.0
# The module's sources that also build in user space. HBA and TOP are set by who
# includes this: unit/, sweep/, fuzz/.

HART	:= $(addprefix $(HBA)/, cpu.c slow.c csr.c decode.c bus.c)
ENGINE	:= $(addprefix $(TOP)/overlay/, engine.c history.c mrb.c probation.c services.c)
ADAPTER	:= $(HART) $(ENGINE) $(addprefix $(HBA)/, adapter.c adapter_overlay.c coredump.c dma.c \
	     fabric.c mailbox.c media.c memctl.c queue.c queue_abort.c queue_prove.c service.c)
