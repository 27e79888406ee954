#!/bin/sh
# The caller is on a public address, the callee behind a symmetric NAT: the
# registration was compared, so its proxy knows before the answer.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
phones_begin public_a phone_b
call_whole
must 'proxy2 relayed both ways' relayed proxy2
must 'proxy2 says why' verdict_is proxy2 '^relay: '
servers_end
say 'heard both ways'
