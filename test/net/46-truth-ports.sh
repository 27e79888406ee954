#!/bin/sh
# Four ports for all calls: a call that ends leaves them to the next one after
# the quarantine, and nothing of the one is heard in the other.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

export PORTS=16384-16387

all_ports() {
	grep '^media: ' "$LAB_DIR/truth/log" | grep -o ':[0-9]*\b' |
		sort | uniq -c | tr -s ' \n' ' '
}

# each is one side's, or the other's
used() {
	all_ports
	[ "$(all_ports)" = " 4 :16384 4 :16386 " ]
}

must 'proxy1 starts' truth_node 'quarantine = 1'
must 'two phones register' truth_begin public_a "$PUBLIC_A" public_b "$PUBLIC_B"
must 'they call' truth_do call
must 'many packets' truth_do rate 500
must 'they talk' truth_do run 500
must 'a hangs up' truth_do bye a
must_not 'there is room for another call' truth_do call
for turn in 2 3 4; do
	must 'both go on as if nothing had happened' truth_do ghosts on
	must 'nobody hears that' truth_do run 1300
	must 'they are silent' truth_do ghosts off
	must "call $turn" truth_do call
	must 'they talk' truth_do run 500
	must 'b hangs up' truth_do bye b
done
must 'all had the same ports' used
must 'every octet was right' truth_end
servers_end
say 'four calls on the same ports'
