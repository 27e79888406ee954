#!/bin/sh
# Kamailio in the place of the second proxy.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'Kamailio runs as the second proxy' kamailio_start proxy2 proxy "$PROXY1"
must 'servers are set up' node_proxy proxy1
export NODE_SECRETS=
must 'redirect is set up' node_redirect
must 'the redirect server starts' node_start redirect
must 'alice has an account' node_user proxy1 alice
must 'Kamailio announces bob' sipp_announce proxy2 bob
must 'proxy1 starts' node_start proxy1
phones_begin phone_a phone_b
call_whole
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways through Kamailio'
