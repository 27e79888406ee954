#!/bin/sh
# Two calls go wrong. What the flight recorder has kept of them says why: of
# the first one A's RTP stops while B's goes on, in the second one somebody
# whom nobody knows sends it. With headers of every packet as it came and as
# it left, whoever forwarded it, and nothing of what they carry.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

STRANGER=198.51.100.9
AUDIO=160

block() {
	lab_in nat_a nft "add table ip block
		add chain ip block forward { type filter hook forward priority -10; }
		add rule ip block forward iifname lan udp dport $PORTS drop"
}

other_way_out() {
	lab_in nat_a nft delete table ip block &&
		ip -n nat_a addr add "$STRANGER/24" dev wan &&
		lab_in nat_a nft insert rule ip nat postrouting \
			oifname wan udp dport "$PORTS" snat to "$STRANGER"
}

oneway() {
	[ "$(node_event proxy1 call.oneway | wc -l)" -ge "$1" ]
}

# flight N: the N-th one's file, the oldest first
flight() {
	find "$LAB_DIR/proxy1/data/flights" -name '*-one-way.pcap' \
		2>/dev/null | sort | sed -n "$1p" | grep .
}

# packets FILTER: of the file, how many
packets() {
	tcpdump -n -r "$file" "udp and ($*)" 2>/dev/null | wc -l
}

# has N FILTER: so many, at least
has() {
	has_n=$1
	shift
	has_got=$(packets "$*")
	echo "$has_got packets"
	[ "$has_got" -ge "$has_n" ]
}

# numbers of the RTP that came from there, each one more than the one before
# but for some: what is missing says so
whole() {
	tcpdump -n -x -r "$file" "src host $1 and dst host $PROXY1 and
		udp and not port 5060 and $rtp" 2>/dev/null |
		sed -n 's/^\t0x0010: *//p' | cut -d ' ' -f 8 |
		awk -v most="$2" '
		{
			n = 0
			for (i = 1; i <= 4; i++)
				n = 16 * n + index("0123456789abcdef",
					substr($1, i, 1)) - 1
			if (NR > 1 && n != (last + 1) % 65536)
				++holes
			last = n
		}
		END { print NR " packets, " holes + 0 " holes"
			exit NR < most || holes > 0 }'
}

# octets behind a header of 12: with those of IP and UDP it has 40
sounds() {
	tcpdump -n -x -r "$file" "$rtp" 2>/dev/null | grep 0x0030
}

# RTP, RTCP; the first octets of what UDP carries
rtp='udp[8] & 0xc0 = 0x80 and udp[9] & 0x7f < 64'
rtcp='udp[8] & 0xc0 = 0x80 and udp[9] > 199 and udp[9] < 204'

must 'servers start' servers_begin
phones_begin phone_a phone_b
call_begin a b bob
sleep 7
must 'all that A sends to the relay is dropped' block
must 'A is not heard' wait_until 12 oneway 1
phone_do a hangup
must 'the call is over' node_logged proxy1 5 'call\.end'
must 'the recorder has kept it' wait_until 8 flight 1
file=$(flight 1)
must 'what was said is there' has 10 'port 5060'
must 'RTP of A, until it stopped' whole "$NAT_A" 300
must 'RTP of B, all the time' whole "$NAT_B" 550
must 'RTP that left for A' has 550 "$rtp and src host $PROXY1 and
	dst host $NAT_A"
must 'RTP that left for B' has 300 "$rtp and src host $PROXY1 and
	dst host $NAT_B"
must 'RTCP of both' has 1 "$rtcp and src host $NAT_A"
must 'RTCP of both' has 1 "$rtcp and src host $NAT_B"
must 'how long a packet was' has 800 "$rtp and
	ip[2:2] = $((20 + 8 + 12 + AUDIO))"
must_not 'sound' sounds

must 'the media of A takes another way' other_way_out
phone_do a 'dial sip:bob@example.net'
must 'a talks again' phone_talks_again a 2
must 'b talks again' phone_talks_again b 2
must 'A is not heard' wait_until 12 oneway 2
call_end a b
must 'the recorder has kept it' wait_until 8 flight 2
file=$(flight 2)
must 'a stranger came' has 100 "$rtp and src host $STRANGER"
must 'and nothing of him left' refute has 1 "$rtp and src host $PROXY1 and
	dst host $NAT_B"
servers_end
say 'each packet that came or left, and no sound'
