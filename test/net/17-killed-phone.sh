#!/bin/sh
# A phone dies in the call (kill -9): the media timeout ends it, the other
# side is hung up on, and its ports are free again.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# its counters are told when it stops
ports_back() {
	node_end proxy1 || return 1
	grep 'name=relay_ports_free' "$LAB_DIR/proxy1/log"
	grep -q 'name=relay_ports_free value=400' "$LAB_DIR/proxy1/log"
}

must 'servers start' servers_begin "media_timeout = 5
	quarantine = 0"
phones_begin phone_a phone_b
call_begin a b bob
sleep 2
kill -9 "$(cat "$LAB_DIR/a/pid")" "$(cat "$LAB_DIR/b/pid")"
must 'proxy1 ends the call' node_logged proxy1 15 'call\.end'
must 'for want of media' grep -qE 'call\.end.*timeout' "$LAB_DIR/proxy1/log"
must 'proxy1 has all its ports again' ports_back
say 'ended by the media timeout'
