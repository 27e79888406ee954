#!/bin/sh
# A stranger sprays RTP and worse over the whole port range, before, during
# and after a call: nothing of it is heard, and nothing comes back to him.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

first=${PORTS%-*}
last=${PORTS#*-}

# spray ROUNDS: his RTP, then every shape, in turn
spray() {
	lab_in stranger "$TOOLS/rtpspray" "$PROXY1" "$first" "$last" "$1" \
		test/data/media-shapes/*
}

sprays_still() {
	! lab_gone "$1"
}

must 'servers start' servers_begin
phones_begin phone_a phone_b
watch_begin stranger "src host $PROXY1 and udp and portrange $PORTS"
must 'he sprays before the call' spray 30
spray 200 >"$LAB_DIR/spray" 2>&1 &
sprayer=$!
call_begin a b bob
sleep "$CALL_SECONDS.7"
must 'he sprayed all the time' sprays_still "$sprayer"
wait "$sprayer"
call_end a b
must 'he sprays after the call' spray 30
say "during the call: $(cat "$LAB_DIR/spray")"
call_heard a b
must_not 'a hears the stranger' phone_hears a 2000 1
must_not 'b hears the stranger' phone_hears b 2000 1
must 'nothing came back to the stranger' watch_empty stranger
must_not 'his tool received anything' \
	grep -q 'received [1-9]' "$LAB_DIR/spray"
must 'proxy1 counted what it refused' refused_some proxy1
servers_end
say 'neither heard nor answered'
