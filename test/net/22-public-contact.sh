#!/bin/sh
# linphone learns its public address from the Via of the answer and writes it
# into its Contact; its SDP stays private. A phone on a public address calls.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'phone A starts' phone_start a public_a alice "$PROXY1" "$HZ_A"
must 'alice registers' phone_registered a
must 'linphone registers as bob' linphone_start b phone_b bob "$PROXY2" "$HZ_B"
must 'its Contact is public' node_logged proxy2 5 \
	"registrar.bound .*contact=\"?sip:bob@$NAT_B.*differs from Via"
phone_do a 'dial sip:bob@example.net'
must 'a talks' phone_talks a
sleep "$CALL_SECONDS.7"
phone_stop a
sleep 0.5
linphone_stop b
must 'a hears linphone' phone_hears a "$HZ_B" "$CALL_SECONDS"
must 'linphone hears a' linphone_hears b "$HZ_A" 3
must 'proxy2 relayed both ways' relayed proxy2
servers_end
say 'heard both ways'
