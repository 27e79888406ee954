#!/bin/sh
# Two servers on one host, on one interface: each has an address of its own
# and the same ports, then the same address and other ports. Both have a call;
# one is killed, starts again, has its call, and ends; the other's call does not
# suffer.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

SECOND=203.0.113.3

node_addr() {
	case $1 in
	proxy1) echo "$PROXY1" ;;
	second) echo "$SECOND" ;;
	proxy2) echo "$PROXY2" ;;
	relay) echo "$RELAY" ;;
	relay2) echo "$RELAY2" ;;
	redirect) echo "$REDIRECT" ;;
	esac
}

same_host() {
	ip -n proxy1 addr add "$SECOND/24" dev eth0 &&
		: >/run/netns/second &&
		mount --bind /run/netns/proxy1 /run/netns/second
}

# second_begin MEDIA_ADDR PORTS
second_begin() {
	NODE_SECTIONS='auth = no' node_proxy second && node_user second a &&
		node_user second b || return 1
	sed -e '/^redirect {/,/^}/d' \
		-e "/^.address = { \"$SECOND\"/s/$SECOND/$1/" \
		-e "s/^\(.ports *= \).*/\1\"$2\"/" \
		"$LAB_DIR/second/viaduct.conf" >"$LAB_DIR/second.conf" &&
		mv "$LAB_DIR/second.conf" "$LAB_DIR/second/viaduct.conf" &&
		node_start second
}

kill_it() {
	kill -9 "$(node_pid proxy1)"
	wait_until 5 node_dead proxy1
}

# on first|second STEP...: whose call
on() {
	TRUTH=truth-$1
	TRUTH_NODE=$1
	[ "$1" = second ] || TRUTH_NODE=proxy1
	shift
	"$@"
}

both_talk() {
	must 'two phones register at the first' on first truth_begin \
		public_a "$PUBLIC_A" public_b "$PUBLIC_B"
	must 'two others at the second' on second truth_begin \
		stranger "$STRANGER" relay2 "$RELAY2"
	must 'more packets' on first truth_do rate 200
	must 'more packets' on second truth_do rate 200
	must 'two talk' on first truth_do call
	must 'the others as well' on second truth_do call
	must 'for a while' on second truth_do run 1000
	must 'the first are silent' on first truth_do quiet
	must 'the first server is killed' kill_it
	must 'as long as it may take' truth_rests
	must 'the first talk on' on first truth_do ghosts on
	must 'nobody hears it' on second truth_do run 1000
	must 'the first are silent once more' on first truth_do ghosts off
	must 'it starts again' node_start proxy1
	must 'and has the call' test "$(node_event proxy1 calls.restored |
		tail -n 1 | field calls)" = 1
	must 'the first talk on' on first truth_do run 1000
	must 'the second hang up' on second truth_do bye a
	must 'every octet was right' on second truth_end
	must 'the second server ends' node_end second
	must 'the first go on' on first truth_do run 700
	must 'and hang up' on first truth_do bye b
	must 'every octet was right' on first truth_end
}

must 'the host has another address' same_host
must 'proxy1 starts' truth_node
must 'another one with its own address' second_begin "$SECOND" "$PORTS"
both_talk
must 'another one with its own ports' second_begin "$PROXY1" 17000-17399
both_talk
servers_end
say 'neither knows of the other'
