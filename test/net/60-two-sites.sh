#!/bin/sh
# scripts/package/examples/two-sites-*.conf: an extension of the one site
# calls one of the other, by one relay for both.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/example.sh
case_begin "$0"

phones_are() {
	must 'alice is in Berlin' phone_start a phone_a \
		alice@berlin.example "$PROXY1" "$HZ_A"
	must 'bob is in Hamburg' phone_start b phone_b \
		bob@hamburg.example "$PROXY2" "$HZ_B"
	must 'both register' both phone_registered a b
}

relays_of() {
	node_event "$1" call.verdict | tail -n 1 | field media
}

# who has it says so to the other
one_relay() {
	echo "$(relays_of proxy1) $(relays_of proxy2)"
	[ "$(echo "$(relays_of proxy1) $(relays_of proxy2)" |
		grep -o relay | wc -l)" -eq 1 ]
}

must 'Berlin starts' example_begin proxy1 two-sites-berlin \
	alice@berlin.example=101
must 'Hamburg starts' example_begin proxy2 two-sites-hamburg \
	bob@hamburg.example=201
phones_are
call_begin a b 201@berlin.example
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'one relay has it' one_relay

phones_are
phone_do b 'dial sip:101@hamburg.example'
must 'bob calls alice' both phone_talks a b
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'one relay has it' one_relay
examples_end proxy1 proxy2
say 'extensions of two sites, both ways, by one relay'
