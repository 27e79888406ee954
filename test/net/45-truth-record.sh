#!/bin/sh
# A recording is begun and ended in the middle of a call, again and again: on
# a rung where that moves the call from the kernel to user space and back, not
# a packet is lost, doubled or out of order.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

must 'proxy1 starts' truth_node
must 'two phones register' truth_begin public_a "$PUBLIC_A" public_b "$PUBLIC_B"
must 'they call' truth_do call
must 'many packets' truth_do rate 1000
must 'they talk' truth_do run 1500
must 'on the rung that was asked for' truth_rides
call=$(truth_call)
for turn in 1 2 3 4 5; do
	must "it is recorded ($turn)" truth_ctl record "$call" on
	must 'they talk' truth_do run 400
	must 'no more' truth_ctl record "$call" off
	must 'they talk' truth_do run "$((turn * 300))"
done
must 'on the rung that was asked for' truth_rides
must 'a hangs up' truth_do bye a
must 'every octet was right' truth_end
servers_end
say 'recorded five times, without a gap'
