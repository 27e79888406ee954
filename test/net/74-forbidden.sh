#!/bin/sh
# An SDP that names loopback, link-local, multicast, broadcast, nothing at all
# or the relay itself: media is held back or the call refused, and not a packet
# goes there. The callee plays meanwhile.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
case_begin "$0"

# what is sent from the media ports, by whichever interface, to anybody but
# the phones' NAT boxes
elsewhere="udp and src portrange $PORTS and not src host $NAT_A and
	not src host $NAT_B and not dst host $NAT_A and not dst host $NAT_B"

must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'alice registers' sipp_register phone_a alice "$PROXY1"

# forbidden FAMILY ADDRESS PORT: refused by 488, or answered
forbidden() {
	rm -rf "$LAB_DIR/phone_a-caller_any"
	SIPP_MORE="-key af $1 -key host $2 -key port $3"
	sipp_run phone_a alice caller_any "$PROXY1" udp || return 1
	grep -o 'SIP/2.0 \(200\|488\)' "$LAB_DIR/phone_a-caller_any/messages" |
		head -n 1
}

export SIPP_MORE='-m 100'
must 'bob waits' sipp_callee phone_b callee_any
watch_begin proxy1 "$elsewhere"
watch_begin proxy2 "$elsewhere"
for host in 0.0.0.0 0.1.2.3 127.0.0.1 127.255.255.254 169.254.1.1 224.0.0.1 \
	239.255.255.255 240.0.0.1 255.255.255.255; do
	must "c=IN IP4 $host" forbidden IP4 "$host" 4000
done
for host in :: ::1 fe80::1 ff02::1 ::ffff:127.0.0.1 ::ffff:0.0.0.0 \
	::ffff:169.254.1.1 ::127.0.0.1; do
	must "c=IN IP6 $host" forbidden IP6 "$host" 4000
done
for port in "${PORTS%-*}" "${PORTS#*-}" 16400 5060; do
	must "c= proxy1 itself, port $port" forbidden IP4 "$PROXY1" "$port"
	must "c= proxy1 itself, port $port, mapped" \
		forbidden IP6 "::ffff:$PROXY1" "$port"
done
held() {
	node_event proxy1 call.end | grep -c 'b_rx=[1-9][0-9]* b_tx=0'
}
must 'there was something to send' held
must 'nothing left proxy1 for there' watch_empty proxy1
must 'nothing left proxy2 for there' watch_empty proxy2
servers_end
say 'nothing was sent to a forbidden address'
