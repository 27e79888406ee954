#!/bin/sh
# A call that drops after half a minute: the server behind a 1:1 NAT does not
# say how the world sees it, so the caller's ACK goes to an address that leads
# nowhere. TROUBLESHOOTING.md shows what is seen of that here; with the word
# that is missing the call is acknowledged and heard.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/example.sh
case_begin "$0"

OUTSIDE=$NAT_A
EXAMPLES=$LAB_DIR

# configured EXPRESSION: the example of the virtual machine, changed by sed
configured() {
	sed -e "$1" -e "s/\"voice.example\"/\"$OUTSIDE\"/" \
		scripts/package/examples/cloud-vm.conf >"$LAB_DIR/cloud.conf"
	example_begin cloud cloud "alice@$OUTSIDE" "bob@$OUTSIDE"
}

networks() {
	ip -n nat_a link set wan down &&
		lab_one_to_one edge "$OUTSIDE" cloud 10.0.0.5
}

warned() {
	example_ctl cloud status | grep '^warning .* advertise '
}

call() {
	must 'alice is there' phone_start a public_a "alice@$OUTSIDE" \
		"$OUTSIDE" "$HZ_A"
	must 'bob is there' phone_start b phone_b "bob@$OUTSIDE" \
		"$OUTSIDE" "$HZ_B"
	must 'both register' both phone_registered a b
	phone_do a "dial sip:bob@$OUTSIDE"
	must 'alice hears that he has answered' phone_talks a
	call_id=$(example_ctl cloud calls |
		sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p')
}

# seen PATTERN N: so often in the ladder, or more often
seen() {
	[ "$(example_ctl cloud ladder "$call_id" | grep -c "$1")" -ge "$2" ]
}

shown() {
	example_ctl cloud call "$call_id" | grep 'shown as 10\.0\.0\.5:'
}

must 'a machine behind a 1:1 NAT' networks
must 'it starts and does not say so' configured 's/ advertise [0-9.]*//'
must 'it warns' warned
call
must 'the 200 is sent again and again' wait_until 15 seen '200 .* again' 6
must_not 'there is another ACK than that of the 407' seen ' ACK ' 2
must 'the phones are shown an address that leads nowhere' shown
example_ctl cloud ladder "$call_id"
must 'the call is ended' example_ctl cloud hangup "$call_id"
call_end a b
must 'it stops' node_stop cloud

must 'it starts and says so' configured ''
must_not 'it warns' warned
call
must 'the ACK passes' wait_until 5 seen ' ACK ' 3
must 'bob talks, too' phone_talks b
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
examples_end cloud
say 'no ACK without "advertise", and a call with it'
