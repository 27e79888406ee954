#!/bin/sh
# A server is asked to end by SIGTERM while a call is up: it ends with the
# call. Asked twice, it tells both ends and ends at once; a record says so.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
NODE_DRAIN=60
case_begin "$0"

control() {
	"$VIADUCT" ctl "$@" -c "$LAB_DIR/proxy1/viaduct.conf"
}

ask_to_end() {
	kill -TERM "$(node_pid proxy1)"
}

waits_for_one() {
	control status | grep -E '^state +draining.*ends in [0-9]+ s'
	control status | grep -E '^calls +1$'
}

# it has ended, and well
has_ended() {
	wait_until "$1" node_dead proxy1 && node_sane proxy1
	node_event proxy1 server.drained
}

# RECORD-FIELD VALUE
recorded() {
	grep -q "\"$1\":\"$2\"" "$LAB_DIR/proxy1/data/calls.jsonl"
}

must 'servers start' servers_begin
phones_begin phone_a phone_b
call_begin a b bob
must 'proxy1 is asked to end' ask_to_end
must 'it waits for the call' waits_for_one
must 'nobody takes that back' refute control drain off
sleep "$CALL_SECONDS.7"
must 'and is still there' waits_for_one
call_end a b
call_heard a b
must 'with the call it ends' has_ended 5
must 'its record is that of any call' recorded why bye

must 'proxy1 starts again' node_start proxy1
phones_begin phone_a phone_b
call_begin a b bob
must 'proxy1 is asked to end' ask_to_end
must 'it waits for the call' waits_for_one
must 'it is asked again' ask_to_end
must 'it ends at once' has_ended 5
both_told() {
	[ "$(node_event proxy1 dialog.bye | field status | tail -n 2 |
		sort | uniq -c | tr -s ' ')" = ' 2 200' ]
}
must 'both ends were told, and have agreed' both_told
must 'the record says why' recorded why server-stop
phone_stop a
phone_stop b
rm "$LAB_DIR/proxy1/pid"
servers_end
say 'a call is waited for; asked twice, it is ended at both ends'
