#!/bin/sh
# A trunk that is known by its name alone: NAPTR, SRV by priority, the second
# target where the first says 503 or nothing, new addresses when the old ones
# expire, and what becomes of calls while there is no server of names.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/names.sh
names_there || skip 'no dnsmasq here'
case_begin "$0"

TTL=6
call_number() {
	: >"$LAB_DIR/a/log"
	phone_do a "dial sip:$1@example.net"
	phone_said a 15 "$2"
}

called() {
	echo "first $(carrier_calls relay), second $(carrier_calls redirect)"
	[ "$(carrier_calls relay)" -eq "$1" ] &&
		[ "$(carrier_calls redirect)" -eq "$2" ]
}

# both SRV targets, and who is called "old"
names_begin() {
	names_start "$TTL" \
		--naptr-record=carrier.test,10,20,s,SIP+D2U,,_sip._udp.carrier.test \
		--naptr-record=carrier.test,20,10,s,SIP+D2T,,_sip._tcp.carrier.test \
		--srv-host=_sip._udp.carrier.test,a.carrier.test,5060,10,60 \
		--srv-host=_sip._udp.carrier.test,b.carrier.test,5080,20,0 \
		--host-record="a.carrier.test,$RELAY" \
		--host-record="b.carrier.test,$REDIRECT" \
		--host-record="old.carrier.test,$1"
}

export NODE_SECTIONS="dns {
	servers = { \"$NAMES_AT\" }
	timeout = 1000
	stale   = 0
	rest    = 5
}
peer \"carrier\" {
	uri = \"sip:carrier.test\"
	deadline = 3
}
peer \"old\" { uri = \"sip:old.carrier.test:5060\" }
peer \"none\" { uri = \"sip:none.carrier.test:5060\" }
peer \"number\" { uri = \"sip:$REDIRECT:5080\" }
route \"carrier\" { match = { \"01*\" } peers = { \"carrier\" } }
route \"old\" { match = { \"02*\" } peers = { \"old\" } }
route \"none\" { match = { \"03*\" } peers = { \"none\" } }
route \"number\" { match = { \"04*\" } peers = { \"number\" } }"

must 'a server of names starts' names_begin "$RELAY"
must 'proxy1 starts' node_one proxy1 alice
must 'the first carrier starts' carrier_start relay 5060 '486 Busy Here'
must 'the second carrier starts' carrier_start redirect 5080 '600 Busy There'
must 'phone A starts' phone_start a phone_a alice "$PROXY1" "$HZ_A"
must 'alice registers' phone_registered a

must 'NAPTR and SRV lead to the first' call_number 0101 'Busy Here'
must 'and to nobody else' called 1 0
asked=$(names_asked '')
must 'the second call' call_number 0102 'Busy Here'
must 'asked nothing' [ "$(names_asked '')" -eq "$asked" ]

carrier_stop relay
must 'a carrier that says 503 starts' \
	carrier_start relay 5060 '503 Service Unavailable'
must 'the second is called where the first says 503' \
	call_number 0103 'Busy There'
must 'both got it' called 3 1
must 'the first rests' node_logged proxy1 1 "hop.rests .*$RELAY:5060"
must 'the next call' call_number 0104 'Busy There'
must 'went to the second at once' called 3 2

carrier_stop relay
sleep 5.2
must 'a dead first one costs some seconds' call_number 0105 'Busy There'
must 'and the second is called' called 3 3

must 'the old address' carrier_start relay 5060 '486 Busy Here'
must 'is called by its name' call_number 0201 'Busy Here'
names_stop
must 'the names change' names_begin "$REDIRECT"
carrier_stop redirect
must 'the second carrier moves' carrier_start redirect 5060 '603 Decline'
sleep "$TTL.5"
must 'the new address is called' call_number 0202 'Decline'

must 'a name that is not there is refused' call_number 0301 '503'
asked=$(names_asked 'A* none')
must 'a second time' call_number 0302 '503'
must 'it was not asked for' [ "$(names_asked 'A* none')" -eq "$asked" ]

names_stop
carrier_stop redirect
must 'the numeric carrier' carrier_start redirect 5080 '603 Decline'
sleep "$TTL.5"
must 'is called without any names' call_number 0401 'Decline'
must 'a named one fails honestly' call_number 0203 '504'
must 'proxy1 says why' node_logged proxy1 1 'dns.failed .*old.carrier.test'

phone_stop a
must 'proxy1 lives, and stops when asked to' node_end proxy1
say 'NAPTR, SRV, failover, expiry, and a silent DNS'
