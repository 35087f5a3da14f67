#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 1800
# kernels: uml
# Images that pass all checks and misbehave: hostile.table says what is to become
# of each. fio verifies all the while; afterwards the old image serves, the
# logins are those of power-on, and the kernel log has the reports that are meant
# to be there and no others.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=power.sh
. "$(dirname "$0")/power.sh"

table=$here/hostile.table
FOREVER=4294967295
images=

# rows GROUP: IMAGE, OUTCOME and the rest of each line, by tabs
rows()
{
	awk -v group="$1" '/^=/ { inside = $0 == "= " group; next }
		inside && NF && !/^#/ { image = $1; outcome = $2
			sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+/, "")
			print image "\t" outcome "\t" $0 }' "$table"
}

set_overlay()
{
	echo "$2" >"/sys/class/scsi_host/host$host/overlay/$1"
}

# set_probation COMMANDS MILLISECONDS
set_probation()
{
	set_overlay probation_commands "$1"
	set_overlay probation_ms "$2"
}

begin()
{
	install_images
	load luns=2 logins=10 dev_size_mb=16
	set_probation 200 60000
	start_load meanwhile "$(disk "$host" 0)" --rate_iops=300
}

install()
{
	[ -n "$images" ] || images=$(dirname "$(built scsi)")
	cp "$images/$1.mrb" "$firmware/bad.mrb"
	echo "<6>hba_sim-row: $1" >/dev/kmsg
}

# reports: what module and engine have said about this image, but for the registers
# that go with each crash
reports()
{
	dmesg | awk '/hba_sim-row: / { n = 0; next } { line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }' |
		grep -E 'hba_sim: |overlay: ' | grep -vE 'hart [0-9]+ x[0-9]+: ' || true
}

# Only what is meant to be there, and not much: no image can flood the log.
reports_are()
{
	local line
	local lines=0

	while read -r line; do
		lines=$((lines + 1))
		[[ $line =~ $1|held\ up\ a\ quiesce ]] || fail "unexpected: $line"
	done < <(reports)
	[ "$lines" -le 20 ] || fail "$lines reports"
}

reported()
{
	[ -z "$1" ] || reports | grep -qE -- "$1" || fail "no report has: $1"
}

# MODE SELECT (10) is a message to the service hart.
service_hart_answers()
{
	no_attention "$(sg "$host" 1)"
	scsi_is "$(sg "$host" 1)" GOOD -t 30000 -w "0000000000000000 0a0a02100000 0000ffff 0000" \
		55 10 00 00 00 00 00 00 14 00
}

still_serving()
{
	load_goes_on meanwhile "$(disk "$host" 0)"
	service_hart_answers
	equal "version" "$(overlay "$host" version)" 1.0
	logins_as_at_power_on
}

refused_as()
{
	update_fails "$host" bad "$1"
	reports_are "overlay: bad: "
}

is_back()
{
	matches "error" "$(overlay "$host" error)" "$1" || return
	equal "rollbacks" "$(overlay "$host" rollbacks)" "$2"
	equal "version" "$(overlay "$host" version)" 1.0
}

crashed='to be restarted:|overlay: rollback (without|to the data)|overlay: bad: '
crashed+='|persistent data was damaged'

back_as()
{
	local rollbacks

	rollbacks=$(overlay "$host" rollbacks)
	trigger "$host" bad
	wait_until 200 is_idle "$host"
	is_back "$1" $((rollbacks + 1))
	reports_are "$crashed"
}

stays_as()
{
	local rollbacks

	rollbacks=$(overlay "$host" rollbacks)
	set_probation "$FOREVER" "$FOREVER"
	trigger "$host" bad
	wait_until 120 in_state "$host" probation
	load_goes_on meanwhile "$(disk "$host" 0)"
	set_overlay rollback 1
	wait_until 60 is_idle "$host"
	is_back "$1" $((rollbacks + 1))
	reports_are "overlay: bad: "
	set_probation 200 60000
}

# group TITLE: the rows whose images do not keep fio from its work
group()
{
	local image
	local outcome
	local patterns
	local begin=$SECONDS

	while IFS=$'\t' read -r image outcome patterns; do
		echo "image $image"
		install "$image"
		"${outcome}_as" "${patterns%% @ *}"
		[ "$patterns" = "${patterns#* @ }" ] || reported "${patterns#* @ }"
		[ -z "${DEEP:-}" ] || still_serving
	done < <(rows "$1")
	still_serving
	note "$((SECONDS - begin)) s"
}

# None of all that has left anything behind that hinders a good one.
finish()
{
	stop_load meanwhile "$(disk "$host" 0)"
	no_attention "$(sg "$host" 1)"
	equal "updates" "$(overlay "$host" updates)" 0
	start_load good "$(disk "$host" 0)"
	update "$host" 1.1
	load_goes_on good "$(disk "$host" 0)"
	stop_load good "$(disk "$host" 0)"
}

# begin_alone IMAGE: without fio, but with data that can be verified
begin_alone()
{
	install_images
	load luns=2 logins=10 dev_size_mb=16
	fill "$(disk "$host" 0)"
	install "$1"
}

fill()
{
	fio_run --name=fill --filename="$1" --rw=write --bs=64k --verify_interval=4k --size=4m \
		--do_verify=0
}

verify()
{
	fio_run --name=check --filename="$1" --rw=read --bs=4k --size=4m
}

# A command that the bad image is to fall over; it is answered by the other one.
wake()
{
	scsi "$(sg "$host" 0)" -t 30000 00 00 00 00 00 00 >"$tmp/wake" || true
}

destroyed()
{
	begin_alone "$1"
	set_probation "$FOREVER" "$FOREVER"
	trigger "$host" bad
	wait_until 60 in_state "$host" probation
	wake
	wait_until 60 is_idle "$host"
	is_back "$2" 1
	reported "$3"
	reports_are "$crashed"
	no_attention "$(sg "$host" 0)"
	verify "$(disk "$host" 0)"
	logins_as_at_power_on
	set_probation 0 0
	update "$host" 1.1
	verify "$(disk "$host" 0)"
}

# commit_bad: it stays, as long as nobody wants anything of it
commit_bad()
{
	set_probation 0 0
	update "$host" bad
}

# device_errors: commands of unit 0 that did not end well, or that timed out
device_errors()
{
	local device

	device=$(scsi_device "$host" 0)
	echo "$(<"$device/ioerr_cnt") $(<"$device/iotmo_cnt")"
}

# fio sees that it takes longer, and nothing else; the midlayer does not see even that.
restarted()
{
	local errors

	begin_alone "$1"
	set_probation "$FOREVER" "$FOREVER"
	start_load before "$(disk "$host" 0)"
	trigger "$host" bad
	wait_until 60 in_state "$host" probation
	load_goes_on before "$(disk "$host" 0)"
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 0
	errors=$(device_errors)
	eh_watch
	set_overlay commit 1
	wait_until 60 is_idle "$host"
	equal "error" "$(overlay "$host" error)" "$2"
	load_goes_on before "$(disk "$host" 0)"
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 1
	eh_was_idle
	equal "errors of the device" "$(device_errors)" "$errors"
	stop_load before "$(disk "$host" 0)"
	reported "$3"
	reports_are "to be restarted:|overlay: bad stays"
	equal "crashes" "$(<"/sys/class/scsi_host/host$host/processor/crashes")" 1
	logins_as_at_power_on
}

has_stopped()
{
	[ "$(scsi "$(sg "$host" 0)" -t 5000 "${TUR[@]}")" = "host 01" ]
}

power_on_again()
{
	power_cycle "$host"
	equal "version" "$(overlay "$host" version)" 1.0
	no_attention "$(sg "$host" 0)"
	verify "$(disk "$host" 0)"
	update "$host" 1.1
	verify "$(disk "$host" 0)"
}

# As Documentation/recovery.rst has it: its adapter goes offline, the other one
# serves on, and nothing but a power cycle helps.
offline()
{
	local other

	install_images
	load adapters=2 luns=2 logins=10 dev_size_mb=8
	other=$(disk "${hosts[1]}" 0)
	fill "$(disk "$host" 0)"
	start_load other "$other" --rate_iops=100
	install "$1"
	commit_bad
	equal "error" "$(overlay "$host" error)" "$2"
	wait_until 120 has_stopped
	reported "$3"
	reports_are "to be restarted:|adapter stopped:|overlay: bad stays|persistent data was damaged"
	refused "No such device" trigger "$host" 1.1
	load_goes_on other "$other"
	power_on_again
	stop_load other "$other"
	new_adapter
}

# Two replies to one command: the first one counts, and the data is not there.
acknowledged_twice()
{
	begin_alone io_twice
	set_probation "$FOREVER" "$FOREVER"
	trigger "$host" bad
	wait_until 60 in_state "$host" probation
	scsi_is "$(sg "$host" 0)" GOOD 00 00 00 00 00 00
	wait_until 60 is_idle "$host"
	is_back "hart crashed" 1
	reported "hart [1-9]+ put out a bad frame"
	reports_are "$crashed"
	no_attention "$(sg "$host" 0)"
	verify "$(disk "$host" 0)"
}

# unit IMAGE: unit 1 is bad, fio at unit 0 is served well
unit()
{
	begin
	set_probation "$FOREVER" "$FOREVER"
	fio_run --name=fill1 --filename="$(disk "$host" 1)" --rw=write --bs=64k --size=1m
	install "$1"
	trigger "$host" bad
	wait_until 60 in_state "$host" probation
	no_attention "$(sg "$host" 1)"
}

unit_is_good_again()
{
	load_goes_on meanwhile "$(disk "$host" 0)"
	set_overlay rollback 1
	wait_until 60 is_idle "$host"
	no_attention "$(sg "$host" 1)"
	"$(built stale)" data "$(sg "$host" 1)" "$(disk "$host" 1)" 0 7
	load_goes_on meanwhile "$(disk "$host" 0)"
	stop_load meanwhile "$(disk "$host" 0)"
}

# GOOD, or what the kernel takes for it, without data: whoever reads gets no byte
# of the kernel's memory, and whoever believes the status gets an error.
unit_empty()
{
	unit unit_empty
	"$(built stale)" none "$(sg "$host" 1)" "$(disk "$host" 1)" 0 6
	"$(built stale)" half "$(sg "$host" 1)" "$(disk "$host" 1)" 7 7
	unit_is_good_again
}

# Media requests beyond everything: an error for each, and nothing is moved.
unit_media()
{
	local way
	local sense=(21/00 21/00 44/00 44/00 44/00 44/00 08/00 08/00)
	local rejected

	unit unit_media
	for way in 0 1 2 3 4 5 6 7; do
		matches "way $way" "$(scsi "$(sg "$host" 1)" -r 4096 28 00 00 00 00 \
			"$(printf %02x $((way * 8)))" 00 00 08 00)" "^02 [45b]/${sense[way]}"
	done
	rejected=$(fabric "$host" rejected_tokens)
	[ "$rejected" -ge 2 ] || fail "$rejected tokens were rejected"
	equal "logins" "$(fabric "$host" logins)" 10
	unit_is_good_again
	# they have been counted, as they should be here and nowhere else
	unload
	load
}

# An image that loses all its data, says so, and makes it anew: the old one comes back.
sessions_made_anew()
{
	begin_alone service_ruin
	set_probation "$FOREVER" "$FOREVER"
	trigger "$host" bad
	wait_until 60 is_idle "$host"
	is_back "^probation: image says that its data is damaged" 1
	reported "persistent data was damaged"
	reports_are "$crashed"
	wait_until 60 no_attention "$(sg "$host" 0)"
	verify "$(disk "$host" 0)"
	set_probation 0 0
	update "$host" 1.1
	verify "$(disk "$host" 0)"
	# there were more logins than at power-on
	unload
	load
}

# keeps_commands IMAGE: a command that the image keeps to itself, or lets wait, is served by the
# one that comes back, and its sender sees no more than that it took longer.
keeps_commands()
{
	begin_alone "$1"
	no_attention "$(sg "$host" 0)"
	set_probation "$FOREVER" 3000
	trigger "$host" bad
	wait_until 60 in_state "$host" probation
	wake
	eh_watch
	verify "$(disk "$host" 0)"
	wait_until 60 is_idle "$host"
	is_back "^probation: no READ ends well any more" 1
	reports_are "overlay: bad: "
	eh_was_idle
	logins_as_at_power_on
}

# What microcode names in APPLY UPDATE is a name, however it looks: the update is by the
# overlay method and a temporary one. An image that stays and gets another answer than it
# should for one of its calls panics.
asks_for_update()
{
	local name="1 method=conventional permanent"

	install_images
	load board=flash luns=2 logins=10 dev_size_mb=16
	fill "$(disk "$host" 0)"
	install service_apply
	cp "$top/build/images/2.0.mrb" "$firmware/$name.mrb"
	commit_bad
	no_attention "$(sg "$host" 0)"
	# MODE SELECT (10) is a message to the service hart, which does something else
	scsi "$(sg "$host" 0)" -t 30000 -w "0000000000000000 0a0a02100000 0000ffff 0000" \
		55 10 00 00 00 00 00 00 14 00 >"$tmp/select" || true
	wait_until 60 version_is 2.0
	wait_until 60 is_idle "$host"
	reported "overlay: $name stays"
	equal "error" "$(overlay "$host" error)" none
	equal "slots" "$(<"/sys/class/scsi_host/host$host/flash/slots")" "0 none"$'\n'"1 none"
	reports_are "overlay: (bad|$name) stays|now has|gives up"
	verify "$(disk "$host" 0)"
	# the hart that began anew in between has logged in again
	unload
	load
}

# A later image is one row: there must be one for each.
all_in_table()
{
	diff <(grep -E '^[a-z]' "$table" | awk '{ print $1 }' | sort) \
		<(for image in "$(dirname "$(built scsi)")"/*.mrb; do
			basename "$image" .mrb
		done | sort)
}

point "each hostile image is in the table" all_in_table
shared_point "fio writes and verifies meanwhile" begin
mapfile -t groups < <(sed -n 's/^= //p' "$table")
for title in "${groups[@]}"; do
	if rows "$title" | grep -qE $'\t(refused|back|stays)\t'; then
		shared_point "$title" group "$title"
	fi
done
point "fio has lost nothing, a good image is laid over" finish
declare -A number
while IFS=$'\t' read -r image outcome patterns; do
	# each of these begins with a module of its own: in a plain run only some
	number[$outcome]=$((${number[$outcome]:-0} + 1))
	if [ -n "${DEEP:-}" ] || [ "${number[$outcome]}" -le 2 ]; then
		point "$outcome: $image" "$outcome" "$image" "${patterns%% @ *}" "${patterns#* @ }"
	fi
done < <(for title in "${groups[@]}"; do rows "$title"; done |
	grep -E $'\t(destroyed|restarted|offline)\t')
point "a command that is answered twice" acknowledged_twice
point "GOOD without data: nothing of the kernel's memory is read" unit_empty
point "media requests beyond everything" unit_media
point "an update that microcode asks for" asks_for_update
point "data that the image loses, and makes anew" sessions_made_anew
point "commands that the image keeps to itself" keeps_commands io_keeps
point "commands that the image lets wait" keeps_commands io_waits
run_points
