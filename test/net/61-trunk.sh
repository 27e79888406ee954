#!/bin/sh
# Kamailio as a carrier: we register at it with digest, it challenges each
# call, calls go both ways, and it is missed when it is gone.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

trunk_config() {
	node_write proxy1 <<CONF
domain = { "example.net" }
relay {
	address = { "$PROXY1" }
	ports   = "$PORTS"
}
registrar {
	keepalive = $NODE_KEEPALIVE
}
peer "carrier" {
	uri      = "sip:$PROXY2"
	user     = "us"
	password = "trunk-secret"
	register = yes
	probe    = 2
	deadline = 1
}
route "world" {
	match = { "0*" }
	strip = 1
	add   = "+49"
	peers = { "carrier" }
}
CONF
}

ctl() {
	"$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" "$@"
}

# state_is PATTERN
state_is() {
	ctl peers | grep -E "$1"
}

refused() {
	ctl route 0301 | grep '503 No Peer For This Number'
}

alias_add() {
	"$VIADUCT" user set -c "$LAB_DIR/proxy1/viaduct.conf" \
		alice@example.net alias+=0711
}

must 'Kamailio runs as the carrier' kamailio_carrier proxy2 "$PROXY1" us \
	trunk-secret +49301
must 'proxy1 is set up' trunk_config
must 'alice has an account' node_user proxy1 alice
must 'and a number' alias_add
must 'proxy1 starts' node_start proxy1
must 'it registers at the carrier' wait_until 5 state_is \
	'carrier +up .*registered for'
must 'alice may call by it' ctl route 0301 --from alice@example.net

phones_begin phone_a phone_b
call_begin a b 0301
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'the carrier has challenged us' grep -q 'status=407\|what=407' \
	"$LAB_DIR/proxy1/log"
must 'proxy1 relayed both ways' relayed proxy1

phones_begin phone_a phone_b
phone_do b 'dial sip:0711@example.net'
must 'a and b talk' both phone_talks a b
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b

must 'the carrier is cut off' lab_in proxy2 ip link set eth0 down
must 'it is missed' wait_until 20 state_is 'carrier +down'
must 'no call is tried there' refused
servers_end
say 'heard both ways by a trunk that we register at, challenges, and goes'
