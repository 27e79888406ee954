#!/bin/sh
# CANCEL while it rings: 487 on both sides, no port stays taken. And the
# refusal of a user whom nobody knows.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'bob waits' sipp_callee phone_b callee_cancel
must 'alice thinks better of it' \
	sipp_caller phone_a caller_cancel "$PROXY1"
must 'bob saw the CANCEL' sipp_done phone_b callee_cancel
must 'a call to nobody ends with 404' \
	sipp_caller phone_a caller_refused "$PROXY1"
servers_end
say 'CANCEL, 200, 487, ACK on both sides; 404'
