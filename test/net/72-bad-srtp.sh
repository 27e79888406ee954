#!/bin/sh
# FreeSWITCH's CVE-2021-41105: a hundred bad SRTP packets ended a call. Here
# ten thousand come with the very address of the encrypting phone, and as many
# from a stranger: the call lives and is heard.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
case_begin "$0"

export CALL_SECONDS=8
export PHONE_MORE='module srtp.so'
shape=$FOE_SHAPES/es2021-09-srtp-short.bin

must 'servers start' servers_begin
phones_begin phone_a phone_b 'mediaenc=srtp-mand'
call_begin a b bob
must 'proxy1 learns where a is' node_logged proxy1 5 \
	'call.latched.*side=a.*comp=rtp '
sleep 1
phone=$(foe_latched proxy1 a rtp)
port=$(foe_port proxy1 nat_a)
say "  a is $phone, and talks to port $port"
must 'ten thousand bad packets come from a' lab_in stranger \
	"$TOOLS/rtpforge" "$phone" "$PROXY1:$port" 10000 "$shape"
must 'ten thousand come from a stranger' lab_in stranger \
	"$TOOLS/rtpforge" "$STRANGER:4000" "$PROXY1:$port" 10000 "$shape"
must_not 'the call has ended' grep -q call.end "$LAB_DIR/proxy1/log"
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'proxy1 relayed both ways' relayed proxy1
must 'the bad packets of the stranger were counted' sh -c "grep call.end '$LAB_DIR/proxy1/log' |
	grep -o 'a_refused=[0-9]*' | grep -E '=[0-9]{4}'"
servers_end
say 'lives through twenty thousand bad packets'
