#!/bin/sh
# The line of a phone gets another address during the call. Nobody can know
# that the packets from there are its: until a request of its comes from there
# (hold and resume), and then both hear each other again.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# what the phones write down ends with the first re-INVITE
export CALL_SECONDS=3
NEW=198.51.100.77

# the NAT box forgets its flows with the address, as it does in life
reconnect() {
	ip -n nat_a addr del "$NAT_A/24" dev wan &&
		ip -n nat_a addr add "$NEW/24" dev wan &&
		ip -n nat_a route replace default via 198.51.100.254
}

must 'servers start' servers_begin
phones_begin phone_a phone_b
call_begin a b bob
sleep 4
must 'the line of a gets another address' reconnect
sleep 1
phone_do a hold
must 'its call is where its request comes from' node_logged proxy1 3 \
	"call.moved.*side=a.*to=$NEW:"
phone_do a resume
must 'and its media, within two seconds' node_logged proxy1 2 \
	"call.latched.*side=a.*comp=rtp source=$NEW:"
sleep 9
call_end a b
call_heard a b
must 'no more than a second or two was lost' node_logged proxy1 3 \
	'call.end.*a_rx=[5-9][0-9][0-9] a_tx=[5-9][0-9][0-9] .*a_lost=[0-9]?[0-9] '
servers_end
say 'heard both ways, before and after'
