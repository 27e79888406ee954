#!/bin/sh
# The race of the DTLS ClientHello in call setup (Asterisk, FreeSWITCH and
# rtpengine, 2023): a stranger greets each port of the range, from before the
# INVITE until after the answer. The phones find each other all the same.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
case_begin "$0"

hello=$FOE_SHAPES/dtls-hello.bin

must 'servers start' servers_begin
export PHONE_MORE='module dtls_srtp.so'
phones_begin public_a phone_b mediaenc=dtls_srtp
watch_begin stranger "src host $PROXY2 and udp and portrange $PORTS"
foe_begin stranger proxy2 "$hello" "$hello" "$hello" "$hello"
sleep 1
call_begin a b bob
sleep "$CALL_SECONDS.7"
must 'he greeted all the time' foe_sprays stranger
call_end a b
must 'a hears b' phone_hears a "$HZ_B" 3
must 'b hears a' phone_hears b "$HZ_A" 3
must 'proxy2 relayed both ways' relayed proxy2
must 'nobody answered him' foe_end stranger
must 'his wire says so as well' watch_empty stranger
servers_end
say 'heard both ways, encrypted'
