#!/bin/sh
# Two makes of telephone, both with ICE: linphone behind the symmetric NAT is
# offered our relay as a lite agent, and checks it.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

export PHONE_MORE='module stun.so
module ice.so'
export LINPHONE_MORE="$LINPHONE_ICE"

must 'servers start' servers_begin
must 'phone A starts' phone_start a phone_a alice "$PROXY1" "$HZ_A" \
	medianat=ice
must 'alice registers' phone_registered a
must 'linphone registers as bob' linphone_start b phone_b bob "$PROXY2" "$HZ_B"
phone_do a 'dial sip:bob@example.net'
must 'a talks' phone_talks a
sleep "$CALL_SECONDS.7"
phone_stop a
sleep 0.5
linphone_stop b
must 'a has checked its way' phone_said a 1 'connectivity check is complete'
must 'linphone speaks ICE as well' linphone_said b 'a=ice-ufrag:'
must 'a hears linphone' phone_hears a "$HZ_B" "$CALL_SECONDS"
must 'linphone hears a' linphone_hears b "$HZ_A" 3
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways'
