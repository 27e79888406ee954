#!/bin/sh
# In the middle of a call the ways change: a neighbour has another MAC
# address, packets leave by another router, the interface goes down and comes
# up, the address goes and comes back. And an interface has filters of others,
# which stay when we go.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

# phone a is on the relay's own wire
A_MAC=02:00:00:00:08:08

another_mac() {
	ip -n relay2 link set eth0 address "$A_MAC" &&
		ip -n relay2 neigh flush dev eth0
}

gateway_mac() {
	ip -n net link set core address 02:00:00:00:00:fe &&
		ip -n net neigh flush dev core &&
		lab_in net "$TOOLS/rtpspray" "$PROXY1" 9 9 1 >/dev/null
}

# redirect takes it on
other_router() {
	lab_forward redirect
	lab_in redirect sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects
		echo 0 >/proc/sys/net/ipv4/conf/eth0/send_redirects'
	ip -n proxy1 route add "$PUBLIC_B/32" via "$REDIRECT"
}

down_and_up() {
	ip -n proxy1 link set eth0 down && sleep 0.5 &&
		ip -n proxy1 link set eth0 up &&
		ip -n proxy1 route replace default via 203.0.113.254
}

address_away_and_back() {
	ip -n proxy1 addr del "$PROXY1/24" dev eth0 && sleep 0.5 &&
		ip -n proxy1 addr add "$PROXY1/24" dev eth0 &&
		ip -n proxy1 route replace default via 203.0.113.254
}

# they look at everything, and let it pass: classic BPF, of which each kernel
# with filters has enough
others_filters() {
	tc -n proxy1 qdisc add dev eth0 clsact && others_add ingress 1 &&
		others_add ingress 60000 && others_add egress 1
}

others_add() {
	tc -n proxy1 filter add dev eth0 "$1" pref "$2" protocol all \
		bpf bytecode '1,6 0 0 0,' flowid 1:1
}

others_shown() {
	for others_of in ingress egress; do
		tc -n proxy1 filter show dev eth0 "$others_of" |
			grep -c 'bpf.* handle'
	done
}

# ours are gone
only_others() {
	others_shown
	[ "$(others_shown | tr '\n' ' ')" = '2 1 ' ]
}

# a sends 64, and the relay and the two routers take one each
ttl_is_less() {
	sed -n 's/^a: .*TTL \([0-9]*\);.*/TTL \1/p' "$LAB_DIR/truth/log"
	grep -q '^a: .*TTL 61;' "$LAB_DIR/truth/log"
}

# talk_through WHAT COMMAND: what is lost meanwhile does not count
talk_through() {
	must 'losses do not count for a while' truth_do loose
	must "$1" "$2"
	must 'they go on' truth_do run 1500
	must 'and hear each other' truth_do settle
	must 'for a second' truth_do run 1000
}

must 'others have filters' others_filters
must 'proxy1 starts' truth_node
must 'two phones register' truth_begin relay2 "$RELAY2" public_b "$PUBLIC_B"
must 'they call' truth_do call
must 'more packets' truth_do rate 200
must 'they talk' truth_do run 1000
must 'on the rung that was asked for' truth_rides
talk_through 'a has another MAC address' another_mac
must 'on the rung that was asked for' truth_rides
talk_through 'the router has another one' gateway_mac
must 'what goes to b takes another way' other_router
must 'nothing is lost' truth_do run 2000
must 'and the old one' ip -n proxy1 route del "$PUBLIC_B/32"
must 'nothing is lost' truth_do run 1500
talk_through 'the interface goes down and up' down_and_up
talk_through 'its address goes and comes back' address_away_and_back
must 'on the rung that was asked for' truth_rides
must 'a hangs up' truth_do bye a
must 'every octet was right' truth_end
must 'one packet had another router more' ttl_is_less
servers_end
must 'the filters of others are still there, and nothing else' only_others
say 'audio found each new way'
