#!/bin/sh
# A stranger sprays RTP and worse over the whole port range, before, during
# and after a call: nothing of it is heard, and nothing comes back to him.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

first=${PORTS%-*}
last=${PORTS#*-}

spray() {
	lab_in stranger "$TOOLS/rtpspray" "$PROXY1" "$first" "$last" "$@"
}

must 'servers start' servers_begin
phones_begin phone_a phone_b
watch_begin stranger "src host $PROXY1 and udp and portrange $PORTS"
say 'spraying:'
(while :; do spray 1; done >"$LAB_DIR/spray" 2>&1) &
sprayer=$!
call_begin a b bob
for shape in test/data/media/*; do
	[ -e "$shape" ] && spray 1 "$shape"
done
sleep "$CALL_SECONDS.7"
call_end a b
kill "$sprayer"
cat "$LAB_DIR/spray"
call_heard a b
must_not 'a hears the stranger' phone_hears a 2000 1
must_not 'b hears the stranger' phone_hears b 2000 1
must 'nothing came back to the stranger' watch_empty stranger
must_not 'his tool received anything' \
	grep -q 'received [1-9]' "$LAB_DIR/spray"
must 'proxy1 counted what it refused' refused_some proxy1
servers_end
say 'neither heard nor answered'
