#!/bin/sh
# Both phones behind NAT, one of them symmetric, with the same LAN address:
# one of the proxies relays, the comparison says why.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
phones_begin phone_a phone_b
call_whole
must 'proxy1 relayed both ways' relayed proxy1
must 'proxy1 says why' verdict_is proxy1 \
	"^relay: .*$NAT_A.*$PHONE"
must 'proxy2 leaves the media to proxy1' relayed_nothing proxy2
servers_end
say 'heard both ways, relayed once'
