#!/bin/sh
# A phone behind NAT calls the test number: it hears the tone, then itself,
# and the report says how that went. Then it calls who is not there, and hears
# that before it is refused.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

TEST_HZ=440    # the server's
ABSENT_HZ=700

make_sound() {
	"$TOOLS/wavtone" -w "$LAB_DIR/absent.wav" "$ABSENT_HZ" 4
}

report_says() {
	node_event proxy1 test.report | tail -n 1 | grep -E "$1"
}

heard_nothing_of_loss() {
	[ "$(node_event proxy1 test.report | tail -n 1 | field lost)" = 0 ]
}

must 'a sound is made' make_sound
NODE_SECTIONS="announcement absent {
	file = \"$LAB_DIR/absent.wav\"
	reply = { 404, 480 }
}"
must 'servers start' servers_begin
must 'carol has an account, and no phone' node_user proxy1 carol
must 'a phone starts' phone_start a phone_a alice "$PROXY1" "$HZ_B"
must 'it registers' phone_registered a

phone_do a 'dial sip:test@example.net'
must 'the test number answers' phone_talks a
sleep 6
phone_do a hangup
must 'the report is written' node_logged proxy1 5 'test\.report'
must 'nothing was lost' heard_nothing_of_loss
must 'it says why media would be relayed' \
	report_says "media=\"relay: source $NAT_A differs from SDP $PHONE\""
must 'there is no ALG' report_says 'alg="?none'
must 'the operator can ask' sh -c "$VIADUCT ctl -c \
	'$LAB_DIR/proxy1/viaduct.conf' tests | grep -q 'SIP ALG: no sign'"
phone_stop a
must 'the tone was heard' phone_hears a "$TEST_HZ" 1
must 'and the echo' phone_hears a "$HZ_B" 2

must 'the phone starts again' phone_start a2 phone_a alice "$PROXY1" "$HZ_B"
must 'it registers again' phone_registered a2
phone_do a2 'dial sip:carol@example.net'
must 'carol is not there' phone_said a2 15 '480 Temporarily'
phone_stop a2
must 'which was heard first' phone_hears a2 "$ABSENT_HZ" 3
must 'proxy1 has announced it' node_logged proxy1 1 ' announcement '
servers_end
say 'tone, echo, report and announcement behind NAT'
