#!/bin/sh
# Two makes of telephone, both insisting on encryption: linphone offers more
# suites and its own SDP, baresip answers behind the other NAT.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

PHONE_MORE='module srtp.so'
LINPHONE_MORE='media_encryption=srtp'

must 'servers start' servers_begin
must 'phone A starts' phone_start a phone_a alice "$PROXY1" "$HZ_A" \
	mediaenc=srtp-mand
must 'alice registers' phone_registered a
must 'linphone registers as bob' linphone_start b phone_b bob "$PROXY2" "$HZ_B"
phone_do a 'dial sip:bob@example.net'
must 'a talks' phone_talks a
sleep "$CALL_SECONDS.7"
phone_stop a
sleep 0.5
linphone_stop b
must 'a encrypts' phone_said a 1 'srtp: audio: SRTP is Enabled'
must 'a hears linphone' phone_hears a "$HZ_B" "$CALL_SECONDS"
must 'linphone hears a' linphone_hears b "$HZ_A" 3
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways'
