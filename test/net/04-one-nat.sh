#!/bin/sh
# Both phones behind the same NAT, with the same proxy: the NAT does not turn
# packets round, so the relay must.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'carol has an account at proxy1' true
must 'redirect and proxies are set up' node_proxy proxy1
must 'alice has an account' node_user proxy1 alice
must 'bob has an account' node_user proxy1 bob
must 'proxy1 starts' node_start proxy1
must 'phone A starts' phone_start a phone_a alice "$PROXY1" "$HZ_A"
must 'phone B starts' phone_start b phone_a2 bob "$PROXY1" "$HZ_B"
must 'both register' both phone_registered a b
call_whole
must 'proxy1 relayed both ways' relayed proxy1
must 'proxy1 says why' verdict_is proxy1 '^relay: '
servers_end
say 'heard both ways through one proxy'
