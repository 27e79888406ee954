#!/bin/sh
# The server is killed in the middle of a call: whatever moved its packets,
# nothing flows on. It starts again, and the call goes on as it was: every
# octet is right, by the same ports, and either end can change it and end it.
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
	port_a=$(truth_port a)
	must "proxy1 is killed ($turn)" kill_it
	must 'as long as it may take' truth_rests
	must 'they talk on' truth_do ghosts on
	must 'nothing is heard' truth_do run 1000
	must 'they are silent once more' truth_do ghosts off
	must 'it starts again' node_start proxy1
	must 'and has the call' test "$(node_event proxy1 calls.restored |
		tail -n 1 | field calls)" = 1
	must 'they talk on, and hear each other' truth_do run 1000
	must 'a re-INVITE changes nothing' truth_do again a
	must 'nor does one of b' truth_do again b
	must 'they talk' truth_do run 500
	must 'by the same port' test "$(truth_port a)" = "$port_a"
	must 'a holds it' truth_do hold a
	must 'and goes on' truth_do resume a
	if [ "$turn" = 2 ]; then
		must 'b hangs up' truth_do bye b
	else
		must 'a hangs up' truth_do bye a
	fi
done
must 'every octet was right' truth_end
servers_end
say 'the call went on after each of three kills'
