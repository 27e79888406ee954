#!/bin/sh
# Asterisk's AST-2017-008: RTCP of four octets made it send reports to whoever
# sent that. Here a stranger and a neighbour behind the phone's NAT send a
# thousand each during a call: reports go on to where they went.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
case_begin "$0"

export CALL_SECONDS=8
shape="$FOE_SHAPES/rtcp-4-octets(AST-2017-008).bin"

# the neighbour sends RTP and reports of good form between them, too
must 'servers start' servers_begin
phones_begin phone_a phone_b
watch_begin stranger "src host $PROXY1 and udp and portrange $PORTS"
watch_begin phone_a2 "src host $PROXY1 and udp and portrange $PORTS"
call_begin a b bob
sleep 1
foe_begin stranger proxy1 "$shape" "$shape" "$shape"
foe_begin phone_a2 proxy1 "$shape"
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'the stranger got nothing' foe_end stranger
must 'the neighbour got nothing' foe_end phone_a2
must 'his wire says so as well' watch_empty stranger
must 'and so does the neighbour'"'"'s' watch_empty phone_a2
must_not 'rtcp ever moved' sh -c "grep call.latched '$LAB_DIR/proxy1/log' |
	grep comp=rtcp | grep -o 'side=[ab]' | sort | uniq -d | grep ."
servers_end
say 'reports went to the phones only'
