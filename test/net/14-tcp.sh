#!/bin/sh
# Telephones that speak TCP: calls come in over the connection that the phone
# opened, the only way through its NAT.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
phones_begin phone_a phone_b 'sip_transport=tcp'
call_whole
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways over TCP'
