#!/bin/sh
# External mode: the proxies have no relay of their own but ask a relay server
# with INVITE, which answers 302 with the resource in its SDP.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# what proxy1 asked other servers for the call, in its ladder
asked() {
	asked_id=$(node_event proxy1 call.end | tail -n 1 | field call)
	"$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" ladder "$asked_id" \
		>"$LAB_DIR/ladder" || return 1
	asked_relay=$(grep -c "$RELAY:5060 -> .* 302 " "$LAB_DIR/ladder")
	asked_redirect=$(grep -c "$REDIRECT:5060 -> .* 302 " "$LAB_DIR/ladder")
	echo "302: $asked_relay of the relay, $asked_redirect of the redirect" \
		server
	# one for each side of the call
	[ "$asked_relay" = 2 ] && [ "$asked_redirect" = 1 ]
}

must 'the relay server is set up' node_relay relay
must 'the relay server starts' node_start relay
must 'servers start' servers_begin \
	"mode = \"external\" servers = { \"sip:$RELAY:5060\" }"
watch_begin proxy1 "udp and portrange $PORTS"
phones_begin phone_a phone_b
call_whole
must 'the relay server relayed both ways' relayed relay
must 'proxy1 itself relayed nothing' watch_empty proxy1
must 'the call is written down' node_logged proxy1 5 'call\.end'
must 'its ladder has what was asked for it' asked
servers_end
say 'heard both ways through the relay server'
