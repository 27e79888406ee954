#!/bin/sh
# Scripted telephones over TCP and over TLS (Debian's sipp has none: a tunnel
# that verifies the proxy's certificate carries its TCP): digest, an answered
# call, hold and resume by re-INVITE, BYE; each SDP names the relay.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'an authority certifies proxy1' tls_begin proxy1
export NODE_TLS=proxy1
must 'servers start' servers_begin
must 'bob registers' sipp_register phone_b bob "$PROXY2"
must 'bob waits' sipp_callee phone_b callee
must 'the call over TCP is as it should be for alice' \
	sipp_caller phone_a caller "$PROXY1" tcp
must 'and for bob' sipp_done phone_b callee
rm "$LAB_DIR/phone_b-callee/status"
must 'bob waits again' sipp_callee phone_b callee
must 'the call over TLS is as it should be for alice' \
	sipp_caller_tls phone_a caller proxy1
must 'and for bob' sipp_done phone_b callee
servers_end
say 'call, hold, resume, BYE over TCP and TLS'
