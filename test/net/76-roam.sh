#!/bin/sh
# The line of an encrypting phone gets another address during the call, and
# nobody says a word of signalling: its own packets prove who it is, and both
# hear each other again at once.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
case_begin "$0"

export CALL_SECONDS=11
export PHONE_MORE='module srtp.so'
NEW=198.51.100.77

# the NAT box forgets its flows with the address, as it does in life
reconnect() {
	ip -n nat_a addr del "$NAT_A/24" dev wan &&
		ip -n nat_a addr add "$NEW/24" dev wan &&
		ip -n nat_a route replace default via 198.51.100.254
}

must 'servers start' servers_begin
phones_begin phone_a phone_b 'mediaenc=srtp-mand'
foe_begin stranger proxy1
call_begin a b bob
sleep 4
must 'the line of a gets another address' reconnect
must 'proxy1 learns it from its packets' node_logged proxy1 3 \
	"call.latched.*side=a.*comp=rtp source=$NEW:"
sleep 8.7
must 'a stranger sprayed all the time' foe_sprays stranger
call_end a b
call_heard a b
must 'nothing came back to him' foe_end stranger
servers_end
say 'heard both ways, before and after'
