#!/bin/sh
# The laboratory itself: without a relay a phone behind NAT is not heard. A
# public phone calls one behind the symmetric NAT through Kamailio, which
# relays no media: one way must work and the other must not.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'kamailio runs' kamailio_start proxy2 proxy "$PROXY1"
must 'phone A starts' phone_start a public_a alice "$PROXY2" "$HZ_A"
must 'phone B starts' phone_start b phone_b bob "$PROXY2" "$HZ_B"
must 'both register' both phone_registered a b
call_begin a b bob
sleep "$CALL_SECONDS.5"
call_end a b
must 'the public phone hears' phone_hears a "$HZ_B" "$CALL_SECONDS"
must_not 'the one behind NAT hears' phone_hears b "$HZ_A" 1
say 'one-way audio without a relay, as it should be'
