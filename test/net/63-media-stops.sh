#!/bin/sh
# Both telephones fall silent, and neither hangs up: the server does, at both
# ends, over the way that each of them is reached by. Its record says why.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin 'media_timeout = 5'
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'alice registers' sipp_register phone_a alice "$PROXY1"
must 'bob waits' sipp_callee phone_b callee_pcap
must 'alice is hung up on, and hears why' \
	sipp_caller phone_a caller_mute "$PROXY1"
must 'bob is hung up on as well' sipp_done phone_b callee_pcap

# RECORD-FIELD VALUE: of the caller's proxy
recorded() {
	grep -q "\"$1\":\"$2\"" "$LAB_DIR/proxy1/data/calls.jsonl"
}
both_agreed() {
	[ "$(node_event proxy1 dialog.bye | field status |
		sort | uniq -c | tr -s ' ')" = ' 2 200' ]
}
must 'both have agreed' wait_until 5 both_agreed
must 'the record says why' wait_until 5 recorded why media-timeout
must 'and who' recorded ended_by us
servers_end
say 'BYE at both ends, 5 s after the last packet'
