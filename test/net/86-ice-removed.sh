#!/bin/sh
# Phones that speak ICE, where the operator wants none of it: neither finds
# any in what the other one says. (These insist on it, and stay silent.)
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

export PHONE_MORE='module stun.so
module ice.so'

must 'servers start' servers_begin 'ice = "remove"'
phones_begin phone_a phone_b 'medianat=ice'
call_begin a b bob
must 'a finds no ICE' phone_said a 3 'ICE not supported by peer'
must 'b finds no ICE' phone_said b 3 'ICE not supported by peer'
call_end a b
servers_end
say 'no ICE in what they said'
