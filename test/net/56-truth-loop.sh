#!/bin/sh
# Two relays, each with a call whose phones name the other relay's ports as
# theirs: what is sent into that goes round, and it ends.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
. ./test/net/truth.sh
case_begin "$0"

second_begin() {
	NODE_SECTIONS='auth = no' node_proxy proxy2 && node_user proxy2 a &&
		node_user proxy2 b || return 1
	sed -i '/^redirect {/,/^}/d' "$LAB_DIR/proxy2/viaduct.conf"
	node_start proxy2
}

# on proxy1|proxy2 STEP...: whose call
on() {
	TRUTH=truth-$1
	TRUTH_NODE=$1
	shift
	"$@"
}

# packet N: the N-th of a stream, N in octal
packet() {
	printf '%b' "\\0200\\0000\\0000\\0$1\\0000\\0000\\0000\\0$1EVIL"
	head -c 160 /dev/zero
}

# nine packets to each of the four ports, from where it wants them
inject() {
	for inject_n in 001 002 003 004 005 006 007 010 011; do
		packet "$inject_n" >"$LAB_DIR/packet"
		inject_from "$two_a" "$one_a" && inject_from "$one_a" "$two_a" &&
			inject_from "$two_b" "$one_b" &&
			inject_from "$one_b" "$two_b" || return 1
	done
}

inject_from() {
	lab_in redirect "$TOOLS/rtpforge" "$1" "$2" 1 "$LAB_DIR/packet" \
		>/dev/null
}

# packets that came from side a so far
came() {
	truth_ctl --json call "$(truth_call)" |
		grep -o '"received": *[0-9]*\|"rx[a-z_]*": *[0-9]*\|"in": *[0-9]*' |
		head -n 1 | grep -o '[0-9]*$'
}

ended() {
	ended_before=$(on proxy1 came)
	sleep 0.5
	ended_after=$(on proxy1 came)
	echo "$ended_before, then $ended_after packets"
	[ -n "$ended_after" ] && [ "$ended_before" -eq "$ended_after" ]
}

must 'proxy1 starts' truth_node
must 'proxy2 starts' second_begin
must 'two phones register' on proxy1 truth_begin public_a "$PUBLIC_A" \
	public_b "$PUBLIC_B"
must 'two others register' on proxy2 truth_begin stranger "$STRANGER" \
	relay2 "$RELAY2"
must 'two call' on proxy1 truth_do call
must 'and the others' on proxy2 truth_do call
must 'they are silent' on proxy1 truth_do quiet
must 'all of them' on proxy2 truth_do quiet
one_a=$(on proxy1 truth_port a)
one_b=$(on proxy1 truth_port b)
two_a=$(on proxy2 truth_port a)
two_b=$(on proxy2 truth_port b)
must 'one wants its media at the other relay' \
	on proxy1 truth_do point "a=$two_a"
must 'and its peer as well' on proxy1 truth_do point "b=$two_b"
must 'one wants it at the first relay' on proxy2 truth_do point "a=$one_a"
must 'and its peer as well' on proxy2 truth_do point "b=$one_b"
must 'somebody sends nine packets to each' inject
must 'both relays believe them' node_logged proxy1 3 \
	"call.latched.*source=$two_a"
sleep 1
must 'they have gone round, and out' ended
servers_end
say 'it ends'
