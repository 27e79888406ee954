#!/bin/sh
# Scripted telephones, strict in what they accept: digest, an answered call,
# hold and resume by re-INVITE, BYE; each SDP names the relay.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'alice registers' sipp_register phone_a alice "$PROXY1"
must 'bob waits' sipp_callee phone_b callee
must 'the call is as it should be for alice' \
	sipp_caller phone_a caller "$PROXY1"
must 'and for bob' sipp_done phone_b callee
servers_end
say 'call, hold, resume, BYE'
