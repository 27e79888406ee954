#!/bin/sh
# A page calls a telephone that speaks ICE and DTLS-SRTP, both behind NAT:
# each checks the relay, and they encrypt from end to end.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/browser.sh
browser_there || skip 'no chromium or no python3 here'
case_begin "$0"

export PHONE_MORE='module stun.so
module ice.so
module dtls_srtp.so'

must 'an authority certifies proxy1' tls_begin proxy1
export NODE_TLS=proxy1
must 'servers start' servers_begin
must 'phone B starts' phone_start b phone_b bob "$PROXY2" "$HZ_B" \
	medianat=ice mediaenc=dtls_srtp
must 'bob registers at proxy2' phone_registered b
must 'pages are served' browser_serve phone_a 8000
must 'the page starts' browser_start phone_a 8000 user=alice call=bob
must 'the page talks' browser_said phone_a talks
must 'the page hears bob' browser_said phone_a 'hears well'
must 'b has checked its way' phone_said b 1 'connectivity check is complete'
sleep 1
phone_stop b
must 'proxy1 relayed both ways' relayed proxy1
browser_stop phone_a
servers_end
say 'heard, encrypted'
