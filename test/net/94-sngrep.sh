#!/bin/sh
# sngrep, a tool of others, reads what we write: the packet files of a trace
# and of the flight recorder, and what is sent to Homer.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
command -v sngrep >/dev/null || skip 'no sngrep here'
. ./test/net/names.sh
case_begin "$0"

heard=$LAB_DIR/homer/heard.pcap

ctl() {
	"$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" "$@"
}

# what Homer would be: it listens for HEP, and writes what it has taken out
homer_begin() {
	mkdir -p "$LAB_DIR/homer"
	lab_spawn relay2 "$LAB_DIR/homer/log" sngrep -F -N -q \
		-L "udp:$RELAY2:9060" -O "$heard"
	echo "$!" >"$LAB_DIR/homer/pid"
	wait_until 5 homer_listens
}

homer_listens() {
	lab_in relay2 ss -Hlun | grep -q ':9060'
}

in_homer() {
	grep -qa "$1" "$heard"
}

homer_end() {
	kill -INT "$(cat "$LAB_DIR/homer/pid")" &&
		wait_until 5 lab_gone "$(cat "$LAB_DIR/homer/pid")" &&
		rm "$LAB_DIR/homer/pid"
}

# the only file of its kind
file() {
	for found in "$LAB_DIR/proxy1/data/$1"/*.pcap; do
		[ -e "$found" ] || return 1
	done
	echo "$found"
}

# calls FILE: their Call-IDs, without sngrep
calls() {
	grep -aio '^Call-ID: [^[:space:]]*' "$1" | sort -u
}

# read_by_sngrep FILE LEAST: all dialogs that are in it, so many at least
read_by_sngrep() {
	read_n=$(timeout 20 sngrep -F -N -I "$1" </dev/null |
		grep -o '[0-9]*$' | tail -n 1)
	echo "$read_n dialogs of $(calls "$1" | wc -l)"
	[ "$read_n" -ge "$2" ] && [ "$read_n" -eq "$(calls "$1" | wc -l)" ]
}

all_sent() {
	calls "$(file traces)" >"$LAB_DIR/traced"
	calls "$heard" >"$LAB_DIR/heard"
	! grep -vxFf "$LAB_DIR/heard" "$LAB_DIR/traced"
}

export NODE_SECTIONS="hep {
	server = \"udp:$RELAY2:9060\"
}"
must 'sngrep listens in the place of Homer' homer_begin
must 'servers start' servers_begin
must 'all of alice is traced' ctl trace alice@example.net on
phones_begin phone_a phone_b
call_whole
must 'the call is over' node_logged proxy1 5 'call\.end'

must 'bob has a phone that fails' sipp_register phone_b bob "$PROXY2"
must 'it waits' carrier_start phone_b 5060 '500 Broken' "$PHONE"
must 'alice is back' phone_start a phone_a alice "$PROXY1" "$HZ_A"
must 'she registers' phone_registered a
phone_do a 'dial sip:bob@example.net'
must 'her call fails' phone_said a 10 '500 Broken'
must 'the trace ends' ctl trace alice@example.net off
must 'the flight recorder has that call' wait_until 5 file flights
must 'Homer has heard to the end' wait_until 5 in_homer '500 Broken'
must 'sngrep ends' homer_end

must 'sngrep reads the trace' read_by_sngrep "$(file traces)" 5
must 'sngrep reads what the flight recorder kept' \
	read_by_sngrep "$(file flights)" 1
must 'sngrep has read what was sent to Homer' read_by_sngrep "$heard" 5
must 'each call of the trace was sent to Homer, too' all_sent
phone_stop a
must 'the phone that fails ends' carrier_stop phone_b
servers_end
say 'traces, flights and HEP are read'
