#!/bin/sh
# Kamailio in the place of the first proxy: it calls ours, which serves the
# callee behind NAT.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'Kamailio runs as the first proxy' kamailio_start proxy1 proxy "$PROXY2"
must 'proxy2 is set up' node_proxy proxy2
must 'bob has an account' node_user proxy2 bob
must 'proxy2 starts' node_start proxy2
phones_begin public_a phone_b
call_whole
must 'proxy2 relayed both ways' relayed proxy2
must 'proxy2 says why' verdict_is proxy2 '^relay: '
servers_end
say 'called by Kamailio, heard both ways'
