# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# How scripts/vm starts a guest and judges its run. Sourced by scripts/vm; uses its
# variables kernel, smp, mem, limit and out, and those of common.sh.
# shellcheck disable=SC2154

vm_pid=
vm_tee=

# Console lines that make a run a failure, and similar lines that are harmless.
splat='BUG:|WARNING: |Oops|general protection fault|KASAN:|UBSAN:|Call Trace|Kernel panic'
splat+='|kmemleak: .*(suspected|unreferenced)|blocked for more than|INFO: rcu|detected stall'
splat+='|refcount_t:|ODEBUG:|list_(add|del) corruption|nable to handle|INFO: lockdep'
harmless='Spectre|Unprivileged eBPF|MDS CPU bug|TAA CPU bug|MMIO Stale'
readonly splat harmless

# vm_guard SECONDS COMMAND...: run COMMAND in the background, and end it after
# SECONDS or with this script; sets vm_pid. Its standard input is a pipe that stays
# silent: at an end of file QEMU would close the port of the guest's output.
vm_guard()
{
	local seconds=$1

	shift
	exec 8<> <(:)
	setpriv --pdeathsig TERM timeout --kill-after=5 "$seconds" \
		setpriv --pdeathsig KILL "$@" <&8 8<&- 9>&- &
	vm_pid=$!
	exec 8<&-
}

vm_kill()
{
	[ -z "$vm_pid" ] || kill "$vm_pid" 2>/dev/null || true
	[ -z "$vm_pid" ] || wait "$vm_pid" 2>/dev/null || true
	vm_pid=
}

# vm_wait: 0 once the guest has ended, 124 if its time was up.
vm_wait()
{
	local status=0
	local i

	# User-mode Linux aborts when it panics; hide the message of bash about that.
	{ wait "$vm_pid" || status=$?; } 2>/dev/null
	vm_pid=
	for ((i = 0; i < 20; i++)); do
		[ -d "/proc/${vm_tee:-none}" ] || break
		sleep 0.1
	done
	case $status in
	124|137) return 124 ;;
	*)	 return 0 ;;
	esac
}

# vm_kernel: the folder of the guest's kernel, as scripts/kernels describes it; for
# user-mode Linux it holds only the modules.
vm_kernel()
{
	local dir

	if is_kernel "$kernel"; then
		"$top/scripts/kernels" "$kernel"
	else
		dir=$("$top/scripts/debug-kernel" "$kernel") || return 1
		echo "$dir/modroot"
	fi
}

# vm_initramfs DIR: make an initramfs for the kernel in DIR, with only what a root
# file system on 9p needs.
vm_initramfs()
{
	local dir=$1
	local release
	local init=$top/selftests/vm/initramfs-init
	local file
	local tmp
	local module

	release=$(<"$dir/release")
	file=$dir/initramfs-$(cat "$init" "$top/scripts/lib/vm.sh" | sha256sum | cut -c -16)
	echo "$file"
	[ ! -e "$file" ] || return 0
	tmp=$(mktemp -d)
	mkdir -p "$tmp"/{bin,dev,proc,root,modules}
	: >"$tmp/modules/order"
	cp "$init" "$tmp/init"
	cp "$(command -v busybox)" "$tmp/bin/busybox"
	modprobe -d "$dir" -S "$release" -a --show-depends virtio_pci 9p 9pnet_virtio |
		awk '/^insmod/ && !seen[$2]++ { print $2 }' | while read -r module; do
		cp "$module" "$tmp/modules/"
		basename "${module%.xz}" >>"$tmp/modules/order"
	done
	find "$tmp/modules" -name '*.xz' -exec unxz {} +
	(cd "$tmp" && find . | busybox cpio -o -H newc 2>/dev/null) >"$file.$$"
	rm -rf "$tmp"
	mv "$file.$$" "$file"
}

# vm_qemu SECONDS ACCEL APPEND [OPTION...]: start a QEMU guest.
vm_qemu()
{
	local seconds=$1
	local accel=$2
	local append=$3
	local cpu=max
	local dir
	local initramfs

	shift 3
	[ "$accel" = tcg ] || cpu=host
	dir=$(vm_kernel)
	initramfs=$(vm_initramfs "$dir")
	vm_guard "$seconds" qemu-system-x86_64 -nodefaults -no-user-config -no-reboot \
		-display none -machine q35 -accel "$accel" -cpu "$cpu" -smp "$smp" -m "$mem" \
		-kernel "$dir/boot/vmlinuz-$(<"$dir/release")" -initrd "$initramfs" \
		-append "console=ttyS0 loglevel=5 panic=-1 oops=panic printk.devkmsg=on $append" \
		"$@"
}

# vm_probe_kvm: can KVM run a guest? That /dev/kvm can be opened is not enough: a
# guest has to report from its user space.
vm_probe_kvm()
{
	local console
	local token=$RANDOM$RANDOM
	local ok=1

	[ -w /dev/kvm ] || return 1
	console=$(mktemp)
	vm_qemu 6 kvm "hba_vm.token=$token hba_vm.probe=1" -serial "file:$console" >/dev/null 2>&1
	while kill -0 "$vm_pid" 2>/dev/null; do
		! grep -q "hba-sim-vm: $token alive" "$console" || break
		sleep 0.1
	done
	! grep -q "hba-sim-vm: $token alive" "$console" || ok=0
	vm_kill
	rm -f "$console"
	return "$ok"
}

# vm_accel: print kvm or tcg; the result of the test is kept until this machine reboots.
vm_accel()
{
	local file

	file=$cache/accel-$(</proc/sys/kernel/random/boot_id)
	if [ -n "${HBA_SIM_ACCEL:-}" ]; then
		echo "$HBA_SIM_ACCEL"
		return
	fi
	mkdir -p "$cache"
	if [ ! -e "$file" ]; then
		rm -f "$cache"/accel-*
		if vm_probe_kvm; then
			echo kvm >"$file.$$"
		else
			echo tcg >"$file.$$"
		fi
		mv "$file.$$" "$file"
	fi
	cat "$file"
}

# vm_start_qemu PARAMETERS: boot QEMU with the host's root and $out shared.
vm_start_qemu()
{
	local accel=$1
	local disk=()

	shift
	if [ -n "${HBA_SIM_DISK:-}" ]; then
		disk=(-drive "file=$HBA_SIM_DISK,if=virtio,format=raw,cache=writethrough")
	fi
	# Under TCG a busy host starves the guest's CPUs: use slower watchdogs, and skip the
	# check of the timer at boot.
	vm_qemu "$limit" "$accel" "no_timer_check watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60 $*" \
		-serial "file:$out/console.log" -device virtio-serial-pci \
		-chardev "stdio,id=output,signal=off,logfile=$out/output.log" \
		-device virtserialport,chardev=output,name=hba_vm.output \
		-fsdev local,id=host,path=/,readonly=on,security_model=none,multidevs=remap \
		-device virtio-9p-pci,fsdev=host,mount_tag=host \
		-fsdev "local,id=out,path=$out,security_model=none" \
		-device virtio-9p-pci,fsdev=out,mount_tag=out \
		-device virtio-rng-pci "${disk[@]}"
}

vm_start_uml()
{
	local dir

	dir=$("$top/scripts/debug-kernel" uml)
	# The guest's memory is a file, preferably in /dev/shm.
	if [ "$(df -m --output=avail /dev/shm 2>/dev/null | tail -n 1)" -lt "$mem" ]; then
		export TMPDIR=${TMPDIR:-/tmp}
	fi
	mkfifo "$out/fifo"
	tee "$out/output.log" <"$out/fifo" 9>&- &
	vm_tee=$!
	vm_guard "$limit" "$dir/linux" "mem=${mem}M" root=/dev/root rootfstype=hostfs \
		rootflags=/ ro "init=$top/selftests/vm/init" panic=-1 printk.devkmsg=on \
		con=null con0=null,fd:1 ssl=null ssl0=null,fd:3 "$@" \
		3>"$out/fifo" >"$out/console.log" 2>&1
	rm "$out/fifo"
}

# vm_complaints: print the console lines that make the run a failure. A failed
# allocation, which comes with a trace, is not one where failures are injected.
vm_complaints()
{
	awk -v injected="$([ "$kernel" = uml ] && echo 1)" '
	injected && /page allocation failure|vmalloc error: size/ { trace = 1 }
	/Call Trace/ && trace { trace = 0; next }
	{ print }' "$out/console.log" | grep -aE "$splat" | grep -avE "$harmless" || true
}

# vm_verdict TOKEN: return a status according to the console.
vm_verdict()
{
	local token=$1
	local lines
	local status

	lines=$(vm_complaints)
	status=$(sed -n "s/.*hba-sim-vm: $token status \([0-9]*\).*/\1/p" "$out/console.log")
	if [ -n "$lines" ]; then
		echo "vm: the kernel complained (see $out/console.log):" >&2
		head -n 40 <<<"$lines" >&2
		return 99
	fi
	[ -n "$status" ] || return 125
	return "$status"
}

# vm_tripped TOKEN: did an emulated CPU execute an instruction that the kernel was just
# patching on the other CPU? That ends a few boots in thirty; real CPUs do not do that.
vm_tripped()
{
	! grep -aq "hba-sim-vm: $1" "$out/console.log" &&
		grep -aq 'Oops: int3' "$out/console.log"
}

# vm_run COMMAND...: boot, run COMMAND, and judge the run.
vm_run()
{
	local token
	local accel=uml
	local status=0
	local start=uml
	local moddir
	local release
	local append

	token=$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
	printf '%q ' exec "$@" >"$out/command"
	: >"$out/console.log"
	moddir=$(vm_kernel)/lib/modules
	release=$(ls "$moddir")
	if [ "$kernel" != uml ]; then
		accel=$(vm_accel)
		start=qemu
	fi
	echo "$accel" >"$out/accel"
	# The guest mounts its own module over hba_sim.ko, so this file must exist.
	if [ ! -e "$top/hba_sim.ko" ] && [ -e "$build/module-$release/hba_sim.ko" ]; then
		cp "$build/module-$release/hba_sim.ko" "$top"
	fi
	append=(hba_vm.token="$token" hba_vm.top="$top" hba_vm.out="$out" hba_vm.accel="$accel"
		hba_vm.kernel="$kernel" hba_vm.modules="$moddir/$release"
		hba_vm.kdir="$(kernel_kdir "$kernel")")
	SECONDS=0
	if [ "$start" = uml ]; then
		vm_start_uml "${append[@]}"
	else
		vm_start_qemu "$accel" "${append[@]}"
	fi
	vm_wait || status=$?
	if [ "$accel" = tcg ] && vm_tripped "$token"; then
		echo "vm: $kernel: the emulation tripped in the boot; once more" >&2
		status=0
		vm_start_qemu "$accel" "${append[@]}"
		vm_wait || status=$?
	fi
	if [ "$status" -eq 124 ]; then
		echo "vm: time is up after $limit s" >&2
		return 124
	fi
	vm_verdict "$token" || status=$?
	[ "$status" -ne 125 ] || tail -n 5 "$out/console.log" >&2
	echo "vm: $kernel ($accel), $SECONDS s, status $status" >&2
	return "$status"
}
