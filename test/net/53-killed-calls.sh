#!/bin/sh
# A server is killed under load, while some calls ring and others talk, and
# started again: none of them fails, each is one record, and none is left.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"
CALLS=60
export NODE_SECTIONS='limit {
	calls = 0
	calls_per_minute = 0
}
'

# sipp's -m 1 gives way to the later one; scenario and user as they are
load() {
	SIPP_MORE="-m $CALLS -r 10 -timeout 60" sipp_run public_a alice \
		caller_killed "$PROXY1"
}

wait_load() {
	SIPP_MORE="-m $CALLS -timeout 60" sipp_callee public_b callee_killed
}

records() {
	[ "$(grep -c '"why":"bye"' "$LAB_DIR/proxy1/data/calls.jsonl")" \
		-eq "$CALLS" ]
}

must 'proxy1 starts' node_one proxy1 alice bob
must 'bob registers' sipp_register public_b bob "$PROXY1"
must 'bob waits' wait_load
{
	load >"$LAB_DIR/load" 2>&1
	echo "$?" >"$LAB_DIR/loaded"
} &
sleep 3
must 'proxy1 is killed' kill -9 "$(node_pid proxy1)"
must 'and is dead' wait_until 5 node_dead proxy1
must 'it starts again' node_start proxy1
node_event proxy1 calls.restored | tail -n 1
wait_until 40 test -s "$LAB_DIR/loaded"
must 'no call of alice failed' grep -qx 0 "$LAB_DIR/loaded"
must 'nor any of bob' sipp_done public_b callee_killed
must 'each is one record' wait_until 5 records
must 'and none was lost' test -z "$(node_event proxy1 call.lost)"
servers_end
say "of $CALLS calls that rang or talked none was lost"
