#!/bin/sh
# New calls at twice and five times what a node can set up: as many go through
# as without (what is printed; the machine is shared, so that much less is
# judged), all are taken again within ten seconds, and two telephones that talk
# all the time lose nothing. The main loop is slowed, and not what moves media.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
NODE_DELAY=50
. ./test/net/overload.sh
case_begin "$0"

PERCENT=8
SECONDS_EACH=8
LEAST=50

node_write proxy1 <<CONF
domain = { "example.net" }
relay {
	address = { "$PROXY1" }
	ports   = "16384-32767"
}
history {
	on = no
}
peer "load" {
	address = { "$PUBLIC_A" }
	transit = yes
}
peer "sink" {
	address = { "$PUBLIC_B" }
}
route "load" {
	match = "8*"
	peers = { sink }
}
CONF
# a line for each message would be most of what is measured
sed -i 's/level = "debug"/level = "info"/' "$LAB_DIR/proxy1/viaduct.conf"

# the most calls a second that were whole, of rates that grow by a third
capacity() {
	CAPACITY=0
	for rate in 120 160 213 284 379 505 673; do
		overload_offer "at-$rate" public_a proxy1 "$rate" 5
		whole=$(overload_whole "at-$rate")
		[ "$whole" -le "$CAPACITY" ] || CAPACITY=$whole
		[ "$whole" -ge $((rate * 9 / 10)) ] || break
	done
	echo "$CAPACITY" >"$LAB_DIR/capacity"
	[ "$CAPACITY" -ge 50 ]
}

# goodput NAME TIMES
goodput() {
	overload_offer "$1" public_a proxy1 $((CAPACITY * $2)) "$SECONDS_EACH"
	whole=$(overload_whole "$1")
	echo "$whole whole calls a second, $((whole * 100 / CAPACITY)) %"
	[ "$whole" -ge $((CAPACITY * LEAST / 100)) ] &&
		[ "$(overload_refused "$1")" -gt 0 ]
}

# recovers NAME: within ten seconds of half of the capacity none is refused
recovers() {
	overload_offer "$1" public_a proxy1 $((CAPACITY / 2)) 13
	echo "$(overload_refused "$1") were refused at first"
	[ "$(overload_refused "$1" 10)" -eq 0 ]
}

# by the record of their call: the log may have been too slow for all of it
unhurt() {
	talk_record=$(grep "\"call_id\":\"$talk\"" \
		"$LAB_DIR/proxy1/data/calls.jsonl")
	echo "$talk_record" | grep -o '"mos":[0-9.]*' | tr '\n' ' '
	echo "$talk_record" | grep -q '"lost":0' &&
		! echo "$talk_record" | grep -q '"lost":[1-9]'
}

talk_is_known() {
	talk=$(node_event proxy1 call.answered | tail -n 1 | field call)
	[ -n "$talk" ]
}

must 'alice and bob have accounts' node_user proxy1 alice
must 'both' node_user proxy1 bob
must 'proxy1 starts' node_start proxy1
must 'phone A starts' phone_start a phone_a alice "$PROXY1" "$HZ_A"
must 'phone B starts' phone_start b phone_b bob "$PROXY1" "$HZ_B"
must 'alice registers' phone_registered a
must 'bob registers' phone_registered b
call_begin a b bob
talk_is_known || exit 1
overload_slow proxy1 "$PERCENT"
overload_sink public_b public_a || exit 1
must 'the capacity is found' capacity
CAPACITY=$(cat "$LAB_DIR/capacity")
say "  $CAPACITY whole calls a second with $PERCENT % of a core"
must 'twice that is survived' goodput twice 2
must 'and then all are taken' recovers after-twice
must 'five times that is survived' goodput five 5
must 'and then all are taken' recovers after-five
overload_free proxy1
call_end a b
must 'those who talk have lost nothing' wait_until 5 unhurt
servers_end
say "$CAPACITY calls/s; twice and five times as many: $(overload_whole twice), $(overload_whole five)"
