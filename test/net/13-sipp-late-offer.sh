#!/bin/sh
# Late offer: INVITE without SDP, the offer in the 200, the answer in the ACK;
# both SDPs name the relay.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'bob waits' sipp_callee phone_b callee_late
must 'the call is as it should be for alice' \
	sipp_caller phone_a caller_late "$PROXY1"
must 'and for bob' sipp_done phone_b callee_late
servers_end
say 'offer in the 200, answer in the ACK'
