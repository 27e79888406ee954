#!/bin/sh
# scripts/package/examples/small-isp.conf: customers behind NATs call each
# other by number and the world by a carrier; the second one has the calls
# that the first takes no more; TLS is there.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/names.sh
. ./test/net/example.sh
case_begin "$0"

CARRIER1=198.51.100.40
CARRIER2=198.51.100.80

carriers_begin() {
	lab_public carrier1 dsl "$CARRIER1" 198.51.100.254 &&
		lab_public carrier2 dsl "$CARRIER2" 198.51.100.254 &&
		carrier_begin carrier1 "$CARRIER1" "$PROXY1" &&
		carrier_begin carrier2 "$CARRIER2" "$PROXY1"
}

# phones_are HOST USER SERVER: who is called; alice calls
phones_are() {
	must 'alice is there' phone_start a phone_a alice@voice.example \
		"$PROXY1" "$HZ_A"
	must "$2 is there" phone_start b "$1" "$2" "$3" "$HZ_B"
	must 'both register' both phone_registered a b
}

# calls NUMBER
calls() {
	call_begin a b "$1@voice.example"
	sleep "$CALL_SECONDS.7"
	call_end a b
	call_heard a b
}

up() {
	example_ctl proxy1 peers | grep -E "$1 +$2 "
}

speaks_tls() {
	lab_in public_a openssl s_client -connect "$PROXY1:5061" \
		-CAfile "$LAB_DIR/tls/ca.pem" -verify_return_error </dev/null
}

must 'certificates' tls_begin proxy1
must 'two carriers are there' carriers_begin
must 'the ISP starts' example_begin proxy1 small-isp alice@voice.example \
	bob@voice.example=0711222333
must 'TLS is there' speaks_tls

phones_are phone_b bob@voice.example "$PROXY1"
calls 0711222333
must 'a call between customers stays here' verdict_is proxy1 '^relay: '

phones_are public_b carol@sip.carrier.example "$CARRIER1"
calls 0301234567
must 'the first carrier had it' grep -q 'call.end' "$LAB_DIR/carrier1/log"

must 'the first carrier goes' node_stop carrier1
must 'another takes no calls' carrier_start carrier1 5060 \
	'503 Service Unavailable' "$CARRIER1"
phones_are public_b carol@sip.carrier.example "$CARRIER2"
calls 0049301234567
must 'the second carrier had it' grep -q 'call.end' "$LAB_DIR/carrier2/log"
must 'the first one was asked' test "$(carrier_calls carrier1)" -ge 1
examples_end proxy1 carrier2
must 'the carrier ends' carrier_stop carrier1
say 'customers among themselves, and the world by two carriers'
