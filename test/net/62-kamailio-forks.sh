#!/bin/sh
# Kamailio behind us forks one branch of ours to two phones, and both play
# before one of them answers: each To tag has a relay leg of its own, the one
# that answers keeps it, the other one's is free again.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# bob's phone at that host, registered at Kamailio
at_kamailio() {
	mkdir -p "$LAB_DIR/$1-at"
	lab_in "$1" sipp -sf test/net/sipp/announce.xml -p 5090 -m 1 -nostdin \
		-i "$(sipp_addr "$1")" -key user bob -timeout 10 \
		-timeout_error "$PROXY2:5060" >"$LAB_DIR/$1-at/log" 2>&1 \
		</dev/null
}

must 'Kamailio runs as the second proxy' kamailio_start proxy2 proxy "$PROXY1"
must 'servers are set up' node_proxy proxy1
export NODE_SECRETS=
must 'redirect is set up' node_redirect
must 'the redirect server starts' node_start redirect
must 'alice has an account' node_user proxy1 alice
must 'Kamailio announces bob' sipp_announce proxy2 bob
must 'proxy1 starts' node_start proxy1
must 'alice registers' sipp_register phone_a alice "$PROXY1"
must 'bob has a phone' at_kamailio public_a
must 'bob has another phone' at_kamailio public_b
must 'the first waits' sipp_callee public_a callee_early
must 'the second waits' sipp_callee public_b callee_forked
must 'alice hears both before one answers' \
	sipp_caller phone_a caller_forked "$PROXY1"
must 'the first was called back' sipp_done public_a callee_early
must 'the second was hung up on' sipp_done public_b callee_forked
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'a relay leg for each of them'
