#!/bin/sh
# Kamailio in front of us as the edge proxy of a phone behind a symmetric NAT:
# it registers at us through it, and is called by the Path that it told.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

bound() {
	node_event proxy1 registrar.bound | grep "$1@example.net"
}

must 'Kamailio runs as the edge' kamailio_start proxy2 edge "$PROXY1"
must 'proxy1 is set up' node_proxy proxy1
must 'alice has an account' node_user proxy1 alice
must 'bob has an account' node_user proxy1 bob
must 'proxy1 starts' node_start proxy1
phones_begin public_a phone_b
must 'bob is bound with the edge as his source' bound bob
must 'and that is Kamailio' grep -q "source=$PROXY2:5060" "$LAB_DIR/proxy1/log"
must 'proxy1 stops' node_stop proxy1
must 'and starts again' node_start proxy1
must 'both are known as before' node_logged proxy1 5 \
	'location.loaded bindings=2'
call_whole
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'registered and called through Kamailio by its Path, heard both ways'
