# shellcheck shell=sh
# What the wire saw, and when. sipp's own clock counts milliseconds, and says
# when sipp had time to look. To be sourced after server.sh.
#
#   capture_begin FILE
#   capture_end
#   capture_times FILE    microseconds in the server, one line for each call
#                         or registration

capture_listens() {
	grep -q '^tcpdump: listening\|^listening' "$SERVER_DIR/tcpdump.log"
}

capture_begin() {
	: >"$SERVER_DIR/tcpdump.log"
	tcpdump -i lo -n -s 800 -B 32768 -w "$1" \
		"udp and host $SERVER and port 5060" \
		>"$SERVER_DIR/tcpdump.log" 2>&1 </dev/null &
	CAPTURE_PID=$!
	wait_until 5 capture_listens
}

capture_end() {
	# what the kernel has kept back
	sleep 0.2
	kill -INT "$CAPTURE_PID"
	wait "$CAPTURE_PID" 2>/dev/null || :
}

capture_times() {
	tcpdump -r "$1" -n -tt -A 2>/dev/null |
		awk -v server="$SERVER" -f test/bench/sip/capture.awk
}
