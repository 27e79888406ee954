#!/bin/sh
# The server is killed in the middle of a call: whatever moved its packets,
# nothing flows on. It starts again at once, and has calls again.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

kill_it() {
	kill -9 "$(node_pid proxy1)"
	wait_until 5 node_dead proxy1
}

must 'proxy1 starts' truth_node
must 'two phones register' truth_begin public_a "$PUBLIC_A" public_b "$PUBLIC_B"
must 'more packets' truth_do rate 300
for turn in 1 2 3; do
	must 'they call' truth_do call
	must 'they talk' truth_do run 1000
	must 'on the rung that was asked for' truth_rides
	must 'they are silent for a moment' truth_do quiet
	must "proxy1 is killed ($turn)" kill_it
	must 'as long as it may take' truth_rests
	must 'they talk on' truth_do ghosts on
	must 'nothing is heard' truth_do run 1000
	must 'it starts again' node_start proxy1
	must 'they talk on, still' truth_do run 500
	must 'they give up' truth_do ghosts off
	must 'they register' truth_do register
done
must 'they call' truth_do call
must 'they talk' truth_do run 1000
must 'on the rung that was asked for' truth_rides
must 'a hangs up' truth_do bye a
must 'every octet was right' truth_end
servers_end
say 'nothing flowed on, and calls worked again at once'
