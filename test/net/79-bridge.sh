#!/bin/sh
# Behind published ports, as a container engine has them: a bridge with a
# private address, and a process that hands datagrams on, which hides who
# sends. TROUBLESHOOTING.md shows what is seen of that here; once the server
# says its address, and datagrams are translated instead, calls are heard.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/example.sh
command -v socat >/dev/null || skip 'no socat here'
case_begin "$0"

OUTSIDE=$NAT_A
EXAMPLES=$LAB_DIR

# configured EXPRESSION: the example of the virtual machine, changed by sed
configured() {
	sed -e "$1" -e "s/\"voice.example\"/\"$OUTSIDE\"/" \
		-e 's/10\.0\.0\.5/172.17.0.2/g' \
		scripts/package/examples/cloud-vm.conf >"$LAB_DIR/box.conf"
	example_begin box box "alice@$OUTSIDE" "bob@$OUTSIDE"
}

networks() {
	ip -n nat_a link set wan down &&
		lab_one_to_one engine "$OUTSIDE" box 172.17.0.2
}

# the engine's process for the port of SIP
handed_on() {
	lab_in engine nft list table ip nat >"$LAB_DIR/nat" &&
		lab_in engine nft delete table ip nat || return 1
	mkdir -p "$LAB_DIR/handed"
	lab_spawn engine "$LAB_DIR/handed/log" socat -T 60 \
		"UDP4-LISTEN:5060,bind=$OUTSIDE,reuseaddr,fork" \
		"UDP4:172.17.0.2:5060"
	echo "$!" >"$LAB_DIR/handed/pid"
}

translated() {
	kill "$(cat "$LAB_DIR/handed/pid")" &&
		wait_until 5 lab_gone "$(cat "$LAB_DIR/handed/pid")" &&
		lab_in engine nft -f "$LAB_DIR/nat"
}

phones() {
	must 'alice is there' phone_start a public_a "alice@$OUTSIDE" \
		"$OUTSIDE" "$HZ_A"
	must 'bob is there' phone_start b phone_b "bob@$OUTSIDE" \
		"$OUTSIDE" "$HZ_B"
	must 'both register' both phone_registered a b
	phone_do a "dial sip:bob@$OUTSIDE"
	must 'alice hears that he has answered' phone_talks a
	call_id=$(example_ctl box calls |
		sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p')
}

# sources N: so many registrations come from the bridge
sources() {
	example_ctl box registrations
	[ "$(example_ctl box registrations |
		grep -c 'source 172\.17\.0\.1 ')" -eq "$1" ]
}

shown() {
	example_ctl box call "$call_id" |
		grep 'shown as 172\.17\.0\.2:.* in 0 '
}

must 'a machine on a bridge' networks
must 'a process hands on what comes' handed_on
must 'the server starts, and does not know' configured 's/ advertise [0-9.]*//'
phones
must 'both come from the bridge' sources 2
must 'and are sent to an address that leads nowhere' shown
example_ctl box status
must 'the call is ended' example_ctl box hangup "$call_id"
call_end a b
must 'it stops' node_stop box

must 'datagrams are translated' translated
must 'the server knows its address' configured ''
phones
must 'nobody comes from the bridge' sources 0
must 'bob talks, too' phone_talks b
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
examples_end box
say 'hidden by a process for each port, heard by translation'
