# SPDX-License-Identifier: GPL-2.0
# Tools, microcode images and the kernel module. "make help" lists the targets.
#
# Kbuild writes objects beside their sources, so each kernel's module is built in
# a separate folder, build/module-RELEASE, which holds links to the sources.

KDIR		?= /lib/modules/$(shell uname -r)/build
FIRMWARE_DIR	?= /lib/firmware

top	:= $(CURDIR)
release	= $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)
moddir	= $(top)/build/module-$(release)
arch	= $(if $(shell grep -s '^CONFIG_UML=y' $(KDIR)/.config),ARCH=um)
sources	= Kbuild $(wildcard hba_sim/*/*.[chS] overlay/*/*.[ch] mrb/*.[ch])
kbuild	= $(MAKE) -C $(KDIR) M=$(moddir) $(arch)

# $(call need,COMMAND,PACKAGE): say what is missing and how to get it.
need = @command -v $(1) >/dev/null || { \
	echo "$(1) is missing: apt-get install $(2), or run scripts/install-deps" >&2; exit 1; }

all: module
	@cmp -s $(moddir)/hba_sim.ko hba_sim.ko || cp $(moddir)/hba_sim.ko .

tools:
	$(call need,gcc,build-essential)
	$(MAKE) -C scripts
	$(MAKE) -C tools/hbactl

images: tools
	$(call need,riscv64-unknown-elf-gcc,gcc-riscv64-unknown-elf)
	$(MAKE) -C images

module: images kernel-headers
	@mkdir -p $(sort $(dir $(addprefix $(moddir)/, $(sources)))) $(moddir)/build
	@ln -sfn ../../include $(moddir)/include
	@ln -sfn ../../images $(moddir)/build/images
	@for file in $(sources); do ln -sf $(top)/$$file $(moddir)/$$file; done
	+$(kbuild) modules

kernel-headers:
	$(call need,gcc,build-essential)
	@[ -e $(KDIR)/include/generated/utsrelease.h ] || { \
		echo "no kernel headers in $(KDIR):" >&2; \
		echo "apt-get install linux-headers-$$(uname -r), or make KDIR=..., where there are:" >&2; \
		ls -d /usr/src/linux-headers-*-amd64 >&2; exit 1; }

modules_install: kernel-headers
	@[ -e $(moddir)/hba_sim.ko ] || { echo "no module for $(release): run make first" >&2; exit 1; }
	$(kbuild) KERNELRELEASE=$(release) CONFIG_MODULE_SIG_ALL= DEPMOD=true modules_install
	depmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) $(release)

images_install:
	@[ -e build/images/1.0.mrb ] || { echo "no images yet: run make first" >&2; exit 1; }
	install -d $(DESTDIR)$(FIRMWARE_DIR)/hba_sim
	install -m 644 build/images/*.mrb $(DESTDIR)$(FIRMWARE_DIR)/hba_sim

install: tools images_install
	$(MAKE) -C tools/hbactl install

host:
	$(call need,gcc,build-essential)
	$(MAKE) -C selftests/unit

htmldocs:
	@scripts/htmldocs

clean:
	rm -rf build hba_sim.ko

help:
	@echo "make			tools, images and hba_sim.ko for the running kernel"
	@echo "make KDIR=...		the same for the kernel with these headers"
	@echo "make tools		build/mrb and build/hbactl"
	@echo "make images		build/images/*.mrb"
	@echo "make module		build/module-RELEASE/hba_sim.ko only"
	@echo "make host		the unit tests, in build/host"
	@echo "make images_install	images into $(FIRMWARE_DIR)/hba_sim (FIRMWARE_DIR=, DESTDIR=)"
	@echo "make modules_install	hba_sim.ko into /lib/modules (INSTALL_MOD_PATH=)"
	@echo "make install		hbactl, its manual page, mrb and the images (DESTDIR=, prefix=)"
	@echo "make htmldocs		Documentation/ and the API reference, in build/html"
	@echo "make clean		remove all that was built"
	@echo
	@echo "W=1 and C=2 do what they do in the kernel. scripts/check runs the tests."

.PHONY: all tools images module kernel-headers modules_install images_install install host htmldocs clean help
