#!/bin/sh
# Phones that encrypt (DTLS-SRTP) send no RTP before their handshake is over:
# it must find the way to and from a phone behind the symmetric NAT.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
export PHONE_MORE='module dtls_srtp.so'
phones_begin public_a phone_b mediaenc=dtls_srtp
call_begin a b bob
sleep "$CALL_SECONDS.7"
call_end a b
# a second is lost where the first packet of the handshake overtakes the 200
must 'a hears b' phone_hears a "$HZ_B" 3
must 'b hears a' phone_hears b "$HZ_A" 3
must 'proxy2 relayed both ways' relayed proxy2
servers_end
say 'heard both ways, encrypted'
