#!/bin/sh
# Both phones on public addresses: the comparison matches, each gets the
# other's own address, and no packet of theirs touches a proxy.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
watch_begin proxy1 "udp and portrange $PORTS"
phones_begin public_a public_b
call_whole
must 'proxy1 says why' verdict_is proxy1 '^direct: '
must 'proxy1 relayed nothing' relayed_nothing proxy1
must 'proxy2 relayed nothing' relayed_nothing proxy2
must 'phone B was given the address of phone A' \
	phone_said b 1 "receiving from $PUBLIC_A:"
must 'phone A was given the address of phone B' \
	phone_said a 1 "receiving from $PUBLIC_B:"
must 'no RTP came near proxy1' watch_empty proxy1
servers_end
say 'heard both ways, nothing relayed'
