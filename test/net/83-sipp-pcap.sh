#!/bin/sh
# Recorded RTP, played by sipp on both sides: G.711 both ways, then a digit as
# RFC 4733 events, which starts a new payload type in the same stream.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'alice registers' sipp_register phone_a alice "$PROXY1"
lab_spawn phone_b "$LAB_DIR/heard" timeout 20 tcpdump -U -n -i eth0 \
	-w "$LAB_DIR/heard.pcap" 'udp and inbound and not port 5060'
must 'bob waits' sipp_callee phone_b callee_pcap
must 'alice plays' sipp_caller phone_a caller_pcap "$PROXY1"
must 'bob is done' sipp_done phone_b callee_pcap
must 'proxy1 relayed both ways' relayed proxy1

# the second octet of RTP is the payload type, with or without the marker
of_type() {
	tcpdump -n -r "$LAB_DIR/heard.pcap" \
		"udp[9] & 0x7f = $1 and udp[8] & 0xc0 = 0x80" 2>/dev/null |
		grep -c UDP
}
heard() {
	heard_n=$(of_type "$1")
	echo "$heard_n"
	[ "$heard_n" -ge "$2" ]
}
sounds() { heard 8 90; }
digit() { heard 101 3; }
must 'bob was sent G.711' sounds
must 'bob was sent the digit' digit
servers_end
say 'played both ways'
