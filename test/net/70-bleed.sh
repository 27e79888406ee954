#!/bin/sh
# The flood-and-bleed method: a third address sends RTP, and the packet of the
# rtpengine advisory of 2025, to each port of the range, before, during and
# after fifty calls; and begins before their first INVITE. Nothing comes back
# to it, and nothing of it goes to a telephone.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
case_begin "$0"

CALLS=50
export NODE_SECTIONS="limit {
	calls = $CALLS
	calls_per_minute = 0
}"
spray=$FOE_SHAPES/es2025-01-spray.bin

all_relayed() {
	all=$(node_event proxy1 call.end | grep -c 'a_rx=[1-9].*b_rx=[1-9]')
	echo "$all"
	[ "$all" -eq "$CALLS" ]
}

must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'alice registers' sipp_register phone_a alice "$PROXY1"
export SIPP_MORE="-m $CALLS -l $CALLS -r 10"
watch_begin stranger "src net 203.0.113.0/24 and udp"
watch_begin phone_a "$FOE_SSRC"
watch_begin phone_b "$FOE_SSRC"
must 'he sprays before the calls' foe_spray stranger proxy1 10 "$spray"
foe_begin stranger proxy1 "$spray"
foe_begin public_a proxy2 "$spray"
must 'bob waits' sipp_callee phone_b callee_pcap
must "alice plays, $CALLS times" sipp_caller phone_a caller_pcap "$PROXY1"
must 'bob is done' sipp_done phone_b callee_pcap
must 'he sprayed all the time' foe_sprays stranger
must 'and so did the other one' foe_sprays public_a
must 'all calls had media both ways' all_relayed
must 'nothing came back to him' foe_end stranger
must 'nor to the other one' foe_end public_a
must 'he sprays after the calls' foe_spray stranger proxy1 10 "$spray"
must 'his wire says so as well' watch_empty stranger
must 'nothing of it came to alice' watch_empty phone_a
must 'nothing of it came to bob' watch_empty phone_b
must 'proxy1 counted what it refused' refused_some proxy1
servers_end
say "$CALLS calls: nothing bled, nothing was heard"
