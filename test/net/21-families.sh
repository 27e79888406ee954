#!/bin/sh
# The caller speaks IPv4 only, the callee IPv6 only: neither is behind NAT,
# but only the relay has both.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# proxy2 listens and relays on both
both_families() {
	node_proxy proxy2 || return 1
	sed -e '/^listen/s/}/, "udp:[2001:db8:1::2]:5060" }/' \
		-e "/^.address = { \"$PROXY2\"/s/}/, \"2001:db8:1::2\" }/" \
		"$LAB_DIR/proxy2/viaduct.conf" >"$LAB_DIR/both.conf" &&
		mv "$LAB_DIR/both.conf" "$LAB_DIR/proxy2/viaduct.conf"
}

only_v6() {
	ip -n public_b addr del "$PUBLIC_B/24" dev eth0
}

must 'proxy2 has both families' both_families
must 'phone B has only IPv6' only_v6
must 'proxy1 is set up' node_proxy proxy1
must 'the redirect server is set up' node_redirect
must 'alice has an account' node_user proxy1 alice
must 'bob has an account' node_user proxy2 bob
must 'the redirect server starts' node_start redirect
must 'the proxies start' both node_start proxy1 proxy2
must 'phone A starts' phone_start a public_a alice "$PROXY1" "$HZ_A"
must 'phone B starts' \
	phone_start b public_b bob '[2001:db8:1::2]' "$HZ_B"
must 'both register' both phone_registered a b
call_whole
must 'proxy2 relayed both ways' relayed proxy2
must 'proxy2 says why' verdict_is proxy2 '^relay: '
servers_end
say 'heard both ways, IPv4 and IPv6'
