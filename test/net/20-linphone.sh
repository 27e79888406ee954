#!/bin/sh
# Another make of telephone: linphone behind the symmetric NAT is called and
# heard, and hears.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'phone A starts' phone_start a phone_a alice "$PROXY1" "$HZ_A"
must 'alice registers' phone_registered a
must 'linphone registers as bob' linphone_start b phone_b bob "$PROXY2" "$HZ_B"
phone_do a 'dial sip:bob@example.net'
must 'a talks' phone_talks a
sleep "$CALL_SECONDS.7"
phone_stop a
sleep 0.5
linphone_stop b
must 'a hears linphone' phone_hears a "$HZ_B" "$CALL_SECONDS"
must 'linphone hears a' linphone_hears b "$HZ_A" 3
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways'
