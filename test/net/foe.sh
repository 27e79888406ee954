# shellcheck shell=sh
# Whoever attacks the media of calls, by the public flood-and-bleed method. To
# be sourced after case.sh.
#
#   foe_spray HOST NODE ROUNDS [FILE...]  RTP, then each FILE's bytes, at each
#                                    port of the range, in another order each
#                                    round
#   foe_begin HOST NODE [FILE...]    the same in the background, until foe_end
#                                    HOST, which wants that nothing came back;
#                                    foe_sprays HOST: still at it
#   foe_latched NODE SIDE COMP       the source that was learned last
#   foe_port NODE HOST               a media port that HOST was told of: what
#                                    the node sends to it leaves from there
#   FOE_SSRC                         a filter for what foes send

# the noise of rtpspray, the packet of the rtpengine advisory of 2025, and
# that of the FreeSWITCH advisory of 2021
# shellcheck disable=SC2034
FOE_SSRC='(udp[16:4] = 0x6576696c or udp[16:4] = 0xef0a07de or
	udp[16:4] = 0x65733231)'
# -f: foe_begin's is as fast as it can be
FOE_FAST=
FOE_SHAPES=test/data/media-shapes

foe_spray() {
	foe_host=$1
	foe_node=$2
	shift 2
	lab_in "$foe_host" "$TOOLS/rtpspray" "$(node_addr "$foe_node")" \
		"${PORTS%-*}" "${PORTS#*-}" "$@"
}

# shellcheck disable=SC2086 # no word, or one
foe_begin() {
	foe_host=$1
	foe_node=$2
	shift 2
	lab_spawn "$foe_host" "$LAB_DIR/foe-$foe_host" "$TOOLS/rtpspray" \
		$FOE_FAST "$(node_addr "$foe_node")" "${PORTS%-*}" "${PORTS#*-}" \
		100000 "$@"
	echo "$!" >"$LAB_DIR/foe-$foe_host.pid"
}

foe_sprays() {
	! lab_gone "$(cat "$LAB_DIR/foe-$1.pid")"
}

foe_end() {
	kill "$(cat "$LAB_DIR/foe-$1.pid")" 2>/dev/null || :
	wait_until 5 lab_gone "$(cat "$LAB_DIR/foe-$1.pid")" &&
		cat "$LAB_DIR/foe-$1" &&
		grep -qx 'sent [1-9][0-9]* received 0' "$LAB_DIR/foe-$1"
}

foe_latched() {
	node_event "$1" call.latched | grep "side=$2" | grep "comp=$3" |
		tail -n 1 | field source
}

# in the SDP that went to it, as the log's ladder does not show it: of the
# sockets those that the host's packets are answered from
foe_port() {
	lab_in "$2" tcpdump -n -c 1 -i any "udp and src host $(node_addr "$1")
		and src portrange $PORTS" 2>/dev/null |
		sed -n "s/.* $(node_addr "$1")\.\([0-9]*\) > .*/\1/p"
}

# foe_evil_begin NAME SRC:PORT DST:PORT RATE [SHAPE]: bad frames (test/tool/
# evil.c) to proxy1, from a host beside it, until foe_evil_end NAME
foe_evil_begin() {
	foe_name=$1
	shift
	lab_spawn redirect "$LAB_DIR/evil-$foe_name" "$TOOLS/evil" eth0 \
		"$(foe_mac proxy1)" "$@"
	echo "$!" >"$LAB_DIR/evil-$foe_name.pid"
}

foe_evil_end() {
	kill "$(cat "$LAB_DIR/evil-$1.pid")" 2>/dev/null || :
	wait_until 5 lab_gone "$(cat "$LAB_DIR/evil-$1.pid")" &&
		grep -x 'sent [1-9][0-9]*' "$LAB_DIR/evil-$1"
}

foe_mac() {
	ip -n "$1" -br link show eth0 | awk '{ print $3 }'
}
