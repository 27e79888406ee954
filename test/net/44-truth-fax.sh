#!/bin/sh
# A call that becomes a fax (UDPTL, any octets) and a call again, each octet.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

must 'proxy1 starts' truth_node
must 'two phones register' truth_begin public_a "$PUBLIC_A" public_b "$PUBLIC_B"
must 'they call' truth_do call
must 'many packets' truth_do rate 300
must 'they talk' truth_do run 800
must 'on the rung that was asked for' truth_rides
must 'b wants a fax' truth_do fax b
must 'it is sent' truth_do run 1000
must 'a wants to talk again' truth_do fax a
must 'they talk' truth_do run 800
must 'on the rung that was asked for' truth_rides
must 'a hangs up' truth_do bye a
must 'every octet was right' truth_end
servers_end
say 'call, fax, call'
