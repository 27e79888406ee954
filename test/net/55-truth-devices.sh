#!/bin/sh
# The relay's address is on a VLAN's device, on a bridge, on loopback; and what
# a phone sends comes by an interface that does not have it.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

# what is not Ethernet is forwarded by a lower rung, whoever wants the highest
LOWER=${VIADUCT_RUNG-}
[ "$LOWER" != kernel ] || LOWER=

default_by() {
	ip -n proxy1 route replace default via 203.0.113.254 dev "$1" &&
		ip -n proxy1 route replace default via 2001:db8:1::fe dev "$1"
}

# its own network, tagged
on_vlan() {
	ip -n net link add link core name core.5 type vlan id 5 &&
		ip -n net link set core.5 up &&
		ip -n net addr add 203.0.115.254/24 dev core.5 &&
		ip -n net addr add 2001:db8:5::fe/64 dev core.5 nodad &&
		ip -n proxy1 link add link eth0 name eth0.5 type vlan id 5 &&
		ip -n proxy1 link set eth0.5 up &&
		ip -n proxy1 addr add 203.0.115.1/24 dev eth0.5 &&
		ip -n proxy1 addr add 2001:db8:5::1/64 dev eth0.5 nodad &&
		ip -n proxy1 route replace default via 203.0.115.254 &&
		ip -n proxy1 route replace default via 2001:db8:5::fe
}

on_bridge() {
	ip -n proxy1 link del eth0.5 2>/dev/null
	ip -n proxy1 addr flush dev eth0 scope global
	ip -n proxy1 link add br0 type bridge &&
		ip -n proxy1 link set eth0 master br0 &&
		ip -n proxy1 link set br0 up &&
		ip -n proxy1 addr add 203.0.113.1/24 dev br0 &&
		ip -n proxy1 addr add 2001:db8:1::1/64 dev br0 nodad &&
		default_by br0
}

# eth0 has another address, and this one is routed to it
on_loopback() {
	ip -n proxy1 link del br0
	ip -n proxy1 addr flush dev eth0 scope global
	ip -n proxy1 addr add 203.0.113.3/24 dev eth0 &&
		ip -n proxy1 addr add 2001:db8:1::3/64 dev eth0 nodad &&
		default_by eth0 &&
		ip -n proxy1 addr add 203.0.115.7/32 dev lo &&
		ip -n proxy1 addr add 2001:db8:7::7/128 dev lo &&
		ip -n net route add 203.0.115.7/32 via 203.0.113.3 &&
		ip -n net route add 2001:db8:7::7/128 via 2001:db8:1::3
}

# a cable to phone b, which sends by it; what it is sent goes as before
by_another() {
	ip -n proxy1 link add eth1 type veth peer name eth1 netns public_b &&
		ip -n proxy1 addr add 10.77.0.1/24 dev eth1 &&
		ip -n public_b addr add 10.77.0.2/24 dev eth1 &&
		ip -n proxy1 link set eth1 up &&
		ip -n public_b link set eth1 up &&
		ip -n public_b route add "$PROXY1/32" via 10.77.0.1 &&
		lab_in proxy1 sh -c 'cd /proc/sys/net/ipv4/conf
			echo 0 >all/rp_filter; echo 0 >eth1/rp_filter'
}

# talk ADDR ADDR [RUNG]
talk() {
	must "phones at $1 and $2 register" truth_begin public_a "$1" \
		public_b "$2"
	must 'they call' truth_do call
	must 'more packets' truth_do rate 200
	must 'they talk' truth_do run 1500
	[ "${3-}" = any ] || must 'on the rung that was asked for' truth_rides
	must 'they talk' truth_do run 500
	must 'a hangs up' truth_do bye a
	must 'every octet was right' truth_end
}

# serve WHAT ADDR ADDR6
serve() {
	must "the address is on $1" "on_$1"
	PROXY1=$2
	TRUTH6=$3
	must 'proxy1 starts' truth_node
	talk "$PUBLIC_A" "$PUBLIC_B"
	talk 2001:db8:2::20 2001:db8:2::21
	must 'proxy1 stops' node_end proxy1
}

if ip link add try type vlan id 5 link lo 2>/dev/null; then
	ip link del try
	serve vlan 203.0.115.1 2001:db8:5::1
fi
serve bridge 203.0.113.1 2001:db8:1::1

must 'proxy1 starts' truth_node
must 'phone b sends by another interface' by_another
talk "$PUBLIC_A" "$PUBLIC_B" any
must 'proxy1 stops' node_end proxy1

VIADUCT_RUNG="$LOWER"
serve loopback 203.0.115.7 2001:db8:7::7
say 'heard by each of them'
