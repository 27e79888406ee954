#!/bin/sh
# Audio that ends in the middle of a call, or never comes: said while the call
# is up, with the cause, and said again when it is over.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# block RULE: of what phone A sends to the media ports
block() {
	lab_in nat_a nft "add table ip block
		add chain ip block forward { type filter hook forward priority -10; }
		add rule ip block forward iifname lan udp dport $PORTS $1 drop"
}

# what it is sent
block_towards() {
	lab_in nat_a nft "add table ip block
		add chain ip block forward { type filter hook forward priority -10; }
		add rule ip block forward iifname wan udp sport $PORTS drop"
}

unblock() {
	lab_in nat_a nft delete table ip block
}

# said KIND N: so many lines of that kind, the last one to be seen
said() {
	[ "$(node_event proxy1 "$1" | wc -l)" -ge "$2" ]
}

oneway() {
	wait_until 12 said call.oneway "$1" || return 1
	node_event proxy1 call.oneway | tail -n 1 >"$LAB_DIR/oneway"
	echo "$(field side <"$LAB_DIR/oneway"): $(field cause <"$LAB_DIR/oneway")"
	grep -q "side=a .*cause=$2 " "$LAB_DIR/oneway"
}

over() {
	wait_until 10 said call.oneway.over "$1"
	node_event proxy1 call.oneway.over | tail -n 1 | field lasted_ms
	said call.oneway.over "$1"
}

warned() {
	warned_id=$("$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" calls |
		sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p')
	"$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" call "$warned_id" |
		grep '^warning'
}

# its media leaves by another address than its signalling
other_way_out() {
	ip -n nat_a addr add 198.51.100.9/24 dev wan &&
		lab_in nat_a nft insert rule ip nat postrouting \
			oifname wan udp dport "$PORTS" snat to 198.51.100.9
}

must 'servers start' servers_begin
phones_begin phone_a phone_b
call_begin a b bob
# the first RTCP is through
sleep 7
must_not 'anybody is missed' said call.oneway 1

must 'all that A sends to the relay is dropped' block ''
must 'A is not heard: its port may be forgotten' oneway 1 nat-mapping
must 'ctl says so' warned
must 'it is dropped no more' unblock
must 'A is heard again' over 1

sleep 6
must 'the RTP of A is dropped, its RTCP is not' block '@th,31,1 0'
must 'A is not heard: something is in the way' oneway 2 blocked
must 'it is dropped no more' unblock
must 'A is heard again' over 2

sleep 6
must 'what the relay sends to A is dropped' block_towards
must 'A hears nothing, and says so' oneway 3 not-delivered
must 'it is dropped no more' unblock
must 'A hears again' over 3
phone_do a hangup
must 'the call is over' node_logged proxy1 5 'call\.end'

must 'the media of A takes another way' other_way_out
phone_do a 'dial sip:bob@example.net'
must 'a talks again' phone_talks_again a 2
must 'b talks again' phone_talks_again b 2
must 'A is not heard: nobody knows that address' oneway 4 refused
must 'the address is named' grep -q 'source=198.51.100.9:' "$LAB_DIR/oneway"
call_end a b
servers_end
say 'each cause within seconds'
