#!/bin/sh
# Phones that speak ICE, behind two NATs: each finds our relay as its lite
# agent, which hears it after its checks, and sends to where they came from.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

export PHONE_MORE='module stun.so
module ice.so'

must 'servers start' servers_begin
phones_begin phone_a phone_b 'medianat=ice'
call_whole
must 'a has checked its way' phone_said a 1 'connectivity check is complete'
must 'b has checked its way' phone_said b 1 'connectivity check is complete'
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways'
