#!/bin/sh
# External mode with a dead relay server first in the list: the second one is
# asked in time, and the call is heard.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'the second relay server is set up' node_relay relay2
must 'the second relay server starts' node_start relay2
must 'servers start' servers_begin "mode = \"external\"
	servers = { \"sip:$RELAY:5060\", \"sip:$RELAY2:5060\" }"
phones_begin phone_a phone_b
call_whole
must 'the second relay server relayed both ways' relayed relay2
servers_end

say 'now without any'
must 'servers start' servers_begin "mode = \"external\"
	servers = { \"sip:$RELAY:5060\" }"
phones_begin phone_a phone_b
phone_do a 'dial sip:bob@example.net'
must 'the caller gets 503' phone_said a 15 '503 '
phone_stop a
phone_stop b
servers_end
say 'the second server is used, 503 without one'
