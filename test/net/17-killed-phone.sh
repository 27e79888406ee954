#!/bin/sh
# A phone dies in the call (kill -9): the media timeout ends it, the other
# side is hung up on, and its ports are free again.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin 'media_timeout = 5'
phones_begin phone_a phone_b
call_begin a b bob
sleep 2
kill -9 "$(cat "$LAB_DIR/a/pid")" "$(cat "$LAB_DIR/b/pid")"
must 'proxy1 ends the call' node_logged proxy1 15 'call\.end'
must 'for want of media' grep -qE 'call\.end.*timeout' "$LAB_DIR/proxy1/log"
servers_end
say 'ended by the media timeout'
