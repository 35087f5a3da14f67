# SPDX-License-Identifier: GPL-2.0
# The module's sources that also build in user space. HBA and TOP are set by who
# includes this: unit/, sweep/, fuzz/.

HART	:= $(addprefix $(HBA)/, cpu.c slow.c csr.c decode.c bus.c)
MRB	:= $(addprefix $(TOP)/overlay/, mrb.c mrb_digest.c mrb_find.c)
MEMCTL	:= $(addprefix $(HBA)/, board_banked.c board_flash.c board_kind.c board_legacy.c board_rom.c board_sram.c memctl_banks.c memctl_data.c \
	     slots.c flash.c flash_ram.c chip.c chip_boot.c chip_contents.c memctl.c memctl_direct.c memctl_stage.c segments.c)
ENGINE	:= $(addprefix $(TOP)/overlay/, check.c chips.c claim.c conventional.c engine.c history.c incompat.c inquiry.c probation.c remote.c services.c stream.c) $(MRB)
ADAPTER	:= $(HART) $(ENGINE) $(MEMCTL) $(addprefix $(HBA)/, adapter.c adapter_boot.c adapter_chips.c adapter_conventional.c adapter_overlay.c adapter_remote.c capability.c coredump.c \
	     dma.c download.c els.c fabric.c fabric_els.c fabric_link.c frame_format.c login.c mailbox.c media.c port_format.c port_hart.c queue.c queue_abort.c \
	     queue_hold.c queue_prove.c queue_update.c served.c service.c storage.c update_call.c)
