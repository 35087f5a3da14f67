#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# usage: features.sh HEADER COMPILER [FLAG...]
#
# Look which of the features below a kernel has, and print a header that defines
# HAVE_NAME for each; compat.h has what becomes of them. COMPILER and its flags are those
# of the kernel's modules.
#
# A feature is a declaration that compiles only with it. HEADER is what was printed last
# time, if there is such a file: it is printed again if command, kernel and this file, that
# is the preprocessed text of all declarations, are the same.
set -eu

# NAME | header | declaration. A mistake must be an error of the C language, not a warning:
# use SAME(), sizeof and typeof.
features()
{
	cat <<'END'
SCSI_TIMEOUT_ACTION	| scsi/scsi_host.h | enum { a = sizeof(enum scsi_timeout_action) };
SCSI_QC_STATUS		| scsi/scsi_host.h | enum { a = sizeof(enum scsi_qc_status) }; SAME(typeof(((struct scsi_host_template *)0)->queuecommand), enum scsi_qc_status (*)(struct Scsi_Host *, struct scsi_cmnd *));
FC_HOST_DEVLOSS_WORK_Q	| scsi/scsi_transport_fc.h | typeof(*fc_host_devloss_work_q((struct Scsi_Host *)0)) *a;
HRTIMER_SETUP		| linux/hrtimer.h | SAME(typeof(hrtimer_setup), void (struct hrtimer *, enum hrtimer_restart (*)(struct hrtimer *), clockid_t, enum hrtimer_mode));
VOID_REMOVE		| linux/platform_device.h | SAME(typeof(((struct platform_driver *)0)->remove), void (*)(struct platform_device *));
SHA256_CTX		| crypto/sha2.h | enum { a = sizeof(struct sha256_ctx) }; SAME(typeof(sha256_init), void (struct sha256_ctx *));
CONST_BIN_ATTRIBUTE	| linux/sysfs.h | SAME(typeof(((struct bin_attribute *)0)->write), ssize_t (*)(struct file *, struct kobject *, const struct bin_attribute *, char *, loff_t, size_t));
END
}

old=$1
shift

# Warnings say nothing here, least of all those that are made errors.
compile()
{
	"$@" -w -DKBUILD_MODNAME='"features"' -DKBUILD_BASENAME='"features"' -x c -
}

same='#define SAME(a, b) _Static_assert(__builtin_types_compatible_p(a, b), "differs")'
headers=$(features | sed 's/^[^|]*| *\([^ ]*\) .*/#include <\1>/' | sort -u)
declarations=$(features | sed 's/^[^|]*|[^|]*|//')
text=$(printf '%s\n' "$same" "$headers" "$declarations" | compile "$@" -E -P)
key=$(printf '%s\n' "$text" "$*" "$("$@" --version)" "$(cat "$0")" | sha256sum | cut -c -64)

if [ -e "$old" ] && grep -qx "/\* $key \*/" "$old"; then
	cat "$old"
	exit
fi

# What does not compile for another reason would be a feature that is missing.
if ! printf '%s\n' "$same" "$headers" "SAME(int, int);" | compile "$@" -fsyntax-only; then
	echo "${0##*/}: the kernel's headers do not compile" >&2
	exit 1
fi
echo "/* $key */"
features | while IFS='|' read -r name header declaration; do
	if printf '%s\n' "$same" "#include <${header# }>" "$declaration" |
		sed 's/ >$/>/' | compile "$@" -fsyntax-only 2>/dev/null; then
		echo "#define HAVE_$name" | sed 's/[[:space:]]*$//'
	fi
done
