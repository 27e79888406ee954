#!/bin/sh
# Scripted telephones: an audio call becomes a fax (T.38 over UDPTL) by
# re-INVITE and a call again; the relay's ports are the same all the time.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'alice registers' sipp_register phone_a alice "$PROXY1"
must 'bob waits' sipp_callee phone_b callee_fax
must 'the call is as it should be for alice' \
	sipp_caller phone_a caller_fax "$PROXY1"
must 'and for bob' sipp_done phone_b callee_fax
servers_end
say 'call, fax, call on the same ports'
