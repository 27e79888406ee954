#!/bin/sh
# scripts/package/examples/cloud-vm.conf, on a machine with a private address
# that the world knows by another one: telephones call each other by it, and
# nowhere does the private one show.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/example.sh
case_begin "$0"

INSIDE=10.0.0.5
OUTSIDE=$NAT_A

# the example's public address is that of a NAT here
vm_begin() {
	ip -n nat_a link set wan down &&
		lab_one_to_one edge "$OUTSIDE" cloud "$INSIDE" &&
		example_begin cloud cloud-vm alice@voice.example \
			bob@voice.example
}

must 'the virtual machine starts' vm_begin
must 'alice is there' phone_start a public_a alice@voice.example \
	"$OUTSIDE" "$HZ_A"
must 'bob is there' phone_start b phone_b bob@voice.example \
	"$OUTSIDE" "$HZ_B"
must 'both register' both phone_registered a b
must 'the wire is watched' watch_begin public_a 'udp'
call_begin a b bob@voice.example
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'all has passed the relay' relayed cloud

private_shows() {
	watch_count public_a
	grep -qaF "$INSIDE" "$LAB_DIR/public_a.pcap"
}
must_not 'the private address shows' private_shows
must 'nothing is to be changed' refute sh -c \
	"\"$VIADUCT\" ctl -c \"$LAB_DIR/cloud/viaduct.conf\" status |
	grep '^warning'"
examples_end cloud
say 'heard both ways behind a 1:1 NAT'
