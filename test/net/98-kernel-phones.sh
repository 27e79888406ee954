#!/bin/sh
# Real telephones behind NAT talk, and the kernel forwards what they say: also
# while our process is stopped. What is told of the call is as if all had come
# up, and a recording brings it up in the middle of it.
VIADUCT_RUNG=kernel
export VIADUCT_RUNG
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

ctl() {
	ctl_node=$1
	shift
	"$VIADUCT" ctl -c "$LAB_DIR/$ctl_node/viaduct.conf" "$@"
}

# both sides of a node's call, or one of a kind: "by kernel"
moves() {
	[ "$(ctl "$1" call "$(call_of "$1")" | grep -c "$2")" -eq 2 ]
}

call_of() {
	ctl "$1" calls | sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p' | tail -n 1
}

# how often its threads were woken
woken() {
	for woken_task in /proc/"$(node_pid "$1")"/task/*; do
		grep -q viaduct-relay "$woken_task/comm" || continue
		sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' \
			"$woken_task/status"
	done | awk '{ n += $1 } END { print n }'
}

# ten looks a second, RTCP, and hardly anything else: 50 packets a second come
# from each side
rests() {
	rests_before=$(woken "$1")
	sleep 2
	echo "$(($(woken "$1") - rests_before)) wake-ups in 2 s"
	[ "$(($(woken "$1") - rests_before))" -lt 60 ]
}

signal_proxy1() {
	kill "-$1" "$(node_pid proxy1)"
}

must 'servers start' servers_begin
phones_begin phone_a phone_b
call_begin a b bob
must 'proxy1 has given it to the kernel' wait_until 5 moves proxy1 'by kernel'
must 'proxy1 sleeps meanwhile' rests proxy1
must 'proxy1 is stopped' signal_proxy1 STOP
sleep 2
must 'and goes on' signal_proxy1 CONT

call=$(call_of proxy1)
must 'the call is recorded' ctl proxy1 record "$call" on
must 'so it comes up' wait_until 3 moves proxy1 'not kernel: recorded'
sleep 1
must 'and is not any more' ctl proxy1 record "$call" off
must 'so it goes down again' wait_until 5 moves proxy1 'by kernel'
sleep 2
call_end a b
must 'a hears b, without a gap' phone_hears a "$HZ_B" 7
must 'b hears a, without a gap' phone_hears b "$HZ_A" 7
must 'all of it was counted' relayed proxy1
must_not 'anything was lost' sh -c "grep 'call.end' '$LAB_DIR/proxy1/log' |
	grep -E '_lost=[1-9]'"
servers_end
say "$(call_packets proxy1)"
