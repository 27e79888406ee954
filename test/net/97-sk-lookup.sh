#!/bin/sh
# A few sockets for all ports: a call costs no descriptor and binds nothing,
# and has every octet. What is missing for it is said, and calls go on by
# sockets: without a capability, and where another program has the ports. It
# works with three capabilities alone.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
[ "${VIADUCT_RUNG:-sk_lookup}" = sk_lookup ] || skip 'it is about sk_lookup'
VIADUCT_RUNG=sk_lookup
export VIADUCT_RUNG
case_begin "$0"

REAL=$VIADUCT

# as_with CAPABILITIES: the server runs with these and no others
as_with() {
	printf '#!/bin/sh\nexec setpriv --bounding-set -all%s %s %s "$@"\n' \
		"$1" "--inh-caps -all$1" "$REAL" >"$LAB_DIR/viaduct"
	chmod +x "$LAB_DIR/viaduct" && "$LAB_DIR/viaduct" version
}

descriptors() {
	find "/proc/$(node_pid proxy1)/fd" -mindepth 1 | wc -l
}

same_descriptors() {
	[ "$(descriptors)" -eq "$1" ]
}

bound() {
	lab_in proxy1 ss -Hlun 'sport >= 16384 and sport <= 16783' | grep .
}

status_says() {
	truth_ctl status | grep -F "$1"
}

talk() {
	must 'two phones register' truth_begin public_a "$PUBLIC_A" \
		public_b "$PUBLIC_B"
	count=$(descriptors)
	must 'more packets' truth_do rate 300
	must 'they call' truth_do call
	must 'they talk' truth_do run 1000
	"$@"
	must 'a hangs up' truth_do bye a
	must 'every octet was right' truth_end
}

no_ports() {
	must 'it is on that rung' truth_rides
	must 'the call has no descriptors' same_descriptors "$count"
	must_not 'a media port is bound' bound
}

ports() {
	must 'media ports are bound' bound
}

must 'proxy1 starts' truth_node
must 'it says so' status_says 'packets   by sk_lookup'
talk no_ports
must 'proxy1 stops' node_stop proxy1

must 'with three capabilities' as_with ,+bpf,+net_admin,+net_raw
VIADUCT=$LAB_DIR/viaduct
must 'proxy1 starts' node_start proxy1
talk no_ports
must 'proxy1 stops' node_stop proxy1

unset VIADUCT_RUNG
for caps in ,+bpf,+net_admin ,+net_raw; do
	must "with ${caps#,}" as_with "$caps"
	must 'proxy1 starts' node_start proxy1
	must 'it says why not' status_says 'not sk_lookup: '
	must 'and warns' node_event proxy1 relay.plane
	talk ports
	must 'proxy1 stops' node_stop proxy1
done
VIADUCT=$REAL

must 'the ports are as good as anybody'"'"'s' lab_in proxy1 \
	sh -c 'echo 16000 20000 >/proc/sys/net/ipv4/ip_local_port_range'
must 'proxy1 starts' node_start proxy1
must 'it says why not' status_says 'net.ipv4.ip_local_port_range'
talk ports
servers_end
say 'no descriptor and no bound port a call; without it, sockets'
