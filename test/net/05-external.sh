#!/bin/sh
# External mode: the proxies have no relay of their own but ask a relay server
# with INVITE, which answers 302 with the resource in its SDP.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'the relay server is set up' node_relay relay
must 'the relay server starts' node_start relay
must 'servers start' servers_begin \
	"mode = \"external\" servers = { \"sip:$RELAY:5060\" }"
watch_begin proxy1 "udp and portrange $PORTS"
phones_begin phone_a phone_b
call_whole
must 'the relay server relayed both ways' relayed relay
must 'proxy1 itself relayed nothing' watch_empty proxy1
servers_end
say 'heard both ways through the relay server'
