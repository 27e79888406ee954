#!/bin/sh
# Frames that lie about themselves, from a host beside the relay: in the name
# of a stranger, and of a phone of the call, address and port. None of it is
# heard, the call does not suffer, and where all of it comes at full rate the
# server lives and is as before afterwards.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
. ./test/net/truth.sh
case_begin "$0"

A6=2001:db8:2::20
B6=2001:db8:2::21

# attack SRC DST SRC6...: as many at a time, slowly, then one at full rate
attack() {
	must 'somebody lies' foe_evil_begin one "$1" "$3" 100
	must 'in the name of a phone, too' foe_evil_begin two "$2" "$3" 100
	must 'they talk' truth_do run 4000
	must 'he ends' foe_evil_end one
	must 'and so does the other' foe_evil_end two
	must 'losses do not count for a while' truth_do loose
	must 'everything comes' foe_evil_begin all "$2" "$3" 0
	must 'they talk' truth_do run 2000
	must 'it ends' foe_evil_end all
	must 'they talk as before' truth_do settle
	must 'for a second' truth_do run 1000
	must 'a hangs up' truth_do bye a
	must 'every octet was right' truth_end
}

must 'proxy1 starts' truth_node
# its interface sees what is for others
lab_spawn proxy1 /dev/null tcpdump -n -i eth0 -w /dev/null udp port 1
must 'two phones register' truth_begin public_a "$PUBLIC_A" public_b "$PUBLIC_B"
must 'they call' truth_do call
must 'more packets' truth_do rate 200
must 'they talk' truth_do run 1000
must 'on the rung that was asked for' truth_rides
attack "$STRANGER:20000" "$PUBLIC_A:20000" "$(truth_port a)"

must 'two phones register' truth_begin public_a "$A6" public_b "$B6"
must 'they call' truth_do call
must 'more packets' truth_do rate 200
must 'they talk' truth_do run 1000
must 'on the rung that was asked for' truth_rides
attack '[2001:db8:2::66]:20000' "[$A6]:20000" "$(truth_port a)"
servers_end
say 'not heard, and no harm'
