#!/bin/sh
# scripts/package/examples/home-office.conf, in an office behind a NAT which
# has nothing opened: a telephone there calls out by its account at a carrier and
# is called in by its number, and its neighbour without a relay.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/names.sh
. ./test/net/example.sh
names_there || skip 'no dnsmasq here'
case_begin "$0"

OFFICE=192.168.1.2

office_begin() {
	lab_phone office nat_a "$OFFICE" &&
		example_begin office home-office alice@office.example \
			reception@office.example
}

registered() {
	example_ctl office peers | grep -E 'carrier +up .*registered for'
}

# phones_are HOST_OF_A USER HOST_OF_B USER SERVER_OF_B
phones_are() {
	must "$2 is there" phone_start a "$1" "$2" "$OFFICE" "$HZ_A"
	must "$4 is there" phone_start b "$3" "$4" "$5" "$HZ_B"
	must 'both register' both phone_registered a b
}

must 'the carrier is there' kamailio_carrier proxy2 "$NAT_A" 0301234 s3cret \
	0301 -A BEHIND_NAT
must 'its name leads to it' carrier_name "$PROXY2"
must 'the office starts' office_begin
must 'it registers at the carrier' wait_until 10 registered

phones_are phone_a alice@office.example \
	public_b bob "$PROXY2"
call_begin a b 0301@office.example
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b

phones_are phone_a reception@office.example \
	public_b bob "$PROXY2"
phone_do b 'dial sip:0711@example.net'
must 'the reception is called by its number' both phone_talks a b
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b

phones_are phone_a alice@office.example \
	phone_a2 reception@office.example "$OFFICE"
call_begin a b reception@office.example
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'in the office nothing is relayed' verdict_is office '^direct'
must 'a number that is forbidden is refused' sh -c \
	"\"$VIADUCT\" ctl -c \"$LAB_DIR/office/viaduct.conf\" route 0900123 |
	grep 403"
examples_end office
say 'out and in by the account at a carrier, and inside'
