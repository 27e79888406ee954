#!/bin/sh
# Packets larger than a frame, in and out; then ones that fit on the way in,
# and on the way out do not: of the relay's own link, and farther away.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

A6=2001:db8:2::20
B6=2001:db8:2::21

fragmented() {
	sed -n 's/^[ab]: .*fragments \([0-9]*\).*/\1/p' "$LAB_DIR/truth/log"
	! grep -q '^[ab]: .*fragments 0,' "$LAB_DIR/truth/log"
}

# talk ADDR ADDR SIZES
talk() {
	must "phones at $1 and $2 register" truth_begin public_a "$1" \
		public_b "$2"
	must 'they call' truth_do call
	must "packets of $3 octets" truth_do size "$3"
	must 'more than one by one' truth_do rate 20
	must 'they talk' truth_do run 2000
	must 'a hangs up' truth_do bye a
	must 'every octet was right' truth_end
}

must 'proxy1 starts' truth_node
talk "$PUBLIC_A" "$PUBLIC_B" 172,1472,1473,2000,172,4000,8000
must 'they were in fragments' fragmented
talk "$A6" "$B6" 172,1452,1453,2000,172,4000,8000
must 'they were in fragments' fragmented

must 'the way out of proxy1 takes 1280 octets' \
	ip -n proxy1 route replace default via 203.0.113.254 mtu lock 1280
must 'and for IPv6' ip -n proxy1 route replace default \
	via 2001:db8:1::fe mtu lock 1280
talk "$PUBLIC_A" "$PUBLIC_B" 172,1252,1253,1400
must 'they were in fragments' fragmented
talk "$A6" "$B6" 172,1232,1233,1400
must 'they were in fragments' fragmented
must 'it takes more again' \
	ip -n proxy1 route replace default via 203.0.113.254
must 'and for IPv6' ip -n proxy1 route replace default via 2001:db8:1::fe

must 'the way to b takes 1280 octets, a mile on' \
	ip -n net route add "$PUBLIC_B/32" dev dsl mtu lock 1280
must 'and that to a' \
	ip -n net route add "$PUBLIC_A/32" dev dsl mtu lock 1280
talk "$PUBLIC_A" "$PUBLIC_B" 172,1252,1253,1400
must 'they were in fragments' fragmented
servers_end
say 'nothing lost or changed'
