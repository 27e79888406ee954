#!/bin/sh
# A line that loses, delays and jitters what phone A sends: the relay says so
# of that direction, and of that one alone.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# of the call that is up, as ctl shows it
call_shown() {
	shown_id=$("$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" calls |
		sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p')
	"$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" call "$shown_id"
}

# the way to phone A and back: 40 to 60 ms, and what a busy machine adds
delay_shown() {
	shown_us=$(call_shown |
		sed -n 's/.*there and back \([0-9]*\) us.*/\1/p' |
		sort -n | tail -n 1)
	echo "there and back ${shown_us:-0} us"
	within "${shown_us:-0}" 35000 120000
}

# of the last call.end
ended() {
	node_event proxy1 call.end | tail -n 1 | field "$1" | tr -d '%ms'
}

# within VALUE MIN MAX
within() {
	awk -v n="$1" -v min="$2" -v max="$3" \
		'BEGIN { exit !(n != "" && n + 0 >= min && n + 0 <= max) }'
}

ended_within() {
	echo "$1=$(ended "$1")"
	within "$(ended "$1")" "$2" "$3"
}

mos_is_lower() {
	echo "a_mos=$(ended a_mos) b_mos=$(ended b_mos)"
	within "$(ended a_mos)" 3 "$(ended b_mos | awk '{ print $1 - 0.2 }')"
}

must 'servers start' servers_begin
must 'the line of phone A is bad' lab_bad_line phone_a nat_a 5 50 10
phones_begin phone_a phone_b
call_begin a b bob
sleep 16
must 'RTCP says how far it is to phone A' delay_shown
call_end a b
must 'the call is written down' node_logged proxy1 5 'call\.end'
# of 800 packets 5 % are 40, with a deviation of 6
must 'A loses one of twenty packets' ended_within a_loss 1.5 9
must 'B loses next to none' ended_within b_loss 0 0.5
# the mean difference of two that are even within +-10 ms is 6.7 ms
must 'A has the jitter of the line' ended_within a_jitter 4 14
must 'B has less' ended_within b_jitter 0 4
must 'A sounds worse than B' mos_is_lower
must 'the codec is known' test "$(ended a_codec)" = PCMU
servers_end
say 'loss, delay and jitter as the line has them'
